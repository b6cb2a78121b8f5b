using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Assessment.Appeals;
using Wuwei.Assessment.Schemes;
using Wuwei.Outbox;
using Wuwei.Outbox.Idempotency;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Evaluations;

/// <summary>On what grounds a result is approved.</summary>
public sealed record Approval
{
    /// <summary>Minutes or document of the meeting that approved it, e.g. 市政府常务会议纪要〔2024〕3号.</summary>
    [Required(ErrorMessage = "须写明审定依据。"), TextLength(200, ErrorMessage = "审定依据最多 200 字。")] public required string Document { get; init; }
}

/// <summary>Approves a result (审定).</summary>
public static class ApproveEvaluation
{
    public static readonly Refusal NotNoticed = new("evaluation.not_noticed", "结果尚未公示，或已经审定。");
    public static readonly Refusal NoticeNotOver = new("evaluation.notice_not_over", "公示期未满。");
    public static readonly Refusal AppealsOpen = new("evaluation.appeals_open", "对本次结果或所依据的月度发布还有申诉没有处理。");
    public static readonly Refusal AppealsUnanswered = new("evaluation.appeals_unanswered", "属实的申诉尚未更正：须重新计分并再次公示。");
    public static readonly Refusal SchemeNotApproved = new("evaluation.scheme_not_approved", "所用考核方案的版本尚未审定。");
    public static readonly Refusal OwnScoring = new("evaluation.own_scoring", "计分人不能审定自己的结果。", StatusCodes.Status403Forbidden);

    public static void Map(IEndpointRouteBuilder evaluations) => evaluations
        .MapPost("/{id}/approval", HandleAsync)
        .WithName(nameof(ApproveEvaluation))
        .Step(CallerRoles.Approver);

    /// <summary>Approves a result after its notice, by another person than scored it, under a version of the scheme that is approved, when no appeal against it or against the publications it is built of is left. If-Match names the assessment's revision.</summary>
    internal static Task<Results<Ok<Evaluation>, ProblemHttpResult>> HandleAsync(
        string id, Approval approval, OnceOnly once, HttpContext http, Caller caller, Database db, TimeProvider clock, CancellationToken cancellation) =>
        EvaluationChange.TakeAsync(
            id, once, http, caller, db,
            async (work, evaluation) => Decide(
                evaluation, await AppealStore.CountAsync(work, evaluation), await ApproveScheme.FindAsync(work, evaluation.Scheme, evaluation.SchemeVersion),
                approval.Document, caller.Subject, clock.GetUtcNow(), clock.Today()),
            cancellation);

    internal static Decision<Evaluation> Decide(
        Evaluation evaluation, AppealCount appeals, SchemeApproval? scheme, string document, string by, DateTimeOffset now, DateOnly today)
    {
        var refusal = evaluation.Stage is not EvaluationStage.Noticed ? NotNoticed
            : evaluation.ScoredBy == by ? OwnScoring
            : appeals.Open > 0 ? AppealsOpen
            : appeals.Unanswered > 0 ? AppealsUnanswered
            : today <= evaluation.NoticeUntil ? NoticeNotOver
            : scheme is null ? SchemeNotApproved
            : null;
        return refusal is not null ? refusal : evaluation.To(EvaluationStage.Approved, by, now, document);
    }
}
