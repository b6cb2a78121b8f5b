using CsCheck;
using Wuwei.Assessment.Tasks;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.WorkingDays;

namespace Wuwei.Assessment.Tests.Tasks;

/// <summary>Lights, reminders, reports and reviews: the rules, without a database.</summary>
public sealed class LightTests
{
    private static readonly LightRule s_rule = new(new(2022, 1, 5), 10, 25, 20, 92, [30, 10, 3], [1, 5, 10], 5, "", true);

    private static readonly PlanTask s_task = new(
        "b5.1.1", "专栏5", "就业创业技能培训工程", "年均培训劳动力2万人次以上。", "human-resources", ["education"], new(2022, 1, 5), new(2025, 12, 31),
        [new(new(2023, 12, 31), 50), new(new(2024, 12, 31), 75), new(new(2025, 12, 31), 100)], "", true, 1, TaskState.Open, 50, new(2024, 3, 1), null);

    [Theory]
    [InlineData("on its way", "2024-03-01", 50, "2024-03-01", Light.Green, "按计划推进")]
    [InlineData("the milestone's own day counts still", "2023-12-31", 0, "2023-12-30", Light.Green, "按计划推进")]
    [InlineData("ten points behind are not more than ten", "2024-03-01", 40, "2024-03-01", Light.Green, "按计划推进")]
    [InlineData("a little more is", "2024-03-01", 39.99, "2024-03-01", Light.Yellow, "进度落后节点 10.01 个百分点")]
    [InlineData("far behind", "2024-03-01", 24.99, "2024-03-01", Light.Red, "进度落后节点 25.01 个百分点")]
    [InlineData("silent for 92 days", "2024-06-01", 50, "2024-03-01", Light.Green, "按计划推进")]
    [InlineData("silent for 93 days", "2024-06-02", 50, "2024-03-01", Light.Yellow, "93 天没有进展报告")]
    [InlineData("silent for twice as long", "2024-09-02", 50, "2024-03-01", Light.Red, "185 天没有进展报告")]
    [InlineData("twenty working days left", "2025-12-03", 75, "2025-12-01", Light.Yellow, "距到期 20 个工作日")]
    [InlineData("twenty-one left", "2025-12-02", 75, "2025-12-01", Light.Green, "按计划推进")]
    [InlineData("its last day", "2025-12-31", 75, "2025-12-01", Light.Yellow, "距到期 0 个工作日")]
    [InlineData("the day after", "2026-01-01", 95, "2025-12-01", Light.Red, "已逾期 1 天")]
    [InlineData("before it begins", "2022-01-04", 0, null, Light.Green, "尚未开始")]
    public void Given_a_task_on_a_day_When_lit_Then_the_rule_says_how_and_why(
        string what, string day, double percent, string? reported, Light light, string reason)
    {
        var (lit, reasons) = s_rule.Of(
            s_task with { Percent = (decimal)percent, LastReportOn = reported is null ? null : DateOnly.Parse(reported, null) }, DateOnly.Parse(day, null));
        Assert.Equal((what, light), (what, lit));
        Assert.Contains(reason, reasons);
    }

    [Fact]
    public void Given_a_task_reported_in_time_When_the_review_takes_long_Then_it_is_not_overdue_and_once_completed_it_is_green()
    {
        var reported = s_task with { State = TaskState.Reported, Percent = 100, LastReportOn = new(2025, 12, 31) };
        Assert.Equal(Light.Green, s_rule.Of(reported, new(2026, 3, 1)).Light);
        Assert.Equal(Light.Red, s_rule.Of(reported with { LastReportOn = new(2026, 1, 4) }, new(2026, 3, 1)).Light);
        var completed = reported with { State = TaskState.Completed, CompletedOn = new(2025, 12, 31) };
        Assert.Equal(["按期办结"], s_rule.Of(completed, new(2026, 3, 1)).Reasons);
        Assert.Equal(["逾期办结"], s_rule.Of(completed with { CompletedOn = new(2026, 1, 4) }, new(2026, 3, 1)).Reasons);
    }

    [Fact]
    public void Given_any_task_When_more_is_reported_Then_its_light_never_gets_worse() =>
        Gen.Select(Gen.Int[0, 1800], Gen.Decimal[0, 100], Gen.Decimal[0, 100], Gen.Int[0, 300]).Sample((day, one, other, silent) =>
        {
            var today = s_task.StartsOn.AddDays(day);
            Light Of(decimal percent) => s_rule.Of(s_task with { Percent = percent, LastReportOn = today.AddDays(-silent) }, today).Light;
            return Of(Math.Max(one, other)) <= Of(Math.Min(one, other));
        }, iter: 500);

    [Fact]
    public void Given_a_task_that_is_open_When_reminded_Then_it_is_on_working_days_before_and_after_each_milestone_that_is_not_reached()
    {
        var reminders = s_rule.RemindersOf(s_task).ToArray();
        Assert.Equal([75m, 100m], reminders.Select(reminder => reminder.Percent).Distinct());
        Assert.All(reminders, reminder => Assert.True(WorkingCalendar.IsWorked(reminder.On)));
        // 2025-12-31 is a Wednesday; New Year's holiday lasts until Saturday the 3rd, and Sunday the 4th is worked.
        Assert.Equal(
            [(-3, new DateOnly(2025, 12, 26)), (1, new(2026, 1, 4)), (5, new(2026, 1, 8))],
            reminders.Where(reminder => reminder.Percent == 100 && reminder.Days is -3 or 1 or 5 && reminder.DueOn.Year == 2025).Select(reminder => (reminder.Days, reminder.On)));
        Assert.Empty(s_rule.RemindersOf(s_task with { State = TaskState.Reported }));
        Assert.DoesNotContain(s_rule.RemindersOf(s_task with { DueOn = new(2026, 12, 31), Milestones = [] }), reminder => reminder.Days > 0); // 2027 is not known
    }

    [Fact]
    public void Given_tasks_that_were_due_When_counted_by_department_Then_late_and_open_ones_are_not_in_time()
    {
        PlanTask Done(string lead, DateOnly? on) => s_task with { Lead = lead, State = on is null ? TaskState.Open : TaskState.Completed, CompletedOn = on };
        var shares = ReadTasks.OnTime(
            [
                Done("education", new(2025, 12, 31)), Done("education", new(2026, 1, 4)), Done("education", null), Done("finance", new(2024, 1, 1)),
                Done("union", null) with { DueOn = new(2026, 6, 30) },
            ],
            new(2025, 1, 1), new(2025, 12, 31));
        Assert.Equal(
            [("education", 3, 1, 33.33m), ("finance", 1, 1, 100m), ("union", 0, 0, (decimal?)null)],
            shares.Select(share => (share.Department, share.Due, share.OnTime, share.Percent)));
    }

    public static TheoryData<string, Refusal?> Reports => new()
    {
        { "progress", null },
        { "of a supporting department", null },
        { "completed", null },
        { "completed by a supporting department", ReportProgress.LeadOnly },
        { "completed at ninety", ReportProgress.NotWhole },
        { "completed without evidence", ReportProgress.NoEvidence },
        { "answers another task's note", ReportProgress.UnknownNote },
        { "while it is reviewed", ReportProgress.UnderReview },
        { "once it is completed", AssignTask.Completed },
        { "before it begins", ReportProgress.NotStarted },
    };

    [Theory, MemberData(nameof(Reports))]
    public void Given_a_report_When_decided_Then_the_rule_says_who_may_say_what(string what, Refusal? expected)
    {
        var draft = new ProgressDraft { Percent = 60, Text = "已培训" };
        var whole = draft with { Percent = 100, Completes = true, Evidence = [new("验收报告", "武人社发〔2025〕1号")] };
        var (task, said, note, department, day) = what switch
        {
            "progress" => (s_task, draft, true, "human-resources", new DateOnly(2024, 6, 1)),
            "of a supporting department" => (s_task, draft, true, "education", new(2024, 6, 1)),
            "completed" => (s_task, whole, true, "human-resources", new(2024, 6, 1)),
            "completed by a supporting department" => (s_task, whole, true, "education", new(2024, 6, 1)),
            "completed at ninety" => (s_task, whole with { Percent = 90 }, true, "human-resources", new(2024, 6, 1)),
            "completed without evidence" => (s_task, whole with { Evidence = [] }, true, "human-resources", new(2024, 6, 1)),
            "answers another task's note" => (s_task, draft, false, "human-resources", new(2024, 6, 1)),
            "while it is reviewed" => (s_task with { State = TaskState.Reported }, draft, true, "human-resources", new(2024, 6, 1)),
            "once it is completed" => (s_task with { State = TaskState.Completed }, draft, true, "human-resources", new(2024, 6, 1)),
            _ => (s_task, draft, true, "human-resources", new(2022, 1, 4)),
        };
        ReportProgress.Decide(task, said, note, department, day).IsRefused(out var refusal, out var next);
        Assert.Equal(expected, refusal);
        if (next is not null)
        {
            Assert.Equal(
                department == "education" ? s_task : s_task with { Revision = 2, Percent = said.Percent, LastReportOn = day, State = said.Completes ? TaskState.Reported : TaskState.Open }, next);
        }
    }

    [Fact]
    public void Given_a_report_of_completion_When_reviewed_Then_another_person_decides_as_of_the_day_it_was_reported_or_opens_the_task_again()
    {
        ProgressReport Report(bool completes, decimal percent, DateOnly on) => new(
            Guid.NewGuid(), "human-resources", percent, "", [], completes, null, on, "clerk", Given.Noon, null, null, null, null);
        var (claim, before) = (Report(true, 100, new(2025, 12, 30)), Report(false, 80, new(2025, 11, 1)));
        var task = s_task with { State = TaskState.Reported, Percent = 100, LastReportOn = new(2025, 12, 30) };

        Assert.True(ReviewCompletion.Decide(task, [claim, before], claim.Id, true, "clerk").IsRefused(out var own, out _));
        Assert.Equal(ReviewCompletion.OwnReport, own);
        foreach (var (held, reports, id) in new (PlanTask, ProgressReport[], Guid)[] { (s_task, [claim], claim.Id), (task, [claim with { Accepted = false }], claim.Id), (task, [claim, before], before.Id), (task, [claim], Guid.NewGuid()) })
        {
            Assert.True(ReviewCompletion.Decide(held, reports, id, true, "office").IsRefused(out var nothing, out _));
            Assert.Equal(ReviewCompletion.NothingToReview, nothing);
        }

        ReviewCompletion.Decide(task, [claim, before], claim.Id, true, "office").IsRefused(out _, out var completed);
        Assert.Equal((TaskState.Completed, new DateOnly(2025, 12, 30), true), (completed!.State, completed.CompletedOn!.Value, completed.IsOnTime));
        ReviewCompletion.Decide(task, [claim, before], claim.Id, false, "office").IsRefused(out _, out var returned);
        Assert.Equal((TaskState.Open, 80m, (DateOnly?)null), (returned!.State, returned.Percent, returned.CompletedOn));
    }

    [Theory]
    [InlineData("2025-12-30", "2026-01-07")]
    [InlineData("2099-12-30", null)]
    public void Given_a_card_When_shown_Then_it_is_to_be_answered_within_five_working_days_where_they_are_known(string on, string? due) =>
        Assert.Equal(due, SuperviseTask.ReplyDueOn(s_rule, DateOnly.Parse(on, null))?.ToString("O", null));

    [Theory]
    [InlineData(NoteKind.Note, Light.Green, true)]
    [InlineData(NoteKind.YellowCard, Light.Green, false)]
    [InlineData(NoteKind.YellowCard, Light.Yellow, true)]
    [InlineData(NoteKind.YellowCard, Light.Red, true)]
    [InlineData(NoteKind.RedCard, Light.Yellow, false)]
    [InlineData(NoteKind.RedCard, Light.Red, true)]
    public void Given_a_light_When_a_card_is_shown_Then_it_is_no_worse_than_the_light(NoteKind kind, Light light, bool shown) =>
        Assert.Equal(shown, SuperviseTask.Refuses(kind, light) is null);
}
