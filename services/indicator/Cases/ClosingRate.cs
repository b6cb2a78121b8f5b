using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Enterprises;
using Wuwei.Indicator.Reports;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Cases;

/// <summary>The cases' side of indicator 12.</summary>
public static class ClosingRate
{
    private const string Indicator = "12";

    public static readonly Refusal NotAMonth = Refusal.Invalid("case.not_a_month", "期间须为月份，如 2025-06。", "/period");
    public static readonly Refusal NothingDue = new("case.nothing_due", "该月没有应结案件，无可填报。");

    public static void Map(IEndpointRouteBuilder cases)
    {
        cases.MapGet("/closing-rate/{period}", HandleAsync).WithName(nameof(ClosingRate)).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        cases.MapPost("/closing-rate/{period}/{region}/report", ReportAsync).WithName("ReportClosingRate")
            .RequireScope("indicator.write")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status428PreconditionRequired);
    }

    /// <summary>
    /// Cases that a month answers for, by county: closed in it, or due in it and open or closed later; how many of them are closed, and
    /// what was reported for indicator 12 beside it. A case counts in one month only, and one not yet due counts in none.
    /// </summary>
    internal static async Task<Results<Pulled<ClosingRates>, ProblemHttpResult>> HandleAsync(
        string period, Caller caller, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        if (Months.Read(period) is not { } month)
        {
            return NotAMonth.ToProblem();
        }

        var rows = await db.ListAsync<Row>(caller.Scope, Sql, Question(month, clock.Today()), cancellation);
        return new Pulled<ClosingRates>(new(month.ToString(), [.. rows.Select(row => new CountyClosingRate(
            row.Region, RegionCode.Wuwei[row.Region].Name, row.Closed, row.Due, Rate(row.Closed, row.Due), row.State,
            row.Numerator is { } n ? (int)n : null, row.Denominator is { } d ? (int)d : null,
            row.State is null ? null : row.Numerator == row.Closed && row.Denominator == row.Due))]));
    }

    /// <summary>Writes the month's figures as the county's report of indicator 12: a draft, to be submitted, approved and locked like any other.</summary>
    internal static async Task<Results<Ok<Report>, Created<Report>, ProblemHttpResult>> ReportAsync(
        string period, string region, Caller caller, IndicatorCatalogue catalogue, Database db, TimeProvider clock, HttpContext http, CancellationToken cancellation)
    {
        if (Months.Read(period) is not { } month)
        {
            return NotAMonth.ToProblem();
        }

        if (WriteReport.MayWrite(caller, region) is { } forbidden)
        {
            return forbidden.ToProblem();
        }

        var row = (await db.ListAsync<Row>(caller.Scope, Sql, Question(month, clock.Today()), cancellation)).FirstOrDefault(row => row.Region == region);
        return row is not { Due: > 0 }
            ? NothingDue.ToProblem()
            : await WriteReport.HandleAsync(
                Indicator, region, month.ToString(), new ReportFigures { Numerator = row.Closed, Denominator = row.Due, Note = "取自劳动保障监察案件登记" },
                caller, catalogue, db, clock, http, cancellation);
    }

    internal static decimal? Rate(int closed, int due) => due == 0 ? null : Math.Round(100m * closed / due, 2, MidpointRounding.AwayFromZero);

    private static object Question(Period month, DateOnly today) => new { start = month.Start, end = month.End, today, period = month.ToString(), indicator = Indicator };

    private const string Sql = """
        select coalesce(c.region, r.region) as region, coalesce(c.closed, 0) as closed, coalesce(c.due, 0) as due, r.state, r.numerator, r.denominator
        from (select region, count(closed_on)::integer as closed, count(*)::integer as due
              from labour_case
              where counts_on between @start and @end and (closed_on is not null or due_on < @today)
              group by region) c
        full join (select * from report where indicator = @indicator and period = @period) r on r.region = c.region
        order by 1
        """;

    private sealed record Row(string Region, int Closed, int Due, string? State, decimal? Numerator, decimal? Denominator);
}

/// <summary>A month's closing rates.</summary>
public sealed record ClosingRates(string Period, IReadOnlyList<CountyClosingRate> Items);

/// <summary>A county's closing rate.</summary>
/// <param name="Due">Cases that the month answers for.</param>
/// <param name="Closed">Of these, those that are closed.</param>
/// <param name="Rate">Per cent; null: there are none.</param>
/// <param name="ReportState">Of the report of indicator 12; null: there is none.</param>
/// <param name="ReportedClosed">Its numerator.</param>
/// <param name="ReportedDue">Its denominator.</param>
/// <param name="Agrees">Whether the report says the same as the cases; null: there is no report.</param>
public sealed record CountyClosingRate(
    string Region, string RegionName, int Closed, int Due, decimal? Rate, string? ReportState, int? ReportedClosed, int? ReportedDue, bool? Agrees);
