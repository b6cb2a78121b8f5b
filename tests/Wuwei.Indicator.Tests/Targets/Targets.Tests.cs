using System.Net;
using Wuwei.Contracts.Targets;
using Wuwei.ServiceDefaults;
using Wuwei.Testing;

namespace Wuwei.Indicator.Tests.Targets;

public sealed class TargetTests(IndicatorService service) : IClassFixture<IndicatorService>
{
    [Fact]
    public async Task Given_targets_When_one_is_changed_Then_only_that_one_is_said_and_the_old_one_is_still_known_as_of()
    {
        await service.MessagesAsync<TargetChanged>();
        object[] first = [Cell("1", "620602", 2022, 9000), Cell("2", "620602", 2022, null), Cell("6", "620600", 2022, 400_000)];
        var set = await (await service.City.PutAsync("targets", first)).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal((3, 0), ((int)set["changed"]!, (int)set["unchanged"]!));
        var said = await service.MessagesAsync<TargetChanged>();
        Assert.Equal([("1", 9000m, "≥"), ("2", (decimal?)null, "<"), ("6", 400_000m, "≥")], said.Select(t => (t.Indicator, t.Value, t.Comparator)));
        Assert.Equal(0.75m, said[2].Season[2]);
        Assert.Equal(0.25m, said[0].Season[2]);

        set = await (await service.City.PutAsync("targets", new[] { Cell("1", "620602", 2022, 9500, revision: 1), Cell("6", "620600", 2022, 400_000) })).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal((1, 1), ((int)set["changed"]!, (int)set["unchanged"]!));
        var changed = Assert.Single(await service.MessagesAsync<TargetChanged>());
        Assert.Equal(("1", "620602", 2022, 9500m, 2), (changed.Indicator, changed.Region, changed.Year, changed.Value, changed.Revision));
        Assert.True(changed.KnownAt > said[0].KnownAt);

        Assert.Equal(9500, await TargetAsync(""));
        Assert.Equal(9000, await TargetAsync($"&asOf={Uri.EscapeDataString(Instants.Format(changed.KnownAt.AddMicroseconds(-1)))}"));
        Assert.Null(await TargetAsync($"&asOf={Uri.EscapeDataString(Instants.Format(said[0].KnownAt.AddMicroseconds(-1)))}"));

        async Task<decimal?> TargetAsync(string asOf)
        {
            var items = (await service.City.GetJsonAsync($"targets?indicator=1&region=620602&year=2022{asOf}"))["items"]!.AsArray();
            return items.Count == 0 ? null : Assert.Single(items)!["value"].Decimal();
        }
    }

    [Fact]
    public async Task Given_a_county_When_it_reads_targets_Then_it_sees_its_own_only()
    {
        await (await service.City.PutAsync("targets", new[] { Cell("7", "620621", 2023, 700), Cell("7", "620622", 2023, 800), Cell("7", "620600", 2023, 5000) })).ShouldBeAsync(HttpStatusCode.OK);
        var items = (await service.County("620621").GetJsonAsync("targets?indicator=7&year=2023"))["items"]!.AsArray();
        Assert.Equal("620621", (string)Assert.Single(items)!["region"]!);
    }

    public static TheoryData<object, HttpStatusCode, string> Wrong => new()
    {
        { Array.Empty<object>(), HttpStatusCode.UnprocessableEntity, "request.item_count" },
        { Enumerable.Range(0, 501).Select(_ => Cell("1", "620602", 2022, 1)).ToArray(), HttpStatusCode.UnprocessableEntity, "request.item_count" },
        { new[] { Cell("13", "620602", 2022, 1) }, HttpStatusCode.UnprocessableEntity, "indicator.unknown" },
        { new[] { Cell("1", "620699", 2022, 1) }, HttpStatusCode.UnprocessableEntity, "region.unknown" },
        { new[] { Cell("1", "620602001", 2022, 1) }, HttpStatusCode.UnprocessableEntity, "region.unknown" },
        { new[] { Cell("1", "620602", 2020, 1) }, HttpStatusCode.UnprocessableEntity, "target.year_out_of_plan" },
        { new[] { Cell("1", "620602", 2026, 1) }, HttpStatusCode.UnprocessableEntity, "target.year_out_of_plan" },
        { new[] { Cell("2", "620602", 2025, 6) }, HttpStatusCode.UnprocessableEntity, "target.not_applicable" },
        { new[] { Cell("12", "620602", 2025, 101) }, HttpStatusCode.UnprocessableEntity, "target.value_out_of_range" },
        { new[] { Cell("1", "620602", 2025, -1) }, HttpStatusCode.UnprocessableEntity, "target.value_out_of_range" },
        { new[] { Cell("1", "620602", 2025, 1), Cell("1", "620602", 2025, 2) }, HttpStatusCode.UnprocessableEntity, "target.item_twice" },
        { new[] { Cell("1", "620602", 2025, 1, revision: 99) }, HttpStatusCode.PreconditionFailed, "request.stale" },
        { "[null]", HttpStatusCode.UnprocessableEntity, "request.item_count" },
        { "{}", HttpStatusCode.BadRequest, "request.malformed" },
        { "[{\"indicator\":\"1\",\"region\":\"620602\",\"year\":\"2025\",\"value\":1}]", HttpStatusCode.BadRequest, "request.malformed" },
        { "[{\"indicator\":\"1\",\"region\":\"620602\",\"year\":2025,\"value\":1,\"approved\":true}]", HttpStatusCode.BadRequest, "request.malformed" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Given_targets_that_cannot_be_When_they_are_set_Then_none_is(object body, HttpStatusCode status, string code)
    {
        await (await service.City.PutAsync("targets", body)).ShouldBeAsync(status, code);
        Assert.Empty((await service.City.GetJsonAsync("targets?year=2025"))["items"]!.AsArray());
    }

    [Fact]
    public async Task Given_callers_who_may_not_When_they_set_targets_Then_they_are_refused()
    {
        var cells = new[] { Cell("1", "620602", 2024, 1) };
        var city = TestCaller.Of("indicator");
        await (await service.County("620602").PutAsync("targets", cells)).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.city_approver_only");
        await (await service.ClientFor(city with { Roles = ["clerk"] }).PutAsync("targets", cells)).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.city_approver_only");
        await (await service.ClientFor(city with { Department = "training" }).PutAsync("targets", cells)).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.city_approver_only");
        await (await service.ClientFor(city with { Scopes = ["indicator.read"] }).PutAsync("targets", cells)).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.forbidden");
        await (await service.ClientFor(null).PutAsync("targets", cells)).ShouldBeAsync(HttpStatusCode.Unauthorized, "auth.token_required");
    }

    private static object Cell(string indicator, string region, int year, decimal? value, int? revision = null) => new { indicator, region, year, value, revision };
}
