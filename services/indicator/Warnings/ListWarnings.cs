using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Warnings;

public static class ListWarnings
{
    public static readonly Refusal NotFound = new("warning.not_found", "没有这条预警。", StatusCodes.Status404NotFound);
    public static readonly Refusal LevelUnknown = Refusal.Invalid("warning.unknown_level", "level 须为 yellow、orange 或 red。", "/level");
    public static readonly Refusal RuleUnknown = Refusal.Invalid("warning.unknown_rule", "没有这条预警规则。", "/rule");
    public static readonly Refusal StateUnknown = Refusal.Invalid("warning.unknown_state", "state 须为 open、acknowledged、acting 或 closed。", "/state");

    public static void Map(IEndpointRouteBuilder warnings)
    {
        warnings.MapGet("/", HandleAsync).WithName(nameof(ListWarnings)).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        warnings.MapGet("/{id:guid}", ReadAsync).WithName("ReadWarning").ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>Warnings of the caller's region, the latest first; by county, rule, level, state, and whether telling the next level is overdue.</summary>
    internal static async Task<Results<Ok<Page<Warning>>, ProblemHttpResult>> HandleAsync(
        string? region, string? rule, string? level, string? state, bool? overdue, [AsParameters] PageQuery page,
        Caller caller, IEnumerable<IWarningRule> rules, Database db, TimeProvider clock, HttpContext http, CancellationToken cancellation)
    {
        if (rule is not null && rules.All(known => known.Name != rule))
        {
            return (RuleUnknown with { Detail = $"可用的有 {string.Join('、', rules.Select(known => known.Name))}。" }).ToProblem();
        }

        if (level is not (null or "yellow" or "orange" or "red"))
        {
            return LevelUnknown.ToProblem();
        }

        if (state is not (null or "open" or "acknowledged" or "acting" or "closed"))
        {
            return StateUnknown.ToProblem();
        }

        if (!page.TryKey<WarningCursor>(out var after))
        {
            return PageQuery.BadCursor.ToProblem();
        }

        var now = clock.GetUtcNow();
        var rows = await db.ListAsync<StoredWarning>(caller.Scope, ListSql, new
        {
            region,
            rule,
            level,
            state,
            overdue,
            now,
            afterAt = after?.RaisedAt ?? now.AddYears(1),
            afterId = after?.Id ?? Guid.Empty,
            limit = page.Fetch,
        }, cancellation);
        var cut = page.Page(rows, row => new WarningCursor(row.RaisedAt, row.WarningId), http);
        return TypedResults.Ok(new Page<Warning>([.. cut.Items.Select(row => Warning.Of(row, now))], cut.Next));
    }

    /// <summary>A warning with every step it took.</summary>
    internal static async Task<Results<Ok<WarningWithSteps>, ProblemHttpResult>> ReadAsync(
        Guid id, Caller caller, Database db, TimeProvider clock, HttpContext http, CancellationToken cancellation)
    {
        if (await db.FindAsync<StoredWarning>(caller.Scope, MoveWarning.ReadSql, new { id }, cancellation) is not { } stored)
        {
            return NotFound.ToProblem();
        }

        var steps = await db.ListAsync<WarningStepShown>(caller.Scope, StepsSql, new { id }, cancellation);
        http.Response.Headers.ETag = ETags.Of(stored.Revision);
        return TypedResults.Ok(new WarningWithSteps(Warning.Of(stored, clock.GetUtcNow()), steps));
    }

    private const string ListSql = $"""
        select {StoredWarning.Columns}
        from warning w
        where (w.raised_at < @afterAt or w.raised_at = @afterAt and w.warning_id > @afterId)
          and (@region::text is null or w.region = @region) and (@rule::text is null or w.rule = @rule)
          and (@level::text is null or w.level = @level) and (@state::text is null or w.state = @state)
          and (@overdue::boolean is null or coalesce(w.report_by < @now, false) = @overdue)
        order by w.raised_at desc, w.warning_id
        limit @limit
        """;

    private const string StepsSql = """
        select revision, kind, level, note, done_by, done_at
        from warning_step
        where warning_id = @id
        order by revision
        """;

    private sealed record WarningCursor(DateTimeOffset RaisedAt, Guid Id);
}

/// <summary>A warning and how it came here.</summary>
public sealed record WarningWithSteps(Warning Warning, IReadOnlyList<WarningStepShown> Steps);

/// <summary>What happened to a warning.</summary>
/// <param name="Kind"><c>raised</c>, <c>escalated</c>, <c>eased</c>, <c>cleared</c>, <c>returned</c>, <c>updated</c>; <c>acknowledgement</c>, <c>report</c>, <c>measure</c>, <c>closure</c>.</param>
/// <param name="DoneBy"><c>warnings</c>: found by its rule.</param>
public sealed record WarningStepShown(int Revision, string Kind, string Level, string? Note, string DoneBy, DateTimeOffset DoneAt);
