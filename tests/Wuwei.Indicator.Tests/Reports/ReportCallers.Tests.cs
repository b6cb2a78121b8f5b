using System.Net;
using Wuwei.Testing;
using static Wuwei.Indicator.Tests.IndicatorService;

namespace Wuwei.Indicator.Tests.Reports;

/// <summary>Who may look at a report and move it.</summary>
public sealed class ReportCallersTests(IndicatorService service) : IClassFixture<IndicatorService>
{
    [Fact]
    public async Task Given_two_counties_When_one_looks_at_or_touches_the_others_Then_there_is_nothing_for_it()
    {
        const string path = $"reports/1/{Minqin}/2023-09";
        await (await service.County(Minqin).PutAsync(path, new { value = 1 })).ShouldBeAsync(HttpStatusCode.Created);
        var stranger = service.County(Gulang);
        await (await stranger.GetAsync(new Uri(path, UriKind.Relative))).ShouldBeAsync(HttpStatusCode.NotFound, "report.not_found");
        await (await stranger.PutAsync(path, new { value = 2 }, "\"1\"")).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.out_of_region");
        await (await stranger.PostAsync($"{path}/submission", null, "\"1\"")).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.out_of_region");
        foreach (var move in new[] { "approval", "lock" })
        {
            await (await stranger.PostAsync($"{path}/{move}", null, "\"1\"")).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.out_of_region");
        }

        foreach (var move in new[] { "return", "unlock" })
        {
            await (await stranger.PostAsync($"{path}/{move}", new { reason = "x" }, "\"1\"")).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.out_of_region");
        }

        var refused = await (await stranger.PostAsync("reports/batch", new { reports = new[] { new { indicator = "1", region = Minqin, period = "2023-10", value = 1 } } })).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal("auth.out_of_region", (string)refused["results"]![0]!["code"]!);
        Assert.All((await stranger.GetJsonAsync("reports"))["items"]!.AsArray(), report => Assert.Equal(Gulang, (string)report!["region"]!));
        await (await stranger.GetAsync(new Uri($"observations/1/{Minqin}/2023-09", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.NotFound, "region.not_found");
        await (await stranger.GetAsync(new Uri($"observations/1/{Minqin}/2023-09/facts", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.NotFound, "region.not_found");
        await (await stranger.GetAsync(new Uri($"observations?indicator=1&region={Minqin}", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.NotFound, "region.not_found");
        await (await stranger.GetAsync(new Uri("observations/1/620600/2023-09", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.NotFound, "region.not_found");
    }

    [Fact]
    public async Task Given_a_submitted_report_When_the_wrong_people_move_it_Then_they_are_refused()
    {
        const string path = $"reports/1/{Minqin}/2023-11";
        var county = TestCaller.Of("indicator", Minqin);
        var clerk = service.ClientFor(county with { Roles = ["clerk"] });
        var approver = service.ClientFor(county with { Roles = ["approver"] });
        await (await approver.PutAsync(path, new { value = 1 })).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.clerk_only");
        await (await clerk.PutAsync(path, new { value = 1 })).ShouldBeAsync(HttpStatusCode.Created);
        await (await approver.PostAsync($"{path}/submission", null, "\"1\"")).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.clerk_only");
        await (await clerk.PostAsync($"{path}/submission", null, "\"1\"")).ShouldBeAsync(HttpStatusCode.OK);
        await (await clerk.PostAsync($"{path}/approval", null, "\"2\"")).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.own_approver_only");
        await (await service.City.PostAsync($"{path}/approval", null, "\"2\"")).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.own_approver_only");
        await (await service.City.PostAsync($"{path}/lock", null, "\"2\"")).ShouldBeAsync(HttpStatusCode.Conflict, "report.wrong_state");
        await (await approver.PostAsync($"{path}/approval", null, "\"2\"")).ShouldBeAsync(HttpStatusCode.OK);
        await (await approver.PostAsync($"{path}/lock", null, "\"3\"")).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.city_approver_only");
        await (await approver.PostAsync($"{path}/unlock", new { reason = "x" }, "\"3\"")).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.city_approver_only");
        await (await service.ClientFor(TestCaller.Of("indicator") with { Roles = ["clerk"] }).PostAsync($"{path}/lock", null, "\"3\"")).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.city_approver_only");
        await (await service.ClientFor(TestCaller.Of("indicator") with { Department = "training" }).PostAsync($"{path}/lock", null, "\"3\"")).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.other_department");
        await (await service.ClientFor(TestCaller.AssessmentOffice).PostAsync($"{path}/lock", null, "\"3\"")).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.forbidden");
        await (await service.County(Minqin).PostAsync("reports/batch", new { @lock = true, reports = new[] { new { indicator = "1", region = Minqin, period = "2023-12", value = 1 } } })).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.city_approver_only");
        await (await service.City.PostAsync($"{path}/lock", null, "\"3\"")).ShouldBeAsync(HttpStatusCode.OK);
    }
}
