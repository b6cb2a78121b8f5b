using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Reports;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Targets;

public static class SubmitTargets
{
    public static readonly Refusal OtherOffice = new("target-submission.other_office", "该送审稿由其他单位提出。");
    public static readonly Refusal Approved = new("target-submission.approved", "该送审稿已经批准，请另行送审。");

    public static void Map(IEndpointRouteBuilder submissions) => submissions
        .MapPut("/{id:guid}", HandleAsync)
        .WithName(nameof(SubmitTargets))
        .RequireScope("indicator.write")
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);

    /// <summary>
    /// Proposes targets of the office's own region, or changes what is not approved yet: a further version, which is submitted anew.
    /// Nothing is set before somebody else at the city approves it.
    /// </summary>
    internal static async Task<Results<Ok<TargetSubmission>, Created<TargetSubmission>, ProblemHttpResult>> HandleAsync(
        Guid id, TargetsForm form, Caller caller, IndicatorCatalogue catalogue, Database db, TimeProvider clock, HttpContext http, CancellationToken cancellation)
    {
        var indicators = (await catalogue.AllAsync(null, cancellation)).ToDictionary(indicator => indicator.Code);
        if ((MaySubmit(caller) ?? SetTargets.Check(form.Cells, indicators).Within("/cells") ?? OutOfRegion(form.Cells, caller)) is { } invalid)
        {
            return invalid.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        var before = await work.LockSubmissionAsync(id);
        if (Decide(id, form, before, caller, clock.GetUtcNow(), () => http.CheckIfMatch(before?.Revision)).IsRefused(out var refusal, out var next))
        {
            return refusal.ToProblem();
        }

        if (next != before)
        {
            work.WriteSubmission(before, next, caller);
            await work.CommitAsync();
        }

        http.Response.Headers.ETag = ETags.Of(next.Revision);
        var answer = TargetSubmission.Of(next);
        return before is null ? TypedResults.Created(answer.Link, answer) : TypedResults.Ok(answer);
    }

    /// <summary>Who may: the bureau's clerks, of the city or a county.</summary>
    internal static Refusal? MaySubmit(Caller caller) => !caller.IsOfBureau ? WriteReport.OtherDepartment : caller.Is(CallerRoles.Clerk) ? null : WriteReport.ClerkOnly;

    /// <summary>The submission afterwards. The same again changes nothing and is always welcome.</summary>
    internal static Decision<StoredSubmission> Decide(Guid id, TargetsForm form, StoredSubmission? before, Caller caller, DateTimeOffset now, Func<Refusal?> checkVersion)
    {
        if (before is not null && before.Region != caller.Region)
        {
            return OtherOffice;
        }

        if (before is { At: not SubmissionState.Returned } && before.Title == form.Title && before.Proposed.SequenceEqual(form.Cells))
        {
            return before;
        }

        return before?.At == SubmissionState.Approved ? Approved
            : checkVersion() is { } stale ? stale
            : new StoredSubmission(id, caller.Region, form.Title, StoredSubmission.Write(form.Cells), "submitted", null, caller.Subject, null, (before?.Revision ?? 0) + 1, now);
    }

    private static Refusal? OutOfRegion(IReadOnlyList<TargetCell> cells, Caller caller)
    {
        var other = cells.Select((cell, i) => (cell, i)).FirstOrDefault(one => !caller.Covers(one.cell.Region));
        return other.cell is null ? null : Caller.OutOfRegion with { Pointer = $"/cells/{other.i}/region" };
    }

    private static Refusal? Within(this Refusal? refusal, string pointer) => refusal is null ? null : refusal with { Pointer = $"{pointer}{refusal.Pointer}" };
}
