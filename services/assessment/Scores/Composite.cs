namespace Wuwei.Assessment.Scores;

/// <summary>Functions of composite indicators, exact to the last digit of <see cref="decimal"/> (28).</summary>
/// <remarks>Source: OECD/JRC Handbook on Constructing Composite Indicators; checked against COINr's results.</remarks>
internal static class Composite
{
    /// <summary>Progress where more is better: actual ÷ target.</summary>
    /// <param name="target">Above 0.</param>
    public static decimal Towards(decimal actual, decimal target) => actual / target;

    /// <summary>Progress where less is better: 1 at the target, less by the overshoot in proportion to the span.</summary>
    /// <param name="span">The overshoot at which nothing is left, above 0.</param>
    public static decimal Below(decimal actual, decimal target, decimal span) => 1 - (actual - target) / span;

    /// <summary>Weighted arithmetic mean; a missing value leaves and the other weights are rescaled. Null when all are missing.</summary>
    public static decimal? WeightedMean(IEnumerable<(decimal? Value, decimal Weight)> parts)
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

    /// <summary>1 + how many are better; equals share the rank and the next one is skipped. A missing value has no rank.</summary>
    public static int?[] Ranks(IReadOnlyList<decimal?> values, bool highestFirst) => [.. values.Select(value =>
        value is null ? (int?)null : 1 + values.Count(other => highestFirst ? other > value : other < value))];
}
