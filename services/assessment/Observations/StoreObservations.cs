using Wuwei.Contracts.Observations;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Observations;

/// <summary>
/// Keeps every version of every observation. The highest (epoch, revision) wins, so order and repetition have no
/// effect; one statement a batch, and nothing is computed until a score is asked for.
/// </summary>
internal sealed class StoreObservations : IBatchHandler<ObservationChanged>
{
    public async Task HandleAsync(IReadOnlyList<Received<ObservationChanged>> messages, UnitOfWork work, CancellationToken cancellation)
    {
        var batch = Batch.Of(messages.Select(message => message.Message));
        if ((await work.ListAsync<string>(ContradictionsSql, batch)) is [var contradiction, ..])
        {
            throw new InvalidOperationException($"Observation {contradiction} was published twice with different content.");
        }

        work.Write(StoreSql, batch);
    }

    /// <summary>Distinct versions in the order of their keys, so that two batches never wait for each other in a ring.</summary>
    /// <exception cref="InvalidOperationException">A period is none of the ledger's, or a version contradicts itself.</exception>
    internal sealed record Batch(
        string[] Indicators, string[] Regions, string[] Periods, DateOnly[] Ends, int[] Epochs, long[] Revisions,
        decimal?[] Values, string[] Units, string[] Statuses, DateTime[] Instants)
    {
        public static Batch Of(IEnumerable<ObservationChanged> messages)
        {
            ObservationChanged[] versions = [.. messages.Distinct()
                .OrderBy(v => v.Indicator, StringComparer.Ordinal).ThenBy(v => v.Region, StringComparer.Ordinal)
                .ThenBy(v => v.Period, StringComparer.Ordinal).ThenBy(v => v.Epoch).ThenBy(v => v.Revision)];
            if (versions.DistinctBy(v => (v.Indicator, v.Region, v.Period, v.Epoch, v.Revision)).Count() < versions.Length)
            {
                throw new InvalidOperationException("A version of an observation was published twice with different content.");
            }

            return new(
                [.. versions.Select(v => v.Indicator)], [.. versions.Select(v => v.Region)], [.. versions.Select(v => v.Period)],
                [.. versions.Select(v => EndOf(v.Period))], [.. versions.Select(v => v.Epoch)], [.. versions.Select(v => v.Revision)],
                [.. versions.Select(v => v.Value)], [.. versions.Select(v => v.Unit)], [.. versions.Select(v => v.Status)],
                [.. versions.Select(v => v.KnownAt.UtcDateTime)]);
        }

        private static DateOnly EndOf(string period) =>
            Period.TryParse(period, out var read) && read.ToString() == period && read.Kind is PeriodKind.Month or PeriodKind.Year
                ? read.End
                : throw new InvalidOperationException($"'{period}' is neither a month nor a year.");
    }

    private const string GivenSql = """
        unnest(@Indicators, @Regions, @Periods, @Ends, @Epochs, @Revisions, @Values, @Units, @Statuses, @Instants)
            as given (indicator, region, period, ends_on, epoch, revision, value, unit, status, known_at)
        """;

    // By the key, even when the plan is made while there are few: a prepared statement keeps it while thousands come.
    private const string ContradictionsSql = $"""
        set local enable_seqscan = off;

        select concat_ws('/', indicator, region, period, epoch, revision)
        from {GivenSql}
        join observation_version held using (indicator, region, period, epoch, revision)
        where (held.value, held.unit, held.status) is distinct from (given.value, given.unit, given.status)
        """;

    private const string StoreSql = $"""
        with stored as (
            insert into observation_version select * from {GivenSql}
            on conflict do nothing
            returning *
        ), won as (
            insert into observation as head
            select distinct on (indicator, region, period) * from stored
            order by indicator, region, period, epoch desc, revision desc
            on conflict (indicator, region, period) do update
            set ends_on = excluded.ends_on, epoch = excluded.epoch, revision = excluded.revision, value = excluded.value,
                unit = excluded.unit, status = excluded.status, known_at = excluded.known_at
            where (excluded.epoch, excluded.revision) > (head.epoch, head.revision)
            returning ends_on
        )
        insert into score_change as counter (month, changes)
        select date_trunc('month', ends_on)::date, 1 from won group by 1 order by 1
        on conflict (month) do update set changes = counter.changes + 1
        """;
}
