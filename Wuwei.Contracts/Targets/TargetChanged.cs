namespace Wuwei.Contracts.Targets;

/// <summary>A region's target for one indicator and year was set or changed.</summary>
/// <param name="Indicator">Catalogue code.</param>
/// <param name="Region">GB/T 2260 code of a county or of the city.</param>
/// <param name="Year">Calendar year, 2021 to 2025 for this plan.</param>
/// <param name="Value">In the indicator's unit. For a five-year total the year's own share, else the level to hold at its end; null: not applicable here.</param>
/// <param name="Comparator"><c>≥</c>, <c>&gt;</c>, <c>≤</c> or <c>&lt;</c>, as the plan's table says it.</param>
/// <param name="Season">Twelve cumulative shares (0–1) of the year's target expected by each month's end; the last is 1.</param>
/// <param name="Revision">From 1, per (indicator, region, year); the highest wins.</param>
/// <param name="KnownAt">When it was set.</param>
public sealed record TargetChanged(
    string Indicator,
    string Region,
    int Year,
    decimal? Value,
    string Comparator,
    IReadOnlyList<decimal> Season,
    int Revision,
    DateTimeOffset KnownAt);
