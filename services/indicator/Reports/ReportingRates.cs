using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Observations;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Reports;

/// <summary>When reports are due.</summary>
/// <param name="Frequency"><c>month</c> or <c>year</c>.</param>
/// <param name="Indicator">Null: of every one.</param>
/// <param name="Region">Null: everywhere.</param>
/// <param name="Revision">Also the ETag.</param>
/// <param name="MonthsAfter">1: in the month after the period ends.</param>
/// <param name="Mark">How sure: P plan, S public source, L law, I inference, D design proposal, U unverified.</param>
/// <param name="Source">The document, or why.</param>
public sealed record DueRule(
    string Frequency, string? Indicator, string? Region, DateOnly ValidFrom, int Revision, int MonthsAfter, int Day, string Mark, bool Verified, string Source)
{
    internal const string CurrentSql = """
        select distinct on (frequency, valid_from, indicator, region)
            frequency, indicator, region, valid_from, revision, months_after, day, mark, verified, source
        from report_due
        order by frequency, valid_from, indicator nulls first, region nulls first, revision desc
        """;
}

/// <summary>A report that is asked for.</summary>
/// <param name="State"><c>missing</c>: nobody has begun; else as of the report.</param>
/// <param name="HandedIn">When it was first submitted, or locked at once; null: not yet.</param>
/// <param name="Timing"><c>on-time</c>, <c>late</c>, <c>overdue</c> (not in, and due) or <c>open</c> (not in, not due yet).</param>
public sealed record ExpectedReport(
    string Indicator, string Region, string Period, DateOnly DueOn, string State, DateTimeOffset? HandedIn, string Timing);

/// <summary>How a region reports.</summary>
/// <param name="Due">Reports whose day has come.</param>
/// <param name="In">Of those, handed in by now.</param>
/// <param name="OnTime">Of those, handed in by their day.</param>
/// <param name="RatePercent">In ÷ due; null: nothing was due.</param>
/// <param name="TimelinessPercent">On time ÷ due.</param>
public sealed record ReportingRate(string Region, string Name, int Due, int In, int OnTime, int Locked, decimal? RatePercent, decimal? TimelinessPercent);

/// <summary>Which reports are due when, and how many came; pure.</summary>
internal static class ReportingRates
{
    /// <summary>The last day on which a report is on time: by the rule that is made for the fewest, the latest of these.</summary>
    public static DateOnly DueOn(string indicator, string region, Period period, IEnumerable<DueRule> rules)
    {
        var frequency = period.Kind == PeriodKind.Year ? "year" : "month";
        var rule = rules
            .Where(rule => rule.Frequency == frequency && (rule.Indicator ?? indicator) == indicator && (rule.Region ?? region) == region && rule.ValidFrom <= period.Start)
            .OrderBy(rule => rule.Indicator is not null).ThenBy(rule => rule.Region is not null).ThenBy(rule => rule.ValidFrom).Last();
        var month = new DateOnly(period.End.Year, period.End.Month, 1).AddMonths(rule.MonthsAfter);
        return month.AddDays(rule.Day - 1);
    }

    /// <summary>Every report of these months that counties (or the city) make, with what has become of it.</summary>
    /// <param name="came">State and instant by indicator, region and period.</param>
    public static IEnumerable<ExpectedReport> Expected(
        IEnumerable<PlanIndicator> indicators, IReadOnlyCollection<string> regions, Window months, IReadOnlyList<DueRule> rules,
        IReadOnlyDictionary<ReportKey, (string State, DateTimeOffset? HandedIn)> came, DateOnly today) =>
        from month in months.Months()
        from indicator in indicators
        where indicator.OriginOn(month) != Origin.Derived && (indicator.Frequency == "month" || month.Month == 12)
        let period = indicator.Frequency == "year" ? Period.YearOf(month.Year) : Period.MonthOf(month)
        from region in indicator.CityOnly ? [RegionCode.City] : RegionCode.Counties.Select(county => county.Code)
        where regions.Contains(region)
        let due = DueOn(indicator.Code, region, period, rules)
        let found = came.TryGetValue(new(indicator.Code, region, period.ToString()), out var seen) ? seen : ("missing", null)
        select new ExpectedReport(indicator.Code, region, period.ToString(), due, found.Item1, found.Item2, TimingOf(found.Item2, due, today));

    /// <summary>How each region reports.</summary>
    public static IEnumerable<ReportingRate> RatesOf(IEnumerable<ExpectedReport> expected, DateOnly today) =>
        from report in expected
        group report by report.Region into region
        let due = region.Where(report => report.DueOn < today || report.HandedIn is not null).ToArray()
        let came = due.Count(report => report.HandedIn is not null)
        let onTime = due.Count(report => report.Timing == "on-time")
        orderby region.Key
        select new ReportingRate(region.Key, RegionCode.Wuwei[region.Key].Name, due.Length, came, onTime, due.Count(report => report.State == "locked"),
            Percent(came, due.Length), Percent(onTime, due.Length));

    private static string TimingOf(DateTimeOffset? handedIn, DateOnly due, DateOnly today) => handedIn switch
    {
        { } instant => instant.LocalDay() <= due ? "on-time" : "late",
        null => due < today ? "overdue" : "open",
    };

    private static decimal? Percent(int part, int whole) => whole == 0 ? null : decimal.Round(100m * part / whole, 2, MidpointRounding.AwayFromZero);
}
