using System.Globalization;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Observations;
using Wuwei.Indicator.Targets;
using Wuwei.Indicator.Warnings;
using Wuwei.Indicator.Watch;
using Wuwei.Outbox;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Progress;

/// <summary>Indicators of the city and its counties that are behind what is due by the plan, or missed its target; a warning for each.</summary>
internal sealed class ProgressWarningRule(IndicatorCatalogue catalogue) : IWarningRule
{
    public const string Code = "plan-progress";

    // The year after the plan is that of its final assessment; then a target that was missed is history.
    private static readonly DateOnly s_over = new(PlanYears.Last + 2, 1, 1);

    public string Name => Code;

    public async Task<IReadOnlyList<Finding>> FindAsync(UnitOfWork work, PolicyParameters policy, DateOnly today, Func<string, string, string, Alarm> open)
    {
        if (today >= s_over || today < new DateOnly(PlanYears.First, 2, 1))
        {
            return [];
        }

        var month = PlanProgress.MonthOf(null, today)!.Value;
        var indicators = await catalogue.AllReadAsync(work, CancellationToken.None);
        var rules = await work.ListAsync<ProgressRule>(ListProgressRules.CurrentSql, new { AsOf = (DateTimeOffset?)null });
        var targets = (await work.ListAsync<TargetRow>(ListTargets.CurrentSql, new { indicator = (string?)null, region = (string?)null, year = (int?)null, AsOf = (DateTimeOffset?)null }))
            .ToLookup(row => (row.Indicator, row.Region));
        var cells = (await work.TotalsAsync(indicators, RegionCode.City, new(new(PlanYears.First, 1, 1), month)))
            .ToLookup(cell => cell.Measure);
        return
        [
            .. from indicator in indicators
               let own = indicator.Measures.SelectMany(measure => cells[measure.Measure]).ToArray()
               where own is not []
               from region in RegionCode.Counties.Select(county => county.Code).Prepend(RegionCode.City)
               where indicator.AppliesTo(region)
               let goal = Goal.Of(indicator, region, targets[(indicator.Code, region)].Where(row => row.Value is not null).ToDictionary(row => row.Year, row => row.Value!.Value))
               let found = Of(goal, region, month, [.. own.Where(cell => RegionCode.Covers(region, cell.Region))], rules, open(Code, region, indicator.Code), policy)
               where found is not null
               select found,
        ];
    }

    /// <summary>How far behind, at the last month that says so; by the plan's end what its target is short of. Null: nothing is known, or nothing is due.</summary>
    /// <param name="cells">Of the region, in the plan's months up to <paramref name="month"/>.</param>
    internal static Finding? Of(Goal goal, string region, DateOnly month, IReadOnlyList<Cell> cells, IReadOnlyList<ProgressRule> rules, Alarm before, PolicyParameters policy)
    {
        // A month that is not reported yet is late, which others watch; it is not behind. Registers are whole.
        var indicator = goal.Indicator;
        var at = indicator.OriginOn(month) == Origin.Derived ? month : History.Of(indicator, region, month, cells).Through;
        if (at is not { } through
            || History.ToDateOf(indicator, region, through, cells.Where(cell => cell.Month <= through)).Value is not { } value
            || (Pace.FinalOf(goal, value, through) is var final && final is null ? goal.DueBy(through) : goal.Target) is not { } due)
        {
            return null;
        }

        var (status, ratio) = Pace.StatusOf(goal, value, due, rules.Last(rule => rule.ValidFrom <= through));
        var behind = (final ?? status) is PaceStatus.Nearly or PaceStatus.Behind or PaceStatus.Missed && ratio is { } part ? decimal.Round(100 * (1 - part), 2, MidpointRounding.AwayFromZero) : 0;
        var period = Period.MonthOf(through).ToString();
        // A target that was missed is warned of by however little.
        var alarm = before.Next(
            period, behind, Thresholds.Of(policy, through, "progress.behind", "progress.behind_clear"), final is PaceStatus.Missed ? WarningLevel.Yellow : null);
        var against = final is { } end ? $"规划目标 {goal.Indicator.Comparison} {Told(due)}，{Pace.NameOf(end)}" : $"序时目标 {Told(due)}";
        return new(Code, region, indicator.Code, alarm, behind, string.Create(CultureInfo.InvariantCulture,
            $"{RegionCode.Wuwei[region].Name} {indicator.NameZh} 截至 {period} 为 {Told(value)}，{against}，相差 {behind:0.##}%。{(indicator.Decisions.Any(decision => !decision.Decided) ? "规划对该指标有未定的读法。" : "")}"));

        string Told(decimal figure) => string.Create(CultureInfo.InvariantCulture, $"{Pace.Round(goal, figure):0.##} {indicator.Unit}");
    }
}
