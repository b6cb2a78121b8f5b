using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Cases;

public static class ListCases
{
    public static readonly Refusal NotFound = new("case.not_found", "没有这个案件。", StatusCodes.Status404NotFound);
    public static readonly Refusal KindUnknown = Refusal.Invalid("case.unknown_kind", "kind 须为 report、complaint 或 arrears。", "/kind");

    public static void Map(IEndpointRouteBuilder cases)
    {
        cases.MapGet("/", HandleAsync).WithName(nameof(ListCases)).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        cases.MapGet("/{id:guid}", ReadAsync).WithName("ReadCase").ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>Cases of the caller's region, the oldest first; by county, kind, whether they are closed and whether they are overdue.</summary>
    internal static async Task<Results<Ok<Page<LabourCase>>, ProblemHttpResult>> HandleAsync(
        string? region, string? kind, bool? closed, bool? overdue, [AsParameters] PageQuery page, Caller caller, Database db, TimeProvider clock,
        HttpContext http, CancellationToken cancellation)
    {
        if (kind is not (null or "report" or "complaint" or "arrears"))
        {
            return KindUnknown.ToProblem();
        }

        if (!page.TryKey<CaseCursor>(out var after))
        {
            return PageQuery.BadCursor.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        var policy = await PolicyParameters.ReadAsync(work);
        var rows = await work.ListAsync<StoredCase>(ListSql, new
        {
            region,
            kind,
            closed,
            overdue,
            today = clock.Today(),
            afterDay = after?.FiledOn ?? DateOnly.MinValue,
            afterId = after?.Id ?? Guid.Empty,
            limit = page.Fetch,
        });
        var cut = page.Page(rows, row => new CaseCursor(row.FiledOn, row.CaseId), http);
        return TypedResults.Ok(new Page<LabourCase>([.. cut.Items.Select(row => LabourCase.Of(row, clock.Today(), policy))], cut.Next));
    }

    /// <summary>A case, with its clock and, of arrears, its level today.</summary>
    internal static async Task<Results<Ok<LabourCase>, ProblemHttpResult>> ReadAsync(
        Guid id, Caller caller, Database db, TimeProvider clock, HttpContext http, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        if (await work.FindAsync<StoredCase>(RecordCase.ReadSql, new { id }) is not { } stored)
        {
            return NotFound.ToProblem();
        }

        http.Response.Headers.ETag = ETags.Of(stored.Revision);
        return TypedResults.Ok(LabourCase.Of(stored, clock.Today(), await PolicyParameters.ReadAsync(work)));
    }

    private const string ListSql = $"""
        select {StoredCase.Columns}
        from labour_case c
        where (c.filed_on, c.case_id) > (@afterDay, @afterId)
          and (@region::text is null or c.region = @region) and (@kind::text is null or c.kind = @kind)
          and (@closed::boolean is null or (c.closed_on is not null) = @closed) and (@overdue::boolean is null or coalesce(coalesce(c.closed_on, @today) > c.due_on, false) = @overdue)
        order by c.filed_on, c.case_id
        limit @limit
        """;

    private sealed record CaseCursor(DateOnly FiledOn, Guid Id);
}
