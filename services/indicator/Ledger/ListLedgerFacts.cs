using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Wuwei.Indicator.Observations;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Ledger;

public static class ListLedgerFacts
{
    public static readonly Refusal SourceUnknown = Refusal.Invalid("ledger.unknown_source", "没有这个数据来源。", "/source");

    public static void Map(IEndpointRouteBuilder ledger) => ledger
        .MapGet("/facts", HandleAsync)
        .WithName(nameof(ListLedgerFacts))
        .RequireAnyRole(CallerRoles.Operator, CallerRoles.Auditor)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>
    /// What the ledger holds of a source in the caller's region: the winner of every record and measure, withdrawn ones too, by record. Beside the
    /// source's own records it shows whether the two agree. For operators and auditors.
    /// </summary>
    /// <param name="source">The owning service, e.g. <c>training</c>.</param>
    internal static async Task<Results<Ok<Page<HeldFact>>, ProblemHttpResult>> HandleAsync(
        [FromQuery] string source, [AsParameters] PageQuery page, Caller caller, MeasureBook measures, Database db, HttpContext http,
        CancellationToken cancellation)
    {
        if ((await measures.AllAsync(cancellation)).Values.All(measure => measure.Source != source))
        {
            return SourceUnknown.ToProblem();
        }

        if (!page.TryKey<HeldCursor>(out var after))
        {
            return PageQuery.BadCursor.ToProblem();
        }

        var rows = await db.ListAsync<HeldFact>(
            caller.Scope, ListSql, new { source, record = after?.RecordId ?? "", measure = after?.Measure ?? "", limit = page.Fetch }, cancellation);
        return TypedResults.Ok(page.Page(
            [.. rows.Select(row => row with { Quantity = row.Quantity is { } quantity ? Aggregation.Plain(quantity) : null })],
            row => new HeldCursor(row.RecordId, row.Measure), http));
    }

    private const string ListSql = """
        select record_id, measure, revision, region, event_date, quantity
        from fact_head
        where source = @source and (record_id, measure) > (@record, @measure)
        order by record_id, measure
        limit @limit
        """;

    private sealed record HeldCursor(string RecordId, string Measure);
}

/// <summary>A fact as the ledger holds it.</summary>
/// <param name="RecordId">The record's path in the service that owns it.</param>
/// <param name="Revision">The highest that was heard of.</param>
/// <param name="Quantity">In the measure's unit; null: withdrawn.</param>
public sealed record HeldFact(string RecordId, string Measure, int Revision, string Region, DateOnly EventDate, decimal? Quantity);
