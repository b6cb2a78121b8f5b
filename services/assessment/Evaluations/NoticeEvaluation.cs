using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.Outbox.Idempotency;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.WorkingDays;

namespace Wuwei.Assessment.Evaluations;

/// <summary>Puts a result on public notice (公示).</summary>
public static class NoticeEvaluation
{
    /// <summary>Working days of the notice, in which its rows may be contested [D].</summary>
    internal const int Days = 5;

    public static readonly Refusal NotScored = new("evaluation.not_scored", "尚未计分，或已经公示。");

    public static void Map(IEndpointRouteBuilder evaluations) => evaluations
        .MapPost("/{id}/notice", HandleAsync)
        .WithName(nameof(NoticeEvaluation))
        .Step(CallerRoles.Assessor);

    /// <summary>Puts the scored result on notice for five working days: everybody who may read scores sees every row of it. If-Match names the assessment's revision.</summary>
    internal static Task<Results<Ok<Evaluation>, ProblemHttpResult>> HandleAsync(
        string id, OnceOnly once, HttpContext http, Caller caller, Database db, TimeProvider clock, CancellationToken cancellation) =>
        EvaluationChange.TakeAsync(
            id, once, http, caller, db, (_, evaluation) => Task.FromResult(Decide(evaluation, caller.Subject, clock.GetUtcNow(), clock.Today())), cancellation);

    /// <summary>The rule: what is scored. A year whose holidays are not known has no last day, so nothing is put on notice into it.</summary>
    internal static Decision<Evaluation> Decide(Evaluation evaluation, string by, DateTimeOffset now, DateOnly today)
    {
        if (evaluation.Stage is not EvaluationStage.Scored)
        {
            return NotScored;
        }

        return new WorkingClock(today, Days).Read(today).IsRefused(out var refusal, out var reading)
            ? refusal
            : evaluation.To(EvaluationStage.Noticed, by, now) with { NoticeUntil = reading.DueOn };
    }
}
