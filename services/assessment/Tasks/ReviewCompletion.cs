using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Assessment.EvidenceFiles;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Outbox.Idempotency;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Tasks;

/// <summary>What was found of a report that a task is completed.</summary>
public sealed record CompletionReview
{
    /// <summary>The report looked at.</summary>
    public required Guid Report { get; init; }

    /// <summary>It is completed; else the task is open again.</summary>
    public required bool Accepted { get; init; }

    [TextLength(1000, MinimumLength = 1, ErrorMessage = "审核意见须为 1 到 1000 字。")] public required string Review { get; init; }
}

/// <summary>Sees whether a task is completed.</summary>
public static class ReviewCompletion
{
    public static readonly Refusal NothingToReview = new("task.nothing_to_review", "该任务没有待审核的这份办结报告。");
    public static readonly Refusal OwnReport = new("task.own_report", "报告人不能审核自己的办结报告。", StatusCodes.Status403Forbidden);

    public static void Map(IEndpointRouteBuilder tasks) => tasks
        .MapPost("/{code}/review", HandleAsync)
        .WithName(nameof(ReviewCompletion))
        .WithIdempotencyKey()
        .RequireScope("assessment.write")
        .RequireAnyRole(CallerRoles.Assessor)
        .RequireOffice()
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>The office accepts that a task is completed, as of the day it was reported, or returns it with a reason. Nobody reviews their own report.</summary>
    internal static async Task<Results<Ok<PlanTask>, ProblemHttpResult>> HandleAsync(
        string code, CompletionReview review, OnceOnly once, Caller caller, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        await once.EnterAsync(work);
        if (await TaskStore.LockAsync(work, code) is not { } task)
        {
            return TaskStore.Unknown.ToProblem();
        }

        var reports = await ProgressReport.ListAsync(work, code);
        if (Decide(task, reports, review.Report, review.Accepted, caller.Subject).IsRefused(out var refusal, out var next)
            || (review.Accepted && (refusal = await EvidenceStore.UnverifiedAsync(work, $"tasks/{code}/reports/{review.Report}")) is not null))
        {
            return refusal.ToProblem();
        }

        work.Write(
            "update task_report set accepted = @Accepted, review = @Review, reviewed_by = @Subject, reviewed_at = @now where report_id = @Report",
            new { review.Accepted, review.Review, caller.Subject, now = clock.GetUtcNow(), review.Report });
        TaskStore.Write(work, next);
        if (review.Accepted)
        {
            TaskStore.Counts(work);
        }

        work.Audit(caller, new Act(review.Accepted ? "task.completed" : "task.returned", $"tasks/{code}", task, next));
        var answer = TypedResults.Ok(next);
        once.Keep(work, answer);
        await work.CommitAsync();
        return answer;
    }

    /// <summary>
    /// The rule: of the report that waits, by somebody else. It counts as of the day it was reported, not of the day it was looked at;
    /// one that is returned leaves the task where the report before it had it.
    /// </summary>
    /// <param name="reports">The latest first.</param>
    internal static Decision<PlanTask> Decide(PlanTask task, IReadOnlyList<ProgressReport> reports, Guid id, bool accepted, string reviewer)
    {
        if (task.State is not TaskState.Reported || reports.FirstOrDefault(report => report.Id == id) is not { Completes: true, Accepted: null } claim)
        {
            return NothingToReview;
        }

        if (claim.ReportedBy == reviewer)
        {
            return OwnReport;
        }

        return accepted
            ? task with { Revision = task.Revision + 1, State = TaskState.Completed, CompletedOn = claim.ReportedOn }
            : task with
            {
                Revision = task.Revision + 1,
                State = TaskState.Open,
                Percent = reports.FirstOrDefault(report => report.Department == task.Lead && !report.Completes)?.Percent ?? 0,
            };
    }
}
