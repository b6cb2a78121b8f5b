using System.Globalization;
using Wuwei.Assessment.Methods;
using Wuwei.Assessment.Schemes;

namespace Wuwei.Assessment.Scores;

/// <summary>How an item came to its score, or why it has none.</summary>
public enum ItemStatus
{
    /// <summary>From complete observations of the period.</summary>
    Scored,

    /// <summary>Some periods of the plan so far are not known; they add nothing to the value and are listed.</summary>
    Partial,

    /// <summary>The value is an earlier period's.</summary>
    CarriedForward,

    /// <summary>No value or no usable target: leaves the covered weight.</summary>
    Missing,

    /// <summary>Does not exist in this region: leaves the applicable weight.</summary>
    NotApplicable,

    /// <summary>No value; the one of the units of like stands in for it.</summary>
    Imputed,
}

/// <summary>Which rule turned the progress into what counts.</summary>
public enum ScoringRule
{
    /// <summary>The progress itself.</summary>
    Proportional,

    /// <summary>More than the cap: the cap.</summary>
    Cap,

    /// <summary>Less than the floor: the floor.</summary>
    Floor,

    /// <summary>Missed, yet so near that it would look full: the scheme's ceiling for missed targets.</summary>
    UnmetCeiling,

    /// <summary>Missed under a method that gives nothing for being near: the floor.</summary>
    AllOrNothing,

    /// <summary>What the step of the shortfall leaves.</summary>
    Steps,

    /// <summary>The place between posts or among units of like.</summary>
    Compared,
}

/// <summary>An item's score in a region and month.</summary>
/// <param name="Weight">The item's weight in the scheme.</param>
/// <param name="Value">Actual to date, in the unit.</param>
/// <param name="Target">Due to date, in the unit.</param>
/// <param name="Comparator">How the value must stand to the target.</param>
/// <param name="Met">Whether it does, strictly as the comparator says.</param>
/// <param name="Progress">Actual against target before cap, floor and ceiling; 1 is the target.</param>
/// <param name="Counted">The progress that counts.</param>
/// <param name="Score">Weight × counted progress.</param>
/// <param name="Period">The period of the latest observation used.</param>
/// <param name="Remark">What a reader must know, in Chinese; null when there is nothing.</param>
public sealed record ItemScore(
    string Indicator, string Name, string Unit, decimal Weight, ItemStatus Status, decimal? Value = null, decimal? Target = null,
    string? Comparator = null, bool? Met = null, decimal? Progress = null, decimal? Counted = null, decimal? Score = null,
    ScoringRule? Rule = null, string? Period = null, string? Remark = null)
{
    /// <summary>Scores one item by its evidence. Pure, exact, total: any evidence has an answer.</summary>
    internal static ItemScore Of(SchemeItem item, decimal unmetCeiling, bool isCounty, Evidence evidence)
    {
        var none = new ItemScore(item.Indicator, item.Name, item.Unit, item.Weight, ItemStatus.Missing);
        if ((item.CityOnly && isCounty) || (item.HasTarget && evidence.Dues.Any(due => due is { Target.Value: null })))
        {
            return none with { Status = ItemStatus.NotApplicable, Remark = "本地区不适用，不计入权重" };
        }

        if (evidence.Inputs.Count == 0)
        {
            return none with { Remark = "尚无数据，不计分" };
        }

        decimal actual = evidence.Inputs.Sum(input => input.Counted), expected = evidence.Dues.Sum(due => due?.Counted ?? 0);
        var known = none with { Value = actual, Period = evidence.Inputs[^1].Observation.Period };
        var (status, remark) = StatusOf(item, evidence);
        if (!item.HasTarget)
        {
            return known with { Status = status, Remark = remark }; // what counts is seen when all are compared
        }

        if (evidence.Dues.Contains(null))
        {
            return known with { Remark = "尚未下达目标，不计分" };
        }

        var comparator = evidence.Dues[^1]!.Target.Comparator;
        if (Targets.Target.DirectionOf(comparator) != item.Direction)
        {
            return known with { Target = expected, Comparator = comparator, Remark = "目标的比较符与方案的方向不一致，不计分" };
        }

        var met = Targets.Target.IsMet(actual, comparator, expected);
        var progress = ProgressOf(item.Direction, actual, expected, met);
        var (rule, counted) = Count(item, unmetCeiling, progress, met);
        return known with
        {
            Status = status,
            Target = expected,
            Comparator = comparator,
            Met = met,
            Progress = progress,
            Counted = counted,
            Score = item.Weight * counted,
            Rule = rule,
            Remark = remark,
        };
    }

    /// <summary>
    /// More is better: actual ÷ target. Less is better: 1 when met, else 1 − overshoot ÷ target.
    /// A target of nothing has no proportions: met is 1, missed is 0.
    /// </summary>
    internal static decimal ProgressOf(Direction direction, decimal actual, decimal target, bool met) => (direction, target > 0) switch
    {
        (_, false) => met ? 1 : 0,
        (Direction.Higher, _) => Normalise.Towards(actual, target),
        _ => met ? 1 : Normalise.Below(actual, target, span: target),
    };

    /// <summary>Floor ≤ what counts ≤ cap; a missed target never counts more than the ceiling, however near it came.</summary>
    internal static (ScoringRule Rule, decimal Counted) Count(SchemeItem item, decimal unmetCeiling, decimal progress, bool met) => progress switch
    {
        _ when !met && item.Method is Method.AllOrNothing => (ScoringRule.AllOrNothing, item.Floor),
        _ when !met && item.Method is Method.Steps => (ScoringRule.Steps, Math.Max(item.Floor, Math.Min(unmetCeiling, Normalise.Steps(Math.Min(progress, unmetCeiling), item.Rule!.Steps!)))),
        _ when !met && progress > unmetCeiling => (ScoringRule.UnmetCeiling, unmetCeiling),
        _ when progress > item.Cap => (ScoringRule.Cap, item.Cap),
        _ when progress < item.Floor => (ScoringRule.Floor, item.Floor),
        _ => (ScoringRule.Proportional, progress),
    };

    private static (ItemStatus Status, string? Remark) StatusOf(SchemeItem item, Evidence evidence) => evidence switch
    {
        { MissingPeriods: { Count: > 0 } missing } when item.Aggregate is Aggregate.Cumulative =>
            (ItemStatus.Partial, $"缺 {missing.Count.ToString(CultureInfo.InvariantCulture)} 个月数据（{ListOf(missing)}），未计入累计"),
        { MissingPeriods: { Count: > 0 } missing } => (ItemStatus.Partial, $"缺 {ListOf(missing)} 年末数，未计入合计"),
        { CarriedFrom: { } from } => (ItemStatus.CarriedForward, $"沿用 {from} 的数据"),
        _ => (ItemStatus.Scored, null),
    };

    private static string ListOf(IReadOnlyList<string> periods) =>
        periods.Count <= 3 ? string.Join('、', periods) : $"{periods[0]} 至 {periods[^1]}";
}
