using System.Globalization;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Observations;
using Wuwei.Indicator.Targets;
using Wuwei.Indicator.Warnings;
using Wuwei.Outbox;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Progress;

/// <summary>Indicators of the city and its counties that are behind what is due by the plan; a warning for each.</summary>
internal sealed class ProgressWarningRule(IndicatorCatalogue catalogue) : IWarningRule
{
    public const string Code = "plan-progress";

    // By then the reports of the plan's last month are in, and nothing can be caught up any more.
    private static readonly DateOnly s_over = new(PlanYears.Last + 1, 4, 1);

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
        var cells = (await work.ListAsync<Cell>(LedgerTotals.SqlOf(null), LedgerTotals.ArgumentsOf(indicators, RegionCode.City, new(new(PlanYears.First, 1, 1), month), null)))
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

    /// <summary>How far behind, at the last month that says so; null: nothing is known, or nothing is due.</summary>
    /// <param name="cells">Of the region, in the plan's months up to <paramref name="month"/>.</param>
    internal static Finding? Of(Goal goal, string region, DateOnly month, IReadOnlyList<Cell> cells, IReadOnlyList<ProgressRule> rules, Alarm before, PolicyParameters policy)
    {
        // A month that is not reported yet is late, which others watch; it is not behind. Registers are whole.
        var indicator = goal.Indicator;
        var at = indicator.OriginOn(month) == Origin.Derived ? month : History.Of(indicator, region, month, cells).Through;
        if (at is not { } through
            || History.ToDateOf(indicator, region, through, cells.Where(cell => cell.Month <= through)).Value is not { } value
            || goal.DueBy(through) is not { } due)
        {
            return null;
        }

        var (status, ratio) = Pace.StatusOf(goal, value, due, rules.Last(rule => rule.ValidFrom <= through));
        var behind = status is PaceStatus.Nearly or PaceStatus.Behind && ratio is { } part ? decimal.Round(100 * (1 - part), 2, MidpointRounding.AwayFromZero) : 0;
        var period = Period.MonthOf(through).ToString();
        var alarm = before.Next(period, behind, Thresholds.Of(policy, through, "progress.behind", "progress.behind_clear"));
        return new(Code, region, indicator.Code, alarm, behind, string.Create(CultureInfo.InvariantCulture,
            $"{RegionCode.Wuwei[region].Name} {indicator.NameZh} 截至 {period} 为 {Pace.Round(goal, value):0.##} {indicator.Unit}，序时目标 {Pace.Round(goal, due):0.##} {indicator.Unit}，相差 {behind:0.##}%。"));
    }
}
