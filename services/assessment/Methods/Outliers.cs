namespace Wuwei.Assessment.Methods;

/// <summary>What was changed in a value before it was compared, and why.</summary>
/// <param name="At">Which of the values.</param>
internal sealed record Treated(int At, decimal Before, decimal After);

/// <summary>
/// Values so far from the rest that they would decide everything. Only the place on the scale of those compared is
/// touched, never an observation, and every change is listed.
/// </summary>
/// <remarks>
/// The rule is COINr's: |skewness| above 2 and kurtosis above 3.5, both of the sample as spreadsheets compute them. Moments
/// are <see cref="double"/>: they only decide whether to treat; winsorised values are others' exact values.
/// </remarks>
internal static class Outliers
{
    public const double MostSkewness = 2, MostKurtosis = 3.5;

    /// <summary>Whether a few values stretch the scale. Fewer than four values never do: kurtosis needs them.</summary>
    public static bool Are(IReadOnlyList<decimal?> values) =>
        Moments(values) is { } moments && Math.Abs(moments.Skewness) > MostSkewness && moments.Kurtosis > MostKurtosis;

    /// <summary>
    /// Draws the outermost values on the long side to the next one inside, one more at a time, until the rule is content or
    /// so many are drawn in.
    /// </summary>
    /// <param name="most">Values that may be changed.</param>
    public static (decimal?[] Values, IReadOnlyList<Treated> Treated) Winsorise(IReadOnlyList<decimal?> values, int most)
    {
        decimal?[] result = [.. values];
        int above = 0, below = 0;
        while (above + below < most && Are(result))
        {
            // Sorted by value only: which of equals comes first must not matter.
            var sorted = values.OfType<decimal>().Order().ToArray();
            if (Moments(result)!.Value.Skewness > 0)
            {
                above++;
            }
            else
            {
                below++;
            }

            if (above + below >= sorted.Length)
            {
                break;
            }

            var (low, high) = (sorted[below], sorted[^(above + 1)]);
            result = [.. values.Select(value => value is { } known ? Math.Clamp(known, Math.Min(low, high), Math.Max(low, high)) : value)];
        }

        return (result, Changes(values, result));
    }

    /// <summary>Draws the long side together by a logarithm: of the distance from the shortest end, a hundredth of the span added.</summary>
    public static (decimal?[] Values, IReadOnlyList<Treated> Treated) Logarithm(IReadOnlyList<decimal?> values)
    {
        if (!Are(values))
        {
            return ([.. values], []);
        }

        var (min, max) = (values.Min()!.Value, values.Max()!.Value);
        var offset = (max - min) / 100;
        var isRightLong = Moments(values)!.Value.Skewness > 0;
        decimal?[] result = [.. values.Select(value => value is not { } known ? (decimal?)null
            : isRightLong ? Log(known - min + offset) : -Log(max - known + offset))];
        return (result, Changes(values, result));
    }

    /// <summary>Skewness and excess kurtosis of the sample; null when there are too few values or none differs.</summary>
    public static (double Skewness, double Kurtosis)? Moments(IReadOnlyList<decimal?> values)
    {
        // In the order of size: a sum of doubles depends on it, and the order of the units must not.
        var x = values.OfType<decimal>().Order().Select(value => (double)value).ToArray();
        double n = x.Length;
        if (n < 4)
        {
            return null;
        }

        var mean = x.Sum() / n;
        double m2 = x.Sum(v => Math.Pow(v - mean, 2)) / n, m3 = x.Sum(v => Math.Pow(v - mean, 3)) / n, m4 = x.Sum(v => Math.Pow(v - mean, 4)) / n;
        return m2 == 0 ? null : (
            m3 / Math.Pow(m2, 1.5) * Math.Sqrt(n * (n - 1)) / (n - 2),
            ((n + 1) * (m4 / (m2 * m2) - 3) + 6) * (n - 1) / ((n - 2) * (n - 3)));
    }

    private static decimal Log(decimal value) => (decimal)Math.Log((double)value);

    private static Treated[] Changes(IReadOnlyList<decimal?> before, decimal?[] after) =>
        [.. Enumerable.Range(0, before.Count).Where(at => before[at] != after[at]).Select(at => new Treated(at, before[at]!.Value, after[at]!.Value))];
}
