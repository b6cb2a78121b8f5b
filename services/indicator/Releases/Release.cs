using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Observations;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Releases;

/// <summary>A period's figures for the public.</summary>
/// <param name="Revision">From 1; also the ETag. The highest whose embargo is over is what the public sees.</param>
/// <param name="AsOf">State of knowledge that is published.</param>
/// <param name="PublishAt">End of the embargo.</param>
public sealed record Release(string Period, int Revision, DateTimeOffset AsOf, DateTimeOffset PublishAt, string? Note, string ReleasedBy, DateTimeOffset ReleasedAt)
{
    internal const string Columns = "r.period, r.revision, r.as_of, r.publish_at, r.note, r.released_by, r.released_at";
}

/// <summary>A figure of a release.</summary>
/// <param name="Value">Null: withheld, or not known.</param>
/// <param name="Status"><c>published</c>, <c>suppressed</c> or <c>missing</c>.</param>
public sealed record ReleasedValue(string Indicator, string Region, decimal? Value, string Status);

/// <summary>Puts a release together; pure.</summary>
internal static class ReleaseValues
{
    /// <summary>The indicators that are published by such a period: each by its own, so that months and years never stand beside one another.</summary>
    public static IEnumerable<PlanIndicator> Of(IEnumerable<PlanIndicator> indicators, Period period) =>
        indicators.Where(indicator => indicator.Frequency == (period.Kind == PeriodKind.Year ? "year" : "month"));

    /// <param name="cells">Totals of the indicator's measures in the period.</param>
    /// <param name="least">Least count that is shown.</param>
    /// <param name="before">What an earlier release of the period withheld.</param>
    public static IEnumerable<ReleasedValue> Of(PlanIndicator indicator, Period period, IEnumerable<Cell> cells, decimal least, IReadOnlySet<(string Indicator, string Region)> before)
    {
        string[] regions = [.. indicator.CityOnly ? [] : RegionCode.Counties.Select(county => county.Code), RegionCode.City];
        var window = new Window(period.Start, new(period.End.Year, period.End.Month, 1));
        var all = cells.ToArray();
        var values = regions.Select(region => Aggregation.Of(indicator, region, window, all)).ToArray();
        bool[] earlier = [.. regions.Select(region => before.Contains((indicator.Code, region)))];
        bool[] withheld = indicator.Counting switch
        {
            Counting.Level => new bool[regions.Length],
            // Without numerators and denominators no rate follows from the others.
            Counting.Ratio => [.. values.Zip(earlier, (value, was) => was || value.Denominator < least)],
            _ => Suppression.Of(values[^1].Value, [.. values[..^1].Select(value => value.Value)], least, earlier),
        };
        return regions.Zip(values, withheld).Select(one => one.Second.Value is not { } known ? new ReleasedValue(indicator.Code, one.First, null, "missing")
            : one.Third ? new(indicator.Code, one.First, null, "suppressed")
            : new(indicator.Code, one.First, decimal.Round(known, 4), "published"));
    }
}
