using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Register.Policy;

/// <summary>A figure as it is to be from a day on.</summary>
public sealed record PolicyParameterForm
{
    /// <summary>In the parameter's unit, which does not change: money with two decimals, ratios with four, counts and days whole. Absent for a table.</summary>
    [Range(typeof(decimal), "0", "1000000000000", ErrorMessage = "数值须在 0 到 1 万亿之间。")] public decimal? Value { get; init; }

    /// <summary>Of a table, for the keys that it has; values as above.</summary>
    [MaxLength(100, ErrorMessage = "参数表最多 100 行。")] public IReadOnlyList<PolicyEntry>? Entries { get; init; }

    /// <summary>Number of the document that sets it.</summary>
    [TextLength(100, ErrorMessage = "文号最多 100 个字。")] public string? Document { get; init; }

    /// <summary>Whether you have compared the value with the document.</summary>
    public required bool Verified { get; init; }

    [TextLength(500, ErrorMessage = "备注最多 500 个字。")] public string? Note { get; init; }
}

public static class SetPolicyParameter
{
    public static readonly Refusal DocumentRequired = Refusal.Invalid(
        "policy.document_required", "已核实的参数须填写文号。", "/document");

    public static readonly Refusal TooPrecise = Refusal.Invalid("policy.too_precise", "金额最多两位小数，比例最多四位小数，次数和天数须为整数。", "/value");

    public static readonly Refusal NotANumber = Refusal.Invalid("policy.number_required", "该参数是单个数值，须填 value，不填 entries。", "/value");

    public static readonly Refusal NotATable = Refusal.Invalid("policy.table_required", "该参数是一张表，须填 entries，不填 value。", "/entries");

    public static readonly Refusal OtherKeys = Refusal.Invalid("policy.other_keys", "参数表的键须与已有版本相同，每个一行，数值不能为负。", "/entries");

    public static void Map(IEndpointRouteBuilder parameters) => parameters
        .MapPut("/{code}/{validFrom}", HandleAsync)
        .WithName(nameof(SetPolicyParameter))
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);

    /// <summary>Sets what a figure is from a day on. Decides what is recorded from now on; what is recorded stays.</summary>
    /// <param name="validFrom">First day on which the value decides. A value for that day is corrected with If-Match.</param>
    internal static async Task<Results<Ok<PolicyParameter>, ProblemHttpResult>> HandleAsync(
        string code, DateOnly validFrom, PolicyParameterForm form, Caller caller, Database db, TimeProvider clock, HttpContext http, CancellationToken cancellation)
    {
        if (caller.Region != RegionCode.City)
        {
            return Caller.OutOfRegion.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        await work.ExecuteAsync(LockSql);
        var versions = await work.ListAsync<PolicyParameter>($"select * from ({PolicyParameters.InForceSql}) p where code = @code", new { code });
        if (Decide(form, versions, validFrom, clock.GetUtcNow(), caller.Subject).IsRefused(out var refusal, out var next))
        {
            return refusal.ToProblem();
        }

        var current = versions.FirstOrDefault(version => version.ValidFrom == validFrom);
        if (current is not null && next.Sets(current))
        {
            http.Response.Headers.ETag = ETags.Of(current.Revision);
            return TypedResults.Ok(current);
        }

        if (http.CheckIfMatch(current?.Revision) is { } stale)
        {
            return stale.ToProblem();
        }

        work.Write(InsertSql, new { next.Code, next.ValidFrom, next.Revision, next.Value, entries = next.Entries is null ? null : JsonSerializer.Serialize(next.Entries, Json.Options), next.Unit, next.Document, next.Verified, next.Note, by = caller.Subject });
        work.Audit(caller, new Act("policy-parameter.set", $"policy-parameters/{next.Code}/{next.ValidFrom:yyyy-MM-dd}", current, next));
        await work.CommitAsync();
        http.Response.Headers.ETag = ETags.Of(next.Revision);
        return TypedResults.Ok(next);
    }

    /// <summary>The rule: only figures that there are, in their own kind; a verified one names its document.</summary>
    /// <param name="versions">The parameter as it is in force from each day.</param>
    internal static Decision<PolicyParameter> Decide(
        PolicyParameterForm form, IReadOnlyList<PolicyParameter> versions, DateOnly validFrom, DateTimeOffset now, string by)
    {
        var document = form.Document is { Length: > 0 } ? form.Document : null;
        return versions is [] ? ListPolicyParameters.NotFound
            : form.Verified && document is null ? DocumentRequired
            : CheckValues(form, versions[^1]) is { } wrong ? wrong
            : versions[0] with
            {
                ValidFrom = validFrom,
                Revision = (versions.FirstOrDefault(version => version.ValidFrom == validFrom)?.Revision ?? 0) + 1,
                Value = form.Value,
                Entries = form.Entries,
                Document = document,
                Verified = form.Verified,
                Note = form.Note,
                RecordedAt = now,
                RecordedBy = by,
            };
    }

    private static Refusal? CheckValues(PolicyParameterForm form, PolicyParameter known)
    {
        if (known.Entries is null)
        {
            return form is not { Value: { } value, Entries: null } ? NotANumber : IsTooPrecise(value, known.Unit) ? TooPrecise : null;
        }

        return form is not { Value: null, Entries: { } entries } || entries.Contains(null!) ? NotATable
            : !entries.Select(entry => entry.Key).Order(StringComparer.Ordinal).SequenceEqual(known.Entries.Select(entry => entry.Key).Order(StringComparer.Ordinal))
                || entries.Any(entry => entry.Value is < 0 or > 1_000_000_000_000m) ? OtherKeys
            : entries.Any(entry => IsTooPrecise(entry.Value, known.Unit)) ? TooPrecise with { Pointer = "/entries" }
            : null;
    }

    private static bool IsTooPrecise(decimal value, string unit) => decimal.Round(value, PolicyParameter.KindOf(unit) switch
    {
        PolicyKind.Money => 2,
        PolicyKind.Ratio => 4,
        _ => 0,
    }) != value;

    // Changes are rare; readers are not kept waiting.
    private const string LockSql = "lock table policy_parameter in share row exclusive mode";

    private const string InsertSql = """
        insert into policy_parameter (code, valid_from, revision, value, entries, unit, document, verified, note, recorded_by)
        values (@Code, @ValidFrom, @Revision, @Value, @entries::jsonb, @Unit, @Document, @Verified, @Note, @by)
        """;
}
