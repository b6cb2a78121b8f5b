using Wuwei.Register;

namespace Wuwei.LabourTransfer.Departures;

/// <summary>A departure as answers show it.</summary>
/// <param name="Link">Where it is read back.</param>
/// <param name="Revision">Also the ETag: say it in If-Match to change the record.</param>
/// <param name="Region">Home: a county's six digits or a township's nine.</param>
/// <param name="ReturnedOn">Absent while the worker is away.</param>
/// <param name="DestinationKind">Derived: within the city, within the province, another province, abroad.</param>
/// <param name="Industry">Section letter of GB/T 4754-2017.</param>
/// <param name="MonthlyIncome">Yuan per month, as told.</param>
/// <param name="Synthetic">Made up for demonstration.</param>
/// <param name="CancelledFor">Why it counts no more; absent while it does.</param>
/// <param name="Facts">What it says to the ledger.</param>
public sealed record DepartureShown(
    Guid Id, string Link, int Revision, MaskedPerson Person, string Region, DateOnly DepartedOn, DateOnly? ReturnedOn,
    Arrangement Arrangement, string? Organiser, string Destination, DestinationKind DestinationKind, string? Employer,
    string? Industry, decimal? MonthlyIncome, bool Synthetic, string? CancelledFor, IReadOnlyList<RecordedFact> Facts)
{
    internal static string LinkOf(Guid id) => $"/api/labour-transfer/v1/departures/{id}";

    internal static DepartureShown Of(Departure d) => new(
        d.Id, LinkOf(d.Id), d.Revision, d.Person.Masked, d.Region, d.DepartedOn, d.ReturnedOn, d.Arrangement, d.Organiser, d.Destination,
        Departures.Destination.KindOf(d.Destination)!.Value, d.Employer, d.Industry, d.MonthlyIncome, d.Synthetic, d.CancelledFor,
        RecordedFact.Of(d));
}
