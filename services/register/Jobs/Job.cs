using System.Collections.Frozen;
using System.Text.Json.Serialization;
using Wuwei.ServiceDefaults;

namespace Wuwei.Register.Jobs;

/// <summary>How far a job is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobState>))]
public enum JobState
{
    /// <summary>Nobody works on it yet.</summary>
    [JsonStringEnumMemberName("waiting")] Waiting,

    /// <summary>Somebody does.</summary>
    [JsonStringEnumMemberName("running")] Running,

    /// <summary>Done; rows may have been refused where the caller wanted only those stored that are right.</summary>
    [JsonStringEnumMemberName("succeeded")] Succeeded,

    /// <summary>Done, and nothing was stored: something is wrong with what was sent.</summary>
    [JsonStringEnumMemberName("refused")] Refused,

    /// <summary>Given up, for a reason of ours.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>Stopped by a caller.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,
}

/// <summary>A job as it is stored.</summary>
internal sealed record Job(
    Guid JobId, string Kind, string State, string Subject, string Department, string Region, string[] Roles, string[] Scopes, string? Mode,
    string? Address, string? Traceparent, int Total, int Done, int Accepted, int Refused, int Position, string? Code, string Message, int Attempt,
    string? CancelledBy, DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt)
{
    public const string Columns = """
        job_id, kind, state, subject, department, region, roles, scopes, mode, address, traceparent, total, done, accepted, refused, position,
        code, message, attempt, cancelled_by, created_at, started_at, finished_at
        """;

    /// <summary>In whose name it is done.</summary>
    public Caller Caller => new(Subject, Department, Region, Roles.ToFrozenSet(), Scopes.ToFrozenSet()) { Address = Address };

    /// <summary>How the audit trail names it.</summary>
    public string RecordId => $"jobs/{JobId}";

    public JobState Is => Codes.Parse<JobState>(State);

    public bool IsFinished => FinishedAt is not null;
}

/// <summary>A job as answers show it.</summary>
/// <param name="Link">Where it is read again; <c>{link}/events</c> tells of every change.</param>
/// <param name="Kind">What is done, e.g. <c>import</c>.</param>
/// <param name="Mode">How, as it was asked for.</param>
/// <param name="Total">Rows to deal with.</param>
/// <param name="Done">Rows dealt with.</param>
/// <param name="Percent">0 to 100; 100 only when it is finished.</param>
/// <param name="Accepted">Rows that are stored; of a dry run, those that would be.</param>
/// <param name="Refused">Rows with something wrong: <c>{link}/errors</c>, <c>{link}/errors.xlsx</c>.</param>
/// <param name="Code">Why it failed or refused everything: stable.</param>
/// <param name="Message">What it came to, in Chinese.</param>
public sealed record JobShown(
    Guid Id, string Link, string Kind, string? Mode, JobState State, int Total, int Done, int Percent, int Accepted, int Refused,
    string? Code, string Message, DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt)
{
    internal static string LinkOf(string service, Guid id) => $"/api/{service}/v1/jobs/{id}";

    internal static JobShown Of(Job job, string service) => new(
        job.JobId, LinkOf(service, job.JobId), job.Kind, job.Mode, job.Is, job.Total, job.Done,
        job.IsFinished ? 100 : job.Total == 0 ? 0 : (int)(99L * job.Done / job.Total),
        job.Accepted, job.Refused, job.Code, job.Message, job.CreatedAt, job.StartedAt, job.FinishedAt);
}
