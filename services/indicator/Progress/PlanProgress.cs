using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Decisions;
using Wuwei.Indicator.Ledger;
using Wuwei.Indicator.Observations;
using Wuwei.Indicator.Targets;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Progress;

/// <summary>Everything that progress is judged by: one look at readings, targets, totals and the rule.</summary>
/// <param name="IsOver">Whether it is looked at after the plan's last day: then it is said what became of each target.</param>
/// <param name="Cells">Of the plan's months up to <paramref name="Month"/>.</param>
internal sealed record ProgressLook(
    IReadOnlyCollection<PlanIndicator> Indicators, string Region, DateOnly Month, bool IsOver, Knowledge Knowledge, ProgressRule Rule,
    IReadOnlyList<TargetRow> Targets, IReadOnlyList<Cell> Cells)
{
    public (Goal Goal, History History) Of(PlanIndicator indicator)
    {
        var measures = indicator.Measures.Select(measure => measure.Measure).ToHashSet();
        var set = Targets.Where(row => row.Indicator == indicator.Code && row.Value is not null).ToDictionary(row => row.Year, row => row.Value!.Value);
        return (Goal.Of(indicator, Region, set), History.Of(indicator, Region, Month, Cells.Where(cell => measures.Contains(cell.Measure))));
    }
}

/// <summary>Progress against the plan: reading what it needs, and putting an answer together.</summary>
internal static class PlanProgress
{
    public static readonly Refusal MonthOutOfPlan = Refusal.Invalid(
        "progress.month_out_of_plan", $"月份须在 {PlanYears.First}-01 到 {PlanYears.Last}-12 之间，例如 2025-06。", "/month");

    /// <summary>The month asked for, or the last one that is over; never outside the plan.</summary>
    public static DateOnly? MonthOf(string? code, DateOnly today)
    {
        var (first, last) = (new DateOnly(PlanYears.First, 1, 1), new DateOnly(PlanYears.Last, 12, 1));
        if (code is not null)
        {
            return Period.TryParse(code, out var named) && named.Kind == PeriodKind.Month && named.Start >= first && named.Start <= last ? named.Start : null;
        }

        var over = new DateOnly(today.Year, today.Month, 1).AddMonths(-1);
        return over < first ? first : over > last ? last : over;
    }

    public static async Task<Decision<ProgressLook>> LookAsync(
        string region, string? month, string? asOf, string? indicator,
        Caller caller, IndicatorCatalogue catalogue, Database db, DateOnly today, CancellationToken cancellation)
    {
        if (!(region == RegionCode.City || RegionCode.Counties.Any(county => county.Code == region)) || !caller.Covers(region))
        {
            return ObservationQuery.RegionNotFound;
        }

        if (MonthOf(month, today) is not { } asked)
        {
            return MonthOutOfPlan;
        }

        if ((await LedgerClock.KnownAtAsync(db, asOf, cancellation)).IsRefused(out var refusal, out var knowledge))
        {
            return refusal;
        }

        var indicators = (await catalogue.AllAsync(knowledge.AsOf, cancellation)).Where(found => indicator is null || found.Code == indicator).ToArray();
        if (indicators is [])
        {
            return IndicatorCatalogue.NotFound;
        }

        var rules = await db.ListAsync<ProgressRule>(Scope.System("progress"), ListProgressRules.CurrentSql, new { knowledge.AsOf }, cancellation);
        var targets = await db.ListAsync<TargetRow>(
            caller.Scope, ListTargets.CurrentSql, new { indicator, region, year = (int?)null, knowledge.AsOf }, cancellation);
        var cells = await db.TotalsAsync(
            caller.Scope, indicators, region, new(new(PlanYears.First, 1, 1), asked), 6, knowledge.Position, cancellation);
        var isOver = (knowledge.AsOf?.LocalDay() ?? today).Year > PlanYears.Last;
        return new ProgressLook(indicators, region, asked, isOver, knowledge, rules.Last(rule => rule.ValidFrom <= asked), targets, cells);
    }

    /// <summary>An indicator's line.</summary>
    public static IndicatorProgress Of(ProgressLook look, PlanIndicator indicator)
    {
        var (goal, history) = look.Of(indicator);
        // A yearly figure is held against its own year, not against one that nobody has published yet.
        var due = goal.DueBy(indicator.Frequency == "year" ? history.Through ?? look.Month : look.Month);
        var applies = indicator.AppliesTo(look.Region);
        var (status, ratio) = applies ? Pace.StatusOf(goal, history.ToDate, due, look.Rule) : (PaceStatus.NotApplicable, null);
        // Registers are whole: a last month without records is known too.
        var known = indicator.OriginOn(look.Month) == Origin.Derived ? look.Month : history.Through;
        status = applies && look.IsOver ? Pace.FinalOf(goal, history.ToDate, known) ?? status : status;
        var end = new PlanEnd(goal, history, look.Rule.Confidence);
        return new(
            indicator.Code, indicator.NameZh, indicator.Attribute, indicator.Direction, indicator.Unit, look.Region, Period.MonthOf(look.Month).ToString(),
            indicator.Target.Comparator, indicator.Cumulative, Plain(goal.Target), Plain(history.ToDate), history.Complete,
            history.Through is { } through ? Period.MonthOf(through).ToString() : null, due is { } wanted ? Plain(decimal.Round(wanted, 4)) : null, ratio,
            goal.Target is > 0 and var whole && history.ToDate is { } value && indicator.Cumulative ? decimal.Round(value / whole, 4) : null,
            status, Pace.NameOf(status),
            applies ? Pace.RateOf(goal, history, look.Month) : null,
            applies ? end.Completion() : null,
            goal.Ease(look.Region),
            applies ? end.Forecast() : null,
            applies ? Growth(goal, history, look.Region) : null,
            goal is { SumOfYears: { } sum, Target: { } target } && sum != target ? Plain(sum - target) : null,
            DecisionNote.Of(indicator),
            $"/api/indicator/v1/progress/{indicator.Code}/{look.Region}/{Period.MonthOf(look.Month)}");
    }

    // Only for a level with an exact base; rates of growth say nothing of five-year totals.
    private static GrowthPace? Growth(Goal goal, History history, string region) =>
        region == RegionCode.City && !goal.Indicator.Cumulative && goal.Base is { } from && history is { ToDate: { } value, Through: { } through }
            ? GrowthPace.Of(from, PlanYears.First - 1, value, through.Year, goal.Target, PlanYears.Last, goal.IsUp) : null;

    private static decimal? Plain(decimal? value) => value is { } known ? Aggregation.Plain(known) : null;
}

/// <summary>An indicator's progress against the plan, in a region at the end of a month.</summary>
/// <param name="Attribute"><c>binding</c> (约束性) or <c>expected</c> (预期性).</param>
/// <param name="Comparator">How a value must stand to its target.</param>
/// <param name="Cumulative">Whether the target is a five-year total.</param>
/// <param name="Target">The total, or the level of 2025, in <paramref name="Unit"/>; null: none is set.</param>
/// <param name="Value">To date: the plan's total, the rate of the year so far, or the last level.</param>
/// <param name="Complete">Whether every report that was due is in; null for derived ones.</param>
/// <param name="Through">The last month that is wholly known.</param>
/// <param name="Due">What the targets and the season ask by the month's end (序时目标).</param>
/// <param name="Ratio">Value ÷ due; where lower is better, due ÷ value.</param>
/// <param name="Done">Value ÷ target of a five-year total; more than 1 is no mistake.</param>
/// <param name="StatusZh">As the office says it, e.g. 达到预期.</param>
/// <param name="Rate">How fast it must go from now on.</param>
/// <param name="Completion">When the total is reached.</param>
/// <param name="Ease">The target beside the base.</param>
/// <param name="Forecast">December 2025; null: the plan is over, or there is too little history.</param>
/// <param name="Growth">For a level with an exact base.</param>
/// <param name="TargetsDiffer">Yearly targets together less the target of the plan; null: they agree, or not all are set.</param>
/// <param name="Decisions">What the plan leaves open about it, and how it is read.</param>
public sealed record IndicatorProgress(
    string Indicator, string NameZh, string Attribute, string Direction, string Unit, string Region, string Month,
    string? Comparator, bool Cumulative, decimal? Target, decimal? Value, bool? Complete, string? Through, decimal? Due, decimal? Ratio, decimal? Done,
    PaceStatus Status, string StatusZh, NeededRate? Rate, Completion? Completion, TargetEase? Ease, PlanForecast? Forecast, GrowthPace? Growth,
    decimal? TargetsDiffer, IReadOnlyList<DecisionNote> Decisions, string Link);
