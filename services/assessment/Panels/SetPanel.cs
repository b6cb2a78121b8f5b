using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Assessment.Entries;
using Wuwei.Assessment.Evaluations;
using Wuwei.Assessment.Schemes;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Outbox.Idempotency;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Assessment.Panels;

/// <summary>A panel as the office sets it.</summary>
public sealed record PanelDraft
{
    [Required(ErrorMessage = "名称不能为空。"), TextLength(80, ErrorMessage = "名称最多 80 字。")] public required string Name { get; init; }

    /// <summary>Code of the item, as schemes name it.</summary>
    [Required, TextLength(20, ErrorMessage = "考核项代码最多 20 字。")] public required string Item { get; init; }

    /// <summary>Month, e.g. <c>2025-12</c>.</summary>
    [Required(ErrorMessage = "期别不能为空。")] public required string Period { get; init; }

    /// <summary>At least three, as their tokens name them.</summary>
    [Required, MinLength(PanelRule.Least, ErrorMessage = "至少 3 名评议人。"), MaxLength(60, ErrorMessage = "最多 60 名评议人。")]
    public required IReadOnlyList<string> Members { get; init; }
}

/// <summary>Sets a panel, and closes it.</summary>
public static class SetPanel
{
    public static readonly Refusal BadPanel = Refusal.Invalid("panel.bad", "评议组代码须为 1 至 40 个小写字母、数字或连字符，字母开头；考核项代码须为 1 至 20 个字母或数字；期别须为月份。", "/item");
    public static readonly Refusal BadMembers = Refusal.Invalid("panel.bad_members", "评议人须为 1 至 80 字，不能重复。", "/members");
    public static readonly Refusal Taken = new("panel.taken", "该考核项该月已有评议组。");
    public static readonly Refusal Closed = new("panel.closed", "评议组已经结束。");

    public static Refusal TooFew(IEnumerable<string> units) =>
        new("panel.too_few_scores", $"有单位的评分不足 {PanelRule.Least} 份，不能结束。", Detail: string.Join('、', units));

    public static void Map(IEndpointRouteBuilder panels)
    {
        panels.MapPut("/{id}", SetAsync).WithName(nameof(SetPanel)).RequireAnyRole(CallerRoles.Assessor).RequireOffice().Change();
        panels.MapPost("/{id}/closing", CloseAsync).WithName("ClosePanel").Step(CallerRoles.Assessor);
    }

    /// <summary>Sets who scores an item in a month; again while it is open (If-Match names the revision). Scores of who no longer belongs to it do not count.</summary>
    internal static async Task<Results<Ok<Panel>, Created<Panel>, ProblemHttpResult>> SetAsync(
        string id, PanelDraft draft, HttpContext http, Caller caller, Database db, CancellationToken cancellation)
    {
        if (!Scheme.IsId(id) || PutEntry.MonthOf(RegionCode.City, draft.Item, draft.Period) is not { } month)
        {
            return BadPanel.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        var held = await PanelStore.LockAsync(work, id);
        if (http.CheckIfMatch(held?.Revision) is { } stale)
        {
            return stale.ToProblem();
        }

        await work.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended('panel of ' || @Item || @month, 0))", new { draft.Item, month = month.ToString() });
        var others = await PanelStore.ListAsync(work, draft.Item, month.Start);
        if (Decide(id, draft, month, held, others, caller.Subject).IsRefused(out var refusal, out var next))
        {
            return refusal.ToProblem();
        }

        work.Write(
            """
            insert into panel values (@Id, @Revision, @Name, @Item, @Start, @Members, @SetBy, null)
            on conflict (panel_id) do update
            set revision = excluded.revision, name = excluded.name, item = excluded.item, month = excluded.month, members = excluded.members, set_by = excluded.set_by
            """,
            new { next.Id, next.Revision, next.Name, next.Item, month.Start, next.Members, next.SetBy });
        work.Audit(caller, new Act("panel.set", $"panels/{id}", held, next));
        await work.CommitAsync();
        http.Response.Headers.ETag = ETags.Of(next.Revision);
        return held is null ? TypedResults.Created($"/api/assessment/v1/panels/{id}", next) : TypedResults.Ok(next);
    }

    /// <summary>Closes a panel: its scores count from now on, and stay as they are. If-Match names its revision.</summary>
    internal static async Task<Results<Ok<Panel>, ProblemHttpResult>> CloseAsync(
        string id, OnceOnly once, HttpContext http, Caller caller, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        await once.EnterAsync(work);
        if (await PanelStore.LockAsync(work, id) is not { } panel)
        {
            return Panel.Unknown.ToProblem();
        }

        if (http.CheckIfMatch(panel.Revision) is { } stale)
        {
            return stale.ToProblem();
        }

        if (Close(panel, await PanelStore.ScoresAsync(work, id), clock.GetUtcNow()).IsRefused(out var refusal, out var next))
        {
            return refusal.ToProblem();
        }

        work.Write("update panel set revision = @Revision, closed_at = @ClosedAt where panel_id = @Id", new { next.Revision, next.ClosedAt, next.Id });
        work.Write(PutEntry.ChangedSql, new { Month = Month(next) }); // scores of this month and later are rendered anew
        work.Audit(caller, new Act("panel.closed", $"panels/{id}", panel, next));
        http.Response.Headers.ETag = ETags.Of(next.Revision);
        var answer = TypedResults.Ok(next);
        once.Keep(work, answer);
        await work.CommitAsync();
        return answer;
    }

    internal static Decision<Panel> Decide(string id, PanelDraft draft, Period month, Panel? held, IReadOnlyList<Panel> others, string setBy)
    {
        if (draft.Members.Any(member => member is not { Length: > 0 and <= 80 }) || draft.Members.Distinct().Count() < draft.Members.Count)
        {
            return BadMembers;
        }

        return held?.ClosedAt is not null ? Closed : others.Any(other => other.Id != id) ? Taken
            : new Panel(id, (held?.Revision ?? 0) + 1, draft.Name, draft.Item, month.ToString(), [.. draft.Members], setBy, null);
    }

    internal static Decision<Panel> Close(Panel panel, IReadOnlyList<PanelScore> scores, DateTimeOffset now)
    {
        var few = scores.Where(score => panel.Members.Contains(score.Member)).GroupBy(score => score.Unit).Where(unit => unit.Count() < PanelRule.Least)
            .Select(unit => unit.Key).ToArray();
        return panel.ClosedAt is not null ? Closed : few.Length > 0 ? TooFew(few) : panel with { Revision = panel.Revision + 1, ClosedAt = now };
    }

    private static DateOnly Month(Panel panel) => Period.TryParse(panel.Period, out var month) ? month.Start : throw new InvalidOperationException();
}
