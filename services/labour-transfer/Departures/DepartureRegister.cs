using Dapper;
using Wuwei.Outbox;
using Wuwei.Register;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Personal;

namespace Wuwei.LabourTransfer.Departures;

/// <summary>Departures in the database.</summary>
internal sealed class DepartureRegister(Database db, PersonalDataProtector protector, TimeProvider clock)
    : Register<Departure>(db, clock, "labour-transfer")
{
    protected override string Table => "departure";

    public override Refusal NotFound => GetDeparture.NotFound;

    protected override object Show(Departure record) => DepartureShown.Of(record);

    protected override Refusal? Check(Departure record, Known<Departure> known) =>
        RecordDeparture.Check(record, known.Others(record), known.Policy, known.Today);

    protected override string ReadSql => $"""
        select {Columns}
        from departure
        where departure_id = any(@ids) or person_key = any(@persons)
        """;

    protected override object Arguments(Guid[] ids, string[] locks) => new { ids, locks, persons = Guard.Values(Person.Kind, locks) };

    protected override async Task<IReadOnlyList<Departure>> ReadAsync(SqlMapper.GridReader rows) => [.. (await rows.ReadAsync<Row>()).Select(Read)];

    /// <summary>Departures as a list wants them.</summary>
    /// <param name="sql">Selects <see cref="Columns"/>.</param>
    public async Task<IReadOnlyList<Departure>> ListAsync(Scope scope, string sql, object args, CancellationToken cancellation) =>
        [.. (await Database.ListAsync<Row>(scope, sql, args, cancellation)).Select(Read)];

    /// <summary>The same one by one.</summary>
    public IAsyncEnumerable<Departure> StreamAsync(UnitOfWork work, string sql, object args) => work.StreamAsync<Row>(sql, args).Select(Read);

    protected override void Write(UnitOfWork work, IReadOnlyList<Departure> records, Caller caller) => work.Write(
        WriteSql,
        new
        {
            ids = records.Select(d => d.Id).ToArray(),
            revisions = records.Select(d => d.Revision).ToArray(),
            personKeys = records.Select(d => d.Person.Key).ToArray(),
            persons = records.Select(d => d.Person.Seal(protector, PersonColumn, d.Id)).ToArray(),
            regions = records.Select(d => d.Region).ToArray(),
            departed = records.Select(d => d.DepartedOn).ToArray(),
            returned = records.Select(d => d.ReturnedOn).ToArray(),
            arrangements = records.Select(d => Codes.Of(d.Arrangement)).ToArray(),
            organisers = records.Select(d => d.Organiser).ToArray(),
            destinations = records.Select(d => d.Destination).ToArray(),
            employers = records.Select(d => d.Employer).ToArray(),
            industries = records.Select(d => d.Industry).ToArray(),
            incomes = records.Select(d => d.MonthlyIncome).ToArray(),
            synthetic = records.Select(d => d.Synthetic).ToArray(),
            reasons = records.Select(d => d.CancelledFor).ToArray(),
            by = caller.Subject,
        });

    private Departure Read(Row row) => new()
    {
        Id = row.DepartureId,
        Revision = row.Revision,
        Person = Person.Unseal(row.PersonKey, row.Person, protector, PersonColumn, row.DepartureId),
        Region = row.Region,
        DepartedOn = row.DepartedOn,
        ReturnedOn = row.ReturnedOn,
        Arrangement = Codes.Parse<Arrangement>(row.Arrangement),
        Organiser = row.Organiser,
        Destination = row.Destination,
        Employer = row.Employer,
        Industry = row.Industry,
        MonthlyIncome = row.MonthlyIncome,
        Synthetic = row.Synthetic,
        CancelledFor = row.CancelledReason,
    };

    private sealed record Row(
        Guid DepartureId, int Revision, string PersonKey, byte[] Person, string Region, DateOnly DepartedOn, DateOnly? ReturnedOn,
        string Arrangement, string? Organiser, string Destination, string? Employer, string? Industry, decimal? MonthlyIncome,
        bool Synthetic, string? CancelledReason);

    public const string Columns = """
        departure_id, revision, person_key, person, region, departed_on, returned_on, arrangement, organiser, destination,
        employer, industry, monthly_income, synthetic, cancelled_reason
        """;

    // A revision that does not follow on the one before is null, and nothing is stored.
    private const string WriteSql = $"""
        insert into departure ({Columns}, recorded_by)
        select *, @by
        from unnest(@ids, @revisions, @personKeys, @persons, @regions, @departed, @returned, @arrangements, @organisers, @destinations,
            @employers, @industries, @incomes, @synthetic, @reasons)
        on conflict (departure_id) do update
        set revision = case when departure.revision = excluded.revision - 1 then excluded.revision end,
            person_key = excluded.person_key, person = excluded.person, region = excluded.region,
            departed_on = excluded.departed_on, returned_on = excluded.returned_on, arrangement = excluded.arrangement,
            organiser = excluded.organiser, destination = excluded.destination, employer = excluded.employer, industry = excluded.industry,
            monthly_income = excluded.monthly_income, synthetic = excluded.synthetic, cancelled_reason = excluded.cancelled_reason,
            recorded_at = now(), recorded_by = excluded.recorded_by
        """;
}
