using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Ledger;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Observations;

/// <summary>Says which values of indicators over others are others, after a fold or a new definition: as those do that are counted.</summary>
internal static class ExpressionChanges
{
    private static readonly string[] s_regions = [.. RegionCode.Counties.Select(county => county.Code).Prepend(RegionCode.City)];

    /// <summary>The periods of the plan: months, or years where a part is annual.</summary>
    public static IEnumerable<Period> PeriodsOf(PlanIndicator indicator)
    {
        var first = indicator.Frequency == "year" ? Period.YearOf(PlanYears.First) : new Period(PeriodKind.Month, PlanYears.First, 1);
        return Enumerable.Range(0, (PlanYears.Last - PlanYears.First + 1) * (indicator.Frequency == "year" ? 1 : 12)).Select(first.Add);
    }

    /// <summary>The values that changed totals may have changed: an expression looks at months before, and years of their own.</summary>
    public static IEnumerable<Asked> Touched(IEnumerable<PlanIndicator> defined, IEnumerable<CellKey> totals)
    {
        var places = totals.ToLookup(total => (total.Measure, total.Month), total => RegionCode.CountyOf(total.Region));
        return from indicator in defined
               let own = places.Where(place => indicator.Measures.Any(measure => measure.Measure == place.Key.Measure)).ToArray()
               where own is not []
               from period in PeriodsOf(indicator)
               let window = WindowOf(period)
               let touching = own.Where(place => indicator.Derivation!.LooksAt(window, place.Key.Measure, place.Key.Month)).ToArray()
               where touching is not []
               from region in touching.SelectMany(place => place).Append(RegionCode.City).Distinct()
               where indicator.AppliesTo(region)
               select new Asked(indicator, region, period);
    }

    /// <summary>Every value there may be.</summary>
    public static IEnumerable<Asked> All(PlanIndicator indicator) =>
        from period in PeriodsOf(indicator) from region in s_regions where indicator.AppliesTo(region) select new Asked(indicator, region, period);

    /// <summary>The value of a region and period.</summary>
    public static decimal? ValueOf(PlanIndicator indicator, string region, Period period, IReadOnlyCollection<Cell> cells) =>
        indicator.AppliesTo(region) ? indicator.Derivation!.Of(region, WindowOf(period), cells).Value : null;

    /// <summary>Totals that the indicators look at, of all regions and whatever periods of the plan.</summary>
    public static Task<IReadOnlyList<Cell>> CellsAsync(UnitOfWork work, IReadOnlyCollection<PlanIndicator> indicators) =>
        work.TotalsAsync(indicators, RegionCode.City, new(new(PlanYears.First, 1, 1), new(PlanYears.Last, 12, 1)));

    /// <summary>Queues a message for each.</summary>
    public static void Publish(UnitOfWork work, IEnumerable<(Asked Asked, decimal? Value)> values, LedgerState ledger)
    {
        foreach (var ((indicator, region, period), value) in values)
        {
            work.Publish(ObservationChanges.Said(indicator, region, period, value, "derived", ledger));
        }
    }

    /// <summary>What a change of definitions makes others: every value that is or was known of those it concerns.</summary>
    /// <param name="code">Of the definition that changed, or is new.</param>
    public static IEnumerable<(Asked Asked, decimal? Value)> Redefined(
        string code, IReadOnlyList<PlanIndicator> before, IReadOnlyList<PlanIndicator> after, IReadOnlyCollection<Cell> cells)
    {
        foreach (var now in after.Where(indicator => indicator.Code == code || indicator.Derivation!.Names(code)))
        {
            var then = before.FirstOrDefault(indicator => indicator.Code == now.Code);
            var isSame = then?.Frequency == now.Frequency;
            foreach (var one in All(now))
            {
                var value = ValueOf(now, one.Region, one.Period, cells);
                if ((value ?? (isSame ? ValueOf(then!, one.Region, one.Period, cells) : null)) is not null)
                {
                    yield return (one, value);
                }
            }

            // Of a year nothing is known any more when it is one of months now, nor the other way round.
            foreach (var one in isSame || then is null ? [] : All(then).Where(one => ValueOf(then, one.Region, one.Period, cells) is not null))
            {
                yield return (one with { Indicator = now }, null);
            }
        }
    }

    private static Window WindowOf(Period period) => new(period.Start, new(period.End.Year, period.End.Month, 1));

    /// <summary>A value.</summary>
    internal sealed record Asked(PlanIndicator Indicator, string Region, Period Period);
}
