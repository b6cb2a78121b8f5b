using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Observations;

namespace Wuwei.Indicator.Progress;

/// <summary>How an indicator stands to what is due.</summary>
public enum PaceStatus
{
    /// <summary>提前完成: the plan's target is reached before its end.</summary>
    CompletedEarly,

    /// <summary>超前.</summary>
    Ahead,

    /// <summary>达到预期.</summary>
    OnTrack,

    /// <summary>基本达到.</summary>
    Nearly,

    /// <summary>滞后.</summary>
    Behind,

    /// <summary>完成: the plan is over, and its target was met.</summary>
    Completed,

    /// <summary>未完成: the plan is over, and its target was missed.</summary>
    Missed,

    /// <summary>无法判断: no value, or no target.</summary>
    Unknown,

    /// <summary>不适用: the indicator does not exist there.</summary>
    NotApplicable,
}

/// <summary>How fast it must go from now on to reach the target.</summary>
/// <param name="Needed">In the indicator's unit.</param>
/// <param name="Per"><c>month</c>, <c>year-end</c> or <c>year</c>.</param>
/// <param name="Recent">What the last twelve months brought on average, or the last stock or yearly change; null: not known.</param>
public sealed record NeededRate(decimal Needed, string Per, decimal? Recent);

/// <summary>When the target is reached.</summary>
/// <param name="Reached">The month it was; null: not yet.</param>
/// <param name="Earliest">By the forecast's upper bound; null: not within two years of the plan's end.</param>
/// <param name="Expected">By the forecast.</param>
/// <param name="Latest">By its lower bound.</param>
public sealed record Completion(string? Reached, string? Earliest, string? Expected, string? Latest);

/// <summary>What will be by December 2025.</summary>
/// <param name="Method"><c>holt-winters-additive</c>, <c>seasonal-naive-with-drift</c> or <c>random-walk-with-drift</c>.</param>
/// <param name="From">The first period that is forecast.</param>
/// <param name="History">Months (or years) it is made from.</param>
/// <param name="Confidence">Of the interval, in percent.</param>
/// <param name="Meets"><c>likely</c>: the whole interval meets the target; <c>unlikely</c>: none of it does; else <c>open</c>.</param>
/// <param name="BackTests">How the methods would have done in the last year, the chosen one first; empty: too little history to tell.</param>
public sealed record PlanForecast(
    string Method, string From, int History, decimal Value, decimal Lower, decimal Upper, int Confidence, string Meets, IReadOnlyList<BackTest> BackTests);

/// <summary>A month of the way.</summary>
/// <param name="Value">To date, as it is known; null after the last month known.</param>
/// <param name="Due">By the month's end.</param>
/// <param name="Expected">Forecast to date; null in months that are known.</param>
public sealed record PacePoint(string Month, decimal? Value, decimal? Due, decimal? Expected, decimal? Lower, decimal? Upper);

/// <summary>From which share of what is due a status begins.</summary>
/// <param name="ValidFrom">First month.</param>
/// <param name="Ahead">Value ÷ due (where lower is better: due ÷ value) from which it is 超前.</param>
/// <param name="OnTrack">From which it is 达到预期.</param>
/// <param name="Nearly">From which it is 基本达到.</param>
/// <param name="Confidence">Of a forecast's interval, in percent.</param>
/// <param name="Mark">How sure: P plan, S public source, L law, I inference, D design proposal, U unverified.</param>
/// <param name="Revision">Also the ETag.</param>
public sealed record ProgressRule(
    DateOnly ValidFrom, int Revision, decimal Ahead, decimal OnTrack, decimal Nearly, int Confidence, string Mark, bool Verified,
    string? Document, string Reason, DateTimeOffset KnownAt);

/// <summary>The rules of progress against the plan; pure.</summary>
internal static class Pace
{
    /// <param name="value">To date.</param>
    /// <param name="due">By now.</param>
    public static (PaceStatus Status, decimal? Ratio) StatusOf(Goal goal, decimal? value, decimal? due, ProgressRule rule)
    {
        if (value is not { } known || due is not { } wanted)
        {
            return (PaceStatus.Unknown, null);
        }

        var (part, whole) = goal.IsUp ? (known, wanted) : (wanted, known);
        decimal? ratio = whole == 0 ? null : decimal.Round(part / whole, 4, MidpointRounding.AwayFromZero);
        var met = goal.IsMet(known, goal.IsUp ? wanted * rule.OnTrack : wanted / rule.OnTrack);
        var status = 0 switch
        {
            // Only what had a way to go can be early: a level that is held from the first year on is not.
            _ when goal.Target is { } target && target != wanted && goal.IsMet(known, target) => PaceStatus.CompletedEarly,
            _ when met => ratio >= rule.Ahead ? PaceStatus.Ahead : PaceStatus.OnTrack,
            _ => ratio >= rule.Nearly ? PaceStatus.Nearly : PaceStatus.Behind,
        };
        return (status, ratio);
    }

    /// <summary>What became of the target; null: none is set, or the figure is not known to the plan's end.</summary>
    /// <param name="through">The last month that is known.</param>
    public static PaceStatus? FinalOf(Goal goal, decimal? value, DateOnly? through) =>
        through == new DateOnly(PlanYears.Last, 12, 1) && goal.Target is { } target && value is { } known
            ? goal.IsMet(known, target) ? PaceStatus.Completed : PaceStatus.Missed
            : null;

    /// <summary>As the city's office says it.</summary>
    public static string NameOf(PaceStatus status) => status switch
    {
        PaceStatus.CompletedEarly => "提前完成",
        PaceStatus.Ahead => "超前",
        PaceStatus.OnTrack => "达到预期",
        PaceStatus.Nearly => "基本达到",
        PaceStatus.Behind => "滞后",
        PaceStatus.Completed => "完成",
        PaceStatus.Missed => "未完成",
        PaceStatus.Unknown => "无法判断",
        _ => "不适用",
    };

    /// <summary>How fast it must go after <paramref name="month"/>; null when the plan is over, or nothing is to be reached.</summary>
    public static NeededRate? RateOf(Goal goal, History history, DateOnly month)
    {
        if (goal.Target is not { } target || history.ToDate is not { } value)
        {
            return null;
        }

        var plan = new DateOnly(PlanYears.Last, 12, 1);
        var months = (plan.Year - month.Year) * 12 + plan.Month - month.Month;
        switch (goal.Indicator)
        {
            case { Cumulative: true, Counting: Counting.YearEndStocks }:
                var ended = month.Month == 12 ? month.Year : month.Year - 1;
                var ends = PlanYears.Last - ended;
                var past = history.Months.Where(point => point.Month.Month == 12 && point.Month.Year <= ended).Sum(point => point.Value ?? 0);
                return ends == 0 ? null : new(Round(goal, Math.Max(0, target - past) / ends, up: true), "year-end", history.Last);
            case { Cumulative: true }:
                var recent = history.Months.Where(point => point.Value is not null).TakeLast(12).Select(point => point.Value!.Value).ToArray();
                return months == 0 ? null
                    : new(Round(goal, Math.Max(0, target - value) / months, up: true), "month", recent is [] ? null : Round(goal, recent.Average()));
            default:
                var left = PlanYears.Last - (history.Through ?? month).Year;
                var years = history.Years;
                return left == 0 ? null
                    : new(decimal.Round((target - value) / left, 4), "year", years.Length < 2 ? null : decimal.Round(years[^1] - years[^2], 4));
        }
    }

    /// <summary>In the unit: persons are whole, and what is needed is rounded up.</summary>
    public static decimal Round(Goal goal, decimal value, bool up = false) => !Values.IsWhole(goal.Indicator.Unit) ? decimal.Round(value, 2)
        : up ? decimal.Ceiling(value) : decimal.Round(value, 0, MidpointRounding.AwayFromZero);
}

/// <summary>What is known of an indicator in a region, month by month.</summary>
/// <param name="Months">From the plan's first; null: not known, or not whole.</param>
/// <param name="ToDate">What is held against the plan: the plan's total to date, the rate of the year so far, or the last level.</param>
/// <param name="Through">The last month with a value.</param>
/// <param name="Complete">Whether every report that was due is in; null for derived ones.</param>
/// <param name="Certain">The plan's total to the end of that month: what forecasts go on from.</param>
internal sealed record History(
    IReadOnlyList<(DateOnly Month, decimal? Value)> Months, decimal? ToDate, DateOnly? Through, bool? Complete, decimal Certain)
{
    /// <summary>The last value of a month.</summary>
    public decimal? Last => Months.LastOrDefault(point => point.Value is not null).Value;

    /// <summary>The last value of each year that has one.</summary>
    public decimal[] Years => [.. Months.Where(point => point.Value is not null).GroupBy(point => point.Month.Year).Select(year => year.Last().Value!.Value)];

    /// <summary>The unbroken run of months up to the last known one: what forecasts are made from.</summary>
    public double[] Run
    {
        get
        {
            var known = Months.Reverse().SkipWhile(point => point.Value is null).TakeWhile(point => point.Value is not null);
            return [.. known.Reverse().Select(point => (double)point.Value!.Value)];
        }
    }

    /// <param name="cells">Totals of the indicator's measures in the plan's months up to <paramref name="month"/>.</param>
    public static History Of(PlanIndicator indicator, string region, DateOnly month, IEnumerable<Cell> cells)
    {
        var all = cells.ToArray();
        var byMonth = all.ToLookup(cell => cell.Month);
        var months = new Window(new(PlanYears.First, 1, 1), month).Months()
            .Select(one => (Month: one, Value: Whole(Aggregation.Of(indicator, region, new(one, one), byMonth[one])))).ToArray();
        if (indicator.OriginOn(month) == Origin.Derived && indicator.Counting is (Counting.Sum or Counting.Persons or Counting.PersonTimes))
        {
            // Registers are whole: a month without records between months with some is a month of nothing.
            var (from, to) = (Array.FindIndex(months, point => point.Value is not null), Array.FindLastIndex(months, point => point.Value is not null));
            for (var i = Math.Max(0, from); i < to; i++) // -1: no month has any
            {
                months[i].Value ??= 0;
            }
        }

        var last = months.LastOrDefault(point => point.Value is not null).Month;
        DateOnly? through = last == default ? null : last;
        var toDate = ToDateOf(indicator, region, indicator.Frequency == "year" ? through ?? month : month, all);
        return new(months, toDate.Value, through, toDate.Missing is { } missing ? missing.Count == 0 : null,
            through is null ? 0 : ToDateOf(indicator, region, last, all).Value ?? 0);

        // A month that a county has not reported is no month to forecast from.
        static decimal? Whole(Observed observed) => observed.Missing is { Count: > 0 } ? null : observed.Value;
    }

    /// <summary>What is held against the plan at the end of a month: its total so far, the year's rate so far, or the last level.</summary>
    public static Observed ToDateOf(PlanIndicator indicator, string region, DateOnly month, IEnumerable<Cell> cells) =>
        Aggregation.Of(indicator, region, indicator.Counting is Counting.Ratio or Counting.Expression
            ? new(new(month.Year, 1, 1), month)
            : new(new(PlanYears.First, 1, 1), month, OfPlan: true), cells);
}
