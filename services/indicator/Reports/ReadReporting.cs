using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Observations;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Reports;

public static class ReadReporting
{
    public static readonly Refusal OutOfPlan = Refusal.Invalid(
        "reporting.out_of_plan", $"from 和 to 须为 {PlanYears.First}-01 到 {PlanYears.Last}-12 之间的月份，且 from 不晚于 to。", "/from");

    public static void Map(IEndpointRouteBuilder reports) => reports
        .MapGet("/timeliness", HandleAsync)
        .WithName(nameof(ReadReporting))
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>The calendar of reports: what is due when, what came on time, late or not at all, and each region's rates.</summary>
    /// <param name="from">First month; January of this year when absent.</param>
    /// <param name="to">Last month; the last one that is over when absent.</param>
    /// <param name="region">One region only; all that the caller covers when absent.</param>
    internal static async Task<Results<Ok<Reporting>, ProblemHttpResult>> HandleAsync(
        string? from, string? to, string? region, Caller caller, IndicatorCatalogue catalogue, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        var today = clock.Today();
        if (Months(from, to, today) is not { } months)
        {
            return OutOfPlan.ToProblem();
        }

        string[] regions = [.. RegionCode.Counties.Select(county => county.Code).Prepend(RegionCode.City)
            .Where(code => caller.Covers(code) && (region is null || code == region))];
        if (regions is [])
        {
            return ObservationQuery.RegionNotFound.ToProblem();
        }

        var rules = await db.ListAsync<DueRule>(Scope.System("reporting"), DueRule.CurrentSql, null, cancellation);
        var rows = await db.ListAsync<CameRow>(caller.Scope, CameSql, new { regions }, cancellation);
        var came = rows.ToDictionary(row => new ReportKey(row.Indicator, row.Region, row.Period), row => (row.State, row.HandedIn));
        var expected = ReportingRates.Expected(await catalogue.AllPrintedAsync(cancellation), regions, months, rules, came, today).ToArray();
        return TypedResults.Ok(new Reporting(rules, [.. ReportingRates.RatesOf(expected, today)], expected));
    }

    private static Window? Months(string? from, string? to, DateOnly today)
    {
        var last = new DateOnly(today.Year, today.Month, 1).AddMonths(-1);
        var end = new DateOnly(PlanYears.Last, 12, 1);
        last = last > end ? end : last;
        Period first = new(PeriodKind.Month, last.Year, 1), until = Period.MonthOf(last);
        if ((from is not null && !Period.TryParse(from, out first)) || (to is not null && !Period.TryParse(to, out until)))
        {
            return null;
        }

        return first.Kind == PeriodKind.Month && until.Kind == PeriodKind.Month && first.Start <= until.Start
            && first.Year >= PlanYears.First && until.Year <= PlanYears.Last ? new(first.Start, until.Start) : null;
    }

    // What came back and was handed in again was on time when it first came.
    private const string CameSql = """
        select r.indicator, r.region, r.period, r.state,
               (select min(s.done_at) from report_step s
                where s.indicator = r.indicator and s.region = r.region and s.period = r.period and s.state in ('submitted', 'locked')) as handed_in
        from report r
        where r.region = any(@regions)
        """;

    private sealed record CameRow(string Indicator, string Region, string Period, string State, DateTimeOffset? HandedIn);
}

/// <summary>How reports come in.</summary>
/// <param name="Rules">When they are due.</param>
/// <param name="Rates">By region, over what was due by now.</param>
/// <param name="Items">Every report asked for, by month.</param>
public sealed record Reporting(IReadOnlyList<DueRule> Rules, IReadOnlyList<ReportingRate> Rates, IReadOnlyList<ExpectedReport> Items);
