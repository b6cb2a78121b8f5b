using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Wuwei.Contracts;
using Wuwei.Contracts.Facts;
using Wuwei.Indicator.Ledger;
using Wuwei.Outbox;
using Wuwei.Outbox.Inbox;
using Wuwei.Outbox.Relay;

namespace Wuwei.Faults.Simulation;

/// <summary>
/// One history: clients change records of a register; two relays, the queue and two consumers carry the facts into the
/// ledger; twenty seconds of faults, then rest. What must hold then is looked at. Relay, lease, intake, winners and
/// recount are the real ones.
/// </summary>
internal sealed class History
{
    public const string Source = "labour-transfer";

    private static readonly TimeSpan s_faults = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_convergence = TimeSpan.FromSeconds(60);
    private static readonly OutboxMetrics s_metrics = new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());

    private readonly List<string> _findings = [];
    private readonly Scheduler _scheduler;
    private readonly RegisterDatabase _register;
    private readonly Broker _broker;
    private readonly LedgerDatabase _ledger;
    private readonly List<Replica> _replicas = [];
    private readonly HashSet<int> _acknowledged = [];
    private readonly HashSet<int> _ambiguous = [];
    private readonly IOptions<OutboxOptions> _options;
    private int _open;

    private History(int seed, List<string>? log)
    {
        _scheduler = new(seed) { Log = log, Crash = Crash };
        _register = new(_scheduler, _findings);
        _broker = new(_scheduler, _register, _findings);
        _ledger = new(_scheduler, _findings);
        _options = Options.Create(new OutboxOptions
        {
            Lease = TimeSpan.FromSeconds(3),
            PublishLimit = TimeSpan.FromSeconds(1),
            LongestWait = TimeSpan.FromSeconds(4),
            HandleLimit = TimeSpan.FromSeconds(10),
            SendBatch = Pick(1, 3, 500),
            Prefetch = Pick(2, 64),
        });
    }

    /// <summary>Runs the history of a seed; answers what did not hold.</summary>
    public static IReadOnlyList<string> Run(int seed, List<string>? log = null) => new History(seed, log).Run();

    public static bool IsPoison(Fact fact) => fact.RecordId.StartsWith("poison", StringComparison.Ordinal);

    private List<string> Run()
    {
        foreach (var name in new[] { "register-1", "register-2", "indicator-1", "indicator-2" })
        {
            Start(name);
        }

        Write(_scheduler.Random.Next(5, 25));
        (_register.Server.Trouble, _ledger.Server.Trouble, _broker.Trouble) = (Pick(0, 0.01, 0.1), Pick(0, 0.01, 0.02), Pick(0, 0.05, 0.3));
        _register.Server.Slow = _ledger.Server.Slow = Pick(0, 0.01, 0.05);
        _scheduler.CrashChance = Pick(0, 0, 0.001, 0.005);
        Strike(_scheduler.Random.Next(0, 10));
        _scheduler.RunUntil(s_faults);

        _scheduler.Note($"rest");
        (_register.Server.Trouble, _ledger.Server.Trouble, _broker.Trouble, _scheduler.CrashChance) = (0, 0, 0, 0);
        (_register.Server.Away, _ledger.Server.Away, _broker.Unbound) = (false, false, false);
        _register.Server.Slow = _ledger.Server.Slow = 0;
        while (!IsAtRest && _scheduler.Now < s_faults + s_convergence)
        {
            _scheduler.RunUntil(_scheduler.Now + TimeSpan.FromSeconds(1));
        }

        if (!IsAtRest)
        {
            _findings.Add($"I5: not at rest {s_convergence.TotalSeconds} s after the last fault: {_open} clients, outbox {_register.Waits}, queue {!_broker.IsEmpty}.");
        }

        Check();
        return _findings;
    }

    private bool IsAtRest => _open == 0 && !_register.Waits && _broker.IsEmpty;

    private T Pick<T>(params ReadOnlySpan<T> values) => values[_scheduler.Random.Next(values.Length)];

    // --- Processes ---------------------------------------------------------------------------------------------------

    private void Start(string name)
    {
        var replica = new Replica(new SimProcess(_scheduler, name));
        _replicas.Add(replica);
        _scheduler.Note($"{name}: started");
        var (process, stopping) = (replica.Process, replica.Lifetime.Token);
        if (name.StartsWith("register", StringComparison.Ordinal))
        {
            var relay = new OutboxRelay(_register.For(process), replica.Signal, _broker.For(process), s_metrics, _options, process.Clock, new SimLogger<OutboxRelay>(_scheduler, name));
            process.Start(() => replica.Running = relay.RunAsync(stopping));
            return;
        }

        var intake = new Intake<FactsRecorded, FoldFacts>(Subscription.IndicatorFacts, _ledger.For(process), s_metrics, _options, process.Clock, replica.Lifetime,
            new SimLogger<Intake<FactsRecorded, FoldFacts>>(_scheduler, name));
        process.Start(() => replica.Running = intake.RunAsync(replica.NothingLeft.Token));
        KeepConnected();

        void KeepConnected()
        {
            if (!process.Alive || stopping.IsCancellationRequested)
            {
                return;
            }

            if (process.FrozenUntil <= _scheduler.Now && !_broker.Away && !_broker.IsConnected(replica.Link))
            {
                replica.Link = _broker.Connect(process, intake);
            }

            _scheduler.After(TimeSpan.FromSeconds(0.5), KeepConnected);
        }
    }

    // Kill -9, at whatever it was. The others notice some time later.
    private void Crash(SimProcess process)
    {
        var replica = _replicas.Single(one => one.Process == process);
        _scheduler.Note($"{process.Name}: killed");
        process.End();
        _scheduler.After(_scheduler.Between(0, 3), () => Leave(replica));
        Restart(replica);
    }

    private void Leave(Replica replica)
    {
        _ledger.Disconnect(replica.Process);
        if (replica.Link is { } link)
        {
            _broker.Close(link);
        }
    }

    private void Restart(Replica replica)
    {
        _replicas.Remove(replica);
        _scheduler.After(_scheduler.Between(0, 4), () => Start(replica.Process.Name));
    }

    // SIGTERM: the bus waits for what it delivered, then those who handle it end.
    private void Stop(Replica replica)
    {
        _scheduler.Note($"{replica.Process.Name}: stopping");
        replica.Process.Start(async () =>
        {
            replica.Lifetime.StopApplication();
            if (replica.Link is { } link)
            {
                link.Stopping = true;
                for (var waits = 0; waits < 30 && link.Unacknowledged.Count > 0; waits++)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(100), replica.Process.Clock);
                }

                _broker.Close(link);
            }

            replica.NothingLeft.Cancel();
            await replica.Running;
            _scheduler.Note($"{replica.Process.Name}: stopped");
            replica.Process.End();
            Leave(replica);
            if (_replicas.Contains(replica))
            {
                Restart(replica);
            }
        });
    }

    private void Strike(int faults)
    {
        for (var i = 0; i < faults; i++)
        {
            _scheduler.After(_scheduler.Between(0, s_faults.TotalSeconds - 1), () =>
            {
                var some = _replicas.Count > 0 ? _replicas[_scheduler.Random.Next(_replicas.Count)] : null;
                var kind = _scheduler.Random.Next(8);
                _scheduler.Note($"fault {kind} {some?.Process.Name}");
                switch (kind)
                {
                    case 0 when some is not null:
                        Crash(some.Process);
                        break;
                    case 1 or 2 when some is not null:
                        Freeze(some);
                        break;
                    case 3 when some is { Lifetime.Token.IsCancellationRequested: false }:
                        Stop(some);
                        break;
                    case 4:
                        Away(_register.Server);
                        break;
                    case 5:
                        Away(_ledger.Server);
                        break;
                    case 6:
                        _broker.Leave(_scheduler.Between(0.2, 3));
                        break;
                    default:
                        _broker.Unbound = true;
                        _scheduler.After(_scheduler.Between(0.2, 3), () => _broker.Unbound = false);
                        break;
                }
            });
        }

        void Away(Server server)
        {
            server.Away = true;
            _scheduler.After(_scheduler.Between(0.2, 4), () => server.Away = false);
        }

        // The broker takes a silent consumer for dead; a frozen process does not notice.
        void Freeze(Replica replica)
        {
            var duration = _scheduler.Between(0.2, 8);
            replica.Process.Freeze(duration);
            if (duration.TotalSeconds > 4 && replica.Link is { } link)
            {
                _scheduler.After(TimeSpan.FromSeconds(4), () => _broker.Close(link));
            }
        }
    }

    // --- Clients -----------------------------------------------------------------------------------------------------

    private void Write(int operations)
    {
        var client = new SimProcess(_scheduler, "client", mortal: false);
        for (var operation = 1; operation <= operations; operation++)
        {
            var (number, poison) = (operation, _scheduler.Chance(0.05));
            _open++;
            _scheduler.After(_scheduler.Between(0, s_faults.TotalSeconds - 5), () => client.Start(() => WriteAsync(client, number, poison)));
        }
    }

    // A caller who does not know how it ended asks again; nothing is done twice.
    private async Task WriteAsync(SimProcess client, int operation, bool poison)
    {
        string[] records = poison ? [$"poison/{operation}"]
            : [.. Enumerable.Range(0, Pick(1, 1, 1, 3)).Select(_ => $"records/{_scheduler.Random.Next(1, 7)}").Distinct()];
        var doubtful = false;
        for (var attempt = 0; attempt < 8; attempt++)
        {
            try
            {
                var (revisions, done) = await _register.ReadAsync(client, operation, records);
                if (!done)
                {
                    doubtful = true;
                    done = await _register.CommitAsync(client, operation, [.. records.Select((record, i) => Revise(record, revisions[i] + 1))]);
                    doubtful = false;
                }

                if (done)
                {
                    _acknowledged.Add(operation);
                    if (_replicas.Count > 0 && _scheduler.Chance(0.7))
                    {
                        Pick<Replica>([.. _replicas]).Signal.Set();
                    }

                    break;
                }
            }
            catch (ConnectionLostException)
            {
                await Task.Delay(_scheduler.Between(0.1, 1), client.Clock);
            }
        }

        if (doubtful)
        {
            _ambiguous.Add(operation);
        }

        _open--;
    }

    private Fact Revise(string record, int revision) => new(
        record, Measures.LabourTransferPersons, revision, Pick("620602", "620621", "620622", "620602001"),
        new DateOnly(Pick(2024, 2025), Pick(1, 2), Pick(1, 15)),
        _scheduler.Chance(0.8) ? Pick(1, 2, 3).ToString("x32", CultureInfo.InvariantCulture) : null,
        _scheduler.Chance(0.2) ? null : 1);

    // --- What must hold ----------------------------------------------------------------------------------------------

    private void Check()
    {
        var stored = _register.Done.Where(done => !IsPoison(done.Value[0])).ToArray();
        var poison = _register.Done.Where(done => IsPoison(done.Value[0])).SelectMany(done => done.Value).Select(fact => fact.RecordId).ToHashSet();
        var told = stored.SelectMany(done => done.Value).ToHashSet();
        var folded = _ledger.Facts.ToLookup(fact => (fact.Key.RecordId, fact.Revision));

        Expect("I1: acknowledged and not stored", _acknowledged.Where(operation => !_register.Done.ContainsKey(operation)));
        Expect("I1: stored and not in the ledger", told.Where(fact => !folded.Contains((fact.RecordId, fact.Revision))));
        Expect("I2: in the ledger more than once", folded.Where(same => same.Count() > 1).Select(same => same.Key));
        Expect("I2: more than one effect", _ledger.Effects.Where(effect => effect.Value > 1).Select(effect => _register[effect.Key].Position));
        Expect("I3: in the ledger and not told", _ledger.Facts.Where(fact => !told.Any(other => (other.RecordId, other.Revision) == (fact.Key.RecordId, fact.Revision) && fact.Says(other))).Select(fact => fact.Key));
        Expect("I3: stored though neither acknowledged nor in doubt", _register.Done.Keys.Where(operation => !_acknowledged.Contains(operation) && !_ambiguous.Contains(operation)));
        Expect("I7: poison not set aside", poison.Except(_broker.Errors.Select(RecordOf)));
        Expect("I7: set aside and no poison", _broker.Errors.Select(RecordOf).Except(poison));
        Expect("I5: totals", Differences(Plain(told), _ledger.Totals));

        // As of any position: the same then and now, by the facts' own times and by the prefix.
        foreach (var (position, totals) in _ledger.Remembered)
        {
            var prefix = _ledger.Facts.Where(fact => fact.Position <= position).ToArray();
            Expect($"as of {position}: prefix", Differences(Plain(prefix.Select(Back)), totals));
            Expect($"as of {position}: winners", Differences(
                Plain(prefix.Where(fact => fact.SupersededAt is null || fact.SupersededAt > position).Select(Back)), totals));
        }

        string RecordOf(Guid message) => _register[message].Message.Facts[0].RecordId;
        static Fact Back(LedgerFact fact) => new(fact.Key.RecordId, fact.Key.Measure, fact.Revision, fact.Region, fact.EventDate, fact.PersonKey, fact.Quantity);
    }

    private void Expect<T>(string what, IEnumerable<T> nothing)
    {
        if (nothing.ToArray() is { Length: > 0 } found)
        {
            _findings.Add($"{what}: {string.Join(", ", found)}");
        }
    }

    private static IEnumerable<CellKey> Differences(Dictionary<CellKey, Delta> one, IReadOnlyDictionary<CellKey, Delta> other) =>
        one.Keys.Union(other.Keys).Where(cell => one.GetValueOrDefault(cell) != other.GetValueOrDefault(cell));

    /// <summary>The law as plainly as can be: the highest revision of each record; a person once a year, by the earliest event, then the record.</summary>
    private static Dictionary<CellKey, Delta> Plain(IEnumerable<Fact> facts)
    {
        var winners = facts.GroupBy(fact => fact.RecordId).Select(same => same.MaxBy(fact => fact.Revision)!).Where(fact => fact.Quantity is not null).ToArray();
        return winners.Where(fact => fact.PersonKey is null)
            .Concat(winners.Where(fact => fact.PersonKey is not null).GroupBy(fact => (fact.PersonKey, fact.EventDate.Year))
                .Select(person => person.OrderBy(fact => fact.EventDate).ThenBy(fact => fact.RecordId, StringComparer.Ordinal).First()))
            .GroupBy(fact => new CellKey(fact.Measure, fact.Region, new(fact.EventDate.Year, fact.EventDate.Month, 1)))
            .ToDictionary(cell => cell.Key, cell => new Delta(cell.Sum(fact => fact.Quantity!.Value), cell.Count()));
    }

    /// <summary>A running copy of a service.</summary>
    private sealed class Replica(SimProcess process)
    {
        public SimProcess Process => process;

        public SimLifetime Lifetime { get; } = new();

        public OutboxSignal Signal { get; } = new();

        public CancellationTokenSource NothingLeft { get; } = new();

        public Task Running { get; set; } = Task.CompletedTask;

        public Broker.Link? Link { get; set; }
    }

    private sealed class SimLifetime : IHostApplicationLifetime
    {
        private readonly CancellationTokenSource _stopping = new();

        public CancellationToken Token => _stopping.Token;

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => _stopping.Cancel();
    }

    private sealed class SimLogger<T>(Scheduler scheduler, string name) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => scheduler.Log is not null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            scheduler.Note($"{name}: {formatter(state, exception)} {exception?.Message}");
    }
}
