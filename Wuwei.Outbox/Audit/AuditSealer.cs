using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Wuwei.Outbox.Faults;

namespace Wuwei.Outbox.Audit;

/// <summary>
/// Chains new entries. Every replica runs one; whoever holds the lock of a pass chains, so that the chain never forks.
/// An entry is chained once every transaction that began before its own has ended: then nothing can come in between.
/// </summary>
internal sealed partial class AuditSealer(Database db, IOptions<AuditOptions> options, TimeProvider clock, ILogger<AuditSealer> logger)
    : BackgroundService
{
    private static readonly Scope s_scope = Scope.System("audit");

    private readonly AuditOptions _options = options.Value;

    private const string Beginning = "0";

    // Transactions before this one have been looked at. At first none: what another process left is found by looking at
    // everything once; and what is of no transaction of this server, but of the one that the database was copied from.
    private string _from = Beginning;
    private AuditLink _head = AuditLink.Start;
    private long _logged;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield(); // the service's port opens whether or not the database answers
        using var timer = new PeriodicTimer(_options.SealInterval, clock);
        var (kept, told) = (DateTimeOffset.MinValue, clock.GetUtcNow());
        do
        {
            try
            {
                if (clock.GetUtcNow() - kept > TimeSpan.FromDays(1))
                {
                    await db.ListAsync<int>(s_scope, "select keep_audit_partitions(@KeepDays)", new { _options.KeepDays }, stoppingToken);
                    kept = clock.GetUtcNow();
                }

                while (await SealAsync(stoppingToken) == _options.SealBatch)
                {
                    // There is more.
                }

                if (clock.GetUtcNow() - told >= _options.HeadInterval)
                {
                    told = clock.GetUtcNow();
                    TellHead();
                }
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                LogSealingFailed(error);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        TellHead();
    }

    /// <summary>Chains what can be chained, at most one batch, and says how many entries that were.</summary>
    /// <param name="day">The day of the chain; null: today, as the database says.</param>
    internal async Task<int> SealAsync(CancellationToken cancellation, DateOnly? day = null)
    {
        await using var work = await db.BeginAsync(s_scope, cancellation);
        if (!await work.FindAsync<bool>("select pg_try_advisory_xact_lock(hashtext('audit trail'))"))
        {
            return 0;
        }

        var (now, head, entries) = await work.ReadManyAsync(
            LookSql,
            new { from = _from, _options.SealBatch },
            async rows => (
                await rows.ReadSingleAsync<Now>(),
                await rows.ReadSingleOrDefaultAsync<AuditLink>() ?? AuditLink.Start,
                (await rows.ReadAsync<AuditEntry>()).AsList()));
        if (entries.Count > 0)
        {
            head = Write(work, head, Later(day ?? now.Day, head.Day), entries);
            await work.CommitAsync();
            _head = head;
        }

        _from = entries.Count < _options.SealBatch ? now.Horizon : _from == Beginning ? Beginning : entries[^1].Xid;
        return entries.Count;
    }

    private static AuditLink Write(UnitOfWork work, AuditLink head, DateOnly day, List<AuditEntry> entries)
    {
        if (day > head.Day && head.Position > 0)
        {
            work.Write("insert into audit_checkpoint (day, position, hash) values (@Day, @Position, @Hash)", head);
        }

        var links = new List<AuditLink>(entries.Count);
        foreach (var entry in entries)
        {
            links.Add(head = AuditChain.Next(head, day, entry));
        }

        work.Write(
            "insert into audit_link (position, day, entry_id, hash) select position, @day, entry_id, hash from unnest(@positions, @entries, @hashes) k (position, entry_id, hash)",
            new
            {
                day,
                positions = links.Select(link => link.Position).ToArray(),
                entries = entries.Select(entry => entry.EntryId).ToArray(),
                hashes = links.Select(link => link.Hash).ToArray(),
            });
        return head;
    }

    private static DateOnly Later(DateOnly one, DateOnly other) => one > other ? one : other;

    private void TellHead()
    {
        if (_head.Position > _logged)
        {
            _logged = _head.Position;
            LogHead(_head.Position, Convert.ToHexStringLower(_head.Hash));
        }
    }

    private sealed record Now(DateOnly Day, string Horizon);

    // The oldest transaction that is still open.
    private static string Open => PlantedBug.ChainsAhead ? "pg_snapshot_xmax(pg_current_snapshot())" : "pg_snapshot_xmin(pg_current_snapshot())";

    private static string LookSql => $"""
        select (now() at time zone 'Asia/Shanghai')::date as day, {Open}::text as horizon;

        select position, day, hash
        from audit_link
        order by position desc
        limit 1;

        select {AuditEntry.Columns}
        from audit_entry e
        where e.xid >= @from::xid8
          and (e.xid < {Open} or @from = '{Beginning}' and e.xid >= pg_snapshot_xmax(pg_current_snapshot()))
          and {AuditChain.KeptSql}
          and not exists (select from audit_link l where l.entry_id = e.entry_id)
        order by e.xid, e.entry_id
        limit @SealBatch
        """;

    [LoggerMessage(LogLevel.Information, "Audit trail chained up to {Position}: {Hash}")]
    private partial void LogHead(long position, string hash);

    [LoggerMessage(LogLevel.Error, "New entries of the audit trail could not be chained; trying again")]
    private partial void LogSealingFailed(Exception error);
}
