using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Observations;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Progress;

/// <summary>Where an indicator is heading; pure.</summary>
internal sealed class PlanEnd
{
    private static readonly DateOnly s_end = new(PlanYears.Last, 12, 1);

    // How far after the plan's end a completion is still looked for.
    private const int MonthsBeyond = 24;

    private readonly Goal _goal;
    private readonly History _history;
    private readonly int _confidence;
    private readonly Fitted? _fitted;
    private readonly bool _isFlow;

    public PlanEnd(Goal goal, History history, int confidence)
    {
        (_goal, _history, _confidence) = (goal, history, confidence);
        _isFlow = goal.Indicator.Counting is Counting.Sum or Counting.Persons or Counting.PersonTimes;
        _fitted = goal.Indicator.Frequency == "month" && history.Through is not null ? Outlook.Of(history.Run, confidence) : null;
    }

    /// <summary>Value and interval of December 2025; null: the plan is over, or there is too little history.</summary>
    public PlanForecast? Forecast()
    {
        if (_history.Through is not { } last || last >= s_end)
        {
            return null;
        }

        if (_goal.Indicator.Frequency == "year")
        {
            var years = _history.Years;
            return Outlook.OfYears([.. years.Select(year => (double)year)], PlanYears.Last - last.Year) is not var (expected, deviation) ? null
                : Told(Outlook.Drift, $"{last.Year + 1}", years.Length, expected, deviation, []);
        }

        if (_fitted is null)
        {
            return null;
        }

        var (value, off) = At(s_end);
        return Told(_fitted.Method, Period.MonthOf(last.AddMonths(1)).ToString(), _fitted.Smoothing.Length, value, off, _fitted.BackTests);
    }

    /// <summary>When the target is reached; null where it is not a total, or there is no target.</summary>
    public Completion? Completion()
    {
        if (_goal.Target is not { } target || !_goal.Indicator.Cumulative || !_isFlow)
        {
            return null;
        }

        var sum = 0m;
        foreach (var (month, value) in _history.Months)
        {
            sum += value ?? 0;
            if (_goal.IsMet(sum, target))
            {
                return new(Name(month), null, null, null);
            }
        }

        if (_fitted is null || _history.Through is not { } last)
        {
            return new(null, null, null, null);
        }

        string? earliest = null, expected = null, latest = null;
        for (var month = last.AddMonths(1); month <= s_end.AddMonths(MonthsBeyond) && latest is null; month = month.AddMonths(1))
        {
            var (value, off) = At(month);
            var half = Outlook.Quantile(_confidence) * off;
            earliest ??= Meets(value + half) ? Name(month) : null;
            expected ??= Meets(value) ? Name(month) : null;
            latest = Meets(value - half) ? Name(month) : null;
        }

        return new(null, earliest, expected, latest);

        bool Meets(double value) => _goal.IsMet(Told(value), target);
        static string Name(DateOnly month) => Period.MonthOf(month).ToString();
    }

    /// <summary>The way, month by month, to the plan's end.</summary>
    public IEnumerable<PacePoint> Points(Func<DateOnly, decimal?> toDate)
    {
        for (var month = new DateOnly(PlanYears.First, 1, 1); month <= s_end; month = month.AddMonths(1))
        {
            var name = Period.MonthOf(month).ToString();
            if (_history.Through is not { } last || month <= last)
            {
                yield return new(name, toDate(month), Due(month), null, null, null);
                continue;
            }

            if (_fitted is null)
            {
                yield return new(name, null, Due(month), null, null, null);
                continue;
            }

            var (value, off) = At(month);
            var half = Outlook.Quantile(_confidence) * off;
            yield return new(name, null, Due(month), Told(value), Told(value - half), Told(value + half));
        }
    }

    private decimal? Due(DateOnly month) => _goal.DueBy(month) is { } due ? Aggregation.Plain(decimal.Round(due, 4)) : null;

    // Expected value to date at a month after the last known one, and its standard deviation.
    private (double Value, double Deviation) At(DateOnly month)
    {
        var last = _history.Through!.Value;
        var ahead = (month.Year - last.Year) * 12 + month.Month - last.Month;
        var smoothing = _fitted!.Smoothing;
        int[] horizons = 0 switch
        {
            _ when _isFlow => [.. Enumerable.Range(1, ahead)],
            _ when _goal.Indicator is { Counting: Counting.YearEndStocks, Cumulative: true } =>
                [.. Enumerable.Range(1, ahead).Where(h => h == ahead || last.AddMonths(h).Month == 12)],
            _ => [ahead],
        };
        return (Known(month, last) + horizons.Sum(smoothing.At), smoothing.Deviation(horizons));
    }

    // What is certain already: the total to date, or the year-ends gone by.
    private double Known(DateOnly month, DateOnly last) => (double)(_goal.Indicator switch
    {
        _ when _isFlow => _history.Certain,
        { Counting: Counting.YearEndStocks, Cumulative: true } =>
            _history.Months.Where(point => point.Month <= last && point.Month.Month == 12 && point.Month < month).Sum(point => point.Value ?? 0),
        _ => 0,
    });

    private PlanForecast Told(string method, string from, int history, double expected, double deviation, IReadOnlyList<BackTest> tests)
    {
        var half = Outlook.Quantile(_confidence) * deviation;
        var (value, lower, upper) = (Told(expected), Told(expected - half), Told(expected + half));
        var meets = _goal.Target is not { } target ? "open"
            : (_goal.IsMet(lower, target), _goal.IsMet(upper, target)) switch { (true, true) => "likely", (false, false) => "unlikely", _ => "open" };
        return new(method, from, history, value, lower, upper, _confidence, meets, tests);
    }

    // No flow takes back what was counted, nothing is less than nothing, and no share is more than all.
    private decimal Told(double value)
    {
        var floor = _isFlow ? _history.ToDate ?? 0 : 0;
        var ceiling = _goal.Indicator.Unit == "%" ? 100 : 1e12m;
        return Pace.Round(_goal, Math.Clamp((decimal)Math.Clamp(value, 0, 1e12), floor, Math.Max(floor, ceiling)));
    }
}
