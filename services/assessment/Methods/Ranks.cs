namespace Wuwei.Assessment.Methods;

/// <summary>Places in an order, always of what is not rounded yet.</summary>
internal static class Ranks
{
    /// <summary>1 + how many are better; equals share the rank and the next one is skipped. A missing value has no rank.</summary>
    public static int?[] Of(IReadOnlyList<decimal?> values, bool highestFirst) => [.. values.Select(value =>
        value is null ? (int?)null : 1 + values.Count(other => highestFirst ? other > value : other < value))];
}
