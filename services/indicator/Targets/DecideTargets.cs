using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Reports;
using Wuwei.Outbox;
using Wuwei.Outbox.Idempotency;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Targets;

/// <summary>The city's approver decides what somebody else proposed.</summary>
public static class DecideTargets
{
    public static readonly Refusal NotFound = new("target-submission.not_found", "没有这份送审稿。", StatusCodes.Status404NotFound);
    public static readonly Refusal Decided = new("target-submission.decided", "该送审稿已经办理。");
    public static readonly Refusal OwnProposal = new("target-submission.own_proposal", "送审人不能批准或退回自己的送审稿。", StatusCodes.Status403Forbidden);

    public static void Map(IEndpointRouteBuilder submissions)
    {
        Deciding(submissions.MapPost("/{id:guid}/approval", ApproveAsync)).WithName("ApproveTargets");
        Deciding(submissions.MapPost("/{id:guid}/return", ReturnAsync)).WithName("ReturnTargets");
    }

    private static RouteHandlerBuilder Deciding(RouteHandlerBuilder endpoint) => endpoint
        .WithIdempotencyKey()
        .RequireScope("indicator.write")
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);

    /// <summary>Approves a submission: its targets are set, all or none. Not by whoever proposed it.</summary>
    internal static Task<Results<Ok<TargetSubmission>, ProblemHttpResult>> ApproveAsync(
        Guid id, OnceOnly once, Caller caller, IndicatorCatalogue catalogue, Database db, TimeProvider clock, HttpContext http, CancellationToken cancellation) =>
        HandleAsync(id, SubmissionState.Approved, null, once, caller, catalogue, db, clock, http, cancellation);

    /// <summary>Returns a submission, with a reason. Not by whoever proposed it.</summary>
    internal static Task<Results<Ok<TargetSubmission>, ProblemHttpResult>> ReturnAsync(
        Guid id, ReportReason body, OnceOnly once, Caller caller, IndicatorCatalogue catalogue, Database db, TimeProvider clock, HttpContext http, CancellationToken cancellation) =>
        HandleAsync(id, SubmissionState.Returned, body.Reason, once, caller, catalogue, db, clock, http, cancellation);

    private static async Task<Results<Ok<TargetSubmission>, ProblemHttpResult>> HandleAsync(
        Guid id, SubmissionState to, string? reason, OnceOnly once,
        Caller caller, IndicatorCatalogue catalogue, Database db, TimeProvider clock, HttpContext http, CancellationToken cancellation)
    {
        if (!caller.IsCityApprover())
        {
            return SetTargets.CityOnly.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        await once.EnterAsync(work);
        var before = await work.LockSubmissionAsync(id);
        var proposers = await work.ListAsync<string>(ProposersSql, new { id });
        if (Decide(before, proposers, to, reason, caller, clock.GetUtcNow(), () => http.CheckIfMatch(before?.Revision)).IsRefused(out var refusal, out var next))
        {
            return refusal.ToProblem();
        }

        if (to == SubmissionState.Approved && (await SetTargets.WithinAsync(work, next.Proposed, caller, catalogue, cancellation)).IsRefused(out refusal, out _))
        {
            return (refusal with { Pointer = $"/cells{refusal.Pointer}" }).ToProblem();
        }

        work.WriteSubmission(before, next, caller);
        http.Response.Headers.ETag = ETags.Of(next.Revision);
        var answer = TypedResults.Ok(TargetSubmission.Of(next));
        once.Keep(work, answer);
        await work.CommitAsync();
        return answer;
    }

    /// <summary>The submission after the decision.</summary>
    /// <param name="proposers">Whoever submitted a version of it.</param>
    internal static Decision<StoredSubmission> Decide(
        StoredSubmission? before, IReadOnlyCollection<string> proposers, SubmissionState to, string? reason, Caller caller, DateTimeOffset now, Func<Refusal?> checkVersion) => before switch
        {
            null => NotFound,
            { At: not SubmissionState.Submitted } => Decided,
            _ when proposers.Contains(caller.Subject) => OwnProposal,
            _ when checkVersion() is { } stale => stale,
            _ => before with { State = to.ToString().ToLowerInvariant(), Reason = reason, DecidedBy = caller.Subject, Revision = before.Revision + 1, ChangedAt = now },
        };

    private const string ProposersSql = "select done_by from target_submission_step where submission_id = @id and state = 'submitted'";
}
