namespace Wuwei.Indicator.Quality;

/// <summary>Something about figures that honest ones seldom show. A hint is a reason to ask, never a finding.</summary>
/// <param name="Kind"><c>year-end-heaping</c>, <c>round-numbers</c>, <c>equal-growth</c> or <c>jump-after-warning</c>.</param>
/// <param name="Region">Null: of all counties together.</param>
/// <param name="Measured">What was found, e.g. December's share in percent.</param>
/// <param name="Limit">From where on it is said.</param>
/// <param name="Text">In Chinese.</param>
public sealed record Hint(string Kind, string Indicator, string? Region, string Period, decimal Measured, decimal Limit, string Text);

/// <summary>Looks for what honest figures seldom show; pure.</summary>
internal static class Hints
{
    /// <summary>Whether a year's flow comes in December.</summary>
    /// <param name="months">Twelve.</param>
    /// <param name="limit">December's share of the year from which it is said, in percent; a twelfth is even.</param>
    /// <returns>December's share in percent; null: it is not much.</returns>
    public static decimal? YearEndHeaping(IReadOnlyList<decimal?> months, decimal? limit) =>
        months.Count == 12 && months.All(month => month is not null) && months.Sum() is > 0 and { } year && 100 * months[11] / year is { } share && share >= limit
            ? decimal.Round(share, 1) : null;

    /// <summary>Whether more numbers end in 0 than chance brings: one in ten.</summary>
    /// <param name="values">Counts; those below 100 say nothing.</param>
    /// <param name="limit">How unlikely as many must be, in percent.</param>
    /// <returns>Share of round ones in percent; null: not remarkable, or fewer than six.</returns>
    public static decimal? RoundNumbers(IEnumerable<decimal> values, decimal? limit)
    {
        var counted = values.Where(value => value >= 100 && value == decimal.Truncate(value)).ToArray();
        var round = counted.Count(value => value % 10 == 0);
        return counted.Length >= 6 && 100 * AtLeast(round, counted.Length, 0.1) < (double?)limit ? decimal.Round(100m * round / counted.Length, 1) : null;
    }

    /// <summary>Whether all counties grew by the same.</summary>
    /// <param name="growth">Each county's, in percent.</param>
    /// <param name="limit">How near each other all must be, in percentage points.</param>
    /// <returns>Distance between the most and the least; null: they differ, or fewer than three are known, or nothing moved.</returns>
    public static decimal? EqualGrowth(IReadOnlyCollection<decimal?> growth, decimal? limit)
    {
        var known = growth.OfType<decimal>().ToArray();
        return known.Length >= 3 && known.Length == growth.Count && known.Max() - known.Min() is var spread && spread <= limit && known.Any(one => one != 0)
            ? spread : null;
    }

    /// <summary>Whether the month after a warning is far above its place in the year, as the months before it tell it.</summary>
    /// <param name="months">Month by month.</param>
    /// <param name="after">The month after the one that was warned of.</param>
    /// <param name="limit">By how much more the month has grown on its year before than the three months up to the warning, in percent.</param>
    /// <returns>By how much, in percent; null: it is not much, or the year before is not known.</returns>
    public static decimal? JumpAfterWarning(IReadOnlyList<decimal?> months, int after, decimal? limit)
    {
        if (after < 15 || after >= months.Count || Growth(after) is not { } then)
        {
            return null;
        }

        decimal?[] before = [Growth(after - 1), Growth(after - 2), Growth(after - 3)];
        return before.All(one => one is not null) && before.Average() is > 0 and { } usual && 100 * (then / usual - 1) is var jump && jump >= limit
            ? decimal.Round(jump, 1) : null;

        decimal? Growth(int month) => months[month] is { } value && months[month - 12] is > 0 and { } year ? value / year : null;
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
