using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Tasks;

/// <summary>A task and its light.</summary>
public sealed record LitTask(PlanTask Task, Light Light, IReadOnlyList<string> Reasons, string Link)
{
    internal static LitTask Of(PlanTask task, LightRule rule, DateOnly today)
    {
        var (light, reasons) = rule.Of(task, today);
        return new(task, light, reasons, $"/api/assessment/v1/tasks/{task.Code}");
    }
}

/// <summary>A task with everything that was said of it.</summary>
/// <param name="Rule">What made its light.</param>
/// <param name="Reports">The latest first.</param>
/// <param name="Notes">The office's, the latest first.</param>
public sealed record TaskDocument(
    PlanTask Task, Light Light, IReadOnlyList<string> Reasons, LightRule Rule, IReadOnlyList<ProgressReport> Reports, IReadOnlyList<SupervisionNote> Notes,
    IReadOnlyList<Reminder> Reminders);

/// <summary>Tasks of a department that were due, and how many of them were completed in time.</summary>
/// <param name="Percent">Two decimals; null when none was due.</param>
public sealed record OnTimeShare(string Department, string Name, int Due, int OnTime, decimal? Percent);

/// <summary>Reads tasks: a department its own, the assessment office all.</summary>
public static class ReadTasks
{
    public static readonly Refusal UnknownLight = Refusal.Invalid("task.unknown_light", "灯色须为 green、yellow 或 red。", "/light");

    private const int MostDays = 92;

    public static void Map(IEndpointRouteBuilder tasks)
    {
        tasks.MapGet("", ListAsync).WithName("ListTasks").Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        tasks.MapGet("/{code}", FindAsync).WithName("GetTask").ProducesProblem(StatusCodes.Status404NotFound);
        tasks.MapGet("/reminders", RemindAsync).WithName("ListReminders").ProducesProblem(StatusCodes.Status400BadRequest);
        tasks.MapGet("/on-time", OnTimeAsync).WithName("GetTasksOnTime").ProducesProblem(StatusCodes.Status400BadRequest);
    }

    /// <summary>The plan's tasks with their lights today, in the order of the plan.</summary>
    /// <param name="department">Only those that it leads or supports.</param>
    /// <param name="light">Only those of this light: <c>green</c>, <c>yellow</c> or <c>red</c>.</param>
    internal static async Task<Results<Ok<IReadOnlyList<LitTask>>, StatusCodeHttpResult, ProblemHttpResult>> ListAsync(
        [FromQuery] string? department, [FromQuery] string? light, HttpContext http, Caller caller, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        Light? wanted = light switch { "green" => Light.Green, "yellow" => Light.Yellow, "red" => Light.Red, _ => null };
        if (wanted is null && light is not null)
        {
            return UnknownLight.ToProblem();
        }

        var today = clock.Today();
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        var rule = await TaskStore.RuleAsync(work, today);
        IReadOnlyList<LitTask> tasks = [.. (await TaskStore.ListAsync(work))
            .Where(task => department is null || task.Lead == department || task.Supporting.Contains(department))
            .Select(task => LitTask.Of(task, rule, today))
            .Where(task => wanted is null || task.Light == wanted)];
        return http.IsNotModified(ETags.Of(JsonSerializer.SerializeToUtf8Bytes(tasks, Json.Options)))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(tasks);
    }

    /// <summary>A task with its reports, the office's notes and cards, and its reminders. Its revision is what an assignment must name in If-Match.</summary>
    internal static async Task<Results<Ok<TaskDocument>, ProblemHttpResult>> FindAsync(
        string code, HttpContext http, Caller caller, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        var today = clock.Today();
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        if (await TaskStore.FindAsync(work, code) is not { } task)
        {
            return TaskStore.Unknown.ToProblem();
        }

        var rule = await TaskStore.RuleAsync(work, today);
        var (light, reasons) = rule.Of(task, today);
        http.Response.Headers.ETag = ETags.Of(task.Revision);
        return TypedResults.Ok(new TaskDocument(
            task, light, reasons, rule, await ProgressReport.ListAsync(work, code), await SupervisionNote.ListAsync(work, code),
            [.. rule.RemindersOf(task).OrderBy(reminder => reminder.On)]));
    }

    /// <summary>Of what is to be reminded from a day to another, at most 92 days: before it is due and after.</summary>
    internal static async Task<Results<Ok<IReadOnlyList<Reminder>>, ProblemHttpResult>> RemindAsync(
        [FromQuery] DateOnly? from, [FromQuery] DateOnly? to, Caller caller, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        var today = clock.Today();
        var (first, last) = (from ?? to ?? today, to ?? from ?? today);
        if (first > last || last.DayNumber - first.DayNumber > MostDays)
        {
            return PageQuery.BadRange.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        var rule = await TaskStore.RuleAsync(work, today);
        IReadOnlyList<Reminder> reminders = [.. (await TaskStore.ListAsync(work)).SelectMany(rule.RemindersOf)
            .Where(reminder => reminder.On >= first && reminder.On <= last).OrderBy(reminder => reminder.On)];
        return TypedResults.Ok(reminders);
    }

    /// <summary>By department: how many of the tasks that it leads were due in these days, and how many of them were completed in time.</summary>
    /// <param name="from">2021-01-01 when absent.</param>
    /// <param name="to">Today when absent.</param>
    internal static async Task<Results<Ok<IReadOnlyList<OnTimeShare>>, ProblemHttpResult>> OnTimeAsync(
        [FromQuery] DateOnly? from, [FromQuery] DateOnly? to, Caller caller, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        var (first, last) = (from ?? new DateOnly(2021, 1, 1), to ?? clock.Today());
        if (first > last)
        {
            return PageQuery.BadRange.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        return TypedResults.Ok(OnTime(await TaskStore.ListAsync(work), first, last));
    }

    /// <summary>The measure: whoever leads a task answers for it; late is not in time, however complete.</summary>
    internal static IReadOnlyList<OnTimeShare> OnTime(IEnumerable<PlanTask> tasks, DateOnly from, DateOnly to) =>
    [
        .. tasks.GroupBy(task => task.Lead).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group =>
        {
            var due = group.Where(task => task.DueOn >= from && task.DueOn <= to).ToArray();
            var onTime = due.Count(task => task.IsOnTime);
            return new OnTimeShare(
                group.Key, Departments.All[group.Key], due.Length, onTime,
                due.Length == 0 ? null : Math.Round(100m * onTime / due.Length, 2, MidpointRounding.AwayFromZero));
        }),
    ];
}
