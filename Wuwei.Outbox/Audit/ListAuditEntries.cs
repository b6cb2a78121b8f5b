using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Wuwei.ServiceDefaults;

namespace Wuwei.Outbox.Audit;

internal static class ListAuditEntries
{
    public static void Map(IEndpointRouteBuilder audit) => audit
        .MapGet("/entries", HandleAsync)
        .WithName(nameof(ListAuditEntries))
        .WithSummary("What was done in this service, newest first.")
        .ProducesProblem(StatusCodes.Status400BadRequest);

    internal static async Task<Results<Ok<Page<AuditEntryShown>>, ProblemHttpResult>> HandleAsync(
        [AsParameters] PageQuery page, [AsParameters] AuditFilter filter, Caller caller, Database db, HttpContext http, CancellationToken cancellation)
    {
        if (!page.TryKey<Cursor>(out var after))
        {
            return PageQuery.BadCursor.ToProblem();
        }

        if (filter.From > filter.To)
        {
            return PageQuery.BadRange.ToProblem();
        }

        var rows = await db.ListAsync<AuditRow>(
            caller.Scope,
            Sql,
            new
            {
                scope = AuditFilter.ScopeOf(caller),
                filter.From,
                filter.To,
                filter.Subject,
                filter.Action,
                filter.Record,
                before = after?.EntryId ?? long.MaxValue,
                page.Fetch,
            },
            cancellation);
        return TypedResults.Ok(page.Page([.. rows.Select(row => row.Show())], entry => new Cursor(entry.EntryId), http));
    }

    private sealed record Cursor(long EntryId);

    private const string Sql = $"""
        {AuditRow.Sql}
          and e.entry_id < @before
        order by e.entry_id desc
        limit @Fetch
        """;
}
