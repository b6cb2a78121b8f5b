using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Register.HistoricTotals;

public static class ListHistoricTotals
{
    public static readonly Refusal NotFound = new("historic_total.not_found", "没有这条历史合计。", StatusCodes.Status404NotFound);

    private sealed record Cursor(string Region, string Measure, DateOnly Month);

    public static void Map(IEndpointRouteBuilder totals)
    {
        totals.MapGet("/", HandleAsync).WithName(nameof(ListHistoricTotals));
        totals.MapGet("/{region}/{measure}/{month}", HandleOneAsync).WithName("GetHistoricTotal").ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>Monthly totals from before real-name records, by region, measure and month.</summary>
    internal static async Task<Results<Ok<Page<HistoricTotalShown>>, ProblemHttpResult>> HandleAsync(
        [AsParameters] PageQuery page,
        [FromQuery, TextLength(9, ErrorMessage = "地区代码最多 9 位。")] string? region,
        [FromQuery, RegularExpression("[a-z.-]{1,80}", ErrorMessage = "没有这项计数。")] string? measure,
        Caller caller, RegisterIdentity register, Database db, HttpContext http, CancellationToken cancellation)
    {
        if (!page.TryKey<Cursor>(out var after))
        {
            return PageQuery.BadCursor.ToProblem();
        }

        var rows = await db.ListAsync<HistoricTotal>(
            caller.Scope,
            ListSql,
            new
            {
                region = RegionFilter.Of(region),
                measure,
                afterRegion = after?.Region,
                afterMeasure = after?.Measure,
                afterMonth = after?.Month,
                page.Fetch,
            },
            cancellation);
        var shown = page.Page(rows, row => new Cursor(row.Region, row.Measure, row.Month), http);
        return TypedResults.Ok(new Page<HistoricTotalShown>([.. shown.Items.Select(row => row.Show(register.Name))], shown.Next));
    }

    /// <summary>One month's total.</summary>
    internal static async Task<Results<Ok<HistoricTotalShown>, StatusCodeHttpResult, ProblemHttpResult>> HandleOneAsync(
        string region, string measure, string month,
        Caller caller, RegisterIdentity register, Database db, HttpContext http, CancellationToken cancellation)
    {
        if (!caller.Covers(region) || !Period.TryParse(month, out var period) || period.Kind is not PeriodKind.Month
            || await db.FindAsync<HistoricTotal>(caller.Scope, OneSql, new { region, measure, month = period.Start }, cancellation) is not { } total)
        {
            return NotFound.ToProblem();
        }

        return http.IsNotModified(ETags.Of(total.Revision))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(total.Show(register.Name));
    }

    private const string OneSql = $"""
        select {HistoricTotal.Columns}
        from historic_total
        where region = @region and measure = @measure and month = @month
        """;

    private const string ListSql = $"""
        select {HistoricTotal.Columns}
        from historic_total
        where region like @region
          and (@measure::text is null or measure = @measure)
          and (@afterRegion::text is null or (region, measure, month) > (@afterRegion, @afterMeasure, @afterMonth))
        order by region, measure, month
        limit @Fetch
        """;
}
