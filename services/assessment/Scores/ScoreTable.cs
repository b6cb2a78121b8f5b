using Wuwei.Assessment.Observations;
using Wuwei.Assessment.Schemes;
using Wuwei.Assessment.Targets;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Assessment.Scores;

/// <summary>An item's score with what it rests on.</summary>
internal sealed record ScoredItem(SchemeItem Item, Evidence Evidence, ItemScore Score);

/// <summary>A region's items and combined score.</summary>
/// <param name="Combined">0–100, unrounded; null when too little is known.</param>
/// <param name="Rank">Among the counties, 1 is best; the city has none.</param>
/// <param name="TiedWith">Codes of counties with exactly the same score.</param>
/// <param name="ApplicableWeight">Weight of the items that exist here.</param>
/// <param name="CoveredWeight">Weight of those that have a score.</param>
internal sealed record RegionResult(
    Region Region, IReadOnlyList<ScoredItem> Items, decimal? Combined, int? Rank, IReadOnlyList<string> TiedWith,
    decimal ApplicableWeight, decimal CoveredWeight)
{
    public bool IsCounty => Region.Level == "county";
}

/// <summary>Combined scores of the counties and the city for one month: a pure function of what is known.</summary>
internal sealed record ScoreTable(Scheme Scheme, Period Month, IReadOnlyList<RegionResult> Regions)
{
    /// <summary>Counties in the order of their codes, the city last.</summary>
    public static readonly IReadOnlyList<Region> Assessed = [.. RegionCode.Counties, RegionCode.Wuwei[RegionCode.City]];

    /// <summary>Scores every region. Ranks before anything is rounded.</summary>
    /// <param name="observations">The winning version of each; order does not matter.</param>
    /// <param name="targets">The winning version of each; order does not matter.</param>
    public static ScoreTable Of(Scheme scheme, Period month, IReadOnlyCollection<Observation> observations, IReadOnlyCollection<Target> targets)
    {
        var observed = observations.ToLookup(o => (o.Region, o.Indicator));
        var aimed = targets.ToLookup(t => (t.Region, t.Indicator));
        RegionResult[] results = [.. Assessed.Select(region => Score(scheme, region, scheme.Items.Select(item =>
        {
            var key = (region.Code, item.Indicator);
            var evidence = Evidence.Gather(item, scheme.PlanFrom, month, observed[key], aimed[key]);
            return new ScoredItem(item, evidence, ItemScore.Of(item, scheme.UnmetCeiling, region.Level == "county", evidence));
        })))];
        var ranks = Composite.Ranks([.. results.Select(result => result.IsCounty ? result.Combined : null)], highestFirst: true);
        return new(scheme, month, [.. results.Select((result, at) => result with
        {
            Rank = ranks[at],
            TiedWith = ranks[at] is null ? [] : [.. results.Where((other, place) => place != at && ranks[place] == ranks[at]).Select(other => other.Region.Code)],
        })]);
    }

    private static RegionResult Score(Scheme scheme, Region region, IEnumerable<ScoredItem> scored)
    {
        ScoredItem[] items = [.. scored];
        var applicable = items.Where(item => item.Score.Status is not ItemStatus.NotApplicable).Sum(item => item.Item.Weight);
        var covered = items.Where(item => item.Score.Counted is not null).Sum(item => item.Item.Weight);
        var mean = covered * 100 >= scheme.Threshold * applicable
            ? Composite.WeightedMean(items.Select(item => (item.Score.Counted, item.Item.Weight)))
            : null;
        // A cap above 1 lets one item make up for another, never lift the whole above 100.
        return new(region, items, mean is { } share ? Math.Min(100, 100 * share) : null, null, [], applicable, covered);
    }
}
