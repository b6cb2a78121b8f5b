using Dapper;
using Wuwei.Outbox;
using Wuwei.Register;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Personal;

namespace Wuwei.Training.CertifiedTrainings;

/// <summary>Certified trainings in the database.</summary>
internal sealed class TrainingRegister(Database db, PersonalDataProtector protector, TimeProvider clock)
    : Register<CertifiedTraining>(db, clock, "training")
{
    protected override string Table => "certified_training";

    public override Refusal NotFound => GetCertifiedTraining.NotFound;

    protected override object Show(CertifiedTraining record) => CertifiedTrainingShown.Of(record);

    protected override Refusal? Check(CertifiedTraining record, Known<CertifiedTraining> known) =>
        RecordCertifiedTraining.Check(record, known.Others(record), known.Policy, known.Today);

    protected override string ReadSql => $"""
        select {Columns}
        from certified_training
        where certified_training_id = any(@ids) or person_key = any(@persons) or certificate_number = any(@numbers) and cancelled_reason is null
        """;

    protected override object Arguments(Guid[] ids, string[] locks) => new
    {
        ids,
        locks,
        persons = Guard.Values(Person.Kind, locks),
        numbers = Guard.Values(CertifiedTraining.NumberKind, locks),
    };

    protected override async Task<IReadOnlyList<CertifiedTraining>> ReadAsync(SqlMapper.GridReader rows) => [.. (await rows.ReadAsync<Row>()).Select(Read)];

    /// <summary>Trainings as a list wants them.</summary>
    /// <param name="sql">Selects <see cref="Columns"/>.</param>
    public async Task<IReadOnlyList<CertifiedTraining>> ListAsync(Scope scope, string sql, object args, CancellationToken cancellation) =>
        [.. (await Database.ListAsync<Row>(scope, sql, args, cancellation)).Select(Read)];

    /// <summary>The same one by one.</summary>
    public IAsyncEnumerable<CertifiedTraining> StreamAsync(UnitOfWork work, string sql, object args) => work.StreamAsync<Row>(sql, args).Select(Read);

    protected override void Write(UnitOfWork work, IReadOnlyList<CertifiedTraining> records, Caller caller) => work.Write(
        WriteSql,
        new
        {
            ids = records.Select(t => t.Id).ToArray(),
            revisions = records.Select(t => t.Revision).ToArray(),
            personKeys = records.Select(t => t.Person.Key).ToArray(),
            persons = records.Select(t => t.Person.Seal(protector, PersonColumn, t.Id)).ToArray(),
            regions = records.Select(t => t.Region).ToArray(),
            occupations = records.Select(t => t.Occupation).ToArray(),
            occupationNames = records.Select(t => t.OccupationName).ToArray(),
            levels = records.Select(t => t.Level is { } level ? Codes.Of(level) : null).ToArray(),
            kinds = records.Select(t => Codes.Of(t.CertificateKind)).ToArray(),
            numbers = records.Select(t => t.CertificateNumber).ToArray(),
            institutions = records.Select(t => t.Institution).ToArray(),
            started = records.Select(t => t.StartedOn).ToArray(),
            finished = records.Select(t => t.FinishedOn).ToArray(),
            certified = records.Select(t => t.CertifiedOn).ToArray(),
            hours = records.Select(t => t.Hours).ToArray(),
            subsidised = records.Select(t => t.Subsidised).ToArray(),
            synthetic = records.Select(t => t.Synthetic).ToArray(),
            reasons = records.Select(t => t.CancelledFor).ToArray(),
            by = caller.Subject,
        });

    private CertifiedTraining Read(Row row) => new()
    {
        Id = row.CertifiedTrainingId,
        Revision = row.Revision,
        Person = Person.Unseal(row.PersonKey, row.Person, protector, PersonColumn, row.CertifiedTrainingId),
        Region = row.Region,
        Occupation = row.Occupation,
        OccupationName = row.OccupationName,
        Level = row.Level is { } level ? Codes.Parse<SkillLevel>(level) : null,
        CertificateKind = Codes.Parse<CertificateKind>(row.CertificateKind),
        CertificateNumber = row.CertificateNumber,
        Institution = row.Institution,
        StartedOn = row.StartedOn,
        FinishedOn = row.FinishedOn,
        CertifiedOn = row.CertifiedOn,
        Hours = row.Hours,
        Subsidised = row.Subsidised,
        Synthetic = row.Synthetic,
        CancelledFor = row.CancelledReason,
    };

    private sealed record Row(
        Guid CertifiedTrainingId, int Revision, string PersonKey, byte[] Person, string Region, string Occupation, string OccupationName,
        string? Level, string CertificateKind, string CertificateNumber, string Institution, DateOnly StartedOn, DateOnly FinishedOn,
        DateOnly CertifiedOn, int Hours, bool Subsidised, bool Synthetic, string? CancelledReason);

    public const string Columns = """
        certified_training_id, revision, person_key, person, region, occupation, occupation_name, level, certificate_kind,
        certificate_number, institution, started_on, finished_on, certified_on, hours, subsidised, synthetic, cancelled_reason
        """;

    // A revision that does not follow on the one before is null, and nothing is stored.
    private const string WriteSql = $"""
        insert into certified_training ({Columns}, recorded_by)
        select *, @by
        from unnest(@ids, @revisions, @personKeys, @persons, @regions, @occupations, @occupationNames, @levels, @kinds,
            @numbers, @institutions, @started, @finished, @certified, @hours, @subsidised, @synthetic, @reasons)
        on conflict (certified_training_id) do update
        set revision = case when certified_training.revision = excluded.revision - 1 then excluded.revision end,
            person_key = excluded.person_key, person = excluded.person, region = excluded.region,
            occupation = excluded.occupation, occupation_name = excluded.occupation_name, level = excluded.level,
            certificate_kind = excluded.certificate_kind, certificate_number = excluded.certificate_number,
            institution = excluded.institution, started_on = excluded.started_on, finished_on = excluded.finished_on,
            certified_on = excluded.certified_on, hours = excluded.hours, subsidised = excluded.subsidised,
            synthetic = excluded.synthetic, cancelled_reason = excluded.cancelled_reason,
            recorded_at = now(), recorded_by = excluded.recorded_by
        """;
}
