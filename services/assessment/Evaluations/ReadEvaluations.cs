using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Assessment.Publications;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Evaluations;

/// <summary>An assessment, and how far its sheets are.</summary>
public sealed record EvaluationDocument(Evaluation Evaluation, SheetProgress Sheets);

/// <summary>How far the sheets are that the caller may see: a county's own, the city's all.</summary>
/// <param name="Complete">With nothing left to do before the scoring.</param>
/// <param name="Differing">Items whose two values differ.</param>
public sealed record SheetProgress(int All, int SelfAssessed, int DataChecked, int Complete, int Differing)
{
    internal static SheetProgress Of(IReadOnlyList<Sheet> sheets) => new(
        sheets.Count, sheets.Count(sheet => sheet.SelfAssessed is not null), sheets.Count(sheet => sheet.DataChecked is not null),
        sheets.Count(sheet => sheet.IsComplete), sheets.Sum(sheet => sheet.DataChecked is null ? 0 : sheet.Lines.Count(line => line.Differs)));
}

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
        evaluations.MapGet("/{id}/units", ListSheetsAsync).WithName("ListSheets").RequirePrerelease().ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound);
        evaluations.MapGet("/{id}/units/{unit}", FindSheetAsync).WithName("GetSheet")
            .Produces(StatusCodes.Status304NotModified).ProducesProblem(StatusCodes.Status404NotFound);
        evaluations.MapGet("/{id}/rectifications", ListRectificationsAsync).WithName("ListRectifications")
            .ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound);
        evaluations.MapGet("/{id}/notice", NoticeAsync).WithName("GetNotice").ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>Assessments, the latest period first.</summary>
    internal static async Task<Ok<IReadOnlyList<Evaluation>>> ListAsync(Caller caller, Database db, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        return TypedResults.Ok(await EvaluationStore.ListAsync(work));
    }

    /// <summary>An assessment with who took which step, and how far the sheets are. Its entity tag is what a step must name in If-Match.</summary>
    internal static async Task<Results<Ok<EvaluationDocument>, ProblemHttpResult>> FindAsync(
        string id, HttpContext http, Caller caller, Database db, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        if (await EvaluationStore.FindAsync(work, id) is not { } evaluation)
        {
            return Evaluation.Unknown.ToProblem();
        }

        http.Response.Headers.ETag = ETags.Of(evaluation.Revision);
        return TypedResults.Ok(new EvaluationDocument(evaluation, SheetProgress.Of(await SheetStore.ListAsync(work, id))));
    }

    /// <summary>Sheets of an assessment by the codes of their units: a county its own, the city all.</summary>
    internal static Task<Results<Ok<Page<Sheet>>, ProblemHttpResult>> ListSheetsAsync(
        string id, [AsParameters] PageQuery query, HttpContext http, Caller caller, Database db, CancellationToken cancellation) => PageAsync<Sheet, SheetKey>(
            id, query, http, caller, db, (work, after) => SheetStore.PageAsync(work, id, after?.Unit, query.Fetch), sheet => new(sheet.Unit), cancellation);

    /// <summary>What is to be put right after an assessment, in the order it was required: a county its own, the city all.</summary>
    internal static Task<Results<Ok<Page<Rectification>>, ProblemHttpResult>> ListRectificationsAsync(
        string id, [AsParameters] PageQuery query, HttpContext http, Caller caller, Database db, CancellationToken cancellation) => PageAsync<Rectification, RectificationKey>(
            id, query, http, caller, db, (work, after) => RectificationStore.PageAsync(work, id, after?.Id, query.Fetch), one => new(one.Id), cancellation);

    /// <summary>A unit's sheet: targets, its own values, the system's beside them, what was found. Its entity tag is what a change must name in If-Match.</summary>
    internal static async Task<Results<Ok<Sheet>, StatusCodeHttpResult, ProblemHttpResult>> FindSheetAsync(
        string id, string unit, HttpContext http, Caller caller, Database db, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        return !caller.SeesFiguresOf(unit) || await SheetStore.FindAsync(work, id, unit) is not { } sheet ? Evaluation.Unknown.ToProblem()
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

    /// <summary>A page of what belongs to an assessment.</summary>
    private static async Task<Results<Ok<Page<T>>, ProblemHttpResult>> PageAsync<T, TKey>(
        string id, PageQuery query, HttpContext http, Caller caller, Database db, Func<UnitOfWork, TKey?, Task<IReadOnlyList<T>>> read, Func<T, TKey> key,
        CancellationToken cancellation) where TKey : class
    {
        if (!query.TryKey<TKey>(out var after))
        {
            return PageQuery.BadCursor.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        return await EvaluationStore.FindAsync(work, id) is null ? Evaluation.Unknown.ToProblem()
            : TypedResults.Ok(query.Page(await read(work, after), key, http));
    }

    private sealed record SheetKey(string Unit);

    private sealed record RectificationKey(Guid Id);
}
