using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox.Idempotency;
using Wuwei.Register;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Personal;

namespace Wuwei.EntrepreneurshipLoan.Loans;

public static class RecordLoan
{
    public static readonly Refusal InFuture = Refusal.Invalid("loan.in_future", "放款日期不能晚于今天。", "/disbursedOn");

    public static readonly Refusal BeforeContract = Refusal.Invalid("loan.before_contract", "放款日期不能早于签约日期。", "/disbursedOn");

    public static readonly Refusal SettledInFuture = Refusal.Invalid("loan.settled_in_future", "结清日期不能晚于今天。", "/settledOn");

    public static readonly Refusal SettledBeforeDisbursed = Refusal.Invalid("loan.settled_before_disbursed", "结清日期不能早于放款日期。", "/settledOn");

    public static readonly Refusal Age = Refusal.Invalid("loan.age", "借款人年龄不在规定范围内。", "/person/nationalId");

    public static readonly Refusal OverCap = Refusal.Invalid("loan.over_cap", "贷款金额超过最高额度。", "/amount");

    public static readonly Refusal OverTerm = Refusal.Invalid("loan.over_term", "贷款期限超过最长期限。", "/termMonths");

    public static readonly Refusal OverRate = Refusal.Invalid("loan.over_rate", "年利率超过上限。", "/annualRate");

    public static readonly Refusal ContractTaken = new("loan.contract_taken", "该银行的这个合同编号已登记。", Pointer: "/contractNumber");

    public static readonly Refusal TooMany = new("loan.too_many", "该借款人累计贷款次数已达上限。");

    public static readonly Refusal AnotherOpen = new("loan.another_open", "该借款人同期有尚未结清的贷款。");

    public static readonly Refusal FundExhausted = new("loan.fund_exhausted", "该县区担保基金的责任余额将超过上限。", Pointer: "/amount");

    public static void Map(IEndpointRouteBuilder loans)
    {
        loans.MapPut("/{id:guid}", HandleAsync)
            .WithName(nameof(RecordLoan))
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status428PreconditionRequired);
        loans.MapPost("/batch", HandleBatchAsync).WithIdempotencyKey().WithName("RecordLoans");
    }

    /// <summary>Records a loan that was paid out, or corrects it (If-Match). The same again changes nothing.</summary>
    /// <remarks>
    /// Counts for indicator 11 on the day of payment: the borrower, and the jobs made for others. Amounts are in yuan, rates
    /// in per cent a year. Amount, term, rate and age keep to the parameters in force on the day of payment (422
    /// loan.over_cap, over_term, over_rate, age). A borrower (the person, or the enterprise by its credit code) has no more
    /// open loans and no more in all than these say (409 loan.another_open, loan.too_many), in whatever county the others
    /// are recorded, which is not told. A bank's contract is recorded once (409 loan.contract_taken). What a county's fund
    /// answers for stays within the multiple of its deposit (409 loan.fund_exhausted). Other members that can never be right
    /// are 422, those of the person with codes of person.*. Source: the rules in force as policy parameters, each with its
    /// document and whether somebody has verified it.
    /// </remarks>
    /// <param name="id">Chosen by the caller, a UUID.</param>
    internal static async Task<Results<Ok<LoanShown>, Created<LoanShown>, ProblemHttpResult>> HandleAsync(
        Guid id, LoanForm form, Caller caller, LoanRegister register, PersonalDataProtector protector, TimeProvider clock,
        HttpContext http, CancellationToken cancellation)
    {
        if (form.Read(id, protector, clock.Today()).IsRefused(out var refusal, out var loan))
        {
            return refusal.ToProblem();
        }

        var outcome = await register.ApplyAsync(new(id, loan.Locks, _ => loan, http.IfMatch), caller, cancellation);
        return Answers.Of(outcome, http, LoanShown.Of, LoanShown.LinkOf(id));
    }

    /// <summary>Records or corrects up to 500 loans. Each is decided by the same rules; those accepted are stored together.</summary>
    internal static async Task<Ok<BatchAnswer>> HandleBatchAsync(
        Batch<LoanForm> batch, OnceOnly once, Caller caller, LoanRegister register, PersonalDataProtector protector, TimeProvider clock,
        CancellationToken cancellation) => await register.ApplyBatchAsync(
            batch,
            item => item.Record.Read(item.Id, protector, clock.Today()).IsRefused(out var refusal, out var loan)
                ? refusal
                : new Change<Loan>(item.Id, loan.Locks, _ => loan, item.IfRevision),
            once,
            caller,
            cancellation);

    /// <summary>The rule: within the caps in force on the day of payment, and within what the county's fund can answer for.</summary>
    /// <param name="current">The loan as it is; null: it is new.</param>
    /// <param name="others">Other loans that count, of the same borrower or with the same contract number, in any county.</param>
    /// <param name="outstanding">Yuan of the county's open loans, <paramref name="current"/> among them.</param>
    internal static Refusal? Check(
        Loan loan, Loan? current, IReadOnlyCollection<Loan> others, decimal outstanding, PolicyParameters policy, DateOnly today)
    {
        var day = loan.DisbursedOn;
        var same = others.Where(other => other.BorrowerKey == loan.BorrowerKey).ToArray();
        return day > today ? InFuture
            : day < loan.ContractedOn ? BeforeContract
            : loan.SettledOn > today ? SettledInFuture
            : loan.SettledOn < day ? SettledBeforeDisbursed
            : !IsOfAge(loan, policy) ? Age
            : loan.Amount > Cap(loan, policy) ? OverCap
            : loan.TermMonths > policy.Value($"loans.{(loan.BorrowerKind is BorrowerKind.MicroEnterprise ? "enterprise" : "person")}_longest_term", day) ? OverTerm
            : loan.AnnualRate > policy.Value("loans.highest_annual_rate", day) ? OverRate
            : others.Any(other => other.ContractKey == loan.ContractKey) ? ContractTaken
            : same.Length >= policy.Value("loans.most_in_all", day) ? TooMany
            : same.Count(loan.OpenTogether) >= policy.Value("loans.most_open", day) ? AnotherOpen
            : Exhausts(loan, current, outstanding, policy) ? FundExhausted
            : null;
    }

    // Who stands for an enterprise may be of any age from majority.
    private static bool IsOfAge(Loan loan, PolicyParameters policy)
    {
        var (number, day) = (loan.Person.NationalId, loan.DisbursedOn);
        var oldest = number.Sex is Sex.Male ? "loans.oldest_age_male" : "loans.oldest_age_female";
        return !(number.AgeOn(day) < policy.Value("loans.youngest_age", day))
            && !(loan.BorrowerKind is not BorrowerKind.MicroEnterprise && number.AgeOn(day) > policy.Value(oldest, day));
    }

    // A change that asks nothing more of the fund passes even when the fund's cap was lowered below what is open.
    private static bool Exhausts(Loan loan, Loan? current, decimal outstanding, PolicyParameters policy)
    {
        var more = loan.Outstanding - (current?.County == loan.County ? current.Outstanding : 0);
        var cap = policy.Value("loans.guarantee_multiple", loan.DisbursedOn) * policy.Value($"loans.guarantee_fund.{loan.County}", loan.DisbursedOn);
        return more > 0 && outstanding + more > cap;
    }

    // Partners may borrow somewhat more than each for themselves, but no more than an enterprise.
    private static decimal? Cap(Loan loan, PolicyParameters policy)
    {
        var (person, enterprise) = (policy.Value("loans.person_cap", loan.DisbursedOn), policy.Value("loans.enterprise_cap", loan.DisbursedOn));
        var together = loan.Partners * person * policy.Value("loans.partnership_percent", loan.DisbursedOn) / 100;
        return loan.BorrowerKind switch
        {
            BorrowerKind.Person => person,
            BorrowerKind.MicroEnterprise => enterprise,
            _ => together > enterprise ? enterprise : together,
        };
    }
}
