using System.Net;
using Wuwei.Indicator.Reports;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Tests.Reports;

[Collection(nameof(PlanService))]
public sealed class ReadReportingTests(PlanService plan)
{
    [Theory]
    [InlineData("2025-01", "2025-02-05")]
    [InlineData("2024-12", "2025-01-05")]
    [InlineData("2025-03", "2025-05-10")]
    [InlineData("2024", "2025-01-25")]
    public void Given_a_period_When_its_report_is_due_Then_it_is_by_the_rule_of_then(string period, string due)
    {
        DueRule[] rules =
        [
            new("month", new(2025, 3, 1), 2, 10, "D", false, ""), new("month", new(2021, 1, 1), 1, 5, "D", false, ""), new("year", new(2021, 1, 1), 1, 25, "D", false, ""),
        ];
        Assert.True(Period.TryParse(period, out var read));
        Assert.Equal(DateOnly.Parse(due, null), ReportingRates.DueOn(read, rules));
    }

    [Fact]
    public async Task Given_a_county_that_reports_When_rates_are_asked_Then_they_count_what_was_due_by_now()
    {
        // The clock that stamps says July 2025: the report of June was due on the 5th, that of July is not due yet.
        var county = plan.Service.County(IndicatorService.Gulang);
        foreach (var month in new[] { "2025-06", "2025-07" })
        {
            await (await county.PutAsync($"reports/7/{IndicatorService.Gulang}/{month}", new { value = 12 })).ShouldBeAsync(HttpStatusCode.Created);
            await (await county.PostAsync($"reports/7/{IndicatorService.Gulang}/{month}/submission", null, "\"1\"")).ShouldBeAsync(HttpStatusCode.OK);
        }

        var reporting = await county.GetJsonAsync("reports/timeliness?from=2025-06&to=2025-07");
        var rate = Assert.Single(reporting["rates"]!.AsArray())!;
        var items = reporting["items"]!.AsArray();
        Assert.Equal(("late", "on-time"), (Timing("2025-06"), Timing("2025-07")));
        Assert.Equal("overdue", (string)items.First(item => (string)item!["indicator"]! == "1" && (string)item["period"]! == "2025-06")!["timing"]!);
        Assert.Equal("open", (string)items.First(item => (string)item!["indicator"]! == "1" && (string)item["period"]! == "2025-07")!["timing"]!);
        Assert.Equal((2, 1), ((int)rate["in"]!, (int)rate["onTime"]!));
        Assert.Equal(decimal.Round(200m / (int)rate["due"]!, 2, MidpointRounding.AwayFromZero), rate["ratePercent"].Decimal());

        var all = await plan.Service.City.GetJsonAsync("reports/timeliness?from=2025-06&to=2025-06");
        Assert.Equal(5, all["rates"]!.AsArray().Count); // four counties, and the city for what only it has
        await (await plan.Service.City.GetAsync(new Uri("reports/timeliness?from=2025-07&to=2025-06", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.UnprocessableEntity, "reporting.out_of_plan");
        await (await county.GetAsync(new Uri($"reports/timeliness?region={IndicatorService.Minqin}", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.NotFound, "region.not_found");

        string Timing(string period) => (string)items.Single(item => (string)item!["indicator"]! == "7" && (string)item["period"]! == period)!["timing"]!;
    }
}
