namespace Wuwei.Contracts.Warnings;

/// <summary>A warning was raised, changed its level, lost its reason, or somebody took a step with it.</summary>
/// <param name="Rule">What was looked at, e.g. <c>job-loss-rate</c>, <c>overdue-returns</c>, <c>layoff</c>.</param>
/// <param name="Region">GB/T 2260 code of a county or of the city.</param>
/// <param name="Subject">What of the region it is about; empty: the region as a whole.</param>
/// <param name="Level"><c>yellow</c>, <c>orange</c> or <c>red</c>.</param>
/// <param name="State"><c>open</c>, <c>acknowledged</c>, <c>acting</c> or <c>closed</c>.</param>
/// <param name="Period">Month whose figures raised it.</param>
/// <param name="Value">The figure as last looked at, in the rule's unit.</param>
/// <param name="Message">Chinese sentence for people.</param>
/// <param name="Cleared">Whether its reason is gone.</param>
/// <param name="ReportTo">Region that has to be told next; null: nobody.</param>
/// <param name="ReportBy">Until when.</param>
/// <param name="Revision">From 1; the highest holds.</param>
public sealed record WarningChanged(
    Guid WarningId,
    string Rule,
    string Region,
    string Subject,
    string Level,
    string State,
    string Period,
    decimal? Value,
    string Message,
    bool Cleared,
    string? ReportTo,
    DateTimeOffset? ReportBy,
    DateTimeOffset RaisedAt,
    int Revision);
