namespace Wuwei.Assessment.Methods;

/// <summary>How several values become one. A missing value leaves and the other weights are rescaled; null when all are missing.</summary>
/// <remarks>
/// Weights are above 0. Exact in <see cref="decimal"/> but for the geometric mean, whose logarithms are
/// <see cref="double"/>: 15 digits, the same on every run. Source: OECD/JRC Handbook; checked against COINr's results.
/// </remarks>
internal static class Combine
{
    public static decimal? Arithmetic(IEnumerable<(decimal? Value, decimal Weight)> parts)
    {
        decimal sum = 0, weights = 0;
        foreach (var (value, weight) in parts)
        {
            if (value is { } present)
            {
                sum += weight * present;
                weights += weight;
            }
        }

        return weights == 0 ? null : sum / weights;
    }

    /// <summary>A low value pulls harder the lower it is.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is not above 0.</exception>
    public static decimal? Geometric(IEnumerable<(decimal? Value, decimal Weight)> parts) =>
        Arithmetic(parts.Select(part => ((decimal?)(AboveZero(part.Value) is { } value ? (decimal)Math.Log((double)value) : null), part.Weight)))
            is { } mean ? (decimal)Math.Exp((double)mean) : null;

    /// <summary>Pulls still harder.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is not above 0.</exception>
    public static decimal? Harmonic(IEnumerable<(decimal? Value, decimal Weight)> parts) =>
        Arithmetic(parts.Select(part => (1 / AboveZero(part.Value), part.Weight))) is { } mean ? 1 / mean : null;

    /// <summary>The least value with half of the weight at or below it; exactly half: the middle between it and the next.</summary>
    public static decimal? WeightedMedian(IEnumerable<(decimal? Value, decimal Weight)> parts)
    {
        var sorted = parts.Where(part => part.Value is not null).OrderBy(part => part.Value).ToArray();
        var (half, below) = (sorted.Sum(part => part.Weight) / 2, 0m);
        for (var at = 0; at < sorted.Length; at++)
        {
            below += sorted[at].Weight;
            if (below >= half)
            {
                return below == half && at + 1 < sorted.Length ? (sorted[at].Value + sorted[at + 1].Value) / 2 : sorted[at].Value;
            }
        }

        return null;
    }

    /// <summary>
    /// Every two are compared item by item: who is better by the greater weight beats the other. Each gets wins − defeats,
    /// moved to 0 (beaten by all) to 1 (beats all); alone: 1. Whoever has no value at all has no result and beats nobody.
    /// </summary>
    /// <param name="values">By item, at least one, then by unit; an item counts in a comparison when both have it.</param>
    public static decimal?[] Copeland(IReadOnlyList<IReadOnlyList<decimal?>> values, IReadOnlyList<decimal> weights)
    {
        var units = values[0].Count;
        var compared = Enumerable.Range(0, units).Where(unit => values.Any(item => item[unit] is not null)).ToArray();
        var results = new decimal?[units];
        foreach (var unit in compared)
        {
            var net = compared.Sum(other => Math.Sign(values.Zip(weights).Sum(item =>
                item.First[unit] is { } own && item.First[other] is { } theirs ? item.Second * own.CompareTo(theirs) : 0)));
            results[unit] = compared.Length == 1 ? 1 : (net + compared.Length - 1m) / (2 * (compared.Length - 1));
        }

        return results;
    }

    private static decimal? AboveZero(decimal? value) =>
        value is <= 0 ? throw new ArgumentOutOfRangeException(nameof(value), value, "Not above 0.") : value;
}
