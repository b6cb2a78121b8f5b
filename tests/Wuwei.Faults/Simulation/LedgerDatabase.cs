using Wuwei.Contracts.Facts;
using Wuwei.Indicator.Ledger;
using Wuwei.Outbox;
using Wuwei.Outbox.Inbox;

namespace Wuwei.Faults.Simulation;

/// <summary>The indicator's database: inbox, facts, totals; one transaction at a time, as its locks have it.</summary>
internal sealed class LedgerDatabase(Scheduler scheduler, List<string> findings)
{
    public static readonly Measure Persons = new(Measures.LabourTransferPersons, History.Source, "persons");

    private readonly HashSet<Guid> _inbox = [];
    private readonly Dictionary<FactKey, LedgerFact> _heads = [];
    private readonly Dictionary<CellKey, Delta> _totals = [];
    private readonly Queue<Action> _waiting = new();
    private Transaction? _open;
    private long _position;

    public Server Server { get; } = new(scheduler, "ledger");

    /// <summary>Every fact, by position.</summary>
    public List<LedgerFact> Facts { get; } = [];

    /// <summary>How often each message had an effect.</summary>
    public Dictionary<Guid, int> Effects { get; } = [];

    /// <summary>The totals as they were at positions.</summary>
    public List<(long Position, Dictionary<CellKey, Delta> Totals)> Remembered { get; } = [];

    public IReadOnlyDictionary<CellKey, Delta> Totals => _totals;

    public IInbox<FactsRecorded> For(SimProcess consumer) => new Session(this, scheduler, consumer);

    /// <summary>The server notices that the process is gone, and rolls back.</summary>
    public void Disconnect(SimProcess consumer)
    {
        if (_open?.Consumer == consumer)
        {
            Release(_open);
        }
    }

    private void Release(Transaction transaction)
    {
        if (_open == transaction)
        {
            _open = null;
            while (_open is null && _waiting.TryDequeue(out var next))
            {
                next();
            }
        }
    }

    private List<LedgerFact> Known(IReadOnlyList<Incoming> facts)
    {
        List<LedgerFact> known = [.. facts.Select(fact => fact.Key).Distinct().Where(_heads.ContainsKey).Select(key => _heads[key])];
        var late = facts.Where(fact => _heads.TryGetValue(fact.Key, out var head) && fact.Fact.Revision < head.Revision).Select(fact => (fact.Key, fact.Fact.Revision)).ToHashSet();
        return [.. known.Concat(Facts.Where(fact => late.Contains((fact.Key, fact.Revision)))).Select(Copy)];
    }

    private List<LedgerFact> Claims(IReadOnlyList<Change> changes)
    {
        var persons = changes.SelectMany(change => new[] { change.Before?.Person, change.After.Person }).OfType<PersonYear>().ToHashSet();
        return [.. _heads.Values.Where(fact => fact.Person is { } person && persons.Contains(person)).Select(Copy)];
    }

    private void Apply(Transaction transaction)
    {
        _inbox.UnionWith(transaction.Seen);
        foreach (var id in transaction.Handled)
        {
            Effects[id] = Effects.GetValueOrDefault(id) + 1;
        }

        if (transaction.Winners is { } winners)
        {
            foreach (var conflict in winners.Conflicts)
            {
                findings.Add($"I3: {conflict.Key.RecordId} has two contents at revision {conflict.Fact.Revision}.");
            }

            Facts.AddRange(winners.Stored);
            foreach (var (before, after) in winners.Changes)
            {
                if (before is not null)
                {
                    Facts[(int)before.Position - 1].SupersededAt = before.SupersededAt;
                }

                _heads[after.Key] = Copy(after);
            }

            foreach (var fact in transaction.Turned)
            {
                _heads[fact.Key].Counted = fact.Counted;
            }

            foreach (var (cell, delta) in transaction.Deltas)
            {
                var total = _totals.GetValueOrDefault(cell);
                _totals[cell] = new(total.Quantity + delta.Quantity, total.Facts + delta.Facts);
            }

            _position = winners.Position;
            Remembered.Add((_position, new(_totals)));
        }
    }

    private static LedgerFact Copy(LedgerFact fact) => new()
    {
        Key = fact.Key,
        Revision = fact.Revision,
        Region = fact.Region,
        EventDate = fact.EventDate,
        PersonKey = fact.PersonKey,
        Quantity = fact.Quantity,
        PersonYear = fact.PersonYear,
        Position = fact.Position,
        KnownAt = fact.KnownAt,
        Counted = fact.Counted,
        SupersededAt = fact.SupersededAt,
    };

    private sealed class Session(LedgerDatabase database, Scheduler scheduler, SimProcess consumer) : IInbox<FactsRecorded>
    {
        public async Task<IInboxTransaction<FactsRecorded>> BeginAsync(CancellationToken cancellation)
        {
            await database.Server.AskAsync(consumer, "begin", () => 0, cancellation: cancellation);
            return new Transaction(database, consumer, cancellation);
        }

        // The honest question after a broken connection is mostly lost as well.
        public async Task<bool> IsAwayAsync(Exception error)
        {
            if (error is not (ConnectionLostException or OperationCanceledException))
            {
                return false;
            }

            await Task.Delay(database.Server.Latency(), consumer.Clock);
            return database.Server.Away || scheduler.Chance(0.8);
        }
    }

    private sealed class Transaction(LedgerDatabase database, SimProcess consumer, CancellationToken cancellation) : IInboxTransaction<FactsRecorded>
    {
        private bool _broken;

        public SimProcess Consumer => consumer;

        public HashSet<Guid> Seen { get; } = [];

        public List<Guid> Handled { get; } = [];

        public Winners? Winners { get; private set; }

        public IReadOnlyList<LedgerFact> Turned { get; private set; } = [];

        public List<KeyValuePair<CellKey, Delta>> Deltas { get; } = [];

        public async Task<IReadOnlySet<Guid>> FirstSeenAsync(IReadOnlyCollection<Guid> messageIds)
        {
            var locked = new TaskCompletionSource();
            await AskAsync("lock", () =>
            {
                if (database._open is null)
                {
                    Open();
                }
                else
                {
                    database._waiting.Enqueue(Open);
                }

                return 0;

                void Open()
                {
                    if (_broken || !consumer.Alive)
                    {
                        return;
                    }

                    database._open = this;
                    locked.TrySetResult();
                }
            });
            using (cancellation.Register(() => locked.TrySetCanceled(cancellation)))
            {
                await locked.Task;
            }

            return await AskAsync("note in inbox", () =>
            {
                Seen.UnionWith(messageIds.Where(id => !database._inbox.Contains(id)));
                return Seen.ToHashSet();
            });
        }

        public async Task HandleAsync(IReadOnlyList<Received<FactsRecorded>> messages, CancellationToken cancellation)
        {
            List<Incoming> facts = [.. messages.SelectMany(message => message.Message.Facts)
                .Select(fact => new Incoming(new(History.Source, fact.RecordId, fact.Measure), fact, Persons))];
            var known = await AskAsync("read known", () => database.Known(facts));
            if (facts.Any(fact => History.IsPoison(fact.Fact)))
            {
                throw new InvalidOperationException("poison");
            }

            var recount = new Recount();
            Winners = Winners.Fold(facts, known, database._position, consumer.Clock.GetUtcNow());
            Turned = recount.Apply(Winners.Changes, await AskAsync("read claims", () => database.Claims(Winners.Changes)));
            Deltas.AddRange(recount.Deltas);
            Handled.AddRange(messages.Select(message => message.MessageId));
        }

        public async Task CommitAsync() => await AskAsync($"commit of {Handled.Count}", () =>
        {
            database.Apply(this);
            database.Release(this);
            return 0;
        });

        public async ValueTask DisposeAsync()
        {
            _broken = true;
            await Task.Delay(database.Server.Latency(), consumer.Clock);
            database.Release(this);
        }

        private Task<T> AskAsync<T>(string what, Func<T> serve) => database.Server.AskAsync(consumer, what, () =>
            _broken || (database._open != this && what != "lock") ? throw new ConnectionLostException() : serve(), () =>
            {
                _broken = true;
                database.Release(this);
            }, cancellation);
    }
}
