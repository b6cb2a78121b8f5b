using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Register;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Targets;

/// <summary>Where a submission of targets is on its way.</summary>
public enum SubmissionState { Submitted, Approved, Returned }

/// <summary>Targets to propose.</summary>
public sealed record TargetsForm
{
    /// <summary>What it is, e.g. 2025年县区目标分解; 1 to 100 characters.</summary>
    [Required(ErrorMessage = "须写明标题。"), TextLength(100, MinimumLength = 1, ErrorMessage = "标题须为 1 到 100 字。")] public required string Title { get; init; }

    /// <summary>1 to 500.</summary>
    public required IReadOnlyList<TargetCell> Cells { get; init; }
}

/// <summary>A submission as stored.</summary>
internal sealed record StoredSubmission(
    Guid SubmissionId, string Region, string Title, string Cells, string State, string? Reason, string SubmittedBy, string? DecidedBy, int Revision, DateTimeOffset ChangedAt)
{
    public const string Columns = "s.submission_id, s.region, s.title, s.cells, s.state, s.reason, s.submitted_by, s.decided_by, s.revision, s.changed_at";

    public SubmissionState At => Codes.Parse<SubmissionState>(State);

    public IReadOnlyList<TargetCell> Proposed => Read(Cells);

    public static string Write(IReadOnlyList<TargetCell> cells) => JsonSerializer.Serialize(cells, Json.Options);

    public static IReadOnlyList<TargetCell> Read(string cells) => JsonSerializer.Deserialize<TargetCell[]>(cells, Json.Options)!;
}

/// <summary>Targets that were proposed.</summary>
/// <param name="Region">Of the office that proposes.</param>
/// <param name="Reason">Why it was returned.</param>
/// <param name="DecidedBy">Somebody else than <paramref name="SubmittedBy"/>.</param>
/// <param name="Revision">Also the ETag.</param>
public sealed record TargetSubmission(
    Guid Id, string Region, string Title, IReadOnlyList<TargetCell> Cells, SubmissionState State, string? Reason, string SubmittedBy, string? DecidedBy,
    int Revision, DateTimeOffset ChangedAt, string Link)
{
    internal static TargetSubmission Of(StoredSubmission s) => new(
        s.SubmissionId, s.Region, s.Title, s.Proposed, s.At, s.Reason, s.SubmittedBy, s.DecidedBy, s.Revision, s.ChangedAt,
        Observations.Links.Record("indicator", $"targets/submissions/{s.SubmissionId}"));
}

/// <summary>Reads and writes submissions.</summary>
internal static class SubmissionRows
{
    extension(UnitOfWork work)
    {
        /// <summary>Locks a submission, also one that is not there yet, and reads it.</summary>
        public async Task<StoredSubmission?> LockSubmissionAsync(Guid id)
        {
            await work.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended('targets/submissions/' || @id, 0))", new { id = $"{id}" });
            return await work.FindAsync<StoredSubmission>(ReadSql, new { id });
        }

        /// <summary>Queues the next revision, its step, and the entry of the audit trail.</summary>
        public void WriteSubmission(StoredSubmission? before, StoredSubmission next, Caller caller)
        {
            work.Write(WriteSql, new
            {
                next.SubmissionId,
                next.Region,
                next.Title,
                next.Cells,
                next.State,
                next.Reason,
                next.SubmittedBy,
                next.DecidedBy,
                next.Revision,
                next.ChangedAt,
                caller.Subject,
            });
            work.Audit(caller, new Act(
                $"target-submission.{next.State}", $"targets/submissions/{next.SubmissionId}", before is null ? null : TargetSubmission.Of(before), TargetSubmission.Of(next), next.Region));
        }
    }

    public const string ReadSql = $"select {StoredSubmission.Columns} from target_submission s where s.submission_id = @id";

    private const string WriteSql = """
        with written as (
            insert into target_submission (submission_id, region, title, cells, state, reason, submitted_by, decided_by, revision, changed_at)
            values (@SubmissionId, @Region, @Title, @Cells::jsonb, @State, @Reason, @SubmittedBy, @DecidedBy, @Revision, @ChangedAt)
            on conflict (submission_id) do update set title = excluded.title, cells = excluded.cells, state = excluded.state, reason = excluded.reason,
                submitted_by = excluded.submitted_by, decided_by = excluded.decided_by, revision = excluded.revision, changed_at = excluded.changed_at
            returning *)
        insert into target_submission_step (submission_id, region, revision, state, cells, reason, done_by, done_at)
        select submission_id, region, revision, state, cells, reason, @Subject, changed_at from written
        """;
}
