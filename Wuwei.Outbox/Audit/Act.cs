namespace Wuwei.Outbox.Audit;

/// <summary>What somebody did to a record.</summary>
/// <param name="Action">Stable code, e.g. <c>training.corrected</c>; docs/terms.md lists them.</param>
/// <param name="Record">Path of the record in its service, e.g. <c>certified-trainings/0193…</c>.</param>
/// <param name="Before">The record as answers show it, so that personal values are masked; null: there was none.</param>
/// <param name="After">The same after the act; null: there is none.</param>
/// <param name="Region">Where the record counts; null: the caller's own region.</param>
public sealed record Act(string Action, string Record, object? Before = null, object? After = null, string? Region = null)
{
    /// <summary>The versions of the policy parameters that the decision looked at, e.g. <c>training.most_per_year/2000-01-01/1</c>.</summary>
    public IReadOnlyList<string> DecidedUnder { get; init; } = [];
}
