namespace Wuwei.Indicator.Quality;

/// <summary>Something about figures that honest ones seldom show. A hint is a reason to ask, never a finding.</summary>
/// <param name="Kind"><c>year-end-heaping</c>, <c>round-numbers</c> or <c>equal-growth</c>.</param>
/// <param name="Region">Null: of all counties together.</param>
/// <param name="Measured">What was found, e.g. December's share in percent.</param>
/// <param name="Limit">From where on it is said.</param>
/// <param name="Text">In Chinese.</param>
public sealed record Hint(string Kind, string Indicator, string? Region, string Period, decimal Measured, decimal Limit, string Text);

/// <summary>Looks for what honest figures seldom show; pure.</summary>
internal static class Hints
{
    /// <summary>December's share of a year's flow, where a twelfth is even, from which it is said.</summary>
    public const decimal HeapingPercent = 25;

    /// <summary>How unlikely so many round numbers must be: chance of as many, in percent.</summary>
    public const decimal RoundChancePercent = 1;

    /// <summary>How near each other all counties' yearly growth must be, in percentage points.</summary>
    public const decimal EqualGrowthPoints = 0.5m;

    /// <summary>Whether a year's flow comes in December.</summary>
    /// <param name="months">Twelve.</param>
    /// <returns>December's share in percent; null: it is not much.</returns>
    public static decimal? YearEndHeaping(IReadOnlyList<decimal?> months) =>
        months.Count == 12 && months.All(month => month is not null) && months.Sum() is > 0 and { } year && 100 * months[11] / year is { } share && share >= HeapingPercent
            ? decimal.Round(share, 1) : null;

    /// <summary>Whether more numbers end in 0 than chance brings: one in ten.</summary>
    /// <param name="values">Counts; those below 100 say nothing.</param>
    /// <returns>Share of round ones in percent; null: not remarkable, or fewer than six.</returns>
    public static decimal? RoundNumbers(IEnumerable<decimal> values)
    {
        var counted = values.Where(value => value >= 100 && value == decimal.Truncate(value)).ToArray();
        var round = counted.Count(value => value % 10 == 0);
        return counted.Length >= 6 && 100 * AtLeast(round, counted.Length, 0.1) < (double)RoundChancePercent ? decimal.Round(100m * round / counted.Length, 1) : null;
    }

    /// <summary>Whether all counties grew by the same.</summary>
    /// <param name="growth">Each county's, in percent.</param>
    /// <returns>Distance between the most and the least; null: they differ, or fewer than three are known, or nothing moved.</returns>
    public static decimal? EqualGrowth(IReadOnlyCollection<decimal?> growth)
    {
        var known = growth.OfType<decimal>().ToArray();
        return known.Length >= 3 && known.Length == growth.Count && known.Max() - known.Min() is var spread && spread <= EqualGrowthPoints && known.Any(one => one != 0)
            ? spread : null;
    }

    /// <summary>Chance of at least so many hits among tries.</summary>
    public static double AtLeast(int hits, int tries, double chance)
    {
        double sum = 0, term = Math.Pow(1 - chance, tries);
        for (var k = 0; k <= tries; k++)
        {
            sum += k >= hits ? term : 0;
            term *= (double)(tries - k) / (k + 1) * chance / (1 - chance);
        }

        return Math.Min(1, sum);
    }
}
