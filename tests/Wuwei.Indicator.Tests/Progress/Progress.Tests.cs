using System.Net;

namespace Wuwei.Indicator.Tests.Progress;

[Collection(nameof(PlanService))]
public sealed class ProgressTests(PlanService plan)
{
    private readonly HttpClient _city = plan.Service.City;

    [Fact]
    public async Task Given_years_by_their_season_When_progress_is_asked_Then_every_figure_follows()
    {
        var opened = await _city.GetJsonAsync("progress/10/620600/2025-06");
        var progress = opened["progress"]!;
        Assert.Equal((120_600m, 112_500m, 1.072m), (progress["value"].Decimal(), progress["due"].Decimal(), progress["ratio"].Decimal()));
        Assert.Equal(("ahead", "超前", "2025-06"), ((string)progress["status"]!, (string)progress["statusZh"]!, (string)progress["through"]!));
        Assert.Equal((734m, "month", 2300m), (progress["rate"]!["needed"].Decimal(), (string)progress["rate"]!["per"]!, progress["rate"]!["recent"].Decimal()));
        Assert.Equal(("2025-08", "2025-08"), ((string)progress["completion"]!["earliest"]!, (string)progress["completion"]!["latest"]!));
        Assert.Equal((38_000m, 25_000m, true), (progress["ease"]!["base"].Decimal(), progress["ease"]!["asked"].Decimal(), (bool)progress["ease"]!["easier"]!));
        var forecast = progress["forecast"]!;
        Assert.Equal((138_000m, "likely", 54), (forecast["value"].Decimal(), (string)forecast["meets"]!, (int)forecast["history"]!));
        Assert.Equal(0, forecast["backTests"]![0]!["errorPercent"].Decimal());
        Assert.Equal((true, 3), (progress["decisions"]!.AsArray().Any(note => ((string)note!["question"]!).Contains("12.5", StringComparison.Ordinal)), progress["decisions"]!.AsArray().Count));

        var points = opened["points"]!.AsArray();
        Assert.Equal(60, points.Count);
        Assert.Equal(("2025-06", 120_600m, null), ((string)points[53]!["month"]!, points[53]!["value"].Decimal(), points[53]!["expected"].Decimal()));
        Assert.Equal((123_000m, null), (points[54]!["expected"].Decimal(), points[54]!["value"].Decimal()));
    }

    [Fact]
    public async Task Given_a_month_of_before_When_progress_is_asked_Then_nothing_later_is_known()
    {
        var progress = (await _city.GetJsonAsync("progress/10/620600/2023-12"))["progress"]!;
        Assert.Equal((82_800m, 75_000m), (progress["value"].Decimal(), progress["due"].Decimal()));
        Assert.Equal(36, (int)progress["forecast"]!["history"]!);
        Assert.Equal("2025-08", (string)progress["completion"]!["expected"]!);
    }

    [Fact]
    public async Task Given_an_instant_before_the_platform_When_asked_as_of_it_Then_proposals_hold_and_nothing_is_known()
    {
        var progress = (await _city.GetJsonAsync("progress/8/620600/2025-06?asOf=1990-01-01T00:00:00Z"))["progress"]!;
        Assert.Equal(("unknown", 500_000m, null), ((string)progress["status"]!, progress["target"].Decimal(), progress["value"].Decimal()));
    }

    [Fact]
    public async Task Given_a_region_When_its_table_is_asked_Then_every_indicator_has_a_line()
    {
        var table = await _city.GetJsonAsync("progress?region=620600");
        Assert.Equal("2025-06", (string)table["month"]!); // the last month that is over
        var lines = table["items"]!.AsArray().ToDictionary(line => (string)line!["indicator"]!, line => line!);
        Assert.True(lines.Count >= 12);
        Assert.Equal("unknown", (string)lines["1"]["status"]!);
        // Schooling of 2024 against the line from 10.5 to 11.1; the year that is not published yet is not asked for.
        Assert.Equal((10.9m, 10.98m, "nearly"), (lines["9"]["value"].Decimal(), lines["9"]["due"].Decimal(), (string)lines["9"]["status"]!));
        Assert.Equal("moderate-progress", (string)lines["9"]["growth"]!["status"]!);
        Assert.Equal(11.0m, lines["9"]["forecast"]!["value"].Decimal());
        Assert.Equal("unlikely", (string)lines["9"]["forecast"]!["meets"]!);
        // Five year-ends of 100,000: four are in, and the stock of June stands for the fifth.
        Assert.Equal((500_000m, 500_000m), (lines["8"]["value"].Decimal(), lines["8"]["forecast"]!["value"].Decimal()));
        Assert.Equal((100_000m, "year-end"), (lines["8"]["rate"]!["needed"].Decimal(), (string)lines["8"]["rate"]!["per"]!));

        var county = await plan.Service.County(IndicatorService.Minqin).GetJsonAsync($"progress?region={IndicatorService.Minqin}&month=2025-06");
        Assert.Equal("not-applicable", (string)county["items"]!.AsArray().Single(line => (string)line!["indicator"]! == "2")!["status"]!);
        await (await plan.Service.County(IndicatorService.Minqin).GetAsync(new Uri("progress?region=620600", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.NotFound, "region.not_found");
    }

    [Theory]
    [InlineData("progress?region=620600&month=2026-01", "progress.month_out_of_plan")]
    [InlineData("progress?region=620600&month=2025", "progress.month_out_of_plan")]
    [InlineData("progress?region=620600&asOf=2099-01-01T00:00:00Z", "as_of.future")]
    public async Task Given_what_cannot_be_asked_When_asked_Then_it_is_refused(string path, string code) =>
        await (await _city.GetAsync(new Uri(path, UriKind.Relative))).ShouldBeAsync(HttpStatusCode.UnprocessableEntity, code);

    [Fact]
    public async Task Given_another_rule_from_a_month_on_When_progress_is_asked_Then_months_before_keep_theirs()
    {
        var form = new { ahead = 1.2, onTrack = 1.1, nearly = 1.08, confidence = 95, verified = false, reason = "试行" };
        var set = await (await _city.PutAsync("progress/rules/2025-05-01", form)).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(1, (int)set["revision"]!);
        Assert.Equal("behind", await StatusAsync("2025-05"));
        Assert.Equal("ahead", await StatusAsync("2025-04"));
        await (await _city.PutAsync("progress/rules/2025-05-01", form)).ShouldBeAsync(HttpStatusCode.PreconditionRequired, "request.if_match_required");
        await (await _city.PutAsync("progress/rules/2025-05-01", form, "\"9\"")).ShouldBeAsync(HttpStatusCode.PreconditionFailed, "request.stale");
        await (await _city.PutAsync("progress/rules/2025-05-01", new { ahead = 1.05, onTrack = 1, nearly = 0.9, confidence = 80, verified = false, reason = "恢复" }, "\"1\"")).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal("ahead", await StatusAsync("2025-05"));

        await (await _city.PutAsync("progress/rules/2025-05-02", form)).ShouldBeAsync(HttpStatusCode.UnprocessableEntity, "progress.rule_month");
        await (await _city.PutAsync("progress/rules/2025-06-01", form with { ahead = 1.0 })).ShouldBeAsync(HttpStatusCode.UnprocessableEntity, "progress.rule_order");
        await (await _city.PutAsync("progress/rules/2025-06-01", form with { confidence = 85 })).ShouldBeAsync(HttpStatusCode.UnprocessableEntity, "progress.rule_confidence");
        await (await _city.PutAsync("progress/rules/2025-06-01", form with { verified = true })).ShouldBeAsync(HttpStatusCode.UnprocessableEntity, "progress.rule_document");
        await (await plan.Service.County(IndicatorService.Minqin).PutAsync("progress/rules/2025-06-01", form)).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.city_approver_only");

        async Task<string> StatusAsync(string month) => (string)(await _city.GetJsonAsync($"progress/10/620600/{month}"))["progress"]!["status"]!;
    }
}
