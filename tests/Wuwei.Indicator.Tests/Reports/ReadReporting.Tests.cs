using System.Net;
using Wuwei.Indicator.Reports;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Tests.Reports;

[Collection(nameof(PlanService))]
public sealed class ReadReportingTests(PlanService plan)
{
    [Theory]
    [InlineData("1", IndicatorService.Gulang, "2025-01", "2025-02-05")]
    [InlineData("1", IndicatorService.Gulang, "2024-12", "2025-01-05")]
    [InlineData("1", IndicatorService.Gulang, "2025-03", "2025-05-10")]
    [InlineData("1", IndicatorService.Gulang, "2024", "2025-01-25")]
    [InlineData("2", "620600", "2025-03", "2025-04-20")] // of the indicator, though the one for all is later
    [InlineData("1", IndicatorService.Tianzhu, "2025-02", "2025-03-08")]
    [InlineData("2", IndicatorService.Tianzhu, "2025-02", "2025-03-20")] // the indicator goes before the region
    [InlineData("7", IndicatorService.Tianzhu, "2025-02", "2025-03-12")]
    [InlineData("7", IndicatorService.Tianzhu, "2025-03", "2025-04-15")] // the later of the two
    public void Given_a_period_When_its_report_is_due_Then_it_is_by_the_rule_for_the_fewest_of_then(string indicator, string region, string period, string due)
    {
        DueRule[] rules =
        [
            Rule("month", null, null, new(2025, 3, 1), 2, 10), Rule("month", null, null, new(2021, 1, 1), 1, 5), Rule("year", null, null, new(2021, 1, 1), 1, 25),
            Rule("month", "2", null, new(2021, 1, 1), 1, 20), Rule("month", null, IndicatorService.Tianzhu, new(2021, 1, 1), 1, 8),
            Rule("month", "7", IndicatorService.Tianzhu, new(2021, 1, 1), 1, 12), Rule("month", "7", IndicatorService.Tianzhu, new(2025, 3, 1), 1, 15),
        ];
        Assert.True(Period.TryParse(period, out var read));
        Assert.Equal(DateOnly.Parse(due, null), ReportingRates.DueOn(indicator, region, read, rules));

        static DueRule Rule(string frequency, string? indicator, string? region, DateOnly validFrom, int months, int day) => new(frequency, indicator, region, validFrom, 1, months, day, "D", false, "");
    }

    [Theory]
    [InlineData("2025-Q2", "report.period_kind")]
    [InlineData("2025-09", "report.future_period")]
    [InlineData("2026-01", "report.period_out_of_plan")]
    public async Task Given_a_period_of_which_nothing_is_reported_When_its_form_is_asked_Then_it_says_why(string period, string code) =>
        await (await plan.Service.City.GetAsync(new Uri($"reports/form?region={IndicatorService.Minqin}&period={period}", UriKind.Relative)))
            .ShouldBeAsync(HttpStatusCode.UnprocessableEntity, code);

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

        // A county that gets longer was on time; the others were not.
        var rule = $"reports/due-rules/month/2025-06-01?indicator=7&region={IndicatorService.Gulang}";
        await (await county.PutAsync(rule, new { monthsAfter = 1, day = 20, verified = false, source = "试行" })).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.city_approver_only");
        await (await plan.Service.City.PutAsync(rule, new { monthsAfter = 1, day = 10, verified = false, source = "试行" })).ShouldBeAsync(HttpStatusCode.OK);
        await (await plan.Service.City.PutAsync(rule, new { monthsAfter = 1, day = 20, verified = false, source = "试行" })).ShouldBeAsync(HttpStatusCode.PreconditionRequired, "request.if_match_required");
        await (await plan.Service.City.PutAsync(rule, new { monthsAfter = 1, day = 20, verified = false, source = "试行" }, "\"1\"")).ShouldBeAsync(HttpStatusCode.OK);
        items = (await plan.Service.City.GetJsonAsync("reports/timeliness?from=2025-06&to=2025-07"))["items"]!.AsArray();
        Assert.Equal([("2025-07-20", "on-time"), ("2025-07-05", "overdue")], new[] { IndicatorService.Gulang, IndicatorService.Tianzhu }.Select(region =>
            items.Single(item => (string)item!["indicator"]! == "7" && (string)item["period"]! == "2025-06" && (string)item["region"]! == region)!).Select(item => ((string)item["dueOn"]!, (string)item["timing"]!)));
        await (await plan.Service.City.PutAsync("reports/due-rules/week/2025-06-01", new { monthsAfter = 1, day = 20, verified = false, source = "试行" })).ShouldBeAsync(HttpStatusCode.UnprocessableEntity, "report.due_frequency");

        string Timing(string period) => (string)items.Single(item => (string)item!["indicator"]! == "7" && (string)item["period"]! == period)!["timing"]!;
    }
}
