using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Tasks;

/// <summary>Who does a task and until when.</summary>
public sealed record Assignment
{
    [Required(ErrorMessage = "牵头部门不能为空。")] public required string Lead { get; init; }
    [Required, MaxLength(10, ErrorMessage = "最多 10 个配合部门。")] public required IReadOnlyList<string> Supporting { get; init; }
    public required DateOnly StartsOn { get; init; }
    public required DateOnly DueOn { get; init; }

    /// <summary>In the order of their days.</summary>
    [Required, MaxLength(24, ErrorMessage = "最多 24 个节点。")] public required IReadOnlyList<Milestone> Milestones { get; init; }

    [Required(ErrorMessage = "说明不能为空。"), TextLength(500, ErrorMessage = "说明最多 500 字。")] public required string Note { get; init; }

    /// <summary>No authority has confirmed it.</summary>
    public bool Unverified { get; init; }
}

/// <summary>Sets who does a task and until when; the sentence stays the plan's.</summary>
public static class AssignTask
{
    public static readonly Refusal UnknownDepartment = Refusal.Invalid("task.unknown_department", "规划没有这个责任部门。", "/lead");
    public static readonly Refusal DepartmentTwice = Refusal.Invalid("task.department_twice", "同一部门只能出现一次。", "/supporting");
    public static readonly Refusal BadDue = Refusal.Invalid("task.bad_due", "到期日须晚于起始日，且在 2021 至 2035 年之间。", "/dueOn");
    public static readonly Refusal BadMilestones = Refusal.Invalid(
        "task.bad_milestones", "节点须在起止日期之内，按日期先后排列，百分比在 0 到 100 之间且不减少。", "/milestones");

    public static readonly Refusal Completed = new("task.completed", "任务已经办结。");

    public static void Map(IEndpointRouteBuilder tasks) => tasks
        .MapPut("/{code}", HandleAsync)
        .WithName(nameof(AssignTask))
        .RequireScope("assessment.write")
        .RequireAnyRole(CallerRoles.Assessor)
        .RequireOffice()
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);

    /// <summary>Sets lead, supporting departments, days and milestones of a task. The assessment office's; its reports stay.</summary>
    internal static async Task<Results<Ok<PlanTask>, ProblemHttpResult>> HandleAsync(
        string code, Assignment assignment, HttpContext http, Caller caller, Database db, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        if (await TaskStore.LockAsync(work, code) is not { } task)
        {
            return TaskStore.Unknown.ToProblem();
        }

        if (http.CheckIfMatch(task.Revision) is { } stale)
        {
            return stale.ToProblem();
        }

        if (Decide(task, assignment).IsRefused(out var refusal, out var next))
        {
            return refusal.ToProblem();
        }

        TaskStore.Write(work, next);
        TaskStore.Counts(work);
        work.Audit(caller, new Act("task.assigned", $"tasks/{code}", task, next));
        await work.CommitAsync();
        http.Response.Headers.ETag = ETags.Of(next.Revision);
        return TypedResults.Ok(next);
    }

    /// <summary>The rule: departments of the plan, each once; days and milestones in their order; what is completed stays.</summary>
    internal static Decision<PlanTask> Decide(PlanTask task, Assignment assignment)
    {
        // What is null in a list is no department and no milestone; a reader of JSON lets it through.
        string[] departments = [assignment.Lead, .. assignment.Supporting];
        if (assignment.Milestones.Any(milestone => milestone is null))
        {
            return BadMilestones;
        }

        var days = assignment.Milestones.Select(milestone => milestone.On).ToArray();
        var percents = assignment.Milestones.Select(milestone => milestone.Percent).ToArray();
        var refusal = task.State is TaskState.Completed ? Completed
            : !departments.All(department => department is not null && Departments.All.ContainsKey(department)) ? UnknownDepartment
            : departments.Distinct().Count() < departments.Length ? DepartmentTwice
            : assignment.DueOn <= assignment.StartsOn || assignment.StartsOn.Year < 2021 || assignment.DueOn.Year > 2035 ? BadDue
            : days.Any(day => day < assignment.StartsOn || day > assignment.DueOn) || !days.SequenceEqual(days.Distinct().Order())
                || percents.Any(percent => percent is < 0 or > 100) || !percents.SequenceEqual(percents.Order()) ? BadMilestones
            : null;
        if (refusal is not null)
        {
            return refusal;
        }

        return task with
        {
            Lead = assignment.Lead,
            Supporting = assignment.Supporting,
            StartsOn = assignment.StartsOn,
            DueOn = assignment.DueOn,
            Milestones = assignment.Milestones,
            Note = assignment.Note,
            Unverified = assignment.Unverified,
            Revision = task.Revision + 1,
        };
    }
}
