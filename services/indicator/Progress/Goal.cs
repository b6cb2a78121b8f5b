using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Observations;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Progress;

/// <summary>What a region is to reach by the plan's end, and how much of it by the end of each month before.</summary>
/// <param name="Target">In the indicator's unit: the five-year total, or the level of 2025; null: none is set.</param>
/// <param name="Years">Each year's own share of the total, or the level to hold; a year that has none is left out.</param>
/// <param name="SumOfYears">What the yearly targets of a total add up to; null where not all are set.</param>
internal sealed record Goal(PlanIndicator Indicator, decimal? Target, IReadOnlyDictionary<int, decimal> Years, decimal? SumOfYears)
{
    private const int Count = PlanYears.Last - PlanYears.First + 1;

    private static readonly int[] s_years = [.. Enumerable.Range(PlanYears.First, Count)];

    public bool IsUp => Indicator.Direction == "up";

    /// <summary>The year's base in the indicator's unit, where the table gives an exact one.</summary>
    public decimal? Base => Indicator.Base is { Comparator: "=", Value: { } value } ? value * Indicator.Scale : null;

    /// <param name="set">The region's targets by year.</param>
    public static Goal Of(PlanIndicator indicator, string region, IReadOnlyDictionary<int, decimal> set)
    {
        // The plan's own figure is the city's; a county's is what the city gave it.
        var printed = region == RegionCode.City ? indicator.Target.Value * indicator.Scale : null;
        if (!indicator.Cumulative)
        {
            var last = printed ?? (set.TryGetValue(PlanYears.Last, out var given) ? given : null);
            var levels = s_years.Select(year => (year, level: Level(year))).Where(pair => pair.level is not null);
            return new(indicator, last, levels.ToDictionary(pair => pair.year, pair => pair.level!.Value), null);

            // Without a target of its own a year lies on the line from the base to 2025; without a base it is held to 2025's.
            decimal? Level(int year) => set.TryGetValue(year, out var level) ? level
                : printed is not { } target ? null
                : indicator.Base is { Comparator: "=", Value: { } value } && value * indicator.Scale is var from
                    ? from + (target - from) * (year - PlanYears.First + 1) / Count
                    : target;
        }

        decimal? sum = set.Count == Count ? set.Values.Sum() : null;
        var total = printed ?? sum;
        var shares = set.ToDictionary();
        if (total is { } whole && set.Count < Count)
        {
            var rest = Math.Max(0, whole - set.Values.Sum()) / (Count - set.Count);
            foreach (var year in s_years.Where(year => !set.ContainsKey(year)))
            {
                shares[year] = rest;
            }
        }

        return new(indicator, total, shares, sum);
    }

    /// <summary>What is due by the end of a month (序时目标); null: no target says.</summary>
    public decimal? DueBy(DateOnly month)
    {
        if (!Indicator.Cumulative)
        {
            return Years.TryGetValue(month.Year, out var level) ? level : null;
        }

        var due = 0m;
        for (var year = PlanYears.First; year <= month.Year; year++)
        {
            if (!Years.TryGetValue(year, out var share))
            {
                return null;
            }

            due += year < month.Year ? share : share * Indicator.SeasonOf(year).Shares[month.Month - 1];
        }

        return due;
    }

    /// <summary>Whether a value meets what is due, as strictly as the comparator says: 6.0 does not meet &lt; 6.</summary>
    public bool IsMet(decimal value, decimal due) => Indicator.Comparison switch
    {
        "≥" => value >= due,
        ">" => value > due,
        "≤" => value <= due,
        "<" => value < due,
        _ => value == due,
    };

    /// <summary>Whether the target asks for less than the base year had; null where there is no exact base, or the region is no city.</summary>
    /// <param name="region">The plan's base is the city's.</param>
    public TargetEase? Ease(string region)
    {
        if (region != RegionCode.City || Base is not { } from || Target is not { } target)
        {
            return null;
        }

        var asked = Indicator.Cumulative ? target / Count : target;
        return new(Aggregation.Plain(from), Aggregation.Plain(asked), IsUp ? asked < from : asked > from);
    }
}

/// <summary>The target beside the base of 2020.</summary>
/// <param name="Base">Of 2020.</param>
/// <param name="Asked">A year's mean share of the five-year total, or the level of 2025.</param>
/// <param name="Easier">The target is reached by doing less well than in 2020.</param>
public sealed record TargetEase(decimal Base, decimal Asked, bool Easier);
