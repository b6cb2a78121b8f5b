using Wuwei.Contracts.Facts;
using Wuwei.Outbox.Faults;
using Wuwei.Outbox.Relay;

namespace Wuwei.Faults.Simulation;

/// <summary>The database of a register: its records, what it was ever told, and its outbox, each commit all or nothing.</summary>
internal sealed class RegisterDatabase(Scheduler scheduler, List<string> findings)
{
    private readonly Dictionary<string, Fact> _records = [];
    private readonly Dictionary<int, IReadOnlyList<Fact>> _done = [];
    private readonly Dictionary<Guid, SimProcess> _holders = [];
    private (Guid Holder, long Epoch, TimeSpan Expires) _lease = (Guid.Empty, 0, TimeSpan.MinValue);

    public Server Server { get; } = new(scheduler, "register");

    public List<Row> Rows { get; } = [];

    /// <summary>Every operation that was committed, and its facts.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<Fact>> Done => _done;

    public bool Waits => Rows.Any(row => row is { Sent: false, Parked: null });

    public Row this[Guid messageId] => Rows[(int)BitConverter.ToUInt32(messageId.ToByteArray()) - 1];

    /// <summary>The record's revision, and whether the operation was done before: what a caller asks who does not know how it ended.</summary>
    public Task<(int[] Revisions, bool Done)> ReadAsync(SimProcess writer, int operation, string[] records) => Server.AskAsync(writer, $"read for {operation}", () =>
        (records.Select(record => _records.TryGetValue(record, out var fact) ? fact.Revision : 0).ToArray(), _done.ContainsKey(operation)));

    /// <summary>Commits records and the message that tells of them; false when somebody else was faster.</summary>
    public Task<bool> CommitAsync(SimProcess writer, int operation, IReadOnlyList<Fact> facts) => Server.AskAsync(writer, $"commit of {operation}", () =>
    {
        if (_done.ContainsKey(operation) || facts.Any(fact => fact.Revision != (_records.TryGetValue(fact.RecordId, out var now) ? now.Revision : 0) + 1))
        {
            return _done.ContainsKey(operation);
        }

        _done.Add(operation, facts);
        foreach (var fact in facts)
        {
            _records[fact.RecordId] = fact;
        }

        var position = Rows.Count + 1;
        var bytes = new byte[16];
        BitConverter.TryWriteBytes(bytes, (uint)position);
        // As UnitOfWork.PublishFacts has it: a fact alone keeps its record's order.
        Rows.Add(new(position, new Guid(bytes), new FactsRecorded(History.Source, facts), facts.Count == 1 ? facts[0].RecordId : null));
        return true;
    });

    public IOutboxRows For(SimProcess relay) => new Session(this, relay);

    /// <summary>Whether the process may send by the lease that the database has.</summary>
    public bool IsHolder(SimProcess relay) => _holders.GetValueOrDefault(_lease.Holder) == relay && scheduler.Now < _lease.Expires;

    private TimeSpan Now => scheduler.Now;

    private int Mark(SimProcess relay, IReadOnlyList<Mark> marks, Guid holder, long epoch)
    {
        var fenced = (_lease.Holder, _lease.Epoch) != (holder, epoch);
        if (fenced && !PlantedBug.NoLeaseEpoch) // as the statement's own where clause
        {
            return 0;
        }

        var marked = marks.Where(mark => Rows[(int)mark.Position - 1] is { Sent: false, Parked: null }).ToArray();
        if (fenced && marked.Length > 0)
        {
            findings.Add($"I2: {relay.Name} marked {marked.Length} rows under epoch {epoch}, which was over.");
        }

        foreach (var mark in marked)
        {
            var row = Rows[(int)mark.Position - 1];
            (row.Attempts, row.Sent, row.Parked) = (row.Attempts + 1, mark.Sent, mark.ParkedReason);
            row.NotBefore = scheduler.Now + mark.Wait;
        }

        return marked.Length;
    }

    private WaitingMessage[] Read(int limit) =>
    [
        .. Rows.Where(row => row is { Sent: false, Parked: null } && !(row.NotBefore > scheduler.Now))
            .Where(row => !Rows.Any(earlier => earlier.Key is not null && earlier.Key == row.Key && earlier.Position < row.Position
                && earlier is { Sent: false, Parked: null } && earlier.NotBefore > scheduler.Now))
            .Take(limit)
            .Select(row => new WaitingMessage(row.Position, row.Id, nameof(FactsRecorded), "", row.Key, null, row.Attempts)),
    ];

    internal sealed record Row(long Position, Guid Id, FactsRecorded Message, string? Key)
    {
        public bool Sent { get; set; }

        public string? Parked { get; set; }

        public TimeSpan? NotBefore { get; set; }

        public int Attempts { get; set; }
    }

    private sealed class Session(RegisterDatabase database, SimProcess relay) : IOutboxRows
    {
        public Task<long?> HoldAsync(Guid holder, TimeSpan length, CancellationToken cancellation) => database.Server.AskAsync(relay, "hold", () =>
        {
            database._holders[holder] = relay;
            ref var lease = ref database._lease;
            var now = database.Now;
            if (lease.Holder != holder && lease.Expires > now)
            {
                return (long?)null;
            }

            lease = (holder, lease.Holder == holder ? lease.Epoch : lease.Epoch + 1, now + length);
            return lease.Epoch;
        }, cancellation: cancellation);

        public Task ReleaseAsync(Guid holder, long epoch, CancellationToken cancellation) => database.Server.AskAsync(relay, "release", () =>
        {
            if ((database._lease.Holder, database._lease.Epoch) == (holder, epoch))
            {
                database._lease.Expires = TimeSpan.MinValue;
            }

            return 0;
        }, cancellation: cancellation);

        public async Task<IReadOnlyList<WaitingMessage>> ReadAsync(int limit, CancellationToken cancellation) =>
            await database.Server.AskAsync(relay, "read outbox", () => database.Read(limit), cancellation: cancellation);

        public Task<int> MarkAsync(IReadOnlyList<Mark> marks, Guid holder, long epoch) =>
            database.Server.AskAsync(relay, $"mark {string.Join(',', marks.Select(mark => $"{mark.Position}{(mark.Sent ? "" : "!")}"))}", () => database.Mark(relay, marks, holder, epoch));

        public Task<(long Messages, double OldestSeconds)> WaitingAsync(CancellationToken cancellation) =>
            database.Server.AskAsync(relay, "measure", () => (database.Rows.LongCount(row => row is { Sent: false, Parked: null }), 0d), cancellation: cancellation);
    }
}
