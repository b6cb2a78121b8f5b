using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Warnings;

/// <summary>A warning as the indicator service said it last.</summary>
/// <param name="Cleared">Whether its reason is gone.</param>
/// <param name="ReportTo">Region that has to be told next; null: nobody.</param>
/// <param name="Overdue">Whether it should have been by now.</param>
public sealed record WarningSeen(
    Guid Id, string Rule, string Region, string Subject, string Level, string State, string Period, decimal? Value, string Message, bool Cleared,
    string? ReportTo, DateTimeOffset? ReportBy, DateTimeOffset RaisedAt, int Revision, bool Overdue);

public static class ListWarnings
{
    public static void Map(IEndpointRouteBuilder warnings) => warnings.MapGet("", HandleAsync).WithName(nameof(ListWarnings));

    /// <summary>Warnings beside the scores, the latest first: of a region, and of a state.</summary>
    internal static async Task<Results<Ok<Page<WarningSeen>>, ProblemHttpResult>> HandleAsync(
        string? region, string? state, [AsParameters] PageQuery page, Caller caller, Database db, TimeProvider clock, HttpContext http, CancellationToken cancellation)
    {
        if (!page.TryKey<WarningCursor>(out var after))
        {
            return PageQuery.BadCursor.ToProblem();
        }

        var now = clock.GetUtcNow();
        var rows = await db.ListAsync<WarningSeen>(
            caller.Scope, ListSql, new { region, state, now, afterAt = after?.RaisedAt ?? now.AddYears(1), afterId = after?.Id ?? Guid.Empty, limit = page.Fetch }, cancellation);
        return TypedResults.Ok(page.Page(rows, row => new WarningCursor(row.RaisedAt, row.Id), http));
    }

    private const string ListSql = """
        select warning_id as id, rule, region, subject, level, state, period, value, message, cleared, report_to, report_by, raised_at, revision,
               coalesce(report_by < @now, false) as overdue
        from warning
        where (raised_at < @afterAt or raised_at = @afterAt and warning_id > @afterId)
          and (@region::text is null or region = @region) and (@state::text is null or state = @state)
        order by raised_at desc, warning_id
        limit @limit
        """;

    private sealed record WarningCursor(DateTimeOffset RaisedAt, Guid Id);
}
