using System.Globalization;
using Wuwei.ServiceDefaults.WorkingDays;

namespace Wuwei.Assessment.Tasks;

/// <summary>When a light is yellow or red, as in force from a day on.</summary>
/// <param name="YellowBehind">Percentage points behind the last milestone; more is yellow.</param>
/// <param name="RedBehind">The same for red.</param>
/// <param name="DueSoon">Working days before it is due from which a task that is not completed is yellow.</param>
/// <param name="ReportEvery">Days; without a report for longer it is yellow, for more than twice as long red.</param>
/// <param name="RemindBefore">Working days before a day that is due on which is reminded.</param>
/// <param name="RemindAfter">Working days after it.</param>
/// <param name="ReplyWithin">Working days in which a card is answered.</param>
public sealed record LightRule(
    DateOnly ValidFrom, decimal YellowBehind, decimal RedBehind, int DueSoon, int ReportEvery, int[] RemindBefore, int[] RemindAfter, int ReplyWithin,
    string Document, bool Unverified)
{
    /// <summary>The light of a task on a day, and why. Pure: the same task, rule and day have one light.</summary>
    internal (Light Light, IReadOnlyList<string> Reasons) Of(PlanTask task, DateOnly today)
    {
        if (task.State is TaskState.Completed)
        {
            return (Light.Green, [task.IsOnTime ? "按期办结" : "逾期办结"]);
        }

        // What is reported as completed waits for others: it stands as on the day it was reported.
        var day = task.State is TaskState.Reported && task.LastReportOn is { } reported ? reported : today;
        if (day < task.StartsOn)
        {
            return (Light.Green, ["尚未开始"]);
        }

        List<(Light Light, string Reason)> found = [];
        if (day > task.DueOn)
        {
            found.Add((Light.Red, Say($"已逾期 {day.DayNumber - task.DueOn.DayNumber} 天")));
        }
        else if (task.State is TaskState.Open && Steps.WorkingDaysTo(day, task.DueOn, DueSoon) is { } left)
        {
            found.Add((Light.Yellow, Say($"距到期 {left} 个工作日")));
        }

        var behind = (task.Milestones.LastOrDefault(milestone => milestone.On < day)?.Percent ?? 0) - task.Percent;
        if (behind > YellowBehind)
        {
            found.Add((behind > RedBehind ? Light.Red : Light.Yellow, Say($"进度落后节点 {behind:0.##} 个百分点")));
        }

        var silent = day.DayNumber - (task.LastReportOn ?? task.StartsOn).DayNumber;
        if (silent > ReportEvery)
        {
            found.Add((silent > 2 * ReportEvery ? Light.Red : Light.Yellow, Say($"{silent} 天没有进展报告")));
        }

        if (task.State is TaskState.Reported)
        {
            found.Add((Light.Green, "已报办结，待审核"));
        }

        return found.Count == 0 ? (Light.Green, ["按计划推进"]) : (found.Max(reason => reason.Light), [.. found.Select(reason => reason.Reason)]);
    }

    /// <summary>The days on which is reminded of a task, and of what; none of one that is completed or waits for its review.</summary>
    internal IEnumerable<Reminder> RemindersOf(PlanTask task)
    {
        if (task.State is not TaskState.Open)
        {
            yield break;
        }

        foreach (var (due, percent) in task.Milestones.Where(milestone => milestone.On != task.DueOn).Append(new(task.DueOn, 100)))
        {
            if (task.Percent >= percent && due != task.DueOn)
            {
                continue;
            }

            foreach (var days in RemindBefore.Select(days => -days).Concat(RemindAfter))
            {
                if (Steps.WorkingDay(due, days) is { } on)
                {
                    yield return new(on, task.Code, task.Sentence, task.Lead, task.Supporting, due, percent, days);
                }
            }
        }
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A reminder of something that is due.</summary>
/// <param name="On">The day to be reminded, a working day.</param>
/// <param name="DueOn">A milestone's day, or the task's.</param>
/// <param name="Percent">How far it is to be by then.</param>
/// <param name="Days">Working days from when it is due: −10 is ten before, 5 five after.</param>
public sealed record Reminder(
    DateOnly On, string Task, string Sentence, string Lead, IReadOnlyList<string> Supporting, DateOnly DueOn, decimal Percent, int Days);

/// <summary>Steps in working days.</summary>
internal static class Steps
{
    /// <summary>The working day so many working days after a day, or before it; null: the holidays of its year are not known.</summary>
    public static DateOnly? WorkingDay(DateOnly from, int days)
    {
        var day = from;
        for (var left = Math.Abs(days); left > 0;)
        {
            day = day.AddDays(Math.Sign(days));
            if (WorkingCalendar.IsWorked(day) is not { } worked)
            {
                return null;
            }

            left -= worked ? 1 : 0;
        }

        return day;
    }

    /// <summary>Working days after a day until another one, itself included; null: more than so many, or not known.</summary>
    public static int? WorkingDaysTo(DateOnly from, DateOnly to, int most)
    {
        var count = 0;
        for (var day = from.AddDays(1); day <= to; day = day.AddDays(1))
        {
            if (WorkingCalendar.IsWorked(day) is not { } worked || (count += worked ? 1 : 0) > most)
            {
                return null;
            }
        }

        return count;
    }
}
