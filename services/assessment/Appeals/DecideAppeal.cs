using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Assessment.Evaluations;
using Wuwei.Assessment.EvidenceFiles;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Outbox.Idempotency;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Appeals;

/// <summary>What is decided of an appeal.</summary>
public sealed record AppealDecision
{
    /// <summary>The number is wrong: a new version follows.</summary>
    public required bool Accepted { get; init; }

    [Required(ErrorMessage = "须写明处理意见。"), TextLength(2000, ErrorMessage = "处理意见最多 2000 字。")] public required string Decision { get; init; }
}

/// <summary>Decides an appeal.</summary>
public static class DecideAppeal
{
    public static readonly Refusal Decided = new("appeal.decided", "该申诉已经处理。");
    public static readonly Refusal OwnResult = new("appeal.own_result", "计分人、发布人不能处理对自己结果的申诉。", StatusCodes.Status403Forbidden);

    public static void Map(IEndpointRouteBuilder appeals) => appeals
        .MapPost("/{id:guid}/decision", HandleAsync)
        .WithName(nameof(DecideAppeal))
        .Step(CallerRoles.Assessor);

    /// <summary>
    /// The office decides, by another person than scored or published what is contested. What is found right is corrected by the next
    /// snapshot: the assessment is scored again, or a publication corrects the contested one. If-Match names the appeal's revision.
    /// </summary>
    internal static async Task<Results<Ok<Appeal>, ProblemHttpResult>> HandleAsync(
        Guid id, AppealDecision decision, OnceOnly once, HttpContext http, Caller caller, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        await once.EnterAsync(work);
        if (await AppealStore.LockAsync(work, id) is not { } appeal)
        {
            return Appeal.Unknown.ToProblem();
        }

        if (Decide(appeal, decision, caller.Subject, clock.GetUtcNow()).IsRefused(out var refusal, out var next)
            || (refusal = http.CheckIfMatch(appeal.Revision)) is not null
            || (decision.Accepted && (refusal = await EvidenceStore.UnverifiedAsync(work, $"appeals/{id}")) is not null))
        {
            return refusal.ToProblem();
        }

        work.Write(
            """
            update appeal set revision = @Revision, state = @State, decision = @Decision, decided_by = @DecidedBy, decided_at = @DecidedAt
            where appeal_id = @Id
            """,
            new { next.Revision, State = next.State.ToString().ToLowerInvariant(), next.Decision, next.DecidedBy, next.DecidedAt, next.Id });
        work.Audit(caller, new Act("appeal.decided", $"appeals/{id}", appeal, next, next.Region));
        http.Response.Headers.ETag = ETags.Of(next.Revision);
        var answer = TypedResults.Ok(next);
        once.Keep(work, answer);
        await work.CommitAsync();
        return answer;
    }

    /// <summary>The rule: once, and not by who made what is contested.</summary>
    internal static Decision<Appeal> Decide(Appeal appeal, AppealDecision decision, string by, DateTimeOffset now) =>
        appeal.State is not AppealState.Filed ? Decided : appeal.Author == by ? OwnResult : appeal with
        {
            Revision = appeal.Revision + 1,
            State = decision.Accepted ? AppealState.Accepted : AppealState.Rejected,
            Decision = decision.Decision,
            DecidedBy = by,
            DecidedAt = now,
        };
}
