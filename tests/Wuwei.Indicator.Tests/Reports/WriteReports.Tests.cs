using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using static Wuwei.Indicator.Tests.IndicatorService;

namespace Wuwei.Indicator.Tests.Reports;

/// <summary>One report or many: what is kept, what is refused, what is listed.</summary>
public sealed class WriteReportsTests(IndicatorService service) : IClassFixture<IndicatorService>
{
    [Fact]
    public async Task Given_a_batch_When_some_are_wrong_Then_the_others_are_kept_and_again_changes_nothing()
    {
        object[] items =
        [
            new { indicator = "1", region = Liangzhou, period = "2021-01", value = 10 },
            new { indicator = "1", region = Liangzhou, period = "202102", value = 11, synthetic = true },
            new { indicator = "1", region = Liangzhou, period = "2021-01", value = 12 },
            new { indicator = "1", region = Liangzhou, period = "2021-13", value = 1 },
            new { indicator = "5", region = Liangzhou, period = "2021", numerator = 91, denominator = 100 },
            new { indicator = "5", region = Minqin, period = "2021", numerator = 101, denominator = 100 },
            new { indicator = "9", region = Liangzhou, period = "2021", value = 10.6 },
            new { indicator = "9", region = "620600", period = "2021", value = 10.6 },
        ];
        var tried = await (await service.City.PostAsync("reports/batch", new { @lock = true, dryRun = true, reports = items })).ShouldBeAsync(HttpStatusCode.OK);
        await (await service.City.GetAsync(new Uri($"reports/1/{Liangzhou}/2021-01", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.NotFound, "report.not_found");
        var result = await service.LockBatchAsync(items);
        Assert.Equal(tried.ToJsonString(), result.ToJsonString());
        Assert.Equal((4, 4), ((int)result["accepted"]!, (int)result["refused"]!));
        Assert.Equal(
            [null, null, "report.item_twice", "period.malformed", null, "report.numerator_exceeds_denominator", "report.not_applicable", null],
            result["results"]!.AsArray().Select(item => (string?)item!["code"]));
        Assert.Equal(91, (await service.City.GetJsonAsync($"observations/5/{Liangzhou}/2021"))["observation"]!["value"].Decimal());
        Assert.Equal("locked", (string)(await service.City.GetJsonAsync($"reports/1/{Liangzhou}/2021-02"))["report"]!["state"]!);
        Assert.True((bool)(await service.City.GetJsonAsync($"reports/1/{Liangzhou}/2021-02"))["report"]!["synthetic"]!);

        var ledger = (long)(await service.City.GetJsonAsync("ledger"))["position"]!;
        Assert.Equal(["unchanged", "unchanged"], (await service.LockBatchAsync(items.Take(2)))["results"]!.AsArray().Select(item => (string)item!["status"]!));
        Assert.Equal(ledger, (long)(await service.City.GetJsonAsync("ledger"))["position"]!);
        var locked = await service.LockBatchAsync([new { indicator = "1", region = Liangzhou, period = "2021-01", value = 13, revision = 1 }]);
        Assert.Equal("report.locked", (string)locked["results"]![0]!["code"]!);
    }

    [Theory]
    [InlineData("draft", "2022-01")]
    [InlineData("submitted", "2022-02")]
    [InlineData("approved", "2022-03")]
    [InlineData("returned", "2022-04")]
    public async Task Given_a_report_that_a_county_has_begun_When_the_city_would_lock_it_at_once_Then_it_keeps_to_its_steps(string state, string period)
    {
        var path = $"reports/1/{Gulang}/{period}";
        var county = service.County(Gulang);
        await (await county.PutAsync(path, new { value = 5 })).ShouldBeAsync(HttpStatusCode.Created);
        string[] moves = state switch { "draft" => [], "submitted" => ["submission"], _ => ["submission", "approval"] };
        foreach (var (n, move) in moves.Index())
        {
            await (await county.PostAsync($"{path}/{move}", null, $"\"{n + 1}\"")).ShouldBeAsync(HttpStatusCode.OK);
        }

        if (state == "returned")
        {
            await (await service.City.PostAsync($"{path}/return", new { reason = "请核对" }, "\"3\"")).ShouldBeAsync(HttpStatusCode.OK);
        }

        foreach (var value in new[] { 5, 6 })
        {
            var result = await service.LockBatchAsync([new { indicator = "1", region = Gulang, period, value, revision = state == "returned" ? 4 : moves.Length + 1 }]);
            Assert.Equal("report.begun", (string)result["results"]![0]!["code"]!);
        }

        Assert.Equal(state, (string)(await county.GetJsonAsync(path))["report"]!["state"]!);
        Assert.Null((await county.GetJsonAsync($"observations/1/{Gulang}/{period}"))["observation"]!["value"].Decimal());
    }

    [Fact]
    public async Task Given_a_report_When_it_is_changed_Then_the_version_must_be_named_and_current()
    {
        const string path = $"reports/1/{Tianzhu}/2023-08";
        var county = service.County(Tianzhu);
        using var created = await county.PutAsync(path, new { value = 1 });
        Assert.Equal((HttpStatusCode.Created, "\"1\""), (created.StatusCode, created.Headers.ETag?.Tag));
        await (await county.PutAsync(path, new { value = 2 })).ShouldBeAsync(HttpStatusCode.PreconditionRequired, "request.if_match_required");
        await (await county.PutAsync(path, new { value = 2 }, "\"7\"")).ShouldBeAsync(HttpStatusCode.PreconditionFailed, "request.stale");
        using var changed = await county.PutAsync(path, new { value = 2 }, "\"1\"");
        Assert.Equal((HttpStatusCode.OK, "\"2\""), (changed.StatusCode, changed.Headers.ETag?.Tag));
        await (await county.PostAsync($"{path}/submission", null)).ShouldBeAsync(HttpStatusCode.PreconditionRequired, "request.if_match_required");
        await (await county.PostAsync($"{path}/approval", null, "\"2\"")).ShouldBeAsync(HttpStatusCode.Conflict, "report.wrong_state");

        await (await county.PostAsync($"{path}/submission", null, "\"2\"")).ShouldBeAsync(HttpStatusCode.OK);
        await (await county.PostAsync($"{path}/submission", null, "\"2\"")).ShouldBeAsync(HttpStatusCode.OK);
        await (await county.PutAsync(path, new { value = 3 }, "\"3\"")).ShouldBeAsync(HttpStatusCode.Conflict, "report.under_review");
        await (await service.City.PostAsync($"{path}/return", new { reason = "请核对" }, "\"3\"")).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(("returned", "请核对"), State(await county.GetJsonAsync(path)));
        await (await county.PutAsync(path, new { value = 3 }, "\"4\"")).ShouldBeAsync(HttpStatusCode.OK);

        using var pulled = new HttpRequestMessage(HttpMethod.Get, path);
        pulled.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse("\"5\""));
        using var answer = await county.SendAsync(pulled);
        Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);

        static (string, string) State(JsonObject document) => ((string)document["report"]!["state"]!, (string)document["report"]!["reason"]!);
    }

    public static TheoryData<string, string, HttpStatusCode, string> Wrong => new()
    {
        { $"1/{Liangzhou}/2024-01", "{\"value\":-1}", HttpStatusCode.UnprocessableEntity, "report.negative" },
        { $"1/{Liangzhou}/2024-01", "{\"value\":1.5}", HttpStatusCode.UnprocessableEntity, "report.not_whole" },
        { $"1/{Liangzhou}/2024-01", "{\"value\":1e12}", HttpStatusCode.UnprocessableEntity, "report.value_out_of_range" },
        { $"1/{Liangzhou}/2024-01", "{}", HttpStatusCode.UnprocessableEntity, "report.value_required" },
        { $"1/{Liangzhou}/2024-01", "{\"value\":1,\"numerator\":1,\"denominator\":2}", HttpStatusCode.UnprocessableEntity, "report.value_required" },
        { $"12/{Liangzhou}/2024-01", "{\"value\":99}", HttpStatusCode.UnprocessableEntity, "report.rate_required" },
        { $"12/{Liangzhou}/2024-01", "{\"numerator\":3,\"denominator\":2}", HttpStatusCode.UnprocessableEntity, "report.numerator_exceeds_denominator" },
        { $"12/{Liangzhou}/2024-01", "{\"numerator\":-3,\"denominator\":2}", HttpStatusCode.UnprocessableEntity, "report.negative" },
        { "2/620600/2024-01", "{\"value\":100.5}", HttpStatusCode.UnprocessableEntity, "report.value_out_of_range" },
        { "2/620600/2024-01", "{\"value\":5.123456}", HttpStatusCode.UnprocessableEntity, "report.value_out_of_range" },
        { $"2/{Liangzhou}/2024-01", "{\"value\":5}", HttpStatusCode.UnprocessableEntity, "report.not_applicable" },
        { "1/620600/2024-01", "{\"value\":5}", HttpStatusCode.UnprocessableEntity, "report.not_applicable" },
        { $"1/{Liangzhou}001/2024-01", "{\"value\":5}", HttpStatusCode.UnprocessableEntity, "report.not_applicable" },
        { $"1/{Liangzhou}/2024", "{\"value\":5}", HttpStatusCode.UnprocessableEntity, "report.period_kind" },
        { $"5/{Liangzhou}/2024-01", "{\"numerator\":1,\"denominator\":2}", HttpStatusCode.UnprocessableEntity, "report.period_kind" },
        { $"13/{Liangzhou}/2024-01", "{\"value\":5}", HttpStatusCode.NotFound, "indicator.not_found" },
        { "1/%27;drop/2024-01", "{\"value\":5}", HttpStatusCode.Forbidden, "auth.out_of_region" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Given_a_report_that_cannot_be_When_it_is_written_Then_it_is_not(string path, string body, HttpStatusCode status, string code)
    {
        await (await service.City.PutAsync($"reports/{path}", body)).ShouldBeAsync(status, code);
        Assert.Empty((await service.City.GetJsonAsync("reports?period=2024-01"))["items"]!.AsArray());
    }

    [Fact]
    public async Task Given_a_return_without_a_reason_When_it_is_sent_Then_it_is_refused()
    {
        const string path = $"reports/7/{Minqin}/2023-11";
        await (await service.County(Minqin).PutAsync(path, new { value = 1 })).ShouldBeAsync(HttpStatusCode.Created);
        await (await service.City.PostAsync($"{path}/return", new { reason = " " }, "\"1\"")).ShouldBeAsync(HttpStatusCode.BadRequest, "request.invalid");
        await (await service.City.PostAsync($"{path}/return", new { }, "\"1\"")).ShouldBeAsync(HttpStatusCode.BadRequest, "request.malformed");
        await (await service.City.PostAsync($"reports/7/{Minqin}/2023-01/submission", null, "\"1\"")).ShouldBeAsync(HttpStatusCode.NotFound, "report.not_found");
    }

    [Fact]
    public async Task Given_many_reports_When_they_are_listed_Then_every_one_comes_once()
    {
        await (await service.County(Tianzhu).PostAsync("reports/batch", new
        {
            reports = Enumerable.Range(1, 12).Select(month => new { indicator = "7", region = Tianzhu, period = $"2022-{month:00}", value = month }),
        })).ShouldBeAsync(HttpStatusCode.OK);
        var seen = new List<string>();
        var path = "reports?indicator=7&state=draft&limit=5";
        for (string? after = null; ; path = $"reports?indicator=7&state=draft&limit=5&after={after}")
        {
            var page = await service.County(Tianzhu).GetJsonAsync(path);
            seen.AddRange(page["items"]!.AsArray().Select(report => (string)report!["period"]!));
            after = (string?)page["next"];
            if (after is null)
            {
                break;
            }
        }

        Assert.Equal(Enumerable.Range(1, 12).Select(month => $"2022-{month:00}"), seen);
        await (await service.City.GetAsync(new Uri("reports?after=xyz", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.BadRequest, "request.bad_cursor");
        await (await service.City.GetAsync(new Uri("reports?limit=0", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.BadRequest, "request.invalid");
        await (await service.City.GetAsync(new Uri("reports?state=done", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.UnprocessableEntity, "report.unknown_state");
    }
}
