using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.Register;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Targets;

public static class ListTargetSubmissions
{
    public static readonly Refusal StateUnknown = Refusal.Invalid("target-submission.unknown_state", "state 须为 submitted、approved 或 returned。", "/state");

    public static void Map(IEndpointRouteBuilder submissions)
    {
        submissions.MapGet("", HandleAsync).WithName(nameof(ListTargetSubmissions)).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        submissions.MapGet("/{id:guid}", ReadAsync).WithName("ReadTargetSubmission").ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>Submissions of the caller's region, by state.</summary>
    internal static async Task<Results<Ok<Page<TargetSubmission>>, ProblemHttpResult>> HandleAsync(
        string? state, [AsParameters] PageQuery page, Caller caller, Database db, HttpContext http, CancellationToken cancellation)
    {
        if (state is not (null or "submitted" or "approved" or "returned"))
        {
            return StateUnknown.ToProblem();
        }

        if (!page.TryKey<SubmissionCursor>(out var after))
        {
            return PageQuery.BadCursor.ToProblem();
        }

        var rows = await db.ListAsync<StoredSubmission>(caller.Scope, ListSql, new { state, after = after?.Id ?? Guid.Empty, limit = page.Fetch }, cancellation);
        var cut = page.Page(rows, row => new SubmissionCursor(row.SubmissionId), http);
        return TypedResults.Ok(new Page<TargetSubmission>([.. cut.Items.Select(TargetSubmission.Of)], cut.Next));
    }

    /// <summary>A submission with every version, and what was decided of it.</summary>
    internal static async Task<Results<Ok<SubmissionWithSteps>, ProblemHttpResult>> ReadAsync(
        Guid id, Caller caller, Database db, HttpContext http, CancellationToken cancellation)
    {
        if (await db.FindAsync<StoredSubmission>(caller.Scope, SubmissionRows.ReadSql, new { id }, cancellation) is not { } stored)
        {
            return DecideTargets.NotFound.ToProblem();
        }

        var steps = await db.ListAsync<StepRow>(caller.Scope, StepsSql, new { id }, cancellation);
        http.Response.Headers.ETag = ETags.Of(stored.Revision);
        return TypedResults.Ok(new SubmissionWithSteps(TargetSubmission.Of(stored), [.. steps.Select(step => new SubmissionStep(
            step.Revision, Codes.Parse<SubmissionState>(step.State), StoredSubmission.Read(step.Cells), step.Reason, step.DoneBy, step.DoneAt))]));
    }

    private const string ListSql = $"""
        select {StoredSubmission.Columns}
        from target_submission s
        where s.submission_id > @after and (@state::text is null or s.state = @state)
        order by s.submission_id
        limit @limit
        """;

    private const string StepsSql = """
        select revision, state, cells, reason, done_by, done_at
        from target_submission_step
        where submission_id = @id
        order by revision
        """;

    private sealed record SubmissionCursor(Guid Id);

    private sealed record StepRow(int Revision, string State, string Cells, string? Reason, string DoneBy, DateTimeOffset DoneAt);
}

/// <summary>A submission and how it came here.</summary>
public sealed record SubmissionWithSteps(TargetSubmission Submission, IReadOnlyList<SubmissionStep> Steps);

/// <summary>A version of a submission, or what was decided of one.</summary>
public sealed record SubmissionStep(int Revision, SubmissionState State, IReadOnlyList<TargetCell> Cells, string? Reason, string DoneBy, DateTimeOffset DoneAt);
