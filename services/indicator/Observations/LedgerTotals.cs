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
        /// <param name="digits">6: as counties' totals are kept; 9: as facts name regions.</param>
        /// <param name="position">As known there; null: now.</param>
        public Task<IReadOnlyList<Cell>> TotalsAsync(
            Scope scope, PlanIndicator indicator, string region, Window window, int digits, long? position, CancellationToken cancellation) =>
            db.TotalsAsync(scope, [indicator], region, window, digits, position, cancellation);

        /// <summary>Totals of several indicators' measures in a region.</summary>
        public Task<IReadOnlyList<Cell>> TotalsAsync(
            Scope scope, IReadOnlyCollection<PlanIndicator> indicators, string region, Window window, int digits, long? position, CancellationToken cancellation) =>
            // A township's own totals are not its county's.
            db.ListAsync<Cell>(scope, SqlOf(position, Math.Max(digits, region.Length)), ArgumentsOf(indicators, region, window, position), cancellation);
    }

    extension(UnitOfWork work)
    {
        /// <summary>Totals of several indicators' measures in the counties of a region, within a transaction.</summary>
        /// <param name="position">As known there; null: now.</param>
        public Task<IReadOnlyList<Cell>> TotalsAsync(IReadOnlyCollection<PlanIndicator> indicators, string region, Window window, long? position = null) =>
            work.ListAsync<Cell>(SqlOf(position), ArgumentsOf(indicators, region, window, position));
    }

    /// <summary>The question for totals as they are, or as known at a position.</summary>
    public static string SqlOf(long? position, int digits = 6) => (position, digits) switch
    {
        (null, 6) => s_counties,
        (_, 6) => s_countiesAsOf,
        (null, _) => s_regions,
        _ => s_regionsAsOf,
    };

    /// <summary>What it asks for.</summary>
    public static object ArgumentsOf(IReadOnlyCollection<PlanIndicator> indicators, string region, Window window, long? position)
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
            position,
        };
    }

    /// <summary>The codes in a region: from <c>low</c>, before <c>high</c>.</summary>
    public static (string Low, string High) Range(string region)
    {
        var low = region == RegionCode.City ? region[..4] : region;
        return (low, low[..^1] + (char)(low[^1] + 1));
    }

    private static readonly string s_counties = NowSql("county_total"), s_countiesAsOf = AsOfSql("county_total"), s_regions = NowSql("measure_total"), s_regionsAsOf = AsOfSql("measure_total");

    private static string NowSql(string table) => $"""
        select t.measure, t.region, t.month, t.quantity, t.facts, t.position, t.known_at
        from {table} t
        where {Wanted}
        """;

    // Every total that ever was is among those that are; how it was is one index look-up each.
    private static string AsOfSql(string table) => $"""
        select t.measure, t.region, t.month, v.quantity, v.facts, v.position, v.known_at
        from {table} t
        cross join lateral (
            select * from {table}_version v
            where v.measure = t.measure and v.region = t.region and v.month = t.month and v.position <= @position
            order by v.position desc
            limit 1) v
        where {Wanted}
        """;

    private const string Wanted = "t.measure = any(@measures) and t.region >= @low and t.region < @high and t.month between @from and @to";
}
