using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Assessment.Entries;
using Wuwei.Assessment.Evaluations;
using Wuwei.Assessment.Tasks;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Assessment.Panels;

/// <summary>What a member gives a unit.</summary>
public sealed record PanelVote
{
    [Range(typeof(decimal), "0", "100", ParseLimitsInInvariantCulture = true, ErrorMessage = "评分须在 0 到 100 之间。")] public required decimal Score { get; init; }
    [Required(ErrorMessage = "须写明评分依据。"), TextLength(1000, ErrorMessage = "评分依据最多 1000 字。")] public required string Evidence { get; init; }
}

/// <summary>Scores a unit as a member of a panel.</summary>
public static class ScoreInPanel
{
    public static readonly Refusal NotAMember = new("panel.not_a_member", "您不是该评议组的评议人。", StatusCodes.Status403Forbidden);
    public static readonly Refusal OwnUnit = new("panel.own_unit", "评议人不能评议本单位。", StatusCodes.Status403Forbidden);
    public static readonly Refusal BadUnit = Refusal.Invalid("panel.bad_unit", "考核对象须为市、县（区）或部门代码。", "/unit");

    public static void Map(IEndpointRouteBuilder panels) => panels
        .MapPut("/{id}/units/{unit}/score", HandleAsync)
        .WithName(nameof(ScoreInPanel))
        .Change();

    /// <summary>Gives a unit a score with its reason; again until the panel is closed (If-Match names one's own score's revision). Nobody scores their own unit.</summary>
    internal static async Task<Results<Ok<PanelScore>, ProblemHttpResult>> HandleAsync(
        string id, string unit, PanelVote vote, HttpContext http, Caller caller, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        if (await PanelStore.LockAsync(work, id) is not { } panel)
        {
            return Panel.Unknown.ToProblem();
        }

        if (Refuses(panel, unit, caller) is { } refusal)
        {
            return refusal.ToProblem();
        }

        var held = (await PanelStore.ScoresAsync(work, id)).FirstOrDefault(score => score.Unit == unit && score.Member == caller.Subject);
        if (http.CheckIfMatch(held?.Revision) is { } stale)
        {
            return stale.ToProblem();
        }

        var next = new PanelScore(
            id, unit, caller.Subject, (held?.Revision ?? 0) + 1, Math.Round(vote.Score, 2, MidpointRounding.AwayFromZero), vote.Evidence, clock.GetUtcNow());
        var region = RegionCode.Wuwei.ContainsKey(unit) ? unit : RegionCode.City;
        work.Write(
            """
            insert into panel_score values (@Panel, @Unit, @region, @Member, @Revision, @Score, @Evidence, @ScoredAt)
            on conflict (panel, unit, member) do update
            set revision = excluded.revision, score = excluded.score, evidence = excluded.evidence, scored_at = excluded.scored_at
            """,
            new { next.Panel, next.Unit, region, next.Member, next.Revision, next.Score, next.Evidence, next.ScoredAt });
        work.Audit(caller, new Act("panel.scored", $"panels/{id}/units/{unit}", held, next, region));
        await work.CommitAsync();
        http.Response.Headers.ETag = ETags.Of(next.Revision);
        return TypedResults.Ok(next);
    }

    /// <summary>The rule: members of the city's departments, while it is open, and never their own unit. Null: the caller may.</summary>
    internal static Refusal? Refuses(Panel panel, string unit, Caller caller) =>
        !panel.Members.Contains(caller.Subject) || !caller.Covers(RegionCode.City) || !(caller.IsOffice || Departments.All.ContainsKey(caller.Department)) ? NotAMember
        : PutEntry.MonthOf(unit, panel.Item, panel.Period) is null ? BadUnit
        : caller.SpeaksFor(unit) ? OwnUnit
        : panel.ClosedAt is not null ? SetPanel.Closed
        : null;
}
