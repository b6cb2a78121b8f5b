using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Observations;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Reports;

public static class ListReports
{
    public static readonly Refusal StateUnknown = Refusal.Invalid(
        "report.unknown_state", "state 须为 draft、submitted、approved、locked 或 returned。", "/state");

    public static void Map(IEndpointRouteBuilder reports) => reports
        .MapGet("/", HandleAsync)
        .WithName(nameof(ListReports))
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>Reports of the caller's region, by indicator, region, period and state.</summary>
    internal static async Task<Results<Ok<Page<Report>>, ProblemHttpResult>> HandleAsync(
        string? indicator, string? region, string? period, string? state, [AsParameters] PageQuery page,
        Caller caller, IndicatorCatalogue catalogue, Database db, HttpContext http, CancellationToken cancellation)
    {
        if (state is not (null or "draft" or "submitted" or "approved" or "locked" or "returned"))
        {
            return StateUnknown.ToProblem();
        }

        Period asked = default;
        if (period is not null && !ObservationQuery.TryPeriod(period, out asked))
        {
            return ObservationQuery.PeriodMalformed.ToProblem();
        }

        if (!page.TryKey<ReportCursor>(out var after))
        {
            return PageQuery.BadCursor.ToProblem();
        }

        var indicators = (await catalogue.AllPrintedAsync(cancellation)).ToDictionary(found => found.Code);
        var rows = await db.ListAsync<StoredReport>(caller.Scope, ListSql, new
        {
            indicator,
            region,
            period = period is null ? null : asked.ToString(),
            state,
            afterIndicator = after?.Indicator ?? "",
            afterRegion = after?.Region ?? "",
            afterPeriod = after?.Period ?? "",
            limit = page.Fetch,
        }, cancellation);
        var cut = page.Page(rows, row => new ReportCursor(row.Indicator, row.Region, row.Period), http);
        return TypedResults.Ok(new Page<Report>([.. cut.Items.Select(row => Report.Of(row, indicators[row.Indicator], null))], cut.Next));
    }

    private const string ListSql = $"""
        select {ReportRows.Columns}
        from report r
        where (r.indicator, r.region, r.period) > (@afterIndicator, @afterRegion, @afterPeriod)
          and (@indicator::text is null or r.indicator = @indicator) and (@region::text is null or r.region = @region)
          and (@period::text is null or r.period = @period) and (@state::text is null or r.state = @state)
        order by r.indicator, r.region, r.period
        limit @limit
        """;

    private sealed record ReportCursor(string Indicator, string Region, string Period);
}
