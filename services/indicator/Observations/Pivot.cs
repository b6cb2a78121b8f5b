using Wuwei.Indicator.Decisions;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Observations;

/// <summary>Indicators × regions × periods.</summary>
/// <param name="Periods">Canonical, in order; every row has a value for each.</param>
/// <param name="AsOf">State of knowledge; null: now.</param>
/// <param name="Epoch">Raised by a restore.</param>
/// <param name="Decisions">What the plan leaves open about these indicators, and how it is read.</param>
/// <param name="Demonstration">The platform holds synthetic records: no real figures.</param>
public sealed record PivotTable(
    Total Total, string By, IReadOnlyList<string> Periods, IReadOnlyList<PivotRow> Rows, DateTimeOffset? AsOf, int Epoch,
    IReadOnlyList<DecisionNote> Decisions, bool Demonstration);

/// <summary>An indicator in a region.</summary>
/// <param name="ChangeUnit">Of the changes: <c>%</c>; <c>个百分点</c> for what is a percentage itself.</param>
/// <param name="Values">In <paramref name="Unit"/>; null: not known, which is not zero.</param>
/// <param name="Statuses">As of an observation.</param>
/// <param name="YearOnYear">同比: against the same period of the year before; null: either is not known, or was zero.</param>
/// <param name="PeriodOnPeriod">环比: against the period before; null for totals to date, which only grow.</param>
public sealed record PivotRow(
    string Indicator, string NameZh, string Region, string RegionName, string Unit, string ChangeUnit,
    IReadOnlyList<decimal?> Values, IReadOnlyList<string> Statuses, IReadOnlyList<decimal?> YearOnYear, IReadOnlyList<decimal?> PeriodOnPeriod)
{
    /// <summary>Whether every report of a period that was due is in; null for derived ones. For files, which say so by a code.</summary>
    internal IReadOnlyList<bool?> Complete { get; init; } = [];
}

/// <summary>Puts a pivot together; pure.</summary>
internal static class Pivot
{
    /// <summary>The months that rows of these periods need: a year more than is shown, to compare with.</summary>
    public static Window Fetched(IReadOnlyList<Period> periods, Total total)
    {
        var first = periods[0].Start.AddYears(-1);
        return new(total == Total.PlanToDate && first.Year > PlanYears.First ? new(PlanYears.First, 1, 1) : new(first.Year, 1, 1),
            new(periods[^1].End.Year, periods[^1].End.Month, 1));
    }

    /// <param name="cells">Totals of the indicator's measures in the fetched months, whatever the region.</param>
    public static PivotRow Row(Question question, IReadOnlyList<Period> periods, IReadOnlyList<Cell> cells)
    {
        var indicator = question.Indicator;
        var here = cells.Where(cell => RegionCode.Covers(question.Region, cell.Region)).ToArray();
        var byMonth = here.GroupBy(cell => cell.Month).ToDictionary(month => month.Key, month => month.ToArray());
        var known = new Dictionary<Period, Observed?>();
        var values = periods.Select(period => Of(period)).ToArray();
        var isShare = indicator.Unit is "%" or "个百分点";
        return new(
            indicator.Code, indicator.NameZh, question.Region, RegionCode.Wuwei[question.Region].Name, indicator.Unit, isShare ? "个百分点" : "%",
            [.. values.Select(observed => observed?.Value)],
            [.. periods.Zip(values, (period, observed) => Observation.StatusOf(indicator, period, observed))],
            [.. periods.Zip(values, (period, observed) => Change(observed?.Value, Of(YearBefore(period))?.Value, isShare))],
            [.. periods.Zip(values, (period, observed) => question.Total == Total.Period ? Change(observed?.Value, Of(period.Add(-1))?.Value, isShare) : null)])
        {
            Complete = [.. values.Select(observed => observed is { Missing: { } missing } ? missing.Count == 0 : (bool?)null)],
        };

        Cell[] In(DateOnly month) => byMonth.GetValueOrDefault(month) ?? [];

        Observed? Of(Period period)
        {
            if (!question.Applies)
            {
                return null;
            }

            if (!known.TryGetValue(period, out var observed))
            {
                var window = question.WindowOf(period);
                // What is computed from others may look at years of their own.
                known[period] = observed = Aggregation.Of(indicator, question.Region, window,
                    indicator.Derivation is not null ? here : window.From == window.To ? In(window.From) : window.Months().SelectMany(In));
            }

            return observed;
        }
    }

    /// <summary>By how much a value differs from one before: in percent of it, or in percentage points.</summary>
    public static decimal? Change(decimal? value, decimal? before, bool isShare) => (value, before) switch
    {
        ({ } now, { } then) when isShare => decimal.Round(now - then, 2, MidpointRounding.AwayFromZero),
        ({ } now, { } then) when then != 0 => decimal.Round(100 * (now - then) / Math.Abs(then), 2, MidpointRounding.AwayFromZero),
        _ => null,
    };

    private static Period YearBefore(Period period) => period with { Year = period.Year - 1 };
}
