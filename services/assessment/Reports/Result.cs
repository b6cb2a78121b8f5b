using System.Text.Json;
using Wuwei.Assessment.Publications;
using Wuwei.Assessment.Schemes;
using Wuwei.Assessment.Targets;
using Wuwei.ServiceDefaults;
using Wuwei.Verifier;

namespace Wuwei.Assessment.Reports;

/// <summary>An assessment's result as its snapshot holds it: what a report says is what is published.</summary>
internal sealed record Result(IReadOnlyList<ResultUnit> Units)
{
    /// <param name="rows">Canonical rows of a snapshot.</param>
    /// <param name="targets">Of every year of the plan, as known when the snapshot was taken: its rows hold those that are due.</param>
    public static Result Of(IEnumerable<SnapshotRow> rows, IEnumerable<Target> targets)
    {
        JsonElement[] read = [.. rows.Select(row => CanonicalJson.Read(row.Text)!.Value)];
        IEnumerable<JsonElement> Contents(string kind) =>
            read.Where(row => row.GetProperty("key").GetString()!.StartsWith(kind, StringComparison.Ordinal)).Select(row => row.GetProperty("content"));
        var plan = Contents("scheme").Select(scheme => (From: Year(scheme, "planFrom"), To: Year(scheme, "planTo"))).Single();
        var aimed = targets.ToLookup(target => (target.Region, target.Indicator));
        var items = Contents("item.").ToLookup(item => item.GetProperty("region").GetString()!, item =>
        {
            var read = ResultItem.Of(item.GetProperty("score"));
            var aggregate = item.GetProperty("item").GetProperty("aggregate").Deserialize<Aggregate>(Json.Options);
            return read with { PlanTarget = Judgement.PlanTarget(aggregate, aimed[(item.GetProperty("region").GetString()!, read.Code)], plan.From, plan.To) };
        });
        return new([.. Contents("unit.").Select(unit => ResultUnit.Of(unit, [.. items[unit.GetProperty("region").GetString()!]]))]);
    }

    private static int Year(JsonElement scheme, string member) => (int)Cells.Number(scheme, member)!.Value;

    /// <summary>Those that are ranked, the first first; those without a score last.</summary>
    public IEnumerable<ResultUnit> Ranked(IReadOnlySet<string> units) => Units.Where(unit => units.Contains(unit.Code)).OrderBy(unit => unit.Rank ?? int.MaxValue);
}

/// <summary>A unit's result.</summary>
internal sealed record ResultUnit(string Code, string Name, decimal? Score, int? Rank, string? Grade, decimal? Coverage, string? Remark, IReadOnlyList<ResultItem> Items)
{
    public IEnumerable<ResultItem> Missed => Items.Where(item => item.Met is false).OrderBy(item => item.Progress);

    public static ResultUnit Of(JsonElement unit, IReadOnlyList<ResultItem> items) => new(
        unit.GetProperty("region").GetString()!, unit.GetProperty("name").GetString()!, Cells.Number(unit, "score"), (int?)Cells.Number(unit, "rank"),
        Cells.Text(unit, "grade"), Cells.Number(unit, "coverage"), Cells.Text(unit, "remark"), items);
}

/// <summary>An item's result in a unit.</summary>
/// <param name="Target">Due by the month.</param>
/// <param name="PlanTarget">Of the whole plan; null: not set.</param>
internal sealed record ResultItem(
    string Code, string Name, string Unit, decimal? Value, decimal? Target, string? Comparator, bool? Met, decimal? Progress, decimal? Score, string? Remark,
    decimal? PlanTarget = null)
{
    public static ResultItem Of(JsonElement score) => new(
        score.GetProperty("indicator").GetString()!, score.GetProperty("name").GetString()!, score.GetProperty("unit").GetString()!,
        Cells.Number(score, "value"), Cells.Number(score, "target"), Cells.Text(score, "comparator"),
        score.TryGetProperty("met", out var met) && met.ValueKind is JsonValueKind.True or JsonValueKind.False ? met.GetBoolean() : null,
        Cells.Number(score, "progress"), Cells.Number(score, "score"), Cells.Text(score, "remark"));
}

/// <summary>Members of a row.</summary>
file static class Cells
{
    public static decimal? Number(JsonElement content, string member) => PublicationSheets.Cell(content, member) as decimal?;

    public static string? Text(JsonElement content, string member) => PublicationSheets.Cell(content, member) as string;
}
