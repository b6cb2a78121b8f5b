namespace Wuwei.Assessment.Observations;

/// <summary>A version of an indicator's value, as the ledger published it.</summary>
/// <param name="Period">Canonical: a month, or a year for annual indicators.</param>
/// <param name="EndsOn">The period's last day.</param>
/// <param name="Value">In <paramref name="Unit"/>; null when nothing is known any more.</param>
/// <param name="Status"><c>derived</c>, <c>reported</c> or <c>imported</c> by the ledger; <c>entered</c> by the assessment office, by a <c>panel</c>, or by <c>tasks</c>.</param>
internal sealed record Observation(
    string Indicator, string Region, string Period, DateOnly EndsOn, decimal? Value, string Unit, string Status,
    int Epoch, long Revision, DateTimeOffset KnownAt)
{
    public const string Entered = "entered", ByPanel = "panel", ByTasks = "tasks";

    public bool IsMonth => Period.Length == 7;
}
