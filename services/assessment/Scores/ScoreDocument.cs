using System.Text.Json.Serialization;
using Wuwei.Assessment.Schemes;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Scores;

/// <summary>The version of the scheme that was applied.</summary>
/// <param name="Unverified">No authority has confirmed it.</param>
public sealed record AppliedScheme(string Id, int Version, string Name, bool Unverified, decimal Threshold, decimal UnmetCeiling, string Link)
{
    internal static AppliedScheme Of(Scheme scheme) => new(
        scheme.Id, scheme.Version, scheme.Name, scheme.Unverified, scheme.Threshold, scheme.UnmetCeiling,
        $"/api/assessment/v1/schemes/{scheme.Id}/versions/{scheme.Version}");
}

/// <summary>What every answer about scores says of itself.</summary>
/// <param name="Period">The month; scores are plan to date.</param>
/// <param name="AsOf">As known at this instant; null: as known now.</param>
/// <param name="DataKnownAt">When the latest of the inputs became known.</param>
/// <param name="Provisional">Always true: not confirmed or published, may change with the data.</param>
/// <param name="Demonstration">The platform holds synthetic demonstration records.</param>
/// <param name="Notes">What a reader must know, in Chinese.</param>
public sealed record ScoreHeading(
    string Period, AppliedScheme Scheme, DateTimeOffset? AsOf, DateTimeOffset? DataKnownAt, bool Provisional, bool Demonstration,
    IReadOnlyList<string> Notes)
{
    internal const string DemonstrationNote = "演示数据：本平台载有按固定种子生成的合成记录，得分不反映真实工作，不得用于考核。";

    internal static ScoreHeading Of(Scoring scoring, bool demonstration)
    {
        var scheme = scoring.Table.Scheme;
        string[] notes =
        [
            "得分为至本月的规划累计进度得分，未经审定，随数据变化。",
            scheme.Tree == SchemeTree.Flat || scheme.Tree is { Groups.Count: 0, Points.Count: 0, Aggregation: Aggregation.Arithmetic }
                ? $"综合得分 = 100 × Σ(权重 × 计入比例) ÷ Σ有得分指标的权重，最高 100；有得分指标的权重不足适用权重的 {ScoreText.Number(scheme.Threshold)}% 时不给综合得分。"
                : $"综合得分 = 100 × 总目标值（各级按方案的权重与合成方法逐级得出，最高 100）＋ 加分 − 减分，不低于 0；任一级已知权重不足适用权重的 {ScoreText.Number(scheme.Threshold)}% 时该级不计。",
            scheme.Tree.Units.Count == 0
                ? "按未取整的综合得分对县区排名，同分同名次，其后名次顺延；市级并列显示，不参加排名。"
                : "按未取整的综合得分在同类单位内排名，同分同名次，其后名次顺延；方案注明只列示的单位不参加排名。",
            .. scheme.Unverified ? ["方案为默认设置，未经主管部门确认。"] : Array.Empty<string>(),
            .. demonstration ? [DemonstrationNote] : Array.Empty<string>(),
        ];
        return new(scoring.Table.Month.ToString(), AppliedScheme.Of(scheme), scoring.AsOf, scoring.KnownAt, true, demonstration, notes);
    }
}

/// <summary>A region's combined score.</summary>
/// <param name="Score">0–100, two decimals, half away from zero; null when too little is known.</param>
/// <param name="Exact">The same, unrounded: what ranks are made of.</param>
/// <param name="Rank">Among the counties; null for the city and without a score.</param>
/// <param name="TiedWith">Codes of counties with exactly the same score.</param>
/// <param name="Coverage">Covered share of the applicable weight, percent, one decimal.</param>
/// <param name="Remark">Why there is no score, in Chinese; null when there is one.</param>
/// <param name="Link">The region's own page.</param>
/// <param name="Grade">Among units of like; absent where the scheme has no grades.</param>
public sealed record RegionScore(
    string Region, string Name, decimal? Score, decimal? Exact, int? Rank, IReadOnlyList<string> TiedWith,
    decimal ApplicableWeight, decimal CoveredWeight, decimal Coverage, string? Remark, string Link,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Grade = null)
{
    internal static RegionScore Of(Scoring scoring, RegionResult result)
    {
        var coverage = result.ApplicableWeight == 0 ? 0 : 100 * result.CoveredWeight / result.ApplicableWeight;
        return new(
            result.Region.Code, result.Region.Name, ScoreText.Rounded(result.Combined), result.Combined, result.Rank, result.TiedWith,
            result.ApplicableWeight, result.CoveredWeight, Math.Round(coverage, 1, MidpointRounding.AwayFromZero),
            result.VoidedBy.Count > 0 ? $"有{string.Join('、', result.VoidedBy)}，得分作废"
                : result.Combined is null ? $"缺数过多：有得分指标的权重不足适用权重的 {ScoreText.Number(scoring.Table.Scheme.Threshold)}%，不给综合得分" : null,
            ScoreLinks.Region(scoring, result.Region.Code),
            result.Grade);
    }
}

/// <summary>The table: every county and the city with every item.</summary>
public sealed record ScoreTableDocument(ScoreHeading Heading, IReadOnlyList<RegionRow> Regions)
{
    internal static ScoreTableDocument Of(Scoring scoring, bool demonstration) => new(
        ScoreHeading.Of(scoring, demonstration),
        [.. scoring.Table.Regions.Select(result => new RegionRow(RegionScore.Of(scoring, result), [.. result.Items.Select(item => item.Score)]))]);
}

/// <summary>A region of the table with its items.</summary>
public sealed record RegionRow(RegionScore Score, IReadOnlyList<ItemScore> Items);

/// <summary>A region's own page: each item with the links to what it is made of.</summary>
public sealed record RegionScoreDocument(ScoreHeading Heading, RegionScore Score, IReadOnlyList<LinkedItem> Items)
{
    internal static RegionScoreDocument Of(Scoring scoring, RegionResult result, bool demonstration) => new(
        ScoreHeading.Of(scoring, demonstration),
        RegionScore.Of(scoring, result),
        [.. result.Items.Select(item => new LinkedItem(
            item.Score,
            ScoreLinks.Item(scoring, result.Region.Code, item.Item.Indicator),
            item.Evidence.Inputs is [.., var latest] ? ScoreLinks.Observation(scoring, latest.Observation) : null))]);
}

/// <summary>An item, where it is explained, and the latest observation it rests on.</summary>
public sealed record LinkedItem(
    ItemScore Score, string Explanation, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Observation);

/// <summary>Addresses as callers of the gateway know them.</summary>
internal static class ScoreLinks
{
    public static string Region(Scoring scoring, string region) =>
        $"/api/assessment/v1/scores/{region}/{scoring.Table.Month}{Query(scoring)}";

    public static string Item(Scoring scoring, string region, string indicator) =>
        $"/api/assessment/v1/scores/{region}/{scoring.Table.Month}/items/{indicator}{Query(scoring)}";

    public static string Tree(Scoring scoring, string region) =>
        $"/api/assessment/v1/scores/{region}/{scoring.Table.Month}/tree{Query(scoring)}";

    public static string Observation(Scoring scoring, Observations.Observation observation) =>
        OtherSource(observation) ?? $"{Cell(observation)}{AsOf(scoring, '?')}";

    public static string Facts(Scoring scoring, Observations.Observation observation) =>
        OtherSource(observation) ?? $"{Cell(observation)}/facts{AsOf(scoring, '?')}";

    // What is not the ledger's has its evidence in this service, and no facts below it.
    private static string? OtherSource(Observations.Observation observation) => observation.Status switch
    {
        Observations.Observation.Entered => $"/api/assessment/v1/entries/{observation.Region}/{observation.Indicator}/{observation.Period}",
        Observations.Observation.ByPanel => $"/api/assessment/v1/panels?item={observation.Indicator}&period={observation.Period}",
        Observations.Observation.ByTasks => $"/api/assessment/v1/tasks/on-time?to={observation.EndsOn:yyyy-MM-dd}",
        _ => null,
    };

    public static string Target(Targets.Target target) =>
        $"/api/indicator/v1/targets?indicator={target.Indicator}&region={target.Region}&year={target.Year}";

    private static string Cell(Observations.Observation observation) =>
        $"/api/indicator/v1/observations/{observation.Indicator}/{observation.Region}/{observation.Period}";

    // The default scheme goes without saying, so that the addresses people see stay short.
    private static string Query(Scoring scoring) => scoring.Table.Scheme.Id == Scheme.Default
        ? AsOf(scoring, '?')
        : $"?scheme={scoring.Table.Scheme.Id}{AsOf(scoring, '&')}";

    private static string AsOf(Scoring scoring, char before) =>
        scoring.AsOf is { } asOf ? $"{before}asOf={Uri.EscapeDataString(Instants.Format(asOf))}" : "";
}
