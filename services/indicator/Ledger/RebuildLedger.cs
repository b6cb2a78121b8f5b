using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Observations;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Outbox.Idempotency;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Ledger;

public static class RebuildLedger
{
    public static void Map(IEndpointRouteBuilder ledger) => ledger
        .MapPost("/rebuild", HandleAsync)
        .WithName(nameof(RebuildLedger))
        .WithIdempotencyKey()
        .RequireAnyRole(CallerRoles.Operator);

    /// <summary>
    /// Folds the stored facts again and puts right what differs; positions stay. Nothing differs unless something is broken.
    /// After a restore, <c>raiseEpoch</c> makes consumers forget what they heard of facts that are gone, by saying every value of
    /// the plan's months again, those of which nothing is known included. So does a total that was put right.
    /// Takes the fold lock: some seconds a million facts.
    /// </summary>
    internal static async Task<Ok<Rebuilt>> HandleAsync(
        RebuildOptions options, ObservationChanges changes, OnceOnly once, Caller caller, Database db, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(Scope.System("rebuild"), cancellation);
        await once.EnterAsync(work);
        var ledger = await LedgerClock.LockAsync(work);
        var history = await RunAsync(work, HistorySql, ledger);
        var winners = await RunAsync(work, WinnersSql, ledger);
        var counted = await RunAsync(work, CountedSql, ledger);
        var totals = await RunAsync(work, s_totalsSql, ledger) + await RunAsync(work, s_countiesSql, ledger);
        if (options.RaiseEpoch || totals > 0)
        {
            // Another value at a position that was said already would contradict it; in a new epoch it replaces it.
            ledger = ledger with { Epoch = ledger.Epoch + 1 };
            work.Write("update ledger set epoch = @Epoch", new { ledger.Epoch });
            await changes.PublishAllAsync(ledger, work, cancellation);
        }

        var rebuilt = new Rebuilt(ledger.Epoch, ledger.Position, history, winners, counted, totals);
        work.Audit(caller, new Act("ledger.rebuilt", "ledger", null, rebuilt));
        var answer = TypedResults.Ok(rebuilt);
        once.Keep(work, answer);
        await work.CommitAsync();
        return answer;
    }

    // Longer than an ordinary statement may take.
    private static async Task<int> RunAsync(UnitOfWork work, string sql, LedgerState ledger) =>
        (int)await work.FindAsync<long>(sql, new { ledger.Position, ledger.KnownAt }, seconds: 0);

    // Each statement answers how many rows it put right.
    private const string HistorySql = """
        with truth as (
            select position, known_at, superseded_at, greatest(position, min(position) over (
                       partition by source, record_id, measure order by revision desc
                       rows between unbounded preceding and 1 preceding)) as right_one,
                   row_number() over (partition by source, record_id, measure order by revision desc) = 1 as wins
            from fact_history),
        righted as (
            update fact_history h set superseded_at = case when not t.wins then t.right_one end
            from truth t
            where h.position = t.position and h.known_at = t.known_at
              and t.superseded_at is distinct from case when not t.wins then t.right_one end
            returning 1)
        select count(*) from righted
        """;

    private const string WinnersSql = """
        with righted as (
            insert into fact_head as f (source, record_id, measure, revision, region, event_date, person_key, person_year, quantity, counted, position, known_at)
            select source, record_id, measure, revision, region, event_date, person_key, person_year, quantity, false, position, known_at
            from fact_history
            where superseded_at is null
            on conflict (record_id, measure, source) do update set revision = excluded.revision, region = excluded.region,
                event_date = excluded.event_date, person_key = excluded.person_key, person_year = excluded.person_year,
                quantity = excluded.quantity, position = excluded.position, known_at = excluded.known_at
            where (f.revision, f.region, f.event_date, f.person_key, f.person_year, f.quantity, f.position)
                is distinct from (excluded.revision, excluded.region, excluded.event_date, excluded.person_key, excluded.person_year, excluded.quantity, excluded.position)
            returning 1)
        select count(*) from righted
        """;

    private const string CountedSql = """
        with truth as (
            select source, record_id, measure, quantity is not null and (person_year is null or row_number() over (
                       partition by measure, person_key, person_year order by event_date, source, record_id) = 1) as counts
            from fact_head),
        righted as (
            update fact_head f set counted = t.counts
            from truth t
            where f.record_id = t.record_id and f.measure = t.measure and f.source = t.source and f.counted <> t.counts
            returning 1)
        select count(*) from righted
        """;

    private static readonly string s_totalsSql = RightSql("measure_total", """
        select measure, region, date_trunc('month', event_date)::date as month, sum(quantity) as quantity, count(*) as facts
        from fact_head
        where counted
        group by 1, 2, 3
        """);

    // After those that they add up.
    private static readonly string s_countiesSql = RightSql("county_total", """
        select measure, left(region, 6) as region, month, sum(quantity) as quantity, sum(facts)::bigint as facts
        from measure_total
        group by 1, 2, 3
        """);

    private static string RightSql(string table, string truth) => $"""
        with truth as ({truth}),
        wrong as (
            select measure, region, month, coalesce(t.quantity, 0) as quantity, coalesce(t.facts, 0) as facts
            from truth t
            full join {table} m using (measure, region, month)
            where (coalesce(t.quantity, 0), coalesce(t.facts, 0)) is distinct from (m.quantity, m.facts)),
        righted as (
            insert into {table} (measure, region, month, quantity, facts, position, known_at)
            select measure, region, month, quantity, facts, @Position, @KnownAt from wrong
            on conflict (measure, region, month) do update set quantity = excluded.quantity, facts = excluded.facts,
                position = excluded.position, known_at = excluded.known_at
            returning *),
        versioned as (
            insert into {table}_version (measure, region, month, position, quantity, facts, known_at)
            select measure, region, month, position, quantity, facts, known_at from righted
            on conflict (measure, region, month, position) do update set quantity = excluded.quantity, facts = excluded.facts
            returning 1)
        select count(*) from versioned
        """;
}

/// <summary>How to rebuild.</summary>
public sealed record RebuildOptions
{
    /// <summary>After a restore: raise the epoch and say every value again, even when nothing differs.</summary>
    public bool RaiseEpoch { get; init; }
}

/// <summary>What a rebuild found; all zero when the ledger was right.</summary>
/// <param name="Position">The same as before.</param>
/// <param name="HistoryRighted">Facts whose time as the winner was wrong.</param>
/// <param name="WinnersRighted">Winners that were wrong.</param>
/// <param name="CountedRighted">Winners that counted and should not have, or the other way round.</param>
/// <param name="TotalsRighted">Totals that were wrong, of regions as facts name them and of counties.</param>
public sealed record Rebuilt(int Epoch, long Position, int HistoryRighted, int WinnersRighted, int CountedRighted, int TotalsRighted);
