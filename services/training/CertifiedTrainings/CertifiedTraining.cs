using Wuwei.Contracts.Facts;
using Wuwei.Register;

namespace Wuwei.Training.CertifiedTrainings;

/// <summary>A training that a person finished and was certified for: one person-time.</summary>
internal sealed record CertifiedTraining : Registered
{
    /// <summary>Code of the occupational classification of 2022, d-dd-dd-dd.</summary>
    public required string Occupation { get; init; }

    public required string OccupationName { get; init; }

    /// <summary>Null for certificates that have no level.</summary>
    public SkillLevel? Level { get; init; }

    public required CertificateKind CertificateKind { get; init; }

    /// <summary>As <see cref="CertifiedTrainings.CertificateNumber"/> makes it.</summary>
    public required string CertificateNumber { get; init; }

    public required string Institution { get; init; }

    public required DateOnly StartedOn { get; init; }

    public required DateOnly FinishedOn { get; init; }

    public required DateOnly CertifiedOn { get; init; }

    /// <summary>Class hours.</summary>
    public required int Hours { get; init; }

    /// <summary>Paid for by public money; those are limited each year.</summary>
    public required bool Subsidised { get; init; }

    public override DateOnly EventDate => CertifiedOn;

    /// <summary>What is held while rules look at records with the same certificate number.</summary>
    public const string NumberKind = "certificate";

    public override IEnumerable<string> Keys => [Person.GuardKey, Guard.Key(NumberKind, CertificateNumber)];

    public override string RecordId => $"certified-trainings/{Id}";

    public override IReadOnlyList<Fact> Facts =>
        [new(RecordId, Measures.TrainingPersonTimes, Revision, Region, EventDate, Person.Key, UnlessCancelled(1))];

    /// <summary>From the first to the last, holidays too.</summary>
    public int Days => FinishedOn.DayNumber - StartedOn.DayNumber + 1;

    /// <summary>Whether the person would sit in both on some day.</summary>
    public bool Overlaps(CertifiedTraining other) => StartedOn <= other.FinishedOn && other.StartedOn <= FinishedOn;

    /// <summary>Whether the other one was certified later than this, at a lower level of the same occupation.</summary>
    public bool IsFollowedByLower(CertifiedTraining other) =>
        Occupation == other.Occupation && other.CertifiedOn > CertifiedOn && other.Level < Level;
}
