using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Catalogue;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Observations;

public static class ListObservationFacts
{
    public static void Map(IEndpointRouteBuilder observations) => observations
        .MapGet("/{indicator}/{region}/{period}/facts", HandleAsync)
        .WithName(nameof(ListObservationFacts))
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>The facts that add up to a value, each with a link to the record in the service that owns it.</summary>
    internal static async Task<Results<Ok<FactsOfObservation>, ProblemHttpResult>> HandleAsync(
        string indicator, string region, string period, string? total, string? asOf, [AsParameters] PageQuery page,
        Caller caller, IndicatorCatalogue catalogue, Provenance provenance, Database db, HttpContext http, CancellationToken cancellation)
    {
        if ((await ObservationQuery.ReadAsync(indicator, region, total, asOf, caller, catalogue, db, cancellation)).IsRefused(out var refusal, out var question))
        {
            return refusal.ToProblem();
        }

        if (!ObservationQuery.TryPeriod(period, out var asked))
        {
            return ObservationQuery.PeriodMalformed.ToProblem();
        }

        if (!page.TryKey<FactCursor>(out var after))
        {
            return PageQuery.BadCursor.ToProblem();
        }

        var window = question.WindowOf(asked);
        var cells = await db.TotalsAsync(caller.Scope, question.Indicator, region, window, 6, question.Knowledge.Position, cancellation);
        var observed = question.Applies ? Aggregation.Of(question.Indicator, region, window, cells) : null;
        var (low, high) = LedgerTotals.Range(region);
        var facts = new List<CountedFact>();
        // Whether a fact counted then may depend on another county's, where the person counted first.
        var scope = question.Knowledge.Position is null ? caller.Scope : caller.Scope.SeeingEverywhere();
        // One measure after the other, since each has its own stretch of the index.
        var measures = question.Indicator.Measures
            .Where(m => observed is not null).Where(m => after is null || string.CompareOrdinal(m.Measure, after.Measure) >= 0).OrderBy(m => m.Measure, StringComparer.Ordinal);
        foreach (var measure in measures)
        {
            var start = after?.Measure == measure.Measure ? after : null;
            facts.AddRange((await db.ListAsync<FactRow>(scope, question.Knowledge.Position is null ? NowSql : AsOfSql, new
            {
                measure.Measure,
                low,
                high,
                window.From,
                to = window.To.AddMonths(1).AddDays(-1),
                months = observed!.Months?.ToArray(),
                date = start?.EventDate ?? window.From, // an index scan begins where this says
                record = start?.RecordId ?? "",
                question.Knowledge.Position,
                limit = page.Fetch - facts.Count,
            }, cancellation)).Select(row => row.ToFact(measure)));
            if (facts.Count == page.Fetch)
            {
                break;
            }
        }

        var cut = page.Page(facts, fact => new FactCursor(fact.Measure, fact.EventDate, fact.RecordId), http);
        return TypedResults.Ok(new FactsOfObservation(Observation.Of(question, asked, observed), cut.Items, cut.Next, provenance.Demonstration));
    }

    // The plan for any region and window reads all there is and sorts it; the plan for these reads a page in the index's order.
    private const string PlannedForThese = "set local plan_cache_mode = force_custom_plan;";

    private const string NowSql = $"""
        {PlannedForThese}
        select {Columns}
        from fact_head f
        where f.counted and {Wanted}
        order by f.event_date, f.record_id
        limit @limit
        """;

    // Of a person's winners of a year, as known then, the first one counts; see LedgerFact.CompareClaims.
    private const string AsOfSql = $"""
        {PlannedForThese}
        select {Columns}
        from fact_history f
        where f.quantity is not null and {Wanted}
          and f.position <= @Position and (f.superseded_at is null or f.superseded_at > @Position)
          and (f.person_year is null or not exists (
              select from fact_history e
              where e.measure = f.measure and e.person_key = f.person_key and e.person_year = f.person_year
                and e.position <= @Position and (e.superseded_at is null or e.superseded_at > @Position)
                and (e.event_date, e.source, e.record_id) < (f.event_date, f.source, f.record_id)))
        order by f.event_date, f.record_id
        limit @limit
        """;

    private const string Columns = "f.source, f.record_id, f.revision, f.region, f.event_date, f.quantity, f.position, f.known_at";

    private const string Wanted = """
        f.measure = @Measure and f.event_date between @From and @to and (f.event_date, f.record_id) > (@date, @record)
          and f.region >= @low and f.region < @high
          and (@months::date[] is null or date_trunc('month', f.event_date)::date = any(@months))
        """;

    private sealed record FactRow(
        string Source, string RecordId, int Revision, string Region, DateOnly EventDate, decimal Quantity, long Position, DateTimeOffset KnownAt)
    {
        public CountedFact ToFact(IndicatorMeasure measure) => new(measure.Measure, measure.Role, Source, RecordId,
            Links.Record(Source, RecordId), Revision, Region, EventDate, Aggregation.Plain(Quantity), Position, KnownAt);
    }

    private sealed record FactCursor(string Measure, DateOnly EventDate, string RecordId);
}

/// <summary>A value, and a page of the facts that add up to it.</summary>
/// <param name="Observation">Says how many facts there are in all.</param>
/// <param name="Next">Cursor of the next page; null on the last.</param>
/// <param name="Demonstration">The platform holds synthetic records; each record says whether it is one.</param>
public sealed record FactsOfObservation(Observation Observation, IReadOnlyList<CountedFact> Items, string? Next, bool Demonstration);

/// <summary>A fact that counts. Whose it is, only the owning service says.</summary>
/// <param name="Record">Link to the record.</param>
/// <param name="Quantity">In the measure's unit.</param>
/// <param name="Position">Where the ledger has it.</param>
public sealed record CountedFact(
    string Measure, MeasureRole Role, string Source, string RecordId, string Record, int Revision, string Region, DateOnly EventDate,
    decimal Quantity, long Position, DateTimeOffset KnownAt);
