using Wuwei.Indicator.Catalogue;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Observations;

/// <summary>Reads the ledger's totals, as they are or as they were.</summary>
internal static class LedgerTotals
{
    extension(Database db)
    {
        /// <summary>Totals of an indicator's measures in a region.</summary>
        /// <param name="digits">6: townships are added up to counties; 9: as facts name them.</param>
        /// <param name="position">As known there; null: now.</param>
        public Task<IReadOnlyList<Cell>> TotalsAsync(
            Scope scope, PlanIndicator indicator, string region, Window window, int digits, long? position, CancellationToken cancellation) =>
            db.TotalsAsync(scope, [indicator], region, window, digits, position, cancellation);

        /// <summary>Totals of several indicators' measures in a region.</summary>
        public Task<IReadOnlyList<Cell>> TotalsAsync(
            Scope scope, IReadOnlyCollection<PlanIndicator> indicators, string region, Window window, int digits, long? position, CancellationToken cancellation) =>
            db.ListAsync<Cell>(scope, SqlOf(position), ArgumentsOf(indicators, region, window, digits, position), cancellation);
    }

    /// <summary>The question for totals as they are, or as known at a position.</summary>
    public static string SqlOf(long? position) => position is null ? NowSql : AsOfSql;

    /// <summary>What it asks for.</summary>
    public static object ArgumentsOf(IReadOnlyCollection<PlanIndicator> indicators, string region, Window window, int digits, long? position)
    {
        var (low, high) = Range(region);
        var reach = indicators.Where(indicator => indicator.Derivation is not null).Select(indicator => indicator.Derivation!.Reach(window)).Append(window).ToArray();
        return new
        {
            measures = indicators.SelectMany(indicator => indicator.Measures).Select(measure => measure.Measure).Distinct().ToArray(),
            low,
            high,
            from = reach.Min(one => one.From),
            to = reach.Max(one => one.To),
            digits = Math.Max(digits, region.Length), // a township's own totals are not its county's
            position,
        };
    }

    /// <summary>The codes in a region: from <c>low</c>, before <c>high</c>.</summary>
    public static (string Low, string High) Range(string region)
    {
        var low = region == RegionCode.City ? region[..4] : region;
        return (low, low[..^1] + (char)(low[^1] + 1));
    }

    private const string NowSql = """
        select measure, left(region, @digits) as region, month, sum(quantity) as quantity, sum(facts)::bigint as facts,
               max(position) as position, max(known_at) as known_at
        from measure_total
        where measure = any(@measures) and region >= @low and region < @high and month between @from and @to
        group by measure, left(region, @digits), month
        """;

    // Every total that ever was is in measure_total; how it was is one index look-up each.
    private const string AsOfSql = """
        select t.measure, left(t.region, @digits) as region, t.month, sum(v.quantity) as quantity, sum(v.facts)::bigint as facts,
               max(v.position) as position, max(v.known_at) as known_at
        from measure_total t
        cross join lateral (
            select * from measure_total_version v
            where v.measure = t.measure and v.region = t.region and v.month = t.month and v.position <= @position
            order by v.position desc
            limit 1) v
        where t.measure = any(@measures) and t.region >= @low and t.region < @high and t.month between @from and @to
        group by t.measure, left(t.region, @digits), t.month
        """;
}
