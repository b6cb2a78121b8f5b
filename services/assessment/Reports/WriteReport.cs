using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Assessment.Evaluations;
using Wuwei.Assessment.Publications;
using Wuwei.Assessment.Scores;
using Wuwei.Assessment.Targets;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Reports;

/// <summary>Writes the report of an assessment, and a unit's briefing, as DOCX.</summary>
public static class WriteReport
{
    internal const string Docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

    public static readonly Refusal NoResult = new("evaluation.no_result", "评估还没有可以看的结果。", StatusCodes.Status404NotFound);

    public static void Map(IEndpointRouteBuilder evaluations)
    {
        foreach (var endpoint in new[]
        {
            evaluations.MapGet("/{id}/report.docx", ReportAsync).WithName(nameof(WriteReport)),
            evaluations.MapGet("/{id}/units/{unit}/briefing.docx", BriefingAsync).WithName("WriteBriefing"),
        })
        {
            endpoint.Produces<byte[]>(StatusCodes.Status200OK, Docx).ProducesProblem(StatusCodes.Status404NotFound);
        }
    }

    /// <summary>The report with tables and charts, of the result as it is frozen: the office's from the scoring on, everybody's from the notice on.</summary>
    internal static async Task<Results<FileContentHttpResult, ProblemHttpResult>> ReportAsync(
        string id, Caller caller, Database db, ScoreDocuments documents, TimeProvider clock, CancellationToken cancellation)
    {
        // Counts of all sheets are in it, and what is proposed is the office's to see: nobody's own rows.
        await using var work = await db.BeginAsync(caller.Scope.SeeingEverywhere(), cancellation);
        if (await EvaluationStore.FindAsync(work, id) is not { Proposal: { } proposal } evaluation || !IsOpenTo(caller, evaluation))
        {
            return NoResult.ToProblem();
        }

        var result = await ResultAsync(work, proposal);
        return File(
            ReportText.Of(evaluation, result, await SheetStore.ListAsync(work, id), await RectificationStore.ListAsync(work, id), documents.Demonstration, clock.Today()),
            documents.Demonstration, $"{id}.docx");
    }

    /// <summary>A unit's result item by item, with what it said of itself. A county has its own.</summary>
    internal static async Task<Results<FileContentHttpResult, ProblemHttpResult>> BriefingAsync(
        string id, string unit, Caller caller, Database db, ScoreDocuments documents, TimeProvider clock, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope.SeeingEverywhere(), cancellation);
        if (await EvaluationStore.FindAsync(work, id) is not { Proposal: { } proposal } evaluation || !IsOpenTo(caller, evaluation)
            || await SheetStore.FindAsync(work, id, unit) is not { } sheet || !caller.Covers(sheet.Region)
            || (await ResultAsync(work, proposal)).Units.FirstOrDefault(own => own.Code == unit) is not { } result)
        {
            return NoResult.ToProblem();
        }

        return File(ReportText.Briefing(evaluation, result, sheet, documents.Demonstration, clock.Today()), documents.Demonstration, $"{id}-{unit}.docx");
    }

    private static async Task<Result> ResultAsync(UnitOfWork work, Guid proposal) => Result.Of(
        await ReadProposals.RowsAsync(work, proposal), await work.ListAsync<Target>(TargetsSql, new { proposal }));

    private static bool IsOpenTo(Caller caller, Evaluation evaluation) => caller.IsOffice || evaluation.Stage is not EvaluationStage.Scored;

    private static FileContentHttpResult File(IEnumerable<Block> blocks, bool demonstration, string name)
    {
        using var file = new MemoryStream();
        WordDocument.Write(file, blocks, demonstration ? ScoreHeading.DemonstrationNote : null);
        return TypedResults.File(file.ToArray(), Docx, name);
    }

    // As known when the snapshot was taken, so that the report is the same whenever it is written.
    private const string TargetsSql = """
        select distinct on (t.indicator, t.region, t.year) t.indicator, t.region, t.year, t.value, t.comparator, t.season, t.revision, t.known_at
        from publication_proposal p
        join target_version t on t.known_at <= p.as_of
        where p.proposal_id = @proposal
        order by t.indicator, t.region, t.year, t.revision desc
        """;
}
