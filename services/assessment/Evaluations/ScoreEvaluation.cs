using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Assessment.Appeals;
using Wuwei.Assessment.Publications;
using Wuwei.Assessment.Scores;
using Wuwei.Outbox;
using Wuwei.Outbox.Idempotency;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Evaluations;

/// <summary>Scores an assessment: a snapshot that nothing changes any more.</summary>
public static class ScoreEvaluation
{
    public static readonly Refusal NothingNew = new("evaluation.nothing_to_score", "结果已经公示，没有属实的申诉需要重新计分。");
    public static readonly Refusal Closed = new("evaluation.closed", "评估已经审定，不能再计分。");

    public static Refusal SheetsOpen(IEnumerable<Sheet> open) => new(
        "evaluation.sheets_open", "还有单位的数据没有核对或核查完毕。", Detail: string.Join('、', open.Select(sheet => sheet.Name)));

    public static Refusal FindingOpen(Sheet sheet, SheetLine line) => new(
        "evaluation.finding_open", "核查数与系统数不符，须先更正数据。",
        Detail: $"{sheet.Name} {line.Name}：核查 {(line.Found is { } found ? ScoreText.Number(found) : "无")} {line.Unit}");

    public static void Map(IEndpointRouteBuilder evaluations) => evaluations
        .MapPost("/{id}/scoring", HandleAsync)
        .WithName(nameof(ScoreEvaluation))
        .Step(CallerRoles.Assessor)
        .RequirePrerelease();

    /// <summary>
    /// Freezes the scores of an assessment as known now, once every unit's data are checked and what was found on the spot is what the
    /// system knows. Scored again, it answers the appeals that were found right. If-Match names the assessment's revision.
    /// </summary>
    internal static Task<Results<Ok<Evaluation>, ProblemHttpResult>> HandleAsync(
        string id, OnceOnly once, HttpContext http, Caller caller, ScoreReader reader, ScoreDocuments documents, Database db, TimeProvider clock,
        CancellationToken cancellation) => EvaluationChange.TakeAsync(id, once, http, caller, db, async (work, evaluation) =>
        {
            if (ProposePublication.AsKnown(evaluation.Question, clock.GetUtcNow(), clock.Today()).IsRefused(out var refusal, out var question)
                || (await reader.ComputeAsync(question, cancellation)).IsRefused(out refusal, out var scoring))
            {
                return refusal;
            }

            var appeals = await AppealStore.CountAsync(work, evaluation);
            if (Refuses(evaluation, await SheetStore.ListAsync(work, id), scoring.ValuesOf, appeals) is { } refused)
            {
                return refused;
            }

            // A month that was published before is corrected by the assessment's result.
            var corrects = (await Standing.ReadAsync(work, evaluation.Scheme, scoring.Table.Month.Start)).Current;
            var proposal = ProposePublication.Freeze(
                work, caller, scoring, SealAlgorithm.Sha256, corrects, corrects is null ? null : $"{evaluation.Name}结果", id, documents.Demonstration);
            if (evaluation.Proposal is { } old && await ReadProposals.FindProposalAsync(work, old) is { } replaced)
            {
                PublicationStore.Write(work, replaced with
                {
                    Revision = replaced.Revision + 1,
                    State = ProposalState.Rejected,
                    DecidedBy = caller.Subject,
                    DecidedAt = proposal.ProposedAt,
                    DecisionReason = "重新计分",
                });
            }

            AppealStore.Answer(work, id, proposal.Id);
            return evaluation.To(EvaluationStage.Scored, caller.Subject, proposal.ProposedAt) with { Proposal = proposal.Id, NoticeUntil = null };
        }, cancellation);

    /// <summary>
    /// The rule: every sheet is complete, no number that was found to be another, and once it is on notice only for an appeal that
    /// was found right. Null: it may be scored.
    /// </summary>
    /// <param name="known">The system's values of a unit, by item.</param>
    internal static Refusal? Refuses(
        Evaluation evaluation, IReadOnlyList<Sheet> sheets, Func<string, IReadOnlyDictionary<string, decimal>> known, AppealCount appeals)
    {
        if (evaluation.Stage is EvaluationStage.Approved or EvaluationStage.Published)
        {
            return Closed;
        }

        if (evaluation.Stage is EvaluationStage.Noticed && appeals.Unanswered == 0)
        {
            return NothingNew;
        }

        if (sheets.Where(sheet => !sheet.IsComplete).ToArray() is { Length: > 0 } open)
        {
            return SheetsOpen(open);
        }

        return sheets
            .SelectMany(sheet => sheet.Lines.Where(line => line.FieldEvidence is not null
                && line.Found != (known(sheet.Unit).TryGetValue(line.Item, out var value) ? value : null)).Select(line => FindingOpen(sheet, line)))
            .FirstOrDefault();
    }
}
