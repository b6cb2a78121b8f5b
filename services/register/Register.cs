using Dapper;
using Npgsql;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Register.Persons;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Personal;

namespace Wuwei.Register;

/// <summary>
/// How records of people come about and change: one or five hundred at a time on the same path, in one transaction that
/// holds every key the rules look at. A batch is decided in its order, as if its items came one by one.
/// </summary>
/// <param name="source">The service's name in facts.</param>
internal abstract class Register<TRecord>(Database db, TimeProvider clock, string source) : IPersons where TRecord : Registered
{
    public static readonly Refusal Cancelled = new("register.cancelled", "该记录已撤销，不能再修改；如有需要请另行登记。");

    public static readonly Refusal BeforeRealName = new(
        "register.before_real_name_records", "该年度尚未实行实名登记，已按历史合计数计入，不能再逐条登记。", StatusCodes.Status422UnprocessableEntity);

    private const int Attempts = 5;

    protected Database Database => db;

    /// <summary>Table of the records. Its key is the name with <c>_id</c>, its sealed persons are in <c>person</c>.</summary>
    protected abstract string Table { get; }

    /// <summary>Where persons are sealed: what they are bound to, beside their row.</summary>
    protected string PersonColumn => $"{Table}.person";

    /// <summary>Selects the records with some ids, and those that have one of some keys.</summary>
    protected abstract string ReadSql { get; }

    /// <summary>What <see cref="ReadSql"/> and <see cref="KnowSql"/> are asked about; <paramref name="locks"/> itself among it.</summary>
    protected abstract object Arguments(Guid[] ids, string[] locks);

    /// <summary>What <see cref="ReadSql"/> has selected.</summary>
    protected abstract Task<IReadOnlyList<TRecord>> ReadAsync(SqlMapper.GridReader rows);

    /// <summary>
    /// Stores the records with the commit, new ones and those that follow on the revision before, in one statement. It fails
    /// with <see cref="PostgresErrorCodes.NotNullViolation"/> when someone else has stored one of the new ids meanwhile.
    /// </summary>
    protected abstract void Write(UnitOfWork work, IReadOnlyList<TRecord> records, Caller caller);

    /// <summary>The record as answers show it, which is how the audit trail keeps it.</summary>
    protected abstract object Show(TRecord record);

    /// <summary>The rule: why the record must not stand beside the others, or null. Not asked about cancelled records.</summary>
    protected abstract Refusal? Check(TRecord record, Known<TRecord> known);

    /// <summary>Selects what else the rule needs to know of what is locked.</summary>
    protected virtual string? KnowSql => null;

    /// <summary>What is known before records are, with what <see cref="KnowSql"/> has selected.</summary>
    protected virtual Task<Known<TRecord>> KnowAsync(SqlMapper.GridReader rows, PolicyParameters policy, DateOnly today) =>
        Task.FromResult(new Known<TRecord>(policy, today));

    // Lock in one statement, read in those that follow: a statement that waited still sees rows as they were before it waited.
    private string LookSql => field ??= string.Join(
        ";\n\n", new[] { PolicyParameters.InForceSql, Guard.HoldSql, KnowSql, ReadSql }.OfType<string>());

    /// <summary>There is no such record, or none that the caller may see.</summary>
    public abstract Refusal NotFound { get; }

    /// <summary>A change to a record that must be there.</summary>
    public Change<TRecord> Amendment(Guid id, Func<TRecord, TRecord> amend, Func<long?, Refusal?> precondition) =>
        new(id, [], record => record is null ? NotFound : amend(record), precondition);

    /// <summary>Makes a record count no more; final, and the first reason stays.</summary>
    public Change<TRecord> Cancellation(Guid id, Cancellation cancellation, Func<long?, Refusal?> precondition) =>
        Amendment(id, record => record with { CancelledFor = record.CancelledFor ?? cancellation.Reason }, precondition);

    /// <summary>One record, if the caller may see it.</summary>
    public async Task<TRecord?> FindAsync(Guid id, Caller caller, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        return (await ReadAsync(work, [id])).SingleOrDefault(record => caller.Covers(record.Region));
    }

    public async Task<Registered?> FindRecordAsync(Guid id, Caller caller, CancellationToken cancellation) => await FindAsync(id, caller, cancellation);

    public async Task<(Guid? Next, int Sealed, int Busy)> RotateAsync(Guid after, int limit, PersonalDataProtector protector, UnitOfWork work)
    {
        var seen = await work.ListAsync<(Guid Id, bool IsOld)>(
            $"select {Table}_id, substring(person from 2 for 2) <> @CurrentKeyId from {Table} where {Table}_id > @after order by {Table}_id limit @limit",
            new { protector.CurrentKeyId, after, limit });
        Guid[] old = [.. seen.Where(record => record.IsOld).Select(record => record.Id)];
        // Held, lest somebody store the person anew before the update; who does so already seals under the current key.
        var held = await work.ListAsync<SealedPerson>(
            $"select {Table}_id as id, person from {Table} where {Table}_id = any(@old) for no key update skip locked", new { old });
        if (held.Count > 0)
        {
            work.Write(
                $"update {Table} set person = k.person from unnest(@ids, @persons) k (id, person) where {Table}_id = k.id",
                new
                {
                    ids = held.Select(record => record.Id).ToArray(),
                    persons = held.Select(record => protector.Reseal(record.Person, PersonColumn, record.Id.ToString())).ToArray(),
                });
        }

        return (seen.Count < limit ? null : seen[^1].Id, held.Count, old.Length - held.Count);
    }

    private sealed record SealedPerson(Guid Id, byte[] Person);

    private Task<IReadOnlyList<TRecord>> ReadAsync(UnitOfWork work, Guid[] ids) => work.ReadManyAsync(ReadSql, Arguments(ids, []), ReadAsync);

    private async Task<Known<TRecord>> LookAsync(SqlMapper.GridReader rows)
    {
        var policy = new PolicyParameters(await rows.ReadAsync<PolicyParameter>());
        await rows.ReadAsync<string>(); // the keys that are held now
        var known = await KnowAsync(rows, policy, clock.Today());
        foreach (var record in await ReadAsync(rows))
        {
            known.Load(record);
        }

        return known;
    }

    /// <summary>Makes one change.</summary>
    public async Task<Outcome<TRecord>> ApplyAsync(
        Change<TRecord> change, Caller caller, CancellationToken cancellation, Kept<TRecord>? kept = null) =>
        (await ApplyAllAsync([change], caller, cancellation, kept))[0];

    /// <summary>Makes every change that the rules allow, all of them or, when something fails, none.</summary>
    /// <returns>What became of each, in their order.</returns>
    public async Task<IReadOnlyList<Outcome<TRecord>>> ApplyAllAsync(
        IReadOnlyList<Change<TRecord>> changes, Caller caller, CancellationToken cancellation, Kept<TRecord>? kept = null)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            try
            {
                if (await TryApplyAsync(changes, caller, isSecond: attempt > 1, kept, cancellation) is { } outcomes)
                {
                    return outcomes;
                }
            }
            catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.UniqueViolation
                or PostgresErrorCodes.ExclusionViolation or PostgresErrorCodes.NotNullViolation && attempt < Attempts)
            {
                // Someone else has stored one of the new ids for another person, whose keys are not held here; so look again.
            }
        }

        throw new TimeoutException("The records keep changing; nothing was stored.");
    }

    /// <summary>Makes every change that the rules allow within a transaction that the caller commits: of new records only.</summary>
    /// <returns>What became of each, in their order.</returns>
    public async Task<IReadOnlyList<Outcome<TRecord>>> ApplyWithinAsync(UnitOfWork work, IReadOnlyList<Change<TRecord>> changes, Caller caller) =>
        changes.Count == 0 ? []
        : await DecideAllAsync(work, changes, caller, isSecond: false) is { } decided ? decided.Outcomes
        : throw new InvalidOperationException("A record that is to be new is there.");

    // Null: look again. A record holds keys that are not held here: it was thought to be new, or it changed hands between
    // the first look and the lock. In most cases all takes two round trips: what is locked and read, and what is stored.
    private async Task<IReadOnlyList<Outcome<TRecord>>?> TryApplyAsync(
        IReadOnlyList<Change<TRecord>> changes, Caller caller, bool isSecond, Kept<TRecord>? kept, CancellationToken cancellation)
    {
        if (changes.Count == 0)
        {
            return [];
        }

        // A rule looks at a person's records wherever they are; answers show, and the transaction changes, only the caller's own.
        await using var work = await db.BeginAsync(caller.Scope.SeeingEverywhere(), cancellation);
        if (kept is not null)
        {
            await kept.Once.EnterAsync(work);
        }

        if (await DecideAllAsync(work, changes, caller, isSecond) is not var (outcomes, isChanged))
        {
            return null;
        }

        if ((kept?.Once.Keep(work, kept.Answer(outcomes)) ?? false) || isChanged)
        {
            await work.CommitAsync();
        }

        return outcomes;
    }

    private async Task<(IReadOnlyList<Outcome<TRecord>> Outcomes, bool IsChanged)?> DecideAllAsync(
        UnitOfWork work, IReadOnlyList<Change<TRecord>> changes, Caller caller, bool isSecond)
    {
        Guid[] ids = [.. changes.Select(change => change.Id).Distinct()];

        // Most records are new and hold what the change says; a look for those that are not is taken the second time.
        var looksFirst = isSecond || changes.Any(change => !change.Locks.Any());
        string[] locks = [.. (looksFirst ? await ReadAsync(work, ids) : []).SelectMany(record => record.Locks)
            .Concat(changes.SelectMany(change => change.Locks)).Distinct()];
        var known = await work.ReadManyAsync(LookSql, Arguments(ids, locks), LookAsync);
        if (ids.Select(known.Find).Any(record => record is not null && record.Locks.Except(locks).Any()))
        {
            return null;
        }

        var before = ids.ToDictionary(id => id, known.Find);
        var under = new Dictionary<Guid, string[]>();
        var outcomes = new Outcome<TRecord>[changes.Count];
        var elsewhere = new List<string>();
        for (var i = 0; i < changes.Count; i++)
        {
            outcomes[i] = Decide(changes[i], known, caller, elsewhere);
            var consulted = known.Policy.TakeConsulted();
            if (outcomes[i] is { Status: ChangeStatus.Created or ChangeStatus.Corrected, Record: { } changed })
            {
                known.Accept(known.Find(changed.Id), changed);
                under[changed.Id] = consulted;
            }
        }

        TRecord[] stored = [.. outcomes.Where(outcome => outcome.Status is ChangeStatus.Created or ChangeStatus.Corrected)
            .Select(outcome => outcome.Record!.Id).Distinct().Select(id => known.Find(id)!)];
        if (stored.Length > 0)
        {
            Write(work, stored, caller);
            work.Audit(caller, [.. stored.Select(record => ActOf(before[record.Id], record, under[record.Id]))]);
            work.PublishFacts(source, [.. stored.SelectMany(record => record.Facts)]);
        }

        // Who reaches for another county's leaves a trace of it in the own.
        work.Audit(caller, [.. elsewhere.Select(record => new Act($"{source}.refused", record, After: new { Caller.OutOfRegion.Code }))]);
        return (outcomes, stored.Length + elsewhere.Count > 0);
    }

    private Act ActOf(TRecord? before, TRecord after, string[] under) => new(
        $"{source}.{(before is null ? "created" : after.IsCancelled ? "cancelled" : "corrected")}",
        after.RecordId, before is null ? null : Show(before), Show(after), after.Region)
    {
        DecidedUnder = under,
    };

    /// <param name="elsewhere">Gets the records of another region's that the caller reached for.</param>
    private Outcome<TRecord> Decide(Change<TRecord> change, Known<TRecord> known, Caller caller, List<string> elsewhere)
    {
        var current = known.Find(change.Id);
        if (current is not null && !caller.Covers(current.Region))
        {
            elsewhere.Add(current.RecordId);
            return Caller.OutOfRegion;
        }

        if (change.Next(current).IsRefused(out var refusal, out var next))
        {
            return refusal;
        }

        if (!caller.Covers(next.Region))
        {
            elsewhere.Add(next.RecordId);
            return Caller.OutOfRegion;
        }

        // The same again needs no If-Match: an answer that was lost may be asked for again.
        next = next with { Revision = current?.Revision ?? 0 };
        if (next == current)
        {
            return Outcome<TRecord>.Of(ChangeStatus.Unchanged, current);
        }

        if (current is { IsCancelled: true })
        {
            return Cancelled;
        }

        if (change.Precondition(current?.Revision) is { } stale)
        {
            return stale;
        }

        if (!next.IsCancelled && (CheckYear(next, known.Policy) ?? Check(next, known)) is { } reason)
        {
            return Outcome<TRecord>.RefusedBeside(reason, [.. known.Others(next).Select(other => other.Id)]);
        }

        next = next with { Revision = known.NextRevision(next.Id) };
        return Outcome<TRecord>.Of(current is null ? ChangeStatus.Created : ChangeStatus.Corrected, next);
    }

    private static Refusal? CheckYear(TRecord record, PolicyParameters policy) =>
        record.EventDate.Year < policy.Value(PolicyParameters.RealNameFromYear, record.EventDate) ? BeforeRealName : null;
}
