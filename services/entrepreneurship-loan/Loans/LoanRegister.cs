using Dapper;
using Wuwei.Outbox;
using Wuwei.Register;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Personal;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.EntrepreneurshipLoan.Loans;

/// <summary>Loans in the database.</summary>
internal sealed class LoanRegister(Database db, PersonalDataProtector protector, TimeProvider clock)
    : Register<Loan>(db, clock, "loans")
{
    protected override string Table => "loan";

    public override Refusal NotFound => GetLoan.NotFound;

    protected override object Show(Loan record) => LoanShown.Of(record);

    protected override Refusal? Check(Loan record, Known<Loan> known) => RecordLoan.Check(
        record, known.Find(record.Id), known.Others(record), ((KnownLoans)known).Outstanding(record.County), known.Policy, known.Today);

    protected override string KnowSql => """
        select county, sum(amount)
        from loan
        where county = any(@counties) and settled_on is null and cancelled_reason is null
        group by county
        """;

    protected override async Task<Known<Loan>> KnowAsync(SqlMapper.GridReader rows, PolicyParameters policy, DateOnly today) =>
        new KnownLoans(policy, today, (await rows.ReadAsync<(string County, decimal Amount)>()).ToDictionary(sum => sum.County, sum => sum.Amount));

    protected override string ReadSql => $"""
        select {Columns}
        from loan
        where loan_id = any(@ids) or borrower_key = any(@borrowers) or contract_key = any(@contracts) and cancelled_reason is null
        """;

    protected override object Arguments(Guid[] ids, string[] locks) => new
    {
        ids,
        locks,
        borrowers = Guard.Values(Loan.BorrowerLock, locks),
        contracts = Guard.Values(Loan.ContractLock, locks),
        counties = RegionCode.Counties.Select(county => county.Code).Where(county => locks.Contains(Loan.FundOf(county))).ToArray(),
    };

    protected override async Task<IReadOnlyList<Loan>> ReadAsync(SqlMapper.GridReader rows) => [.. (await rows.ReadAsync<Row>()).Select(Read)];

    /// <summary>Loans as a list wants them.</summary>
    /// <param name="sql">Selects <see cref="Columns"/>.</param>
    public async Task<IReadOnlyList<Loan>> ListAsync(Scope scope, string sql, object args, CancellationToken cancellation) =>
        [.. (await Database.ListAsync<Row>(scope, sql, args, cancellation)).Select(Read)];

    /// <summary>The same one by one.</summary>
    public IAsyncEnumerable<Loan> StreamAsync(UnitOfWork work, string sql, object args) => work.StreamAsync<Row>(sql, args).Select(Read);

    protected override void Write(UnitOfWork work, IReadOnlyList<Loan> records, Caller caller) => work.Write(
        WriteSql,
        new
        {
            ids = records.Select(l => l.Id).ToArray(),
            revisions = records.Select(l => l.Revision).ToArray(),
            personKeys = records.Select(l => l.Person.Key).ToArray(),
            persons = records.Select(l => l.Person.Seal(protector, PersonColumn, l.Id)).ToArray(),
            regions = records.Select(l => l.Region).ToArray(),
            kinds = records.Select(l => Codes.Of(l.BorrowerKind)).ToArray(),
            classes = records.Select(l => l.BorrowerClass is { } c ? Codes.Of(c) : null).ToArray(),
            partners = records.Select(l => l.Partners).ToArray(),
            names = records.Select(l => l.BusinessName).ToArray(),
            codes = records.Select(l => l.CreditCode).ToArray(),
            banks = records.Select(l => l.Bank).ToArray(),
            contracts = records.Select(l => l.ContractNumber).ToArray(),
            amounts = records.Select(l => l.Amount).ToArray(),
            rates = records.Select(l => l.AnnualRate).ToArray(),
            contracted = records.Select(l => l.ContractedOn).ToArray(),
            disbursed = records.Select(l => l.DisbursedOn).ToArray(),
            terms = records.Select(l => l.TermMonths).ToArray(),
            settled = records.Select(l => l.SettledOn).ToArray(),
            jobs = records.Select(l => l.JobsCreated).ToArray(),
            synthetic = records.Select(l => l.Synthetic).ToArray(),
            reasons = records.Select(l => l.CancelledFor).ToArray(),
            by = caller.Subject,
        });

    private Loan Read(Row row) => new()
    {
        Id = row.LoanId,
        Revision = row.Revision,
        Person = Person.Unseal(row.PersonKey, row.Person, protector, PersonColumn, row.LoanId),
        Region = row.Region,
        BorrowerKind = Codes.Parse<BorrowerKind>(row.BorrowerKind),
        BorrowerClass = row.BorrowerClass is { } code ? Codes.Parse<BorrowerClass>(code) : null,
        Partners = row.Partners,
        BusinessName = row.BusinessName,
        CreditCode = row.CreditCode,
        Bank = row.Bank,
        ContractNumber = row.ContractNumber,
        Amount = row.Amount,
        AnnualRate = row.AnnualRate,
        ContractedOn = row.ContractedOn,
        DisbursedOn = row.DisbursedOn,
        TermMonths = row.TermMonths,
        SettledOn = row.SettledOn,
        JobsCreated = row.JobsCreated,
        Synthetic = row.Synthetic,
        CancelledFor = row.CancelledReason,
    };

    private sealed record Row(
        Guid LoanId, int Revision, string PersonKey, byte[] Person, string Region, string BorrowerKind, string? BorrowerClass,
        int? Partners, string? BusinessName, string? CreditCode, string Bank, string ContractNumber, decimal Amount, decimal AnnualRate,
        DateOnly ContractedOn, DateOnly DisbursedOn, int TermMonths, DateOnly? SettledOn, int JobsCreated, bool Synthetic,
        string? CancelledReason);

    public const string Columns = """
        loan_id, revision, person_key, person, region, borrower_kind, borrower_class, partners, business_name, credit_code, bank, contract_number,
        amount, annual_rate, contracted_on, disbursed_on, term_months, settled_on, jobs_created, synthetic, cancelled_reason
        """;

    // A revision that does not follow on the one before is null, and nothing is stored.
    private const string WriteSql = $"""
        insert into loan ({Columns}, recorded_by)
        select *, @by
        from unnest(@ids, @revisions, @personKeys, @persons, @regions, @kinds, @classes, @partners, @names, @codes, @banks, @contracts,
            @amounts, @rates, @contracted, @disbursed, @terms, @settled, @jobs, @synthetic, @reasons)
        on conflict (loan_id) do update
        set revision = case when loan.revision = excluded.revision - 1 then excluded.revision end,
            person_key = excluded.person_key, person = excluded.person, region = excluded.region,
            borrower_kind = excluded.borrower_kind, borrower_class = excluded.borrower_class, partners = excluded.partners, business_name = excluded.business_name,
            credit_code = excluded.credit_code, bank = excluded.bank, contract_number = excluded.contract_number, amount = excluded.amount,
            annual_rate = excluded.annual_rate, contracted_on = excluded.contracted_on, disbursed_on = excluded.disbursed_on,
            term_months = excluded.term_months, settled_on = excluded.settled_on, jobs_created = excluded.jobs_created,
            synthetic = excluded.synthetic, cancelled_reason = excluded.cancelled_reason,
            recorded_at = now(), recorded_by = excluded.recorded_by
        """;
}
