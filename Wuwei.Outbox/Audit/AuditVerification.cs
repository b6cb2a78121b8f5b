namespace Wuwei.Outbox.Audit;

/// <summary>A link of the chain as somebody outside the database knows it, e.g. from the log.</summary>
/// <param name="Position">From 1.</param>
/// <param name="Hash">64 hexadecimal digits.</param>
public sealed record AuditHead(long Position, string Hash);

/// <summary>What is not as it was written.</summary>
/// <param name="Kind">
/// <c>changed</c>: an entry or its link; <c>missing</c>: an entry is gone; <c>gap</c>: links are gone; <c>unchained</c>: an entry
/// has no link; <c>checkpoint</c>: a day's end differs; <c>truncated</c>: the chain ends before a link that is known of;
/// <c>head</c>: it differs from what is known outside.
/// </param>
/// <param name="Position">Place in the chain.</param>
/// <param name="EntryId">Which entry.</param>
/// <param name="At">When the entry says it was made.</param>
/// <param name="Record">What the entry says it is about.</param>
public sealed record AuditFlaw(string Kind, long? Position, long? EntryId = null, DateTimeOffset? At = null, string? Record = null);

/// <summary>What a verification found.</summary>
/// <param name="Through">Last position that was looked at; the next part follows it.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Complete">Whether that is the end of the chain.</param>
/// <param name="Flaws">At most a hundred.</param>
public sealed record AuditVerdict(long Through, string Hash, bool Complete, IReadOnlyList<AuditFlaw> Flaws);

/// <summary>Recomputes the chain from its entries. Takes nothing from the database but the rows.</summary>
internal sealed class AuditVerification(Database db)
{
    /// <summary>Most flaws told.</summary>
    public const int MaxFlaws = 100;

    private const int Chunk = 5000;

    /// <summary>Verifies a part of the chain, and at its end what lies beside it.</summary>
    /// <param name="after">The position before the part; 0: from the beginning.</param>
    /// <param name="most">Most entries of the part.</param>
    /// <param name="heads">What is known of the chain outside the database.</param>
    /// <param name="grace">How old an entry may be that is not chained yet.</param>
    public async Task<AuditVerdict> RunAsync(
        long after, int most, IReadOnlyCollection<AuditHead> heads, TimeSpan grace, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(Scope.System("audit"), cancellation);
        await work.ExecuteAsync("set transaction isolation level repeatable read, read only"); // the chain grows meanwhile
        var checkpoints = (await work.ListAsync<AuditLink>("select position, day, hash from audit_checkpoint")).ToDictionary(link => link.Position);
        var part = new Part(checkpoints);
        var (first, complete) = (after, false);
        if (after > 0)
        {
            part.Resume(await work.FindAsync<AuditLink>("select position, day, hash from audit_link where position = @after", new { after }), after);
        }

        while (!complete && after - first < most && part.Flaws.Count < MaxFlaws)
        {
            var rows = await work.ListAsync<Row>(PartSql, new { after, Chunk });
            foreach (var row in rows)
            {
                part.Take(row);
            }

            (after, complete) = (rows.Count == 0 ? after : rows[^1].Position, rows.Count < Chunk);
        }

        var head = part.Head;
        part.Finish(complete);
        if (complete)
        {
            await CompareAsync(heads, part.Flaws, work);
            part.Flaws.AddRange(await work.ListAsync<AuditFlaw>(UnchainedSql, new { grace, MaxFlaws }));
        }

        return new(head.Position, Convert.ToHexStringLower(head.Hash), complete, [.. part.Flaws.Take(MaxFlaws)]);
    }

    private static async Task CompareAsync(IReadOnlyCollection<AuditHead> heads, List<AuditFlaw> flaws, UnitOfWork work)
    {
        var links = (await work.ListAsync<AuditLink>(
            "select position, day, hash from audit_link where position = any(@positions) or position = (select min(position) from audit_link)",
            new { positions = heads.Select(head => head.Position).ToArray() })).ToDictionary(link => link.Position);
        var first = links.Count > 0 ? links.Keys.Min() : 0;
        foreach (var head in heads.Where(head => head.Position >= first))
        {
            if (!links.TryGetValue(head.Position, out var link))
            {
                flaws.Add(new("truncated", head.Position));
            }
            else if (!Convert.ToHexStringLower(link.Hash).Equals(head.Hash, StringComparison.OrdinalIgnoreCase))
            {
                flaws.Add(new("head", head.Position));
            }
        }
    }

    private sealed record Row(
        long Position, DateOnly Day, byte[] Hash, long LinkedId, long? EntryId, DateTimeOffset? At, string? Xid, string? Subject,
        string? Department, string? CallerRegion, string[]? Roles, string? Address, string? TraceId, string? Action, string? Record,
        string? Region, string? DecidedUnder, string? Before, string? After)
    {
        public AuditLink Link => new(Position, Day, Hash);

        public AuditEntry? Entry => EntryId is not { } id ? null : new(
            id, At!.Value, Xid!, Subject!, Department!, CallerRegion!, Roles!, Address, TraceId, Action!, Record!, Region!, DecidedUnder, Before, After);
    }

    private sealed class Part(IReadOnlyDictionary<long, AuditLink> checkpoints)
    {
        private readonly HashSet<long> _met = [];
        private long? _begins;

        public AuditLink Head { get; private set; } = AuditLink.Start;

        public List<AuditFlaw> Flaws { get; } = [];

        /// <summary>Goes on where another part ended.</summary>
        public void Resume(AuditLink? link, long after)
        {
            _begins = after;
            if (link is null)
            {
                Flaws.Add(new("gap", after));
            }

            Head = link ?? AuditLink.Start with { Position = after };
        }

        public void Take(Row row)
        {
            _begins ??= Begin(row);
            var whole = row.Position == Head.Position + 1;
            if (!whole)
            {
                Flaws.Add(new("gap", Head.Position + 1));
            }
            else if (row.Entry is not { } entry)
            {
                Flaws.Add(new("missing", row.Position, row.LinkedId));
            }
            else if (row.Day < Head.Day || !AuditChain.HashOf(Head.Hash, row.Position, row.Day, entry).AsSpan().SequenceEqual(row.Hash))
            {
                Flaws.Add(new("changed", row.Position, entry.EntryId, entry.At, entry.Record));
            }

            if (whole && row.Day > Head.Day && Head.Position > 0)
            {
                _met.Add(Head.Position);
                if (!checkpoints.TryGetValue(Head.Position, out var end) || end.Day != Head.Day || !end.Hash.AsSpan().SequenceEqual(Head.Hash))
                {
                    Flaws.Add(new("checkpoint", Head.Position));
                }
            }

            Head = row.Link; // what follows is compared with what stands there, so that one change does not spoil the rest
        }

        /// <summary>No day ends where the chain goes on, and nothing is known beyond its end.</summary>
        public void Finish(bool complete) => Flaws.AddRange(checkpoints.Keys.Order()
            .Where(position => position >= (_begins ?? 0) && (position < Head.Position || complete) && !_met.Contains(position))
            .Select(position => new AuditFlaw(position < Head.Position ? "checkpoint" : "truncated", position)));

        // The months before the first link were dropped: then the day before has its checkpoint, and is long ago.
        private long Begin(Row row)
        {
            if (row.Position > 1 && checkpoints.TryGetValue(row.Position - 1, out var before) && before.Day.AddDays(400) < DateOnly.FromDateTime(DateTime.UtcNow)
                && (before.Day.Year, before.Day.Month) != (row.Day.Year, row.Day.Month))
            {
                Head = before;
                _met.Add(before.Position);
            }

            return Head.Position;
        }
    }

    private const string PartSql = $"""
        select l.position, l.day, l.hash, l.entry_id as linked_id, {AuditEntry.Columns}
        from (select * from audit_link where position > @after order by position limit @Chunk) l
        left join audit_entry e on e.entry_id = l.entry_id
        order by l.position
        """;

    // A long transaction holds chaining up, and that is no flaw; but nothing claims to belong to one for ever.
    private const string UnchainedSql = """
        select 'unchained' as kind, null::bigint as position, e.entry_id, e.at, e.record
        from audit_entry e
        where (e.at < now() - @grace and e.xid < pg_snapshot_xmin(pg_current_snapshot()) or e.at < now() - interval '1 hour')
          and e.at >= coalesce((select min(day)::timestamp at time zone 'Asia/Shanghai' from audit_link), '-infinity')
          and not exists (select from audit_link l where l.entry_id = e.entry_id)
        order by e.entry_id
        limit @MaxFlaws
        """;
}
