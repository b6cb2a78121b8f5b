using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Assessment.Publications;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Evaluations;

/// <summary>An assessment with the sheets that the caller may see.</summary>
/// <param name="Sheets">A county's own, the city's all; each with how far it is.</param>
/// <param name="Rectifications">The same of what is to be put right.</param>
public sealed record EvaluationDocument(Evaluation Evaluation, IReadOnlyList<Sheet> Sheets, IReadOnlyList<Rectification> Rectifications);

/// <summary>A result on notice.</summary>
/// <param name="Rows">Canonical JSON of every row that would be published: scores, formulas, inputs, revisions.</param>
public sealed record Notice(string Evaluation, string Name, DateOnly Until, IReadOnlyList<string> Rows);

/// <summary>Reads assessments.</summary>
public static class ReadEvaluations
{
    public static readonly Refusal NotOnNotice = new("evaluation.not_on_notice", "该评估的结果没有公示。", StatusCodes.Status404NotFound);

    public static void Map(IEndpointRouteBuilder evaluations)
    {
        evaluations.MapGet("", ListAsync).WithName("ListEvaluations");
        evaluations.MapGet("/{id}", FindAsync).WithName("GetEvaluation").ProducesProblem(StatusCodes.Status404NotFound);
        evaluations.MapGet("/{id}/units/{unit}", FindSheetAsync).WithName("GetSheet")
            .Produces(StatusCodes.Status304NotModified).ProducesProblem(StatusCodes.Status404NotFound);
        evaluations.MapGet("/{id}/notice", NoticeAsync).WithName("GetNotice").ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>Assessments, the latest period first.</summary>
    internal static async Task<Ok<IReadOnlyList<Evaluation>>> ListAsync(Caller caller, Database db, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        return TypedResults.Ok(await EvaluationStore.ListAsync(work));
    }

    /// <summary>An assessment with who took which step, and the sheets: a county its own, the city all. Its entity tag is what a step must name in If-Match.</summary>
    internal static async Task<Results<Ok<EvaluationDocument>, ProblemHttpResult>> FindAsync(
        string id, HttpContext http, Caller caller, Database db, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        if (await EvaluationStore.FindAsync(work, id) is not { } evaluation)
        {
            return Evaluation.Unknown.ToProblem();
        }

        http.Response.Headers.ETag = ETags.Of(evaluation.Revision);
        return TypedResults.Ok(new EvaluationDocument(evaluation, await SheetStore.ListAsync(work, id), await RectificationStore.ListAsync(work, id)));
    }

    /// <summary>A unit's sheet: targets, its own values, the system's beside them, what was found. Its entity tag is what a change must name in If-Match.</summary>
    internal static async Task<Results<Ok<Sheet>, StatusCodeHttpResult, ProblemHttpResult>> FindSheetAsync(
        string id, string unit, HttpContext http, Caller caller, Database db, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        return await SheetStore.FindAsync(work, id, unit) is not { } sheet ? Evaluation.Unknown.ToProblem()
            : http.IsNotModified(ETags.Of(sheet.Revision)) ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(sheet);
    }

    /// <summary>The result as it is on notice, or was until it was approved: every row that is to be published, of every unit.</summary>
    internal static async Task<Results<Ok<Notice>, ProblemHttpResult>> NoticeAsync(string id, Caller caller, Database db, CancellationToken cancellation)
    {
        // What is proposed is the office's to see; what is on notice is everybody's.
        await using var work = await db.BeginAsync(caller.Scope.SeeingEverywhere(), cancellation);
        return await EvaluationStore.FindAsync(work, id) is not { Proposal: { } proposal, NoticeUntil: { } until } evaluation
            ? NotOnNotice.ToProblem()
            : TypedResults.Ok(new Notice(id, evaluation.Name, until, [.. (await ReadProposals.RowsAsync(work, proposal)).Select(row => row.Text)]));
    }
}
