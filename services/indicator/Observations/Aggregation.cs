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

    private static readonly string[] s_city = [RegionCode.City], s_counties = [.. RegionCode.Counties.Select(county => county.Code)];

    /// <param name="cells">Totals of the indicator's measures; others' regions and months are left out.</param>
    public static Observed Of(PlanIndicator indicator, string region, Window window, IEnumerable<Cell> cells)
    {
        if (indicator.Derivation is { } derivation)
        {
            return derivation.Of(region, window, cells as IReadOnlyCollection<Cell> ?? [.. cells]);
        }

        // Loops: a table asks this four thousand times.
        var prefix = RegionCode.Prefix(region);
        List<Cell> known = [];
        var (position, knownAt) = (0L, (DateTimeOffset?)null);
        foreach (var cell in cells)
        {
            if (!window.Holds(cell.Month) || !cell.Region.StartsWith(prefix, StringComparison.Ordinal))
            {
                continue;
            }

            position = Math.Max(position, cell.Position);
            knownAt = knownAt > cell.KnownAt ? knownAt : cell.KnownAt;
            if (cell.Facts > 0)
            {
                known.Add(cell);
            }
        }

        var expected = indicator.CityOnly ? s_city : region == RegionCode.City ? s_counties : [region];
        IReadOnlyList<DateOnly>? months = indicator.Counting switch
        {
            Counting.Level => known.Count == 0 ? [] : [known.Max(cell => cell.Month)],
            Counting.YearEndStocks => [.. StockMonths(window with { OfPlan = window.OfPlan && indicator.Cumulative }, known, expected)],
            _ => null,
        };
        var used = months is null ? known : known.FindAll(cell => months.Contains(cell.Month));
        var (value, numerator, denominator) = indicator.Counting == Counting.Ratio
            ? Rate(Sum(indicator, used, MeasureRole.Numerator), Sum(indicator, used, MeasureRole.Denominator))
            : (Sum(indicator, used, MeasureRole.Sum), null, null);
        var facts = 0L;
        foreach (var cell in used)
        {
            facts += cell.Facts;
        }

        return new(value, numerator, denominator, facts, months,
            indicator.OriginOn(window.To) == Origin.Derived ? null : Missing(indicator, window, known, expected), position, knownAt);
    }

    /// <summary>The value of one month: what consumers are told of.</summary>
    public static decimal? ValueOf(PlanIndicator indicator, string region, DateOnly month, IEnumerable<Cell> cells) =>
        Of(indicator, region, new(month, month), cells).Value;

    /// <summary>Without trailing zeros, so that equal values are written the same.</summary>
    public static decimal Plain(decimal value) => decimal.Truncate(value) is var whole && whole == value ? whole : value / 1.0000000000000000000000000000m;

    private static decimal? Sum(PlanIndicator indicator, List<Cell> cells, MeasureRole role)
    {
        decimal? sum = null;
        foreach (var cell in cells)
        {
            for (var i = 0; i < indicator.Measures.Count; i++)
            {
                if (indicator.Measures[i].Role == role && indicator.Measures[i].Measure == cell.Measure)
                {
                    sum = (sum ?? 0) + cell.Quantity;
                    break;
                }
            }
        }

        return sum is { } known ? Plain(known) : null;
    }

    private static (decimal? Value, decimal? Numerator, decimal? Denominator) Rate(decimal? numerator, decimal? denominator) =>
        (numerator is { } part && denominator is > 0 and { } whole ? Plain(decimal.Round(100 * part / whole, RateDecimals, MidpointRounding.AwayFromZero)) : null,
         numerator, denominator);

    // A stock with a county missing is no stock of the city. A period has its last month that is whole; the plan adds
    // the Decembers of years gone by and the last whole month of its last year.
    private static IEnumerable<DateOnly> StockMonths(Window window, List<Cell> known, string[] expected)
    {
        var whole = known.GroupBy(cell => cell.Month)
            .Where(month => expected.All(part => month.Any(cell => cell.Region.StartsWith(part, StringComparison.Ordinal))))
            .Select(month => month.Key).ToArray();
        var lastYear = window.OfPlan ? whole.Where(month => month.Year == window.To.Year) : whole;
        var ends = window.OfPlan ? whole.Where(month => month.Year < window.To.Year && month.Month == 12) : [];
        return ends.Concat(lastYear.OrderDescending().Take(1));
    }

    private static List<(string Region, DateOnly Month)> Missing(PlanIndicator indicator, Window window, List<Cell> known, string[] expected)
    {
        var reported = new HashSet<(string, DateOnly)>(known.Count);
        foreach (var cell in known)
        {
            reported.Add((RegionCode.CountyOf(cell.Region), cell.Month));
        }

        List<(string, DateOnly)> missing = [];
        foreach (var month in window.Months())
        {
            var isDue = (indicator.Frequency == "month" || month.Month == 12)
                && (indicator.Counting != Counting.YearEndStocks || month == window.To || (window.OfPlan && indicator.Cumulative && month.Month == 12));
            for (var i = 0; isDue && i < expected.Length; i++)
            {
                if (!reported.Contains((expected[i], month)))
                {
                    missing.Add((expected[i], month));
                }
            }
        }

        return missing;
    }
}
