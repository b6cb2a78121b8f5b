using System.Text.Json;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Schemes;

/// <summary>Reads and writes whole versions of schemes.</summary>
internal static class SchemeStore
{
    /// <summary>One version with its items, or null when there is none.</summary>
    public static async Task<Scheme?> FindAsync(UnitOfWork work, string id, int version)
    {
        var head = await work.FindAsync<Head>(HeadSql, new { id, version });
        if (head is null)
        {
            return null;
        }

        var items = await work.ListAsync<SchemeItem>(ItemsSql, new { id, version });
        var rules = await work.ListAsync<string?>(RulesSql, new { id, version });
        return new(
            head.Scheme, head.Version, head.Name, head.ValidFrom, head.PlanFrom, head.PlanTo, head.Threshold, head.UnmetCeiling,
            head.Note, head.Unverified, head.KnownAt,
            [.. items.Zip(rules, (item, rule) => rule is null ? item : item with { Rule = JsonSerializer.Deserialize<ItemRule>(rule, Json.Options) })])
        {
            Tree = head.Tree is null ? SchemeTree.Flat : JsonSerializer.Deserialize<SchemeTree>(head.Tree, Json.Options)!,
        };
    }

    /// <summary>Queues the writing of a version.</summary>
    public static void Write(UnitOfWork work, Scheme scheme, string setBy)
    {
        work.Write(
            InsertSql,
            new
            {
                scheme.Id,
                scheme.Version,
                scheme.Name,
                scheme.ValidFrom,
                scheme.PlanFrom,
                scheme.PlanTo,
                scheme.Threshold,
                scheme.UnmetCeiling,
                scheme.Note,
                scheme.Unverified,
                KnownAt = scheme.KnownAt.UtcDateTime,
                SetBy = setBy,
                Tree = scheme.Tree == SchemeTree.Flat ? null : JsonSerializer.Serialize(scheme.Tree, Json.Options),
            });
        var items = scheme.Items;
        work.Write(
            InsertItemsSql,
            new
            {
                scheme.Id,
                scheme.Version,
                Indicators = items.Select(i => i.Indicator).ToArray(),
                Names = items.Select(i => i.Name).ToArray(),
                Units = items.Select(i => i.Unit).ToArray(),
                Weights = items.Select(i => i.Weight).ToArray(),
                Bindings = items.Select(i => i.Binding).ToArray(),
                Methods = items.Select(i => Code(i.Method)).ToArray(),
                Aggregates = items.Select(i => Code(i.Aggregate)).ToArray(),
                Directions = items.Select(i => Code(i.Direction)).ToArray(),
                Caps = items.Select(i => i.Cap).ToArray(),
                Floors = items.Select(i => i.Floor).ToArray(),
                Seasonals = items.Select(i => i.Seasonal).ToArray(),
                CityOnlys = items.Select(i => i.CityOnly).ToArray(),
                Rules = items.Select(i => i.Rule is null ? null : JsonSerializer.Serialize(i.Rule, Json.Options)).ToArray(),
            });
    }

    private static string Code<T>(T value) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private sealed record Head(
        string Scheme, int Version, string Name, string ValidFrom, int PlanFrom, int PlanTo, decimal Threshold,
        decimal UnmetCeiling, string Note, bool Unverified, DateTimeOffset KnownAt, string? Tree);

    private const string HeadSql = """
        select scheme, version, name, to_char(valid_from, 'YYYY-MM') as valid_from, plan_from, plan_to, threshold, unmet_ceiling,
               note, unverified, known_at, tree::text as tree
        from scheme_version
        where scheme = @id and version = @version
        """;

    // Codes are the names of the enums in kebab case; names are read without regard to case.
    private const string ItemsSql = """
        select indicator, name, unit, weight, binding, replace(method, '-', '') as method, replace(aggregate, '-', '') as aggregate,
               direction, cap, floor, seasonal, city_only
        from scheme_item
        where scheme = @id and version = @version
        order by ordinal
        """;

    private const string RulesSql = "select rule::text from scheme_item where scheme = @id and version = @version order by ordinal";

    private const string InsertSql = """
        insert into scheme_version values (
            @Id, @Version, @Name, to_date(@ValidFrom, 'YYYY-MM'), @PlanFrom, @PlanTo, @Threshold, @UnmetCeiling, @Note, @Unverified,
            @KnownAt, @SetBy, @Tree::jsonb)
        """;

    private const string InsertItemsSql = """
        insert into scheme_item
        select @Id, @Version, ordinal, indicator, name, unit, weight, binding, method, aggregate, direction, cap, floor, seasonal, city_only, rule::jsonb
        from unnest(@Indicators, @Names, @Units, @Weights, @Bindings, @Methods, @Aggregates, @Directions, @Caps, @Floors, @Seasonals, @CityOnlys, @Rules)
            with ordinality as given (indicator, name, unit, weight, binding, method, aggregate, direction, cap, floor, seasonal, city_only, rule, ordinal)
        """;
}
