using Wuwei.Contracts.Facts;
using Wuwei.Register;

namespace Wuwei.LabourTransfer.Departures;

/// <summary>Who arranged the work.</summary>
public enum Arrangement
{
    /// <summary>有组织: a labour office, agent or enterprise.</summary>
    Organised,

    /// <summary>自发: the worker.</summary>
    Self,
}

/// <summary>A worker's departure for work, and the return; the days between are a spell.</summary>
internal sealed record Departure : Registered
{
    public required DateOnly DepartedOn { get; init; }

    /// <summary>Null while the worker is away.</summary>
    public DateOnly? ReturnedOn { get; init; }

    public required Arrangement Arrangement { get; init; }

    public string? Organiser { get; init; }

    /// <summary>A GB/T 2260 code, or <see cref="Departures.Destination.Abroad"/>.</summary>
    public required string Destination { get; init; }

    public string? Employer { get; init; }

    /// <summary>Section letter of GB/T 4754-2017.</summary>
    public string? Industry { get; init; }

    /// <summary>Yuan per month.</summary>
    public decimal? MonthlyIncome { get; init; }

    /// <summary>A spell over New Year counts in the year of departure.</summary>
    public override DateOnly EventDate => DepartedOn;

    public override IEnumerable<string> Keys => [Person.GuardKey];

    public override string RecordId => $"departures/{Id}";

    public override IReadOnlyList<Fact> Facts =>
        [new(RecordId, Measures.LabourTransferPersons, Revision, Region, EventDate, Person.Key, UnlessCancelled(1))];

    /// <summary>Whether the worker would be in two places: a spell may begin on the day another ends, not before.</summary>
    public bool Overlaps(Departure other) => DepartedOn == other.DepartedOn
        || DepartedOn < (other.ReturnedOn ?? DateOnly.MaxValue) && other.DepartedOn < (ReturnedOn ?? DateOnly.MaxValue);
}
