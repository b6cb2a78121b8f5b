using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Layoffs;

public static class ListLayoffs
{
    public static readonly Refusal NotFound = new("layoff.not_found", "没有这项裁员登记。", StatusCodes.Status404NotFound);
    public static readonly Refusal StateUnknown = Refusal.Invalid("layoff.unknown_state", "state 须为 planned、carried-out 或 withdrawn。", "/state");

    public static void Map(IEndpointRouteBuilder layoffs)
    {
        layoffs.MapGet("/", HandleAsync).WithName(nameof(ListLayoffs)).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        layoffs.MapGet("/{id:guid}", ReadAsync).WithName("ReadLayoff").ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>Layoffs of the caller's region, the latest planned first; by county, state and enterprise.</summary>
    internal static async Task<Results<Ok<Page<Layoff>>, ProblemHttpResult>> HandleAsync(
        string? region, string? state, string? creditCode, [AsParameters] PageQuery page, Caller caller, Database db, TimeProvider clock,
        HttpContext http, CancellationToken cancellation)
    {
        if (state is not (null or "planned" or "carried-out" or "withdrawn"))
        {
            return StateUnknown.ToProblem();
        }

        if (!page.TryKey<LayoffCursor>(out var after))
        {
            return PageQuery.BadCursor.ToProblem();
        }

        var rows = await db.ListAsync<StoredLayoff>(
            caller.Scope, ListSql, new { region, state, creditCode, afterDay = after?.PlannedOn ?? DateOnly.MaxValue, afterId = after?.Id ?? Guid.Empty, limit = page.Fetch }, cancellation);
        var cut = page.Page(rows, row => new LayoffCursor(row.PlannedOn, row.LayoffId), http);
        return TypedResults.Ok(new Page<Layoff>([.. cut.Items.Select(row => Layoff.Of(row, clock.Today()))], cut.Next));
    }

    /// <summary>A layoff, and how it stands to the law today.</summary>
    internal static async Task<Results<Ok<Layoff>, ProblemHttpResult>> ReadAsync(
        Guid id, Caller caller, Database db, TimeProvider clock, HttpContext http, CancellationToken cancellation)
    {
        if (await db.FindAsync<StoredLayoff>(caller.Scope, RecordLayoff.ReadSql, new { id }, cancellation) is not { } stored)
        {
            return NotFound.ToProblem();
        }

        http.Response.Headers.ETag = ETags.Of(stored.Revision);
        return TypedResults.Ok(Layoff.Of(stored, clock.Today()));
    }

    private const string ListSql = $"""
        select {StoredLayoff.Columns}
        from layoff l
        where (l.planned_on < @afterDay or l.planned_on = @afterDay and l.layoff_id > @afterId)
          and (@region::text is null or l.region = @region) and (@state::text is null or l.state = @state)
          and (@creditCode::text is null or l.credit_code = @creditCode)
        order by l.planned_on desc, l.layoff_id
        limit @limit
        """;

    private sealed record LayoffCursor(DateOnly PlannedOn, Guid Id);
}
