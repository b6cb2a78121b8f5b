using System.Net;
using CsCheck;
using Wuwei.Indicator.Targets;

namespace Wuwei.Indicator.Tests.Targets;

public sealed class ApportionmentTests
{
    [Fact]
    public void Given_any_total_and_weights_When_shared_Then_the_parts_add_up_and_none_is_a_step_off() =>
        Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[0, 900_000].Array[1, 8], Gen.OneOf(1m, 0.01m)).Where(drawn => drawn.Item2.Sum() > 0).Sample((total, weights, step) =>
        {
            var parts = Apportionment.Share(total, [.. weights.Select(weight => (decimal)weight)], step);
            Assert.Equal(total, parts.Sum());
            Assert.All(parts.Zip(weights), pair => Assert.InRange(pair.First, (decimal)total * pair.Second / weights.Sum() - step, (decimal)total * pair.Second / weights.Sum() + step));
            Assert.All(parts, part => Assert.Equal(0, part % step));
        });
}

[Collection(nameof(PlanService))]
public sealed class ProposalTests(PlanService plan)
{
    private readonly HttpClient _city = plan.Service.City;

    [Fact]
    public async Task Given_a_total_of_the_city_When_shared_Then_counties_add_up_by_inhabitants_or_by_last_year()
    {
        var proposal = await _city.GetJsonAsync("targets/proposal?indicator=10&year=2025");
        Assert.Equal(25_000, proposal["items"]!.AsArray().Sum(item => item!["value"].Decimal()));
        Assert.Equal("620602", (string)proposal["items"]!.AsArray().MaxBy(item => item!["value"].Decimal())!["region"]!);
        Assert.Equal("U", (string)proposal["items"]![1]!["mark"]!);
        // All of last year's stocks were equal, so are the shares; a remainder goes to the first.
        var stocks = await _city.GetJsonAsync("targets/proposal?indicator=8&year=2025&by=last-year&total=100001");
        Assert.Equal([25_001, 25_000, 25_000, 25_000], stocks["items"]!.AsArray().Select(item => item!["value"].Decimal()));
        Assert.Equal([90, 90, 90, 90], (await _city.GetJsonAsync("targets/proposal?indicator=5&year=2024&total=90"))["items"]!.AsArray().Select(item => item!["value"].Decimal()));
    }

    [Theory]
    [InlineData("indicator=10&year=2025&by=last-year", "target.nothing_to_share_by")] // only Liangzhou has trained
    [InlineData("indicator=7&year=2025", "target.city_total_unknown")]
    [InlineData("indicator=2&year=2025&total=6", "target.not_applicable")]
    [InlineData("indicator=7&year=2026&total=6", "target.year_out_of_plan")]
    [InlineData("indicator=7&year=2025&total=1.5", "target.value_out_of_range")]
    [InlineData("indicator=7&year=2025&total=6&by=lot", "target.unknown_by")]
    public async Task Given_what_cannot_be_shared_When_proposed_Then_it_is_refused(string query, string code) =>
        await (await _city.GetAsync(new Uri($"targets/proposal?{query}", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.UnprocessableEntity, code);

    [Fact]
    public async Task Given_targets_When_checked_Then_what_does_not_fit_is_named()
    {
        object[] cells = [.. new[] { ("620600", 1000), ("620602", 600), ("620621", 200), ("620622", 100), ("620623", 99) }.Select(part => new { indicator = "11", region = part.Item1, year = 2023, value = part.Item2 })];
        await (await _city.PutAsync("targets", cells)).ShouldBeAsync(HttpStatusCode.OK);
        await (await _city.PutAsync("targets", new[] { ("620600", 99), ("620602", 99), ("620621", 99), ("620622", 98), ("620623", 100) }.Select(part =>
            new { indicator = "12", region = part.Item1, year = 2023, value = part.Item2 }))).ShouldBeAsync(HttpStatusCode.OK);
        var checks = (await _city.GetJsonAsync("targets/check"))["items"]!.AsArray();
        var jobs = One("11", "2023");
        Assert.Equal(("differs", 1000m, 999m, -1m), ((string)jobs["status"]!, jobs["whole"].Decimal(), jobs["sum"].Decimal(), jobs["difference"].Decimal()));
        Assert.Equal(("differs", "620622"), ((string)One("12", "2023")["status"]!, (string)Assert.Single(One("12", "2023")["regions"]!.AsArray())!));
        Assert.Equal(("fits", 125_000m), ((string)One("10", "plan")["status"]!, One("10", "plan")["sum"].Decimal()));
        Assert.Equal("incomplete", (string)One("10", "2024")["status"]!);
        await (await plan.Service.County(IndicatorService.Minqin).GetAsync(new Uri("targets/check", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.NotFound, "region.not_found");

        var versions = System.Text.Json.Nodes.JsonNode.Parse(await _city.GetStringAsync(new Uri("targets/11/620623/2023/versions", UriKind.Relative)))!.AsArray();
        Assert.Equal(99, Assert.Single(versions)!["value"].Decimal());

        System.Text.Json.Nodes.JsonNode One(string indicator, string of) =>
            checks.Single(check => (string)check!["indicator"]! == indicator && (string)check["of"]! == of)!;
    }
}
