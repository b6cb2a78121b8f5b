using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Wuwei.Assessment.Methods;
using Wuwei.Assessment.Scores;

namespace Wuwei.Assessment.Robustness;

/// <summary>What an item does to the result.</summary>
/// <param name="EffectiveWeight">Its share of the goal: the product of the shares of weight down to it, 0–1.</param>
/// <param name="Correlation">Of what it counts with the combined score, among the units; null: too few units, or nothing differs.</param>
/// <param name="WithoutIt">Rank changes when it is left out, of units that change; empty: it decides nothing.</param>
public sealed record ItemInfluence(
    string Indicator, string Name, decimal EffectiveWeight, double? Correlation, IReadOnlyList<RankShift> WithoutIt);

/// <summary>A unit whose rank changes.</summary>
public sealed record RankShift(string Unit, string Name, int? Rank, int? Without);

/// <summary>Two items that say nearly the same.</summary>
public sealed record RelatedItems(string One, string Other, double Correlation);

/// <summary>Where a unit is better or worse than its like.</summary>
/// <param name="Counted">What the item counts.</param>
/// <param name="Mean">The same of the units of like, on average.</param>
/// <param name="Points">Effect on the combined score: 100 × effective weight × the difference.</param>
/// <param name="Rank">In this item, among the units of like.</param>
public sealed record Standing(string Indicator, string Name, decimal Counted, decimal Mean, decimal Points, int Rank);

/// <summary>A unit's profile.</summary>
public sealed record UnitProfile(string Unit, string Name, decimal? Score, int? Rank, IReadOnlyList<Standing> Strengths, IReadOnlyList<Standing> Weaknesses);

/// <summary>What the result rests on.</summary>
/// <param name="Alpha">Cronbach's: 1 when all items say the same; null: too few items or units.</param>
/// <param name="Components">Shares of the variance that principal components of the items explain, the largest first; empty: the same.</param>
public sealed record ScoreAnalysis(
    ScoreHeading Heading, string Peers, IReadOnlyList<ItemInfluence> Items, IReadOnlyList<RelatedItems> Related, IReadOnlyList<UnitProfile> Units,
    double? Alpha, IReadOnlyList<double> Components)
{
    private const double Close = 0.9;

    internal static ScoreAnalysis Of(LookedAt looked, bool demonstration)
    {
        var (table, units) = (looked.Scoring.Table, looked.Units);
        var weights = EffectiveWeights(table);
        double?[][] counted = [.. table.Scheme.Items.Select((_, item) => units.Select(unit => (double?)unit.Items[item].Score.Counted).ToArray())];
        double?[] combined = [.. units.Select(unit => (double?)unit.Combined)];
        return new(
            ScoreHeading.Of(looked.Scoring, demonstration), looked.Peers,
            [.. table.Scheme.Items.Select((item, at) => new ItemInfluence(
                item.Indicator, item.Name, weights[at], Correlation(counted[at], combined), Without(looked, item.Indicator)))],
            [.. from one in Enumerable.Range(0, counted.Length)
                from other in Enumerable.Range(one + 1, counted.Length - one - 1)
                let correlation = Correlation(counted[one], counted[other])
                where Math.Abs(correlation ?? 0) >= Close
                select new RelatedItems(table.Scheme.Items[one].Indicator, table.Scheme.Items[other].Indicator, correlation.Value)],
            [.. units.Select(unit => Profile(unit, units, weights))], Consistency.Alpha(counted), Consistency.Components(counted));
    }

    /// <summary>By item: the product of the shares of weight from the goal down.</summary>
    internal static decimal[] EffectiveWeights(ScoreTable table)
    {
        var (items, groups) = (table.Scheme.Items, table.Scheme.Tree.Groups);
        decimal Level(string? code) => items.Where(item => item.Rule?.Group == code).Sum(item => item.Weight) + groups.Where(group => group.Parent == code).Sum(group => group.Weight);
        decimal Share(string? code) => code is null ? 1 : groups.First(group => group.Code == code) is var own ? own.Weight / Level(own.Parent) * Share(own.Parent) : 1;
        return [.. items.Select(item => item.Weight / Level(item.Rule?.Group) * Share(item.Rule?.Group))];
    }

    /// <summary>Pearson's, over the units that have both; null for fewer than three, or where nothing differs.</summary>
    internal static double? Correlation(IReadOnlyList<double?> one, IReadOnlyList<double?> other)
    {
        var pairs = one.Zip(other).Where(pair => pair is { First: not null, Second: not null }).Select(pair => (X: pair.First!.Value, Y: pair.Second!.Value)).ToArray();
        if (pairs.Length < 3)
        {
            return null;
        }

        var (mx, my) = (pairs.Average(pair => pair.X), pairs.Average(pair => pair.Y));
        var (xx, yy, xy) = (pairs.Sum(p => (p.X - mx) * (p.X - mx)), pairs.Sum(p => (p.Y - my) * (p.Y - my)), pairs.Sum(p => (p.X - mx) * (p.Y - my)));
        // What differs by rounding only does not differ.
        return xx < 1e-18 || yy < 1e-18 ? null : Math.Clamp(xy / Math.Sqrt(xx * yy), -1, 1);
    }

    private static RankShift[] Without(LookedAt looked, string indicator) =>
        Scenario.Apply(looked.Scoring.Table.Scheme, new() { Weights = new Dictionary<string, decimal> { [indicator] = 0 } }).IsRefused(out _, out var scheme) ? []
            : [.. looked.Scoring.Table.Regions.Zip(looked.Scoring.Rescore(scheme).Regions)
                .Where(pair => pair.First.Unit.IsRanked && pair.First.Unit.Peers == looked.Peers && pair.First.Rank != pair.Second.Rank)
                .Select(pair => new RankShift(pair.First.Region.Code, pair.First.Region.Name, pair.First.Rank, pair.Second.Rank))];

    private static UnitProfile Profile(RegionResult unit, IReadOnlyList<RegionResult> units, decimal[] weights)
    {
        Standing[] standings = [.. unit.Items.Index().Where(item => item.Item.Score.Counted is not null).Select(item =>
        {
            decimal[] all = [.. units.Select(other => other.Items[item.Index].Score.Counted).OfType<decimal>()];
            var (own, mean) = (item.Item.Score.Counted!.Value, all.Sum() / all.Length);
            return new Standing(
                item.Item.Item.Indicator, item.Item.Item.Name, own, mean, 100 * weights[item.Index] * (own - mean), 1 + all.Count(other => other > own));
        }).OrderByDescending(standing => standing.Points)];
        return new(
            unit.Region.Code, unit.Region.Name, ScoreText.Rounded(unit.Combined), unit.Rank,
            [.. standings.Where(standing => standing.Points > 0).Take(5)],
            [.. standings.Where(standing => standing.Points < 0).Reverse().Take(5)]);
    }
}

/// <summary>Analyses what the result rests on.</summary>
public static class AnalyseScores
{
    public static void Map(IEndpointRouteBuilder robustness) => robustness
        .MapGet("/{period}", HandleAsync)
        .WithName(nameof(AnalyseScores))
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>Effective weights, correlations, how far the items say one thing, ranks with each item left out, strengths and weaknesses of every unit.</summary>
    internal static async Task<Results<Ok<ScoreAnalysis>, ProblemHttpResult>> HandleAsync(
        string period, [FromQuery] string? scheme, [FromQuery] string? asOf, [FromQuery] string? peers,
        ScoreReader reader, ScoreDocuments documents, TimeProvider clock, CancellationToken cancellation) =>
        (await RobustnessQuestion.ReadAsync(reader, period, scheme, asOf, peers, clock.GetUtcNow(), cancellation)).IsRefused(out var refusal, out var looked)
            ? refusal.ToProblem()
            : TypedResults.Ok(ScoreAnalysis.Of(looked, documents.Demonstration));
}
