using Wuwei.Register;
using Wuwei.Register.Policy;

namespace Wuwei.EntrepreneurshipLoan.Loans;

/// <summary>Beside the borrowers' other loans: what each county's fund answers for.</summary>
/// <param name="outstanding">Yuan of open loans, by county; a county without any is absent.</param>
internal sealed class KnownLoans(PolicyParameters policy, DateOnly today, Dictionary<string, decimal> outstanding) : Known<Loan>(policy, today)
{
    /// <summary>Yuan of the county's open loans.</summary>
    public decimal Outstanding(string county) => outstanding.GetValueOrDefault(county);

    public override void Accept(Loan? before, Loan record)
    {
        base.Accept(before, record);
        Add(before, -1);
        Add(record, 1);
    }

    private void Add(Loan? loan, int sign)
    {
        if (loan is not null)
        {
            outstanding[loan.County] = Outstanding(loan.County) + sign * loan.Outstanding;
        }
    }
}
