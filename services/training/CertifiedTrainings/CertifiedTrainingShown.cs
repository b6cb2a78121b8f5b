using Wuwei.Register;

namespace Wuwei.Training.CertifiedTrainings;

/// <summary>A certified training as answers show it.</summary>
/// <param name="Link">Where it is read back.</param>
/// <param name="Revision">Also the ETag: say it in If-Match to change the record.</param>
/// <param name="Region">The county or township that counts it.</param>
/// <param name="Occupation">Code of the occupational classification of 2022.</param>
/// <param name="Level">Absent for certificates that have none.</param>
/// <param name="CertificateNumber">An identity number in it is masked.</param>
/// <param name="Hours">Class hours.</param>
/// <param name="Subsidised">Paid for by public money.</param>
/// <param name="Synthetic">Made up for demonstration.</param>
/// <param name="CancelledFor">Why it counts no more; absent while it does.</param>
/// <param name="Facts">What it says to the ledger.</param>
public sealed record CertifiedTrainingShown(
    Guid Id, string Link, int Revision, MaskedPerson Person, string Region, string Occupation, string OccupationName, SkillLevel? Level,
    CertificateKind CertificateKind, string CertificateNumber, string Institution, DateOnly StartedOn, DateOnly FinishedOn,
    DateOnly CertifiedOn, int Hours, bool Subsidised, bool Synthetic, string? CancelledFor, IReadOnlyList<RecordedFact> Facts)
{
    internal static string LinkOf(Guid id) => $"/api/training/v1/certified-trainings/{id}";

    internal static CertifiedTrainingShown Of(CertifiedTraining t) => new(
        t.Id, LinkOf(t.Id), t.Revision, t.Person.Masked, t.Region, t.Occupation, t.OccupationName, t.Level, t.CertificateKind,
        CertifiedTrainings.CertificateNumber.Show(t.CertificateNumber, t.Person), t.Institution, t.StartedOn, t.FinishedOn, t.CertifiedOn, t.Hours, t.Subsidised, t.Synthetic, t.CancelledFor,
        RecordedFact.Of(t));
}
