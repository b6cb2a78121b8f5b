using System.Net;
using System.Text.Json.Nodes;
using Wuwei.Testing;

namespace Wuwei.Indicator.Tests;

public sealed class AuditTests(IndicatorService service) : IClassFixture<IndicatorService>
{
    [Fact]
    public async Task Given_a_report_on_its_way_When_it_is_locked_Then_every_move_is_kept_with_who_made_it()
    {
        await service.LockAsync("1", IndicatorService.Gulang, "2025-03", new { value = 12 });
        var acts = await ActsAsync($"record=reports/1/{IndicatorService.Gulang}/2025-03");
        Assert.Equal(["report.lock", "report.approval", "report.submission", "report.written"], acts.Select(act => (string)act["action"]!));
        Assert.Equal(["indicator-620600", "indicator-620622"], acts.Select(act => (string)act["subject"]!).Distinct());
        Assert.Equal(("approved", "locked"), ((string)acts[0]["before"]!["state"]!, (string)acts[0]["after"]!["state"]!));
        Assert.Null(acts[3]["before"]);
    }

    [Fact]
    public async Task Given_reports_in_a_batch_and_targets_When_set_Then_each_changed_one_is_an_act()
    {
        var item = new { indicator = "1", region = IndicatorService.Tianzhu, period = "2025-02", value = 3 };
        await service.LockBatchAsync([item]);
        await service.LockBatchAsync([item]); // the same again is no act
        Assert.Equal("report.lock", (string)Assert.Single(await ActsAsync($"record=reports/1/{IndicatorService.Tianzhu}/2025-02"))["action"]!);

        var cell = new { indicator = "1", region = "620600", year = 2024, value = 20_000 };
        await (await service.City.PutAsync("targets", new[] { cell })).ShouldBeAsync(HttpStatusCode.OK);
        await (await service.City.PutAsync("targets", new[] { cell with { value = 20_500 } })).ShouldBeAsync(HttpStatusCode.OK);
        var acts = await ActsAsync("record=targets/1/620600/2024&action=target.set");
        Assert.Equal([20_500m, 20_000m], acts.Select(act => (decimal)act["after"]!["value"]!));
        Assert.Equal(20_000m, (decimal)acts[0]["before"]!["value"]!);
    }

    [Fact]
    public async Task Given_a_move_or_a_rebuild_When_sent_again_with_its_key_Then_it_is_done_once()
    {
        var path = $"reports/1/{IndicatorService.Liangzhou}/2025-04";
        using var county = service.County(IndicatorService.Liangzhou);
        await (await county.PutAsync(path, new { value = 100 })).ShouldBeAsync(HttpStatusCode.Created);
        using var first = await SendAsync(county, $"{path}/submission", null, "submit-1", "\"1\"");
        using var again = await SendAsync(county, $"{path}/submission", null, "submit-1", "\"1\"");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, again.StatusCode));
        Assert.Equal(await first.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
        Assert.True(again.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal("\"2\"", again.Headers.ETag!.Tag);

        using var rebuilt = await SendAsync(service.Operator, "ledger/rebuild", "{\"raiseEpoch\":true}", "rebuild-1", null);
        using var replayed = await SendAsync(service.Operator, "ledger/rebuild", "{\"raiseEpoch\":true}", "rebuild-1", null);
        Assert.Equal(await rebuilt.Content.ReadAsStringAsync(), await replayed.Content.ReadAsStringAsync());
        Assert.Single(await ActsAsync("record=ledger"));
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string path, string? body, string key, string? ifMatch)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative));
        request.Content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        return await client.SendAsync(request);
    }

    private async Task<JsonNode[]> ActsAsync(string query)
    {
        using var auditor = service.ClientFor(TestCaller.Auditor);
        var page = JsonNode.Parse(await auditor.GetStringAsync(new Uri($"audit/entries?{query}", UriKind.Relative)))!;
        return [.. page["items"]!.AsArray().Select(act => act!)];
    }
}
