namespace Wuwei.Contracts.Facts;

/// <summary>A source recorded, corrected or withdrew facts; all of them in one transaction.</summary>
/// <param name="Source">The owning service: <c>training</c>, <c>loans</c>, <c>labour-transfer</c> or <c>indicator</c>.</param>
/// <param name="Facts">1 to <see cref="MaxFacts"/> facts.</param>
public sealed record FactsRecorded(string Source, IReadOnlyList<Fact> Facts)
{
    /// <summary>Most facts that one message may carry.</summary>
    public const int MaxFacts = 500;
}

/// <summary>One countable thing at one revision. The key is (source, record, measure); the highest revision wins.</summary>
/// <param name="RecordId">The record in the owning service; its link is made from source and id.</param>
/// <param name="Measure">A code of <see cref="Measures"/>, or a report's measure of the indicator service.</param>
/// <param name="Revision">From 1, allotted under the record's lock. The same revision never carries different content.</param>
/// <param name="Region">GB/T 2260: a county's six digits, a township's nine, or the city's six.</param>
/// <param name="EventDate">The Wuwei calendar day it happened: certificate, disbursement or departure date; a report counts on its month's last day.</param>
/// <param name="PersonKey">Keyed hash of the person's number (32 hexadecimal digits), or null for a total.</param>
/// <param name="Quantity">In the measure's unit; null withdraws the fact, zero is a value.</param>
public sealed record Fact(
    string RecordId,
    string Measure,
    int Revision,
    string Region,
    DateOnly EventDate,
    string? PersonKey,
    decimal? Quantity);

/// <summary>Measures that the registers record. Reported measures are named by the indicator service.</summary>
public static class Measures
{
    /// <summary>Rural and urban surplus workers who left for work, persons (indicator 6).</summary>
    public const string LabourTransferPersons = "labour-transfer.persons";

    /// <summary>Trainings finished and certified, person-times (indicator 10).</summary>
    public const string TrainingPersonTimes = "training.person-times";

    /// <summary>Borrowers of guaranteed start-up loans who set themselves up, persons (indicator 11).</summary>
    public const string LoanBorrowers = "loans.borrowers";

    /// <summary>Jobs that borrowers created for others, jobs (indicator 11).</summary>
    public const string LoanJobs = "loans.jobs";
}
