namespace Wuwei.Assessment.Methods;

/// <summary>How values of different units become comparable: 0 is nothing, 1 is what was asked for, more is better.</summary>
/// <remarks>
/// <see cref="decimal"/> wherever the four operations do, so that an explanation recomputes to the last digit;
/// <see cref="double"/> only inside what needs a root or a logarithm. A missing value stays missing and counts for nobody.
/// Source: OECD/JRC Handbook on Constructing Composite Indicators; checked against COINr's results.
/// </remarks>
internal static class Normalise
{
    /// <summary>Progress where more is better: actual ÷ target.</summary>
    /// <param name="target">Above 0.</param>
    public static decimal Towards(decimal actual, decimal target) => actual / target;

    /// <summary>Progress where less is better: 1 at the target, less by the overshoot in proportion to the span.</summary>
    /// <param name="span">The overshoot at which nothing is left, above 0.</param>
    public static decimal Below(decimal actual, decimal target, decimal span) => 1 - (actual - target) / span;

    /// <summary>Place between two fixed posts, from 0 to 1.</summary>
    /// <param name="high">Above <paramref name="low"/>.</param>
    /// <param name="cut">Beyond a post counts as at the post.</param>
    public static decimal Goalposts(decimal value, decimal low, decimal high, bool lowerIsBetter = false, bool cut = true)
    {
        var place = lowerIsBetter ? (high - value) / (high - low) : (value - low) / (high - low);
        return cut ? Math.Clamp(place, 0, 1) : place;
    }

    /// <summary>Points by steps: what is lost at a shortfall; beyond the last step all is.</summary>
    /// <param name="progress">1 is the target.</param>
    /// <param name="steps">In order of their shortfall.</param>
    public static decimal Steps(decimal progress, IReadOnlyList<Deduction> steps) =>
        progress >= 1 ? 1
        : steps.FirstOrDefault(step => 1 - progress <= step.Shortfall) is { } step ? 1 - step.Lost
        : 0;

    /// <summary>Place between the worst and the best of those compared. Where nobody differs, nobody is worse than the best.</summary>
    public static decimal?[] MinMax(IReadOnlyList<decimal?> values, decimal from = 0, decimal to = 1)
    {
        var (min, max) = (values.Min(), values.Max());
        return [.. values.Select(value => value is null ? null : max == min ? to : from + (value - min) * (to - from) / (max - min))];
    }

    /// <summary>Distance from the mean in standard deviations of the sample (n − 1), moved to another mean and deviation.</summary>
    public static decimal?[] ZScore(IReadOnlyList<decimal?> values, decimal mean = 0, decimal deviation = 1)
    {
        var known = values.OfType<decimal>().Order().ToArray(); // a sum of doubles depends on the order, and the units' must not matter
        if (known.Length < 2 || known.Distinct().Count() == 1)
        {
            return [.. values.Select(value => value is null ? (decimal?)null : mean)];
        }

        var centre = known.Sum() / known.Length;
        var own = (decimal)Math.Sqrt(known.Sum(value => Math.Pow((double)(value - centre), 2)) / (known.Length - 1));
        return [.. values.Select(value => value is null ? null : mean + (value - centre) / own * deviation)];
    }

    /// <summary>How many are smaller.</summary>
    public static int?[] Borda(IReadOnlyList<decimal?> values) => [.. values.Select(value =>
        value is null ? (int?)null : values.Count(other => other < value))];

    /// <summary>Which share of the others is smaller; alone, all of them.</summary>
    public static decimal?[] PercentileRank(IReadOnlyList<decimal?> values)
    {
        var others = values.Count(value => value is not null) - 1;
        return [.. Borda(values).Select(smaller => smaller is null ? (decimal?)null : others == 0 ? 1 : (decimal)smaller / others)];
    }

    /// <summary>1 at the reference, 0 at the worst of those compared; better than the reference is more than 1.</summary>
    /// <param name="reference">One of the values, e.g. the best: then it is <see cref="MinMax"/>.</param>
    public static decimal?[] DistanceToReference(IReadOnlyList<decimal?> values, decimal reference)
    {
        var worst = Math.Min(reference, values.Min() ?? reference);
        return [.. values.Select(value => value is null ? null : reference == worst ? 1 : 1 - (reference - value) / (reference - worst))];
    }
}

/// <summary>A step of a table of deductions.</summary>
/// <param name="Shortfall">Up to this share short of the target, above 0 to 1.</param>
/// <param name="Lost">This share of the points is lost, 0 to 1.</param>
public sealed record Deduction(decimal Shortfall, decimal Lost);
