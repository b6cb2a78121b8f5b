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
        var walk = new AuditWalk(checkpoints, DateOnly.FromDateTime(DateTime.UtcNow));
        var (first, isEnd) = (after, false);
        if (after > 0)
        {
            walk.Resume(await work.FindAsync<AuditLink>("select position, day, hash from audit_link where position = @after", new { after }), after);
        }

        while (!isEnd && after - first < most && walk.Flaws.Count < MaxFlaws)
        {
            var rows = await work.ListAsync<Row>(PartSql, new { after, Chunk });
            foreach (var row in rows)
            {
                walk.Take(row.Place);
            }

            (after, isEnd) = (rows.Count == 0 ? after : rows[^1].Position, rows.Count < Chunk);
        }

        walk.Finish(isEnd);
        if (isEnd)
        {
            var known = await work.ListAsync<AuditLink>(HeadsSql, new { positions = heads.Select(head => head.Position).ToArray() });
            walk.Compare(heads, known.DistinctBy(link => link.Position).ToDictionary(link => link.Position));
            walk.Flaws.AddRange(await work.ListAsync<AuditFlaw>(UnchainedSql, new { grace, MaxFlaws }));
        }

        return new(walk.Head.Position, Convert.ToHexStringLower(walk.Head.Hash), isEnd, [.. walk.Flaws.Take(MaxFlaws)]);
    }

    private sealed record Row(
        long Position, DateOnly Day, byte[] Hash, long LinkedId, long? EntryId, DateTimeOffset? At, string? Xid, string? Subject,
        string? Department, string? CallerRegion, string[]? Roles, string? Address, string? TraceId, string? Action, string? Record,
        string? Region, string? DecidedUnder, string? Before, string? After)
    {
        public AuditPlace Place => new(new(Position, Day, Hash), LinkedId, EntryId is not { } id ? null : new(
            id, At!.Value, Xid!, Subject!, Department!, CallerRegion!, Roles!, Address, TraceId, Action!, Record!, Region!, DecidedUnder, Before, After));
    }

    private const string PartSql = $"""
        select l.position, l.day, l.hash, l.entry_id as linked_id, {AuditEntry.Columns}
        from (select * from audit_link where position > @after order by position limit @Chunk) l
        left join audit_entry e on e.entry_id = l.entry_id
        order by l.position
        """;

    private const string HeadsSql = """
        select position, day, hash
        from audit_link
        where position = any(@positions) or position = (select min(position) from audit_link)
        """;

    // A long transaction holds chaining up, and that is no flaw; but nothing claims to belong to one for ever.
    private const string UnchainedSql = $"""
        select 'unchained' as kind, null::bigint as position, e.entry_id, e.at, e.record
        from audit_entry e
        where (e.at < now() - @grace and e.xid < pg_snapshot_xmin(pg_current_snapshot()) or e.at < now() - interval '1 hour')
          and {AuditChain.KeptSql}
          and not exists (select from audit_link l where l.entry_id = e.entry_id)
        order by e.entry_id
        limit @MaxFlaws
        """;
}
