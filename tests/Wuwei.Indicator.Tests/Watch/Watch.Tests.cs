using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Wuwei.Contracts.Warnings;
using Wuwei.Indicator.Warnings;
using static Wuwei.Indicator.Tests.IndicatorService;

namespace Wuwei.Indicator.Tests.Watch;

/// <summary>The unemployment watch and its warnings over the API, one story after the other on one database.</summary>
public sealed class WatchTests(IndicatorService service) : IClassFixture<IndicatorService>
{
    [Fact]
    public async Task Given_a_sample_When_months_are_returned_Then_figures_heat_and_hints_are_those_of_the_linked_enterprises()
    {
        var own = service.County(Minqin);
        await (await service.City.PutAsync("policy-parameters/watch.least_linked/2025-01-01", new { value = 2, verified = false, note = "样本较小" })).ShouldBeAsync(HttpStatusCode.OK);
        var (mill, mine, shop) = (Given.CodeOf(101), Given.CodeOf(102), Given.CodeOf(103));
        var made = await (await own.PutAsync($"enterprises/{mill.ToLowerInvariant()}", Given.Enterprise(Minqin))).ShouldBeAsync(HttpStatusCode.Created);
        Assert.Equal((mill, "制造业", 1), ((string)made["creditCode"]!, (string)made["industryName"]!, (int)made["revision"]!));
        await (await own.PutAsync($"enterprises/{mine}", Given.Enterprise(Minqin, "B"))).ShouldBeAsync(HttpStatusCode.Created);
        await (await own.PutAsync($"enterprises/{shop}", Given.Enterprise(Minqin, "F", from: "2025-05"))).ShouldBeAsync(HttpStatusCode.Created);

        // The same again is welcome, another one needs the version, and another county has no say.
        await (await own.PutAsync($"enterprises/{mill}", Given.Enterprise(Minqin))).ShouldBeAsync(HttpStatusCode.OK);
        await (await own.PutAsync($"enterprises/{mill}", Given.Enterprise(Minqin, headcount: 120))).ShouldBeAsync((HttpStatusCode)428, "request.if_match_required");
        await (await service.County(Gulang).PutAsync($"enterprises/{mill}", Given.Enterprise(Gulang))).ShouldBeAsync(HttpStatusCode.Conflict, "enterprise.other_county");
        await (await service.County(Gulang).PutAsync($"enterprises/{mill}/returns/2025-04", Given.Return(100, 100))).ShouldBeAsync(HttpStatusCode.NotFound, "enterprise.not_found");

        await Return(mill, "2025-04", 100, 100);
        await Return(mine, "2025-04", 80, 80);
        await Return(mill, "2025-05", 100, 88);
        await Return(mine, "2025-05", 80, 84);
        var odd = await Return(shop, "2025-05", 60, 30);
        Assert.Equal("large-change", (string)Assert.Single(odd["hints"]!.AsArray())!["code"]!);
        Assert.True((bool)odd["late"]!); // May was due on 25 June
        await (await own.PutAsync($"enterprises/{shop}/returns/2025-04", Given.Return(60, 60))).ShouldBeAsync(HttpStatusCode.UnprocessableEntity, "return.not_sampled");

        var watch = await own.GetJsonAsync("watch/2025-05?by=industry");
        var total = watch["total"]!;
        Assert.Equal((3, 3, 2, 12, 6.67m), ((int)total["sampled"]!, (int)total["late"]!, (int)total["linked"]!, (int)total["jobsLost"]!, total["jobLossRate"].Decimal()));
        Assert.Equal((-8, -4.44m), ((int)total["netChange"]!, total["netRate"].Decimal()));
        Assert.Equal((300, -98), ((int)total["baseHeadcount"]!, (int)total["netChangeOnBase"]!));
        Assert.Equal(["采矿业", "制造业", "批发和零售业"], watch["groups"]!.AsArray().Select(g => (string)g!["name"]!));
        Assert.Equal(("resignation", "orders", 42), Assert.Single(watch["losses"]!.AsArray()) is { } loss ? ((string)loss["type"]!, (string)loss["reason"]!, (int)loss["persons"]!) : default);

        var cells = (await own.GetJsonAsync("watch/2025-05/heat"))["cells"]!.AsArray();
        Assert.Equal([("B", null), ("C", "red"), ("F", (string?)null)], cells.Select(c => ((string)c!["industry"]!, (string?)c["level"])));
        Assert.Empty((await service.County(Tianzhu).GetJsonAsync("watch/2025-05/heat"))["cells"]!.AsArray());
        Assert.Equal(0, (int)(await service.County(Tianzhu).GetJsonAsync("watch/2025-05"))["total"]!["sampled"]!);

        Assert.Equal(shop, (string)Assert.Single((await own.GetJsonAsync("watch/2025-05/returns?unexplained=true"))["items"]!.AsArray())!["creditCode"]!);
        await (await own.PutAsync($"enterprises/{shop}/returns/2025-05", WithExplanation(Given.Return(60, 30)), "\"1\"")).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Empty((await own.GetJsonAsync("watch/2025-05/returns?unexplained=true"))["items"]!.AsArray());
        Assert.Equal(3, (await own.GetJsonAsync("watch/2025-06/returns?standing=awaited"))["items"]!.AsArray().Count);

        // What the warnings count in the database is what the watch shows.
        await EvaluateAsync();
        var warning = Assert.Single((await own.GetJsonAsync("warnings?rule=job-loss-rate"))["items"]!.AsArray())!;
        Assert.Equal((Minqin, "orange", "2025-05", 6.67m), ((string)warning["region"]!, (string)warning["level"]!, (string)warning["period"]!, warning["value"].Decimal()));

        async Task<JsonObject> Return(string code, string period, int last, int now) =>
            await (await own.PutAsync($"enterprises/{code}/returns/{period}", Given.Return(last, now))).ShouldBeAsync(HttpStatusCode.Created);

        static JsonNode WithExplanation(object form)
        {
            var node = System.Text.Json.JsonSerializer.SerializeToNode(form, ServiceDefaults.Json.Options)!;
            node["explanation"] = "季节性停产，已电话核实。";
            return node;
        }
    }

    [Fact]
    public async Task Given_a_layoff_of_120_When_it_is_recorded_Then_a_red_warning_goes_up_to_the_province_and_closes_when_it_is_withdrawn()
    {
        var (county, id) = (service.County(Liangzhou), Guid.CreateVersion7());
        var layoff = await (await county.PutAsync($"layoffs/{id}", Given.Layoff(Liangzhou, 1000, 120))).ShouldBeAsync(HttpStatusCode.Created);
        Assert.Equal((true, "2025-08-09", 31, 0), ((bool)layoff["statutory"]!, (string)layoff["earliestOn"]!, (int)layoff["daysToPlanned"]!, layoff["breaches"]!.AsArray().Count));
        await EvaluateAsync();
        await EvaluateAsync(); // the same data: nothing new

        var raised = await WarningAsync(county, id);
        var path = $"warnings/{raised["id"]}";
        Assert.Equal(("red", "open", "620600", false), ((string)raised["level"]!, (string)raised["state"]!, (string)raised["reportTo"]!, (bool)raised["overdue"]!));
        Assert.Equal(TimeSpan.FromHours(2), (DateTimeOffset)raised["reportBy"]! - (DateTimeOffset)raised["raisedAt"]!);
        Assert.Equal(("raised", 1), Assert.Single((await county.GetJsonAsync(path))["steps"]!.AsArray()) is { } step ? ((string)step["kind"]!, (int)step["revision"]!) : default);

        await StepAsync(county, "acknowledgement", 1);
        await StepAsync(county, "report", 2);
        await (await county.PostAsync($"{path}/report", new { note = "报省厅" }, "\"3\"")).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.city_approver_only");
        await StepAsync(service.City, "report", 3);
        await StepAsync(county, "measure", 4);
        await (await service.City.PostAsync($"{path}/closure", new { note = "已处置" }, "\"5\"")).ShouldBeAsync(HttpStatusCode.Conflict, "warning.not_cleared");

        await (await county.PutAsync($"layoffs/{id}", Given.Layoff(Liangzhou, 1000, 120, "withdrawn", "2025-07-15"), "\"1\"")).ShouldBeAsync(HttpStatusCode.OK);
        await EvaluateAsync();
        await (await county.PostAsync($"{path}/closure", new { note = "已撤回" }, "\"6\"")).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.city_approver_only");
        await (await service.City.PostAsync($"{path}/closure", new { note = "已撤回" }, "\"5\"")).ShouldBeAsync(HttpStatusCode.PreconditionFailed, "request.stale");
        await StepAsync(service.City, "closure", 6);
        await EvaluateAsync();

        Assert.Equal("closed", (string)(await WarningAsync(county, id))["state"]!);
        var kinds = (await county.GetJsonAsync(path))["steps"]!.AsArray().Select(s => (string)s!["kind"]!);
        Assert.Equal(["raised", "acknowledgement", "report", "report", "measure", "cleared", "closure"], kinds);
        var said = (await service.MessagesAsync<WarningChanged>()).Where(w => w.Subject == id.ToString()).ToArray();
        Assert.Equal(Enumerable.Range(1, 7), said.Select(w => w.Revision));
        Assert.Equal(("red", "closed", true), (said[^1].Level, said[^1].State, said[^1].Cleared));

        async Task StepAsync(HttpClient who, string step, int revision) =>
            await (await who.PostAsync($"{path}/{step}", new { note = "已核实" }, $"\"{revision}\"")).ShouldBeAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Given_a_late_county_When_the_due_day_passes_Then_it_is_warned_of_and_cleared_when_its_returns_come()
    {
        var (county, codes) = (service.County(Tianzhu), Enumerable.Range(201, 3).Select(Given.CodeOf).ToArray());
        foreach (var code in codes)
        {
            await (await county.PutAsync($"enterprises/{code}", Given.Enterprise(Tianzhu, from: "2025-05", until: "2025-05"))).ShouldBeAsync(HttpStatusCode.Created);
        }

        await EvaluateAsync();
        var raised = Assert.Single((await county.GetJsonAsync("warnings?rule=overdue-returns"))["items"]!.AsArray())!;
        Assert.Equal(("red", "2025-05", 100m), ((string)raised["level"]!, (string)raised["subject"]!, raised["value"].Decimal()));

        // Half a year later nobody asks for that month any more.
        service.Clock.SetToday(new(2026, 3, 15));
        await EvaluateAsync();
        Assert.Equal(("red", 100m, true), Shown(await OnlyAsync()));
        service.Clock.SetToday(new(2025, 7, 15));

        await (await county.PutAsync($"enterprises/{codes[0]}/returns/2025-05", Given.Return(100, 99))).ShouldBeAsync(HttpStatusCode.Created);
        await EvaluateAsync();
        Assert.Equal(("red", 66.67m, false), Shown(await OnlyAsync())); // still above half
        foreach (var code in codes[1..])
        {
            await (await county.PutAsync($"enterprises/{code}/returns/2025-05", Given.Return(100, 99))).ShouldBeAsync(HttpStatusCode.Created);
        }

        await EvaluateAsync();
        Assert.Equal(("red", 0m, true), Shown(await OnlyAsync()));
        Assert.Empty((await county.GetJsonAsync("warnings?rule=overdue-returns&overdue=true"))["items"]!.AsArray());
        await (await county.GetAsync(new Uri("warnings?rule=overdue", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.UnprocessableEntity, "warning.unknown_rule");

        async Task<JsonNode> OnlyAsync() => Assert.Single((await county.GetJsonAsync("warnings?rule=overdue-returns"))["items"]!.AsArray())!;

        static (string, decimal?, bool) Shown(JsonNode warning) => ((string)warning["level"]!, warning["value"].Decimal(), (bool)warning["cleared"]!);
    }

    [Fact]
    public async Task Given_many_evaluations_at_once_When_there_is_something_to_warn_of_Then_it_is_raised_once()
    {
        var (county, id) = (service.County(Gulang), Guid.CreateVersion7());
        await (await county.PutAsync($"layoffs/{id}", Given.Layoff(Gulang, 500, 60))).ShouldBeAsync(HttpStatusCode.Created);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => EvaluateAsync()));
        Assert.Equal("orange", (string)(await WarningAsync(county, id))["level"]!);
        Assert.Single(await service.MessagesAsync<WarningChanged>(), w => w.Subject == id.ToString());
    }

    [Fact]
    public async Task Given_the_same_step_twice_under_one_key_When_sent_Then_it_is_done_once()
    {
        var (county, id) = (service.County(Gulang), Guid.CreateVersion7());
        await (await county.PutAsync($"layoffs/{id}", Given.Layoff(Gulang, 100, 12))).ShouldBeAsync(HttpStatusCode.Created);
        await EvaluateAsync();
        var path = $"warnings/{(await WarningAsync(county, id))["id"]}/acknowledgement";
        county.DefaultRequestHeaders.Add("Idempotency-Key", $"{id}");
        var first = await (await county.PostAsync(path, new { note = "已签收" }, "\"1\"")).ShouldBeAsync(HttpStatusCode.OK);
        var second = await (await county.PostAsync(path, new { note = "已签收" }, "\"1\"")).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal((2, 2), ((int)first["revision"]!, (int)second["revision"]!));
    }

    private Task<int> EvaluateAsync() => service.Services.GetRequiredService<WarningEvaluation>().RunAsync(CancellationToken.None);

    private static async Task<JsonNode> WarningAsync(HttpClient client, Guid layoff) =>
        (await client.GetJsonAsync("warnings?rule=layoff"))["items"]!.AsArray().Single(w => (string)w!["subject"]! == layoff.ToString())!;
}
