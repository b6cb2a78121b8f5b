namespace Wuwei.Contracts.Observations;

/// <summary>The value of an indicator in a region and period is another than before.</summary>
/// <param name="Indicator">Catalogue code, <c>1</c> to <c>12</c> for the plan's table.</param>
/// <param name="Region">GB/T 2260 code of a county or of the city.</param>
/// <param name="Period">Canonical: <c>2025-05</c>, or <c>2025</c> for annual indicators. A flow's value is the month's own, not the year to date.</param>
/// <param name="Value">In <paramref name="Unit"/>; null when nothing is known any more.</param>
/// <param name="Unit">The catalogue's unit, e.g. <c>人</c>, <c>人次</c>, <c>%</c>, <c>年</c>.</param>
/// <param name="Status"><c>derived</c>, <c>reported</c> or <c>imported</c>.</param>
/// <param name="Epoch">Raised by a restore; (epoch, revision) orders versions of one observation.</param>
/// <param name="Revision">The ledger position at which this value holds.</param>
/// <param name="KnownAt">The instant of that position.</param>
public sealed record ObservationChanged(
    string Indicator,
    string Region,
    string Period,
    decimal? Value,
    string Unit,
    string Status,
    int Epoch,
    long Revision,
    DateTimeOffset KnownAt);
