using Wuwei.Assessment.Schemes;
using Wuwei.Assessment.Targets;

namespace Wuwei.Assessment.Reports;

/// <summary>
/// Says of an item how it stands to the plan's time [D, after 目标一致法]: by how much of the whole plan's target the value is ahead of what
/// is due, in hundredths of that target.
/// </summary>
internal static class Judgement
{
    /// <summary>So much of the plan's target ahead is more than in time, so much behind is nearly in time.</summary>
    private const decimal Near = 0.05m;

    public const string Legend = "“提前完成”为已达到规划期末目标；“超前”为比至本期目标多出规划目标的 5% 以上；“达到预期”为达到至本期目标；"
        + "“基本达到”为差距不超过规划目标的 5%；其余“滞后”。";

    public static string Of(ResultItem item) => item switch
    {
        { Met: null } => "—",
        { Met: true } when IsWholePlanMet(item) => "提前完成",
        { Met: true } => LeadOf(item) >= Near ? "超前" : "达到预期",
        _ => LeadOf(item) >= -Near ? "基本达到" : "滞后",
    };

    /// <summary>The target of the whole plan: what all years together ask for, or its last year where a level is asked for; null: not set.</summary>
    /// <param name="targets">Of one item in one unit.</param>
    public static decimal? PlanTarget(Aggregate aggregate, IEnumerable<Target> targets, int from, int to)
    {
        var byYear = targets.ToDictionary(target => target.Year, target => target.Value);
        return aggregate is Aggregate.Level or Aggregate.Rate ? byYear.GetValueOrDefault(to)
            : Enumerable.Range(from, to - from + 1).Aggregate((decimal?)0, (sum, year) => sum + byYear.GetValueOrDefault(year));
    }

    // A level that is asked for every year alike is to be held, and is not completed before the last of them.
    private static bool IsWholePlanMet(ResultItem item) =>
        item is { PlanTarget: { } whole, Target: { } due, Value: { } value, Comparator: { } comparator } && whole != due && Target.IsMet(value, comparator, whole);

    // A plan that asks for nothing is met or missed, not led.
    private static decimal? LeadOf(ResultItem item) => item is { PlanTarget: > 0, Target: { } due, Value: { } value, Comparator: { } comparator }
        ? (Target.DirectionOf(comparator) is Direction.Higher ? value - due : due - value) / item.PlanTarget : null;
}
