using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Outbox.Idempotency;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Assessment.Tasks;

/// <summary>What shows that something was done.</summary>
/// <param name="Reference">Document number, address or shelf mark by which it is found.</param>
public sealed record Evidence(
    [property: TextLength(120, MinimumLength = 1, ErrorMessage = "佐证名称须为 1 到 120 字。")] string Title,
    [property: TextLength(300, MinimumLength = 1, ErrorMessage = "佐证出处须为 1 到 300 字。")] string Reference);

/// <summary>How a department says that a task stands.</summary>
public sealed record ProgressDraft
{
    [Range(0, 100, ErrorMessage = "完成百分比须在 0 到 100 之间。")] public required decimal Percent { get; init; }
    [TextLength(2000, MinimumLength = 1, ErrorMessage = "进展须为 1 到 2000 字。")] public required string Text { get; init; }
    [MaxLength(20, ErrorMessage = "最多 20 项佐证。")] public IReadOnlyList<Evidence> Evidence { get; init; } = [];

    /// <summary>It is completed: the lead department says so, with evidence, and somebody else sees whether it is.</summary>
    public bool Completes { get; init; }

    /// <summary>The office's note or card that it answers.</summary>
    public Guid? Answers { get; init; }
}

/// <summary>A report on a task.</summary>
/// <param name="Accepted">What was found of a report that it is completed; null: not looked at, or it says no such thing.</param>
/// <param name="Review">Why.</param>
public sealed record ProgressReport(
    Guid Id, string Department, decimal Percent, string Text, IReadOnlyList<Evidence> Evidence, bool Completes, Guid? Answers, DateOnly ReportedOn,
    string ReportedBy, DateTimeOffset ReportedAt, bool? Accepted, string? Review, string? ReviewedBy, DateTimeOffset? ReviewedAt)
{
    internal static async Task<IReadOnlyList<ProgressReport>> ListAsync(UnitOfWork work, string code) =>
        [.. (await work.ListAsync<Stored>(Sql, new { code })).Select(stored => stored.ToReport())];

    private sealed record Stored(
        Guid ReportId, string Department, decimal Percent, string Text, string[] EvidenceTitles, string[] EvidenceReferences, bool Completes, Guid? Answers,
        DateOnly ReportedOn, string ReportedBy, DateTimeOffset ReportedAt, bool? Accepted, string? Review, string? ReviewedBy, DateTimeOffset? ReviewedAt)
    {
        public ProgressReport ToReport() => new(
            ReportId, Department, Percent, Text, [.. EvidenceTitles.Zip(EvidenceReferences, (title, reference) => new Evidence(title, reference))],
            Completes, Answers, ReportedOn, ReportedBy, ReportedAt, Accepted, Review, ReviewedBy, ReviewedAt);
    }

    private const string Sql = """
        select report_id, department, percent, text, evidence_titles, evidence_references, completes, answers, reported_on, reported_by, reported_at,
               accepted, review, reviewed_by, reviewed_at
        from task_report
        where task = @code
        order by reported_at desc, report_id desc
        """;
}

/// <summary>Reports how a task stands.</summary>
public static class ReportProgress
{
    public static readonly Refusal DepartmentsOnly = new("task.departments_only", "只有市级责任部门可以报告进展。", StatusCodes.Status403Forbidden);
    public static readonly Refusal LeadOnly = new("task.lead_only", "只有牵头部门可以报告办结。", StatusCodes.Status403Forbidden);
    public static readonly Refusal UnderReview = new("task.under_review", "已报办结，审核前不能再报。");
    public static readonly Refusal NotStarted = new("task.not_started", "任务尚未开始。");
    public static readonly Refusal NotWhole = Refusal.Invalid("task.not_whole", "报告办结的，完成百分比须为 100。", "/percent");
    public static readonly Refusal NoEvidence = Refusal.Invalid("task.no_evidence", "报告办结须附佐证。", "/evidence");
    public static readonly Refusal UnknownNote = Refusal.Invalid("task.unknown_note", "该任务没有这份督办。", "/answers");

    public static void Map(IEndpointRouteBuilder tasks) => tasks
        .MapPost("/{code}/reports", HandleAsync)
        .WithName(nameof(ReportProgress))
        .WithIdempotencyKey()
        .RequireScope("assessment.write")
        .RequireAnyRole(CallerRoles.Clerk)
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>A department reports on a task that it leads or supports; the lead may say that it is completed.</summary>
    internal static async Task<Results<Created<ProgressReport>, ProblemHttpResult>> HandleAsync(
        string code, ProgressDraft draft, OnceOnly once, Caller caller, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        draft = draft with { Percent = Math.Round(draft.Percent, 2, MidpointRounding.AwayFromZero) };
        if (!Departments.All.ContainsKey(caller.Department) || !caller.Covers(RegionCode.City))
        {
            return DepartmentsOnly.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        await once.EnterAsync(work);
        if (await TaskStore.LockAsync(work, code) is not { } task)
        {
            return TaskStore.Unknown.ToProblem();
        }

        var hasNote = draft.Answers is null
            || await work.FindAsync<bool>("select exists (select from task_note where note_id = @Answers and task = @code)", new { draft.Answers, code });
        if (Decide(task, draft, hasNote, caller.Department, clock.Today()).IsRefused(out var refusal, out var next))
        {
            return refusal.ToProblem();
        }

        var report = new ProgressReport(
            Guid.CreateVersion7(), caller.Department, draft.Percent, draft.Text, draft.Evidence, draft.Completes, draft.Answers, clock.Today(),
            caller.Subject, clock.GetUtcNow(), null, null, null, null);
        work.Write(InsertSql, new
        {
            report.Id,
            code,
            departments = new[] { task.Lead }.Concat(task.Supporting).ToArray(),
            report.Department,
            report.Percent,
            report.Text,
            titles = draft.Evidence.Select(evidence => evidence.Title).ToArray(),
            references = draft.Evidence.Select(evidence => evidence.Reference).ToArray(),
            report.Completes,
            report.Answers,
            report.ReportedOn,
            report.ReportedBy,
            report.ReportedAt,
        });
        TaskStore.Write(work, next);
        work.Audit(caller, new Act("task.reported", $"tasks/{code}", task, next), new Act("task.report", $"tasks/{code}/reports/{report.Id}", After: report));
        var answer = TypedResults.Created($"/api/assessment/v1/tasks/{code}", report);
        once.Keep(work, answer);
        await work.CommitAsync();
        return answer;
    }

    /// <summary>The rule: while it is open; that it is completed is the lead's to say, wholly and with evidence. A supporting department's percent is its own.</summary>
    internal static Decision<PlanTask> Decide(PlanTask task, ProgressDraft draft, bool hasNote, string department, DateOnly today)
    {
        var refusal = task.State switch
        {
            TaskState.Completed => AssignTask.Completed,
            TaskState.Reported => UnderReview,
            _ when today < task.StartsOn => NotStarted,
            _ when draft.Completes && department != task.Lead => LeadOnly,
            _ when draft.Completes && draft.Percent != 100 => NotWhole,
            _ when draft.Completes && draft.Evidence.Count == 0 => NoEvidence,
            _ when draft.Evidence.Any(evidence => evidence is null) => NoEvidence, // a reader of JSON lets it through
            _ when !hasNote => UnknownNote,
            _ => null,
        };
        if (refusal is not null)
        {
            return refusal;
        }

        return department != task.Lead ? task : task with
        {
            Revision = task.Revision + 1,
            Percent = draft.Percent,
            LastReportOn = today,
            State = draft.Completes ? TaskState.Reported : TaskState.Open,
        };
    }

    private const string InsertSql = """
        insert into task_report (
            report_id, task, departments, department, percent, text, evidence_titles, evidence_references, completes, answers, reported_on, reported_by, reported_at)
        values (
            @Id, @code, @departments, @Department, @Percent, @Text, @titles, @references, @Completes, @Answers, @ReportedOn, @ReportedBy, @ReportedAt)
        """;
}
