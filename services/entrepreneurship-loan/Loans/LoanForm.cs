using System.ComponentModel.DataAnnotations;
using Wuwei.Register;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Personal;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.EntrepreneurshipLoan.Loans;

/// <summary>A loan as it is to be recorded, and its settlement when it is known.</summary>
public sealed record LoanForm
{
    public static readonly Refusal UnknownRegion = Refusal.Invalid("loan.unknown_region", "地区代码不是本市的县区或乡镇。", "/region");

    public static readonly Refusal ClassRequired = Refusal.Invalid("loan.borrower_class_required", "个人借款须填写人员类别。", "/borrowerClass");

    public static readonly Refusal ClassUnexpected = Refusal.Invalid("loan.borrower_class_unexpected", "小微企业借款不填人员类别。", "/borrowerClass");

    public static readonly Refusal EnterpriseRequired = Refusal.Invalid(
        "loan.enterprise_required", "小微企业借款须填写企业名称和统一社会信用代码。", "/creditCode");

    public static readonly Refusal CreditCodeMalformed = Refusal.Invalid("loan.credit_code", "统一社会信用代码须为 18 位且校验位正确，请核对。", "/creditCode");

    public static readonly Refusal PartnersRequired = Refusal.Invalid("loan.partners_required", "合伙创业须填写合伙人数。", "/partners");

    public static readonly Refusal PartnersUnexpected = Refusal.Invalid("loan.partners_unexpected", "非合伙创业不填合伙人数。", "/partners");

    public static readonly Refusal ContractMalformed = Refusal.Invalid("loan.contract_number", "合同编号中没有文字或数字。", "/contractNumber");

    public static readonly Refusal ImpossibleAmount = Refusal.Invalid("loan.amount", "贷款金额须大于 0 元，不超过 99999999 元。", "/amount");

    public static readonly Refusal AmountPrecision = Refusal.Invalid("loan.amount_precision", "金额最多保留两位小数。", "/amount");

    public static readonly Refusal RatePrecision = Refusal.Invalid("loan.rate_precision", "年利率最多保留四位小数。", "/annualRate");

    /// <summary>The borrower, or who stands for the enterprise.</summary>
    public required PersonForm Person { get; init; }

    /// <summary>The county or township that counts the loan: six or nine digits.</summary>
    [TextLength(9, ErrorMessage = "地区代码最多 9 位。")] public required string Region { get; init; }

    public required BorrowerKind BorrowerKind { get; init; }

    /// <summary>Of the ten; persons only, or of a partnership the borrower's.</summary>
    public BorrowerClass? BorrowerClass { get; init; }

    /// <summary>How many persons a partnership has, the borrower among them; partnerships only. The others are not counted.</summary>
    [Range(2, 50, ErrorMessage = "合伙人数须为 2 到 50 人。")] public int? Partners { get; init; }

    [TextLength(100, ErrorMessage = "经营主体名称最多 100 个字。")] public string? BusinessName { get; init; }

    /// <summary>Unified social credit code, 18 characters; enterprises must have one.</summary>
    [TextLength(40, ErrorMessage = "统一社会信用代码须为 18 位。")] public string? CreditCode { get; init; }

    [Required(ErrorMessage = "请填写经办银行。"), TextLength(60, ErrorMessage = "经办银行最多 60 个字。")] public required string Bank { get; init; }

    /// <summary>The bank's number; a bank has each only once. Blanks go, small letters become capitals.</summary>
    [Required(ErrorMessage = "请填写合同编号。"), TextLength(60, ErrorMessage = "合同编号最多 60 个字。")] public required string ContractNumber { get; init; }

    /// <summary>Yuan, above 0, two decimals.</summary>
    public required decimal Amount { get; init; }

    /// <summary>Per cent a year, as contracted.</summary>
    [Range(typeof(decimal), "0", "36", ErrorMessage = "年利率须在 0% 到 36% 之间。")] public required decimal AnnualRate { get; init; }

    public required DateOnly ContractedOn { get; init; }

    public required DateOnly DisbursedOn { get; init; }

    [Range(1, 120, ErrorMessage = "期限须为 1 到 120 个月。")] public required int TermMonths { get; init; }

    /// <summary>Day the whole principal was paid back; absent while the loan is open.</summary>
    public DateOnly? SettledOn { get; init; }

    /// <summary>Jobs for others, the borrower not counted.</summary>
    [Range(0, 1000, ErrorMessage = "带动就业人数须在 0 到 1000 之间。")] public required int JobsCreated { get; init; }

    /// <summary>Made up for demonstration.</summary>
    public bool Synthetic { get; init; }

    /// <summary>The loan, when each member can be right on its own.</summary>
    internal Decision<Loan> Read(Guid id, PersonalDataProtector protector, DateOnly today)
    {
        if (Register.Person.Read(Person, protector, today).IsRefused(out var refusal, out var person))
        {
            return refusal;
        }

        var (enterprise, partnership) = (BorrowerKind is BorrowerKind.MicroEnterprise, BorrowerKind is BorrowerKind.Partnership);
        var contract = Typed.Number(ContractNumber);
        var code = CreditCode is { Length: > 0 } text ? ServiceDefaults.CreditCode.Read(text) : null;
        return !RegionCode.IsCountyOrTownship(Region) ? RegionCode.Unknown(Region, UnknownRegion)
            : !enterprise && BorrowerClass is null ? ClassRequired
            : enterprise && BorrowerClass is not null ? ClassUnexpected
            : partnership && Partners is null ? PartnersRequired
            : !partnership && Partners is not null ? PartnersUnexpected
            : contract.Length == 0 ? ContractMalformed
            : CreditCode is { Length: > 0 } && code is null ? CreditCodeMalformed
            : enterprise && (code is null || BusinessName is not { Length: > 0 }) ? EnterpriseRequired
            : Amount is <= 0 or > 99_999_999 ? ImpossibleAmount
            : decimal.Round(Amount, 2) != Amount ? AmountPrecision
            : decimal.Round(AnnualRate, 4) != AnnualRate ? RatePrecision
            : new Loan
            {
                Id = id,
                Person = person,
                Region = Region,
                BorrowerKind = BorrowerKind,
                BorrowerClass = BorrowerClass,
                Partners = Partners,
                BusinessName = BusinessName is { Length: > 0 } ? BusinessName : null,
                CreditCode = code,
                Bank = Bank,
                ContractNumber = contract,
                Amount = Amount,
                AnnualRate = AnnualRate,
                ContractedOn = ContractedOn,
                DisbursedOn = DisbursedOn,
                TermMonths = TermMonths,
                SettledOn = SettledOn,
                JobsCreated = JobsCreated,
                Synthetic = Synthetic,
            };
    }
}
