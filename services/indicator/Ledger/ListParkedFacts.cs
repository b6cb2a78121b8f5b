using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Ledger;

public static class ListParkedFacts
{
    public static void Map(IEndpointRouteBuilder ledger) => ledger
        .MapGet("/parked", HandleAsync)
        .WithName(nameof(ListParkedFacts))
        .RequireAnyRole(CallerRoles.Operator);

    /// <summary>Facts that could not be counted, newest first, with the reason. For operators of the city.</summary>
    internal static async Task<Results<Ok<Page<SetAside>>, ProblemHttpResult>> HandleAsync(
        [AsParameters] PageQuery page, Caller caller, Database db, HttpContext http, CancellationToken cancellation)
    {
        if (!page.TryKey<ParkedCursor>(out var after))
        {
            return PageQuery.BadCursor.ToProblem();
        }

        var rows = await db.ListAsync<SetAside>(caller.Scope, ListSql, new { before = after?.Id ?? long.MaxValue, limit = page.Fetch }, cancellation);
        return TypedResults.Ok(page.Page(rows, row => new ParkedCursor(row.Id), http));
    }

    private const string ListSql = """
        select parked_fact_id as id, source, body, reason, detail, first_seen_at, last_seen_at, times
        from parked_fact
        where parked_fact_id < @before
        order by parked_fact_id desc
        limit @limit
        """;

    private sealed record ParkedCursor(long Id);
}

/// <summary>A fact that could not be counted.</summary>
/// <param name="Body">The fact as received, JSON.</param>
/// <param name="Reason">Stable code, e.g. <c>region_unknown</c>, <c>revision_conflict</c>.</param>
/// <param name="Detail">The same in a sentence.</param>
/// <param name="Times">How often it came.</param>
public sealed record SetAside(
    long Id, string Source, string Body, string Reason, string Detail, DateTimeOffset FirstSeenAt, DateTimeOffset LastSeenAt, int Times);
