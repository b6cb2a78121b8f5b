using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Panels;

/// <summary>What a panel gave a unit.</summary>
/// <param name="Scores">How many count.</param>
/// <param name="Mean">Null: fewer than three.</param>
public sealed record PanelResult(string Unit, int Scores, decimal? Mean);

/// <summary>A panel with its scores.</summary>
/// <param name="Scores">While it is open a member sees their own, the office all; afterwards everybody sees those of their region.</param>
public sealed record PanelDocument(Panel Panel, IReadOnlyList<PanelResult> Results, IReadOnlyList<PanelScore> Scores);

/// <summary>Reads panels.</summary>
public static class ReadPanels
{
    public static void Map(IEndpointRouteBuilder panels)
    {
        panels.MapGet("", ListAsync).WithName("ListPanels").ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        panels.MapGet("/{id}", FindAsync).WithName("GetPanel").ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>Panels, the latest month first.</summary>
    /// <param name="item">Only those of this item.</param>
    /// <param name="period">Only those of this month.</param>
    internal static async Task<Results<Ok<IReadOnlyList<Panel>>, ProblemHttpResult>> ListAsync(
        [FromQuery] string? item, [FromQuery] string? period, Caller caller, Database db, CancellationToken cancellation)
    {
        var isMonth = Period.TryParse(period, out var month) && month.Kind is PeriodKind.Month;
        if (period is not null && !isMonth)
        {
            return Scores.ScoreQuestion.BadPeriod.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        return TypedResults.Ok(await PanelStore.ListAsync(work, item, isMonth ? month.Start : null));
    }

    /// <summary>A panel: who scores, and what came of it. Its entity tag is what a change must name in If-Match.</summary>
    internal static async Task<Results<Ok<PanelDocument>, ProblemHttpResult>> FindAsync(
        string id, HttpContext http, Caller caller, Database db, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        if (await PanelStore.FindAsync(work, id) is not { } panel)
        {
            return Panel.Unknown.ToProblem();
        }

        var counted = (await PanelStore.ScoresAsync(work, id)).Where(score => panel.Members.Contains(score.Member)).ToArray();
        var isOpenTo = panel.ClosedAt is not null || caller.IsOffice;
        http.Response.Headers.ETag = ETags.Of(panel.Revision);
        return TypedResults.Ok(new PanelDocument(
            panel,
            isOpenTo ? [.. counted.GroupBy(score => score.Unit).Select(unit => new PanelResult(
                unit.Key, unit.Count(), PanelRule.Mean([.. unit.Select(score => score.Score)])))] : [],
            [.. counted.Where(score => isOpenTo || score.Member == caller.Subject)]));
    }
}
