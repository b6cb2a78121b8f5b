using Wuwei.Indicator.Catalogue;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;

namespace Wuwei.Indicator.Reports;

/// <summary>Reads and writes reports, many at once.</summary>
internal static class ReportRows
{
    extension(UnitOfWork work)
    {
        /// <summary>Locks the reports of these keys, those that are not there yet included, and reads them.</summary>
        public async Task<IReadOnlyDictionary<ReportKey, StoredReport>> LockReportsAsync(IReadOnlyCollection<ReportKey> keys)
        {
            var args = new
            {
                indicators = keys.Select(key => key.Indicator).ToArray(),
                regions = keys.Select(key => key.Region).ToArray(),
                periods = keys.Select(key => key.Period).ToArray(),
            };
            // One that is not there has no row to lock; and what a lock waited for is only seen by the next statement.
            await work.ExecuteAsync(LockSql, new { keys = keys.Select(key => key.RecordId).Order(StringComparer.Ordinal).ToArray() });
            return (await work.ListAsync<StoredReport>(ReadSql, args)).ToDictionary(report => report.Key);
        }

        /// <summary>Queues reports' new revisions, and a step of each.</summary>
        public void WriteReports(IReadOnlyList<StoredReport> reports)
        {
            if (reports.Count > 0)
            {
                work.Write(WriteSql, new
                {
                    indicators = reports.Select(report => report.Indicator).ToArray(),
                    regions = reports.Select(report => report.Region).ToArray(),
                    periods = reports.Select(report => report.Period).ToArray(),
                    values = reports.Select(report => report.Value).ToArray(),
                    numerators = reports.Select(report => report.Numerator).ToArray(),
                    denominators = reports.Select(report => report.Denominator).ToArray(),
                    notes = reports.Select(report => report.Note).ToArray(),
                    synthetic = reports.Select(report => report.Synthetic).ToArray(),
                    states = reports.Select(report => report.State).ToArray(),
                    reasons = reports.Select(report => report.Reason).ToArray(),
                    revisions = reports.Select(report => report.Revision).ToArray(),
                    locked = reports.Select(report => report.LockedTimes).ToArray(),
                    changed_by = reports.Select(report => report.ChangedBy).ToArray(),
                    changed_at = reports.Select(report => report.ChangedAt.ToUniversalTime()).ToArray(),
                });
            }
        }
    }

    internal const string Columns =
        "r.indicator, r.region, r.period, r.value, r.numerator, r.denominator, r.note, r.synthetic, r.state, r.reason, r.revision, r.locked_times, r.changed_by, r.changed_at";

    private const string LockSql = "select pg_advisory_xact_lock(hashtextextended(key, 0)) from unnest(@keys) key";

    private const string ReadSql = $"""
        select {Columns} from unnest(@indicators, @regions, @periods) as k (indicator, region, period)
        join report r using (indicator, region, period)
        """;

    private const string WriteSql = """
        with written as (
            insert into report as r (indicator, region, period, value, numerator, denominator, note, synthetic, state, reason, revision, locked_times, changed_by, changed_at)
            select * from unnest(@indicators, @regions, @periods, @values, @numerators, @denominators, @notes, @synthetic, @states, @reasons, @revisions, @locked, @changed_by, @changed_at)
            on conflict (indicator, region, period) do update set value = excluded.value, numerator = excluded.numerator, denominator = excluded.denominator,
                note = excluded.note, synthetic = excluded.synthetic, state = excluded.state, reason = excluded.reason, revision = excluded.revision,
                locked_times = excluded.locked_times, changed_by = excluded.changed_by, changed_at = excluded.changed_at
            returning *)
        insert into report_step (indicator, region, period, revision, state, value, numerator, denominator, reason, done_by, done_at)
        select indicator, region, period, revision, state, value, numerator, denominator, reason, changed_by, changed_at from written
        """;
}

/// <summary>How the audit trail names what happens to reports.</summary>
internal static class ReportActs
{
    /// <param name="what"><c>written</c>, or the move: <c>submission</c>, <c>approval</c>, <c>lock</c>, <c>return</c>, <c>unlock</c>.</param>
    public static Act Of(string what, StoredReport? before, StoredReport after, PlanIndicator indicator) => new(
        $"report.{what}", after.Key.RecordId, before is null ? null : Report.Of(before, indicator, null), Report.Of(after, indicator, null), after.Region);
}
