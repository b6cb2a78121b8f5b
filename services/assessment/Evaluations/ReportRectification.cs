using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Assessment.EvidenceFiles;
using Wuwei.Outbox;
using Wuwei.Outbox.Idempotency;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Evaluations;

/// <summary>What a unit has put right.</summary>
public sealed record RectificationReport
{
    [Required(ErrorMessage = "须写明整改情况。"), TextLength(2000, ErrorMessage = "整改情况最多 2000 字。")] public required string Text { get; init; }
    [Required(ErrorMessage = "须写明佐证材料。"), TextLength(1000, ErrorMessage = "佐证材料最多 1000 字。")] public required string Evidence { get; init; }
}

/// <summary>What the office says of it.</summary>
public sealed record RectificationReview
{
    /// <summary>It is put right; else it is required again.</summary>
    public required bool Accepted { get; init; }

    [Required(ErrorMessage = "须写明验收意见。"), TextLength(1000, ErrorMessage = "验收意见最多 1000 字。")] public required string Review { get; init; }
}

/// <summary>Reports what was put right, and accepts or returns the report.</summary>
public static class ReportRectification
{
    public static readonly Refusal NotRequired = new("rectification.not_required", "该整改已经报告，或已经验收。");
    public static readonly Refusal NotReported = new("rectification.not_reported", "该整改没有待验收的报告。");
    public static readonly Refusal OwnReport = new("rectification.own_report", "报告人不能验收自己的整改。", StatusCodes.Status403Forbidden);

    public static void Map(IEndpointRouteBuilder evaluations)
    {
        evaluations.MapPost("/{id}/rectifications/{number:guid}/report", ReportAsync).WithName(nameof(ReportRectification))
            .WithIdempotencyKey().RequireAnyRole(CallerRoles.Clerk).Change();
        evaluations.MapPost("/{id}/rectifications/{number:guid}/review", ReviewAsync).WithName("ReviewRectification").Step(CallerRoles.Assessor);
    }

    /// <summary>The unit says what it put right, with evidence. If-Match names the revision of what is required.</summary>
    internal static Task<Results<Ok<Rectification>, ProblemHttpResult>> ReportAsync(
        string id, Guid number, RectificationReport report, OnceOnly once, HttpContext http, Caller caller, Database db, TimeProvider clock,
        CancellationToken cancellation) => ChangeAsync(
            id, number, _ => "rectification.reported", once, http, caller, db,
            held => caller.SpeaksFor(held.Unit) ? Report(held, report, caller.Subject, clock.GetUtcNow()) : AssessSelf.NotOfUnit, cancellation);

    /// <summary>The office accepts it, or returns it and it is required again. If-Match names the revision of what is reported.</summary>
    internal static Task<Results<Ok<Rectification>, ProblemHttpResult>> ReviewAsync(
        string id, Guid number, RectificationReview review, OnceOnly once, HttpContext http, Caller caller, Database db, TimeProvider clock,
        CancellationToken cancellation) => ChangeAsync(
            id, number, next => next.State is RectificationState.Accepted ? "rectification.accepted" : "rectification.returned",
            once, http, caller, db, held => Review(held, review, caller.Subject, clock.GetUtcNow()), cancellation);

    internal static Decision<Rectification> Report(Rectification held, RectificationReport report, string by, DateTimeOffset now) =>
        held.State is not RectificationState.Required ? NotRequired : held with
        {
            Revision = held.Revision + 1,
            State = RectificationState.Reported,
            Report = report.Text,
            Evidence = report.Evidence,
            ReportedBy = by,
            ReportedAt = now,
            // What was said of the report before is in the audit trail.
            Review = null,
            ReviewedBy = null,
            ReviewedAt = null,
        };

    internal static Decision<Rectification> Review(Rectification held, RectificationReview review, string by, DateTimeOffset now) =>
        held.State is not RectificationState.Reported ? NotReported : held.ReportedBy == by ? OwnReport : held with
        {
            Revision = held.Revision + 1,
            State = review.Accepted ? RectificationState.Accepted : RectificationState.Required,
            Review = review.Review,
            ReviewedBy = by,
            ReviewedAt = now,
        };

    private static async Task<Results<Ok<Rectification>, ProblemHttpResult>> ChangeAsync(
        string id, Guid number, Func<Rectification, string> action, OnceOnly once, HttpContext http, Caller caller, Database db,
        Func<Rectification, Decision<Rectification>> decide, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        await once.EnterAsync(work);
        if (await RectificationStore.LockAsync(work, id, number) is not { } held)
        {
            return Rectification.Unknown.ToProblem();
        }

        if (decide(held).IsRefused(out var refusal, out var next) || (refusal = http.CheckIfMatch(held.Revision)) is not null
            || (next.State is RectificationState.Accepted && (refusal = await EvidenceStore.UnverifiedAsync(work, $"evaluations/{id}/rectifications/{number}")) is not null))
        {
            return refusal.ToProblem();
        }

        RectificationStore.Update(work, caller, action(next), held, next);
        http.Response.Headers.ETag = ETags.Of(next.Revision);
        var answer = TypedResults.Ok(next);
        once.Keep(work, answer);
        await work.CommitAsync();
        return answer;
    }
}
