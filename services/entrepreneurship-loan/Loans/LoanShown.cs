using Wuwei.Register;

namespace Wuwei.EntrepreneurshipLoan.Loans;

/// <summary>A loan as answers show it.</summary>
/// <param name="Link">Where it is read back.</param>
/// <param name="Revision">Also the ETag: say it in If-Match to change the record.</param>
/// <param name="Person">The borrower, or who stands for the enterprise.</param>
/// <param name="Region">The county or township that counts the loan.</param>
/// <param name="Partners">Of a partnership, the borrower among them.</param>
/// <param name="CreditCode">Unified social credit code.</param>
/// <param name="Amount">Yuan.</param>
/// <param name="AnnualRate">Per cent a year.</param>
/// <param name="SettledOn">Absent while the loan is open.</param>
/// <param name="JobsCreated">For others, the borrower not counted.</param>
/// <param name="Synthetic">Made up for demonstration.</param>
/// <param name="CancelledFor">Why it counts no more; absent while it does.</param>
/// <param name="Facts">What it says to the ledger.</param>
public sealed record LoanShown(
    Guid Id, string Link, int Revision, MaskedPerson Person, string Region, BorrowerKind BorrowerKind, BorrowerClass? BorrowerClass, int? Partners,
    string? BusinessName, string? CreditCode, string Bank, string ContractNumber, decimal Amount, decimal AnnualRate,
    DateOnly ContractedOn, DateOnly DisbursedOn, int TermMonths, DateOnly? SettledOn, int JobsCreated, bool Synthetic,
    string? CancelledFor, IReadOnlyList<RecordedFact> Facts)
{
    internal static string LinkOf(Guid id) => $"/api/loans/v1/loans/{id}";

    internal static LoanShown Of(Loan l) => new(
        l.Id, LinkOf(l.Id), l.Revision, l.Person.Masked, l.Region, l.BorrowerKind, l.BorrowerClass, l.Partners, l.BusinessName, l.CreditCode,
        l.Bank, l.ContractNumber, l.Amount, l.AnnualRate, l.ContractedOn, l.DisbursedOn, l.TermMonths, l.SettledOn, l.JobsCreated, l.Synthetic,
        l.CancelledFor, RecordedFact.Of(l));
}
