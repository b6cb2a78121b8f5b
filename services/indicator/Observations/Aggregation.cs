using Wuwei.Indicator.Catalogue;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Observations;

/// <summary>A month's total of a measure in a region, as the ledger keeps it.</summary>
/// <param name="Facts">Facts that add up to it; 0: nothing is known, which is not zero.</param>
internal sealed record Cell(
    string Measure, string Region, DateOnly Month, decimal Quantity, long Facts, long Position, DateTimeOffset KnownAt);

/// <summary>What is put together: a stretch of months, by their first days.</summary>
/// <param name="OfPlan">Whether it stands for the plan so far: then a stock's year-ends are added.</param>
internal readonly record struct Window(DateOnly From, DateOnly To, bool OfPlan = false)
{
    public bool Holds(DateOnly month) => From <= month && month <= To;

    public IEnumerable<DateOnly> Months()
    {
        for (var month = From; month <= To; month = month.AddMonths(1))
        {
            yield return month;
        }
    }
}

/// <summary>An indicator's value in a region over a stretch of months.</summary>
/// <param name="Value">In the indicator's unit; null: not known.</param>
/// <param name="Numerator">Of rates.</param>
/// <param name="Denominator">Of rates.</param>
/// <param name="Facts">Facts that add up to the value.</param>
/// <param name="Months">The months whose totals make the value, where not all do: stocks and levels.</param>
/// <param name="Missing">County (or city) and month that should have been reported and were not; null for derived ones.</param>
/// <param name="Position">Of the last change in these months.</param>
internal sealed record Observed(
    decimal? Value, decimal? Numerator, decimal? Denominator, long Facts,
    IReadOnlyList<DateOnly>? Months, IReadOnlyList<(string Region, DateOnly Month)>? Missing, long Position, DateTimeOffset? KnownAt);

/// <summary>How months and regions are put together, by the indicator's way of counting.</summary>
internal static class Aggregation
{
    /// <summary>Rates are rounded to ten decimals: finer than any county's denominator can tell apart.</summary>
    private const int RateDecimals = 10;

    /// <param name="cells">Totals of the indicator's measures; others' regions and months are left out.</param>
    public static Observed Of(PlanIndicator indicator, string region, Window window, IEnumerable<Cell> cells)
    {
        if (indicator.Derivation is { } derivation)
        {
            return derivation.Of(region, window, cells as IReadOnlyCollection<Cell> ?? [.. cells]);
        }

        var here = cells.Where(cell => RegionCode.Covers(region, cell.Region) && window.Holds(cell.Month)).ToArray();
        var known = here.Where(cell => cell.Facts > 0).ToArray();
        var expected = indicator.CityOnly ? [RegionCode.City] : region == RegionCode.City ? [.. RegionCode.Counties.Select(c => c.Code)] : new[] { region };
        IReadOnlyList<DateOnly>? months = indicator.Counting switch
        {
            Counting.Level => [.. known.Select(cell => cell.Month).OrderDescending().Take(1)],
            Counting.YearEndStocks => [.. StockMonths(window with { OfPlan = window.OfPlan && indicator.Cumulative }, known, expected)],
            _ => null,
        };
        var used = months is null ? known : [.. known.Where(cell => months.Contains(cell.Month))];
        var (value, numerator, denominator) = indicator.Counting == Counting.Ratio
            ? Rate(Sum(indicator, used, MeasureRole.Numerator), Sum(indicator, used, MeasureRole.Denominator))
            : (Sum(indicator, used, MeasureRole.Sum), null, null);
        return new(value, numerator, denominator, used.Sum(cell => cell.Facts), months,
            indicator.OriginOn(window.To) == Origin.Derived ? null : [.. Missing(indicator, window, known, expected)],
            here.Select(cell => cell.Position).DefaultIfEmpty().Max(),
            here.Length == 0 ? null : here.Max(cell => cell.KnownAt));
    }

    /// <summary>The value of one month: what consumers are told of.</summary>
    public static decimal? ValueOf(PlanIndicator indicator, string region, DateOnly month, IEnumerable<Cell> cells) =>
        Of(indicator, region, new(month, month), cells).Value;

    /// <summary>Without trailing zeros, so that equal values are written the same.</summary>
    public static decimal Plain(decimal value) => value / 1.0000000000000000000000000000m;

    private static decimal? Sum(PlanIndicator indicator, Cell[] cells, MeasureRole role)
    {
        var measures = indicator.Measures.Where(measure => measure.Role == role).Select(measure => measure.Measure).ToArray();
        var parts = cells.Where(cell => measures.Contains(cell.Measure)).ToArray();
        return parts is [] ? null : Plain(parts.Sum(cell => cell.Quantity));
    }

    private static (decimal? Value, decimal? Numerator, decimal? Denominator) Rate(decimal? numerator, decimal? denominator) =>
        (numerator is { } part && denominator is > 0 and { } whole ? Plain(decimal.Round(100 * part / whole, RateDecimals, MidpointRounding.AwayFromZero)) : null,
         numerator, denominator);

    // A stock with a county missing is no stock of the city. A period has its last month that is whole; the plan adds
    // the Decembers of years gone by and the last whole month of its last year.
    private static IEnumerable<DateOnly> StockMonths(Window window, Cell[] known, string[] expected)
    {
        var whole = known.GroupBy(cell => cell.Month)
            .Where(month => expected.All(part => month.Any(cell => cell.Region.StartsWith(part, StringComparison.Ordinal))))
            .Select(month => month.Key).ToArray();
        var lastYear = window.OfPlan ? whole.Where(month => month.Year == window.To.Year) : whole;
        var ends = window.OfPlan ? whole.Where(month => month.Year < window.To.Year && month.Month == 12) : [];
        return ends.Concat(lastYear.OrderDescending().Take(1));
    }

    private static IEnumerable<(string Region, DateOnly Month)> Missing(PlanIndicator indicator, Window window, Cell[] known, string[] expected)
    {
        var reported = known.Select(cell => (RegionCode.CountyOf(cell.Region), cell.Month)).ToHashSet();
        return from month in window.Months()
               where indicator.Frequency == "month" || month.Month == 12
               where indicator.Counting != Counting.YearEndStocks || month == window.To || (window.OfPlan && indicator.Cumulative && month.Month == 12)
               from part in expected
               where !reported.Contains((part, month))
               select (part, month);
    }
}
