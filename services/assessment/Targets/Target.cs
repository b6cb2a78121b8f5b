using Wuwei.Assessment.Schemes;

namespace Wuwei.Assessment.Targets;

/// <summary>A version of a region's target for one indicator and year.</summary>
/// <param name="Value">The year's own share of a five-year total, else the level to hold; null: not applicable here.</param>
/// <param name="Comparator"><c>≥</c>, <c>&gt;</c>, <c>≤</c> or <c>&lt;</c>.</param>
/// <param name="Season">Twelve cumulative shares (0–1) due by each month's end.</param>
internal sealed record Target(
    string Indicator, string Region, int Year, decimal? Value, string Comparator, decimal[] Season,
    int Revision, DateTimeOffset KnownAt)
{
    /// <summary>Whether the value meets the target; strict comparators are strict: 6.0 fails <c>&lt;6</c>.</summary>
    public static bool IsMet(decimal actual, string comparator, decimal target) => comparator switch
    {
        "≥" => actual >= target,
        ">" => actual > target,
        "≤" => actual <= target,
        "<" => actual < target,
        _ => throw new ArgumentOutOfRangeException(nameof(comparator), comparator, "Not a comparator."),
    };

    /// <summary>Which way the comparator points; null for what is no comparator.</summary>
    public static Direction? DirectionOf(string comparator) => comparator switch
    {
        "≥" or ">" => Direction.Higher,
        "≤" or "<" => Direction.Lower,
        _ => null,
    };
}
