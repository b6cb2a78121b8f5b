namespace Wuwei.Outbox.Audit;

/// <summary>An entry as it is stored.</summary>
internal sealed record AuditEntry(
    long EntryId, DateTimeOffset At, string Xid, string Subject, string Department, string CallerRegion, string[] Roles, string? Address,
    string? TraceId, string Action, string Record, string Region, string? DecidedUnder, string? Before, string? After)
{
    public const string Columns = """
        e.entry_id, e.at, e.xid::text as xid, e.subject, e.department, e.caller_region, e.roles, e.address, e.trace_id, e.action, e.record,
        e.region, e.decided_under, e.before::text as before, e.after::text as after
        """;
}

/// <summary>An entry's place in the chain.</summary>
internal sealed record AuditLink(long Position, DateOnly Day, byte[] Hash)
{
    /// <summary>What the first link follows on.</summary>
    public static readonly AuditLink Start = new(0, DateOnly.MinValue, new byte[32]);
}
