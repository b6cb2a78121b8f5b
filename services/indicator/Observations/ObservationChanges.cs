using Wuwei.Contracts.Observations;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Ledger;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Observations;

/// <summary>Says which counties' and city's values are others after a fold; each once, however many facts moved it.</summary>
/// <param name="catalogue">Which measures make which indicator.</param>
public sealed class ObservationChanges(IndicatorCatalogue catalogue)
{
    /// <summary>Publishes with the fold's commit. To be called before the deltas are written.</summary>
    internal async Task PublishAsync(
        IReadOnlyList<KeyValuePair<CellKey, Delta>> deltas, LedgerState folded, UnitOfWork work, CancellationToken cancellation)
    {
        var touched = deltas.Select(delta => delta.Key.Measure).ToHashSet();
        var indicators = (await catalogue.AllPrintedAsync(cancellation)).Where(i => i.Measures.Any(m => touched.Contains(m.Measure))).ToArray();
        var (before, definitions) = await work.ReadManyAsync($"{TotalsSql}; {IndicatorCatalogue.DefinitionsSql}", new
        {
            measures = indicators.SelectMany(i => i.Measures).Select(m => m.Measure).ToArray(),
            months = deltas.Select(delta => delta.Key.Month).Distinct().ToArray(),
            asOf = (DateTimeOffset?)null,
        }, async rows => ((await rows.ReadAsync<Cell>()).ToArray(), (await rows.ReadAsync<DefinitionRow>()).ToArray()));
        var after = before.Concat(deltas.Select(delta => new Cell(
            delta.Key.Measure, delta.Key.Region, delta.Key.Month, delta.Value.Quantity, delta.Value.Facts, folded.Position, folded.KnownAt)));
        Publish(Changes(indicators, deltas.Select(delta => delta.Key), before, Merge(after)), folded, work);
        await PublishDefinedAsync(deltas, await catalogue.DefinedByAsync(definitions, cancellation), folded, work);
    }

    // Those that are computed from others; only what the touched totals are looked at by.
    private static async Task PublishDefinedAsync(
        IReadOnlyList<KeyValuePair<CellKey, Delta>> deltas, IReadOnlyList<PlanIndicator> defined, LedgerState folded, UnitOfWork work)
    {
        var asked = ExpressionChanges.Touched(defined, deltas.Select(delta => delta.Key)).ToArray();
        if (asked is [])
        {
            return;
        }

        var before = await ExpressionChanges.CellsAsync(work, [.. asked.Select(one => one.Indicator).Distinct()]);
        Cell[] after = [.. Merge(before.Concat(deltas.Select(delta => new Cell(
            delta.Key.Measure, RegionCode.CountyOf(delta.Key.Region), delta.Key.Month, delta.Value.Quantity, delta.Value.Facts, folded.Position, folded.KnownAt))))];
        ExpressionChanges.Publish(work,
            from one in asked
            let value = ExpressionChanges.ValueOf(one.Indicator, one.Region, one.Period, after)
            where value != ExpressionChanges.ValueOf(one.Indicator, one.Region, one.Period, before)
            select (one, value), folded);
    }

    /// <summary>
    /// Says every value again, known or not: after a restore consumers may have heard of months that are gone altogether.
    /// </summary>
    internal async Task PublishAllAsync(LedgerState ledger, UnitOfWork work, CancellationToken cancellation)
    {
        var cells = await work.ListAsync<Cell>(AllTotalsSql);
        var indicators = await catalogue.AllPrintedAsync(cancellation);
        Publish(Changes([.. indicators], cells.Select(cell => new CellKey(cell.Measure, cell.Region, cell.Month))
            .Concat(indicators.SelectMany(OfPlan)), [], cells, evenUnknown: true), ledger, work);
        ExpressionChanges.Publish(work, (await catalogue.AllDefinedAsync(work, cancellation)).SelectMany(ExpressionChanges.All)
            .Select(one => (one, ExpressionChanges.ValueOf(one.Indicator, one.Region, one.Period, cells))), ledger);

        // A year's figure counts in its last month.
        static IEnumerable<CellKey> OfPlan(PlanIndicator indicator) =>
            from region in indicator.CityOnly ? [RegionCode.City] : RegionCode.Counties.Select(county => county.Code)
            from month in new Window(new(PlanYears.First, 1, 1), new(PlanYears.Last, 12, 1)).Months()
            where indicator.Frequency == "month" || month.Month == 12
            select new CellKey(indicator.Measures[0].Measure, region, month);
    }

    /// <summary>Indicators, counties (and the city) and months whose value differs.</summary>
    internal static IEnumerable<Changed> Changes(
        IReadOnlyList<PlanIndicator> indicators, IEnumerable<CellKey> touched, IEnumerable<Cell> before, IEnumerable<Cell> after, bool evenUnknown = false)
    {
        var (old, now) = (before.ToLookup(cell => cell.Month), after.ToLookup(cell => cell.Month));
        return from place in touched.SelectMany(Places).Distinct()
               from indicator in indicators
               where indicator.Measures.Any(measure => measure.Measure == place.Measure) && indicator.AppliesTo(place.Region)
               group place by (indicator, place.Region, place.Month) into one
               let was = Aggregation.ValueOf(one.Key.indicator, one.Key.Region, one.Key.Month, old[one.Key.Month])
               let value = Aggregation.ValueOf(one.Key.indicator, one.Key.Region, one.Key.Month, now[one.Key.Month])
               where was != value || evenUnknown
               select new Changed(one.Key.indicator, one.Key.Region, one.Key.Month, value);

        static IEnumerable<CellKey> Places(CellKey cell) =>
            [cell with { Region = RegionCode.CountyOf(cell.Region) }, cell with { Region = RegionCode.City }];
    }

    private static void Publish(IEnumerable<Changed> changes, LedgerState ledger, UnitOfWork work)
    {
        foreach (var (indicator, region, month, value) in changes)
        {
            var period = indicator.Frequency == "year" ? Period.YearOf(month.Year) : Period.MonthOf(month);
            work.Publish(Said(indicator, region, period, value, indicator.OriginOn(month).ToString().ToLowerInvariant(), ledger));
        }
    }

    internal static ObservationChanged Said(PlanIndicator indicator, string region, Period period, decimal? value, string status, LedgerState ledger) => new(
        indicator.Code, region, period.ToString(), value, indicator.Unit, status, ledger.Epoch, ledger.Position, ledger.KnownAt);

    private static IEnumerable<Cell> Merge(IEnumerable<Cell> cells) => cells
        .GroupBy(cell => (cell.Measure, cell.Region, cell.Month))
        .Select(same => same.First() with { Quantity = same.Sum(cell => cell.Quantity), Facts = same.Sum(cell => cell.Facts) });

    internal sealed record Changed(PlanIndicator Indicator, string Region, DateOnly Month, decimal? Value);

    private const string TotalsSql = "select * from measure_total where measure = any(@measures) and month = any(@months)";
    private const string AllTotalsSql = "select * from measure_total";
}
