using Wuwei.Contracts.Warnings;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Warnings;

/// <summary>Keeps the latest of every warning; the highest revision wins, whatever the order and repetition.</summary>
internal sealed class StoreWarnings : IBatchHandler<WarningChanged>
{
    public Task HandleAsync(IReadOnlyList<Received<WarningChanged>> messages, UnitOfWork work, CancellationToken cancellation)
    {
        // One order for all batches, and one row once in a statement.
        WarningChanged[] latest = [.. messages.GroupBy(m => m.Message.WarningId).OrderBy(of => of.Key).Select(of => of.MaxBy(m => m.Message.Revision)!.Message)];
        work.Write(StoreSql, new
        {
            ids = latest.Select(w => w.WarningId).ToArray(),
            rules = latest.Select(w => w.Rule).ToArray(),
            regions = latest.Select(w => w.Region).ToArray(),
            subjects = latest.Select(w => w.Subject).ToArray(),
            levels = latest.Select(w => w.Level).ToArray(),
            states = latest.Select(w => w.State).ToArray(),
            periods = latest.Select(w => w.Period).ToArray(),
            values = latest.Select(w => w.Value).ToArray(),
            messages = latest.Select(w => w.Message).ToArray(),
            cleared = latest.Select(w => w.Cleared).ToArray(),
            told = latest.Select(w => w.ReportTo).ToArray(),
            until = latest.Select(w => w.ReportBy is { } instant ? Instants.Format(instant) : null).ToArray(),
            raised = latest.Select(w => w.RaisedAt.UtcDateTime).ToArray(),
            revisions = latest.Select(w => w.Revision).ToArray(),
        });
        return Task.CompletedTask;
    }

    private const string StoreSql = """
        insert into warning as held
        select id, rule, region, subject, level, state, period, value, message, cleared, told, until::timestamptz, raised, revision
        from unnest(@ids, @rules, @regions, @subjects, @levels, @states, @periods, @values, @messages, @cleared, @told, @until, @raised, @revisions)
            as given (id, rule, region, subject, level, state, period, value, message, cleared, told, until, raised, revision)
        on conflict (warning_id) do update set level = excluded.level, state = excluded.state, period = excluded.period, value = excluded.value,
            message = excluded.message, cleared = excluded.cleared, report_to = excluded.report_to, report_by = excluded.report_by, revision = excluded.revision
        where held.revision < excluded.revision
        """;
}
