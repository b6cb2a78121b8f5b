namespace Wuwei.Assessment.Methods;

/// <summary>What stands in for a value that nobody knows. An answer says of each value whether it is one.</summary>
internal static class Impute
{
    /// <summary>The mean of those compared that have a value; null when none has.</summary>
    public static decimal? Mean(IReadOnlyList<decimal?> values) => values.OfType<decimal>().ToArray() is { Length: > 0 } known ? known.Sum() / known.Length : null;

    /// <summary>Their middle.</summary>
    public static decimal? Median(IReadOnlyList<decimal?> values) => Combine.WeightedMedian(values.Select(value => (value, 1m)));

    /// <summary>Whether enough is known to combine it.</summary>
    /// <param name="threshold">Least share of the applicable weight, percent.</param>
    public static bool IsEnough(decimal covered, decimal applicable, decimal threshold) => covered * 100 >= threshold * applicable;

    /// <summary>A value per so many of another, e.g. per 10,000 workers. Null where there is nobody to share it.</summary>
    public static decimal? Per(decimal? value, decimal? denominator, decimal scale) => denominator is > 0 ? value / denominator * scale : null;
}
