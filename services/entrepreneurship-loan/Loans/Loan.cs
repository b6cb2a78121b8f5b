using Wuwei.Contracts.Facts;
using Wuwei.Register;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.EntrepreneurshipLoan.Loans;

/// <summary>A guaranteed loan that was paid out, and the jobs it made.</summary>
internal sealed record Loan : Registered
{
    public required BorrowerKind BorrowerKind { get; init; }

    /// <summary>Persons have one, enterprises none.</summary>
    public BorrowerClass? BorrowerClass { get; init; }

    /// <summary>Of a partnership, the borrower among them.</summary>
    public int? Partners { get; init; }

    public string? BusinessName { get; init; }

    public string? CreditCode { get; init; }

    public required string Bank { get; init; }

    public required string ContractNumber { get; init; }

    /// <summary>Yuan.</summary>
    public required decimal Amount { get; init; }

    /// <summary>Per cent a year.</summary>
    public required decimal AnnualRate { get; init; }

    public required DateOnly ContractedOn { get; init; }

    public required DateOnly DisbursedOn { get; init; }

    public required int TermMonths { get; init; }

    /// <summary>Null while the loan is open.</summary>
    public DateOnly? SettledOn { get; init; }

    /// <summary>For others, the borrower not counted.</summary>
    public required int JobsCreated { get; init; }

    public override DateOnly EventDate => DisbursedOn;

    /// <summary>Whose loans are counted together: the person's, or the enterprise's whoever stands for it.</summary>
    public string BorrowerKey => BorrowerKind is BorrowerKind.MicroEnterprise ? CreditCode! : Person.Key;

    public string ContractKey => $"{Bank}/{ContractNumber}";

    public string County => RegionCode.CountyOf(Region);

    /// <summary>What the county's fund answers for, in yuan.</summary>
    public decimal Outstanding => SettledOn is null && !IsCancelled ? Amount : 0;

    /// <summary>What is held while rules look at loans of the same borrower, or with the same contract.</summary>
    public const string BorrowerLock = "borrower", ContractLock = "contract";

    public override IEnumerable<string> Keys => [Guard.Key(BorrowerLock, BorrowerKey), Guard.Key(ContractLock, ContractKey)];

    public override IEnumerable<string> Locks => [.. Keys, FundOf(County)];

    public override string RecordId => $"loans/{Id}";

    public override IReadOnlyList<Fact> Facts =>
    [
        new(RecordId, Measures.LoanBorrowers, Revision, Region, EventDate, null, UnlessCancelled(1)),
        new(RecordId, Measures.LoanJobs, Revision, Region, EventDate, null, UnlessCancelled(JobsCreated)),
    ];

    /// <summary>Whether both were open on some day; one may begin on the day the other was paid back.</summary>
    public bool OpenTogether(Loan other) =>
        DisbursedOn < (other.SettledOn ?? DateOnly.MaxValue) && other.DisbursedOn < (SettledOn ?? DateOnly.MaxValue);

    /// <summary>What is held while a county's guarantees are added up.</summary>
    public static string FundOf(string county) => Guard.Key("fund", county);
}
