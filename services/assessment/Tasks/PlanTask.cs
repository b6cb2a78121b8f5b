using Wuwei.Assessment.Entries;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Tasks;

/// <summary>How far a task is.</summary>
public enum TaskState
{
    /// <summary>It is being worked on.</summary>
    Open,

    /// <summary>It is said to be completed; somebody else has to see whether it is.</summary>
    Reported,

    /// <summary>It was found completed.</summary>
    Completed,
}

/// <summary>A light.</summary>
public enum Light { Green, Yellow, Red }

/// <summary>How far a task is to be by a day.</summary>
/// <param name="On">Its end counts.</param>
/// <param name="Percent">0–100.</param>
public sealed record Milestone(DateOnly On, decimal Percent);

/// <summary>A sentence of the plan as a task.</summary>
/// <param name="Code">e.g. <c>b5.1.1</c>: 专栏5, first programme, first sentence; <c>3.4.1.2</c>: 三（四）, first measure, second sentence.</param>
/// <param name="Source">Section or 专栏.</param>
/// <param name="Sentence">As the plan says it, without blanks.</param>
/// <param name="Lead">Department that answers for it.</param>
/// <param name="Supporting">Departments that help.</param>
/// <param name="Unverified">No authority has confirmed who does it and until when.</param>
/// <param name="Percent">How far the last report says it is.</param>
/// <param name="CompletedOn">The day of the report that was found right.</param>
public sealed record PlanTask(
    string Code, string Source, string Heading, string Sentence, string Lead, IReadOnlyList<string> Supporting, DateOnly StartsOn, DateOnly DueOn,
    IReadOnlyList<Milestone> Milestones, string Note, bool Unverified, int Revision, TaskState State, decimal Percent, DateOnly? LastReportOn,
    DateOnly? CompletedOn)
{
    /// <summary>Whether it was completed no later than it was due.</summary>
    public bool IsOnTime => CompletedOn <= DueOn;
}

/// <summary>Reads and writes tasks.</summary>
internal static class TaskStore
{
    public static readonly Refusal Unknown = new("task.unknown", "没有这项任务，或不是您部门的任务。", StatusCodes.Status404NotFound);

    /// <summary>Every task that the scope sees, in the order of the plan.</summary>
    public static async Task<IReadOnlyList<PlanTask>> ListAsync(UnitOfWork work) => [.. (await work.ListAsync<Stored>($"{Sql} order by t.ordinal")).Select(row => row.ToTask())];

    public static async Task<PlanTask?> FindAsync(UnitOfWork work, string code) => (await work.FindAsync<Stored>($"{Sql} where t.code = @code", new { code }))?.ToTask();

    /// <summary>The same, for whoever changes it: one at a time.</summary>
    public static async Task<PlanTask?> LockAsync(UnitOfWork work, string code)
    {
        await work.ExecuteAsync("select from task_assignment where task = @code for update", new { code });
        return await FindAsync(work, code);
    }

    /// <summary>Queues a task's next revision.</summary>
    public static void Write(UnitOfWork work, PlanTask task) => work.Write(UpdateSql, new
    {
        task.Code,
        task.Revision,
        Departments = new[] { task.Lead }.Concat(task.Supporting).ToArray(),
        task.StartsOn,
        task.DueOn,
        Days = task.Milestones.Select(milestone => milestone.On).ToArray(),
        Percents = task.Milestones.Select(milestone => milestone.Percent).ToArray(),
        task.Note,
        task.Unverified,
        State = task.State.ToString().ToLowerInvariant(),
        task.Percent,
        task.LastReportOn,
        task.CompletedOn,
    });

    /// <summary>Queues that items of schemes count otherwise now: of every month, since a task is due for years.</summary>
    public static void Counts(UnitOfWork work) => work.Write(PutEntry.ChangedSql, new { Month = new DateOnly(2021, 1, 1) });

    /// <summary>The rule in force on a day.</summary>
    public static async Task<LightRule> RuleAsync(UnitOfWork work, DateOnly day) => (await work.FindAsync<LightRule>(RuleSql, new { day }))!;

    private sealed record Stored(
        string Code, string Source, string Heading, string Sentence, string[] Departments, DateOnly StartsOn, DateOnly DueOn, DateOnly[] MilestoneDays,
        decimal[] MilestonePercents, string Note, bool Unverified, int Revision, TaskState State, decimal Percent, DateOnly? LastReportOn, DateOnly? CompletedOn)
    {
        public PlanTask ToTask() => new(
            Code, Source, Heading, Sentence, Departments[0], Departments[1..], StartsOn, DueOn,
            [.. MilestoneDays.Zip(MilestonePercents, (on, percent) => new Milestone(on, percent))], Note, Unverified, Revision, State, Percent,
            LastReportOn, CompletedOn);
    }

    private const string Sql = """
        select t.code, g.source, g.heading, t.sentence, a.departments, a.starts_on, a.due_on, a.milestone_days, a.milestone_percents, a.note,
               a.unverified, a.revision, a.state, a.percent, a.last_report_on, a.completed_on
        from task t
        join task_group g using (task_group)
        join task_assignment a on a.task = t.code
        """;

    private const string UpdateSql = """
        update task_assignment
        set revision = @Revision, departments = @Departments, starts_on = @StartsOn, due_on = @DueOn, milestone_days = @Days,
            milestone_percents = @Percents, note = @Note, unverified = @Unverified, state = @State, percent = @Percent,
            last_report_on = @LastReportOn, completed_on = @CompletedOn
        where task = @Code
        """;

    private const string RuleSql = """
        select valid_from, yellow_behind, red_behind, due_soon, report_every, remind_before, remind_after, reply_within, document, unverified
        from task_rule
        where valid_from <= greatest(@day, (select min(valid_from) from task_rule))
        order by valid_from desc
        limit 1
        """;
}
