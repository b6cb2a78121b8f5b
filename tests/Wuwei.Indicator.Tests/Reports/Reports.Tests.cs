using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Wuwei.Contracts.Facts;
using Wuwei.Contracts.Observations;
using Wuwei.Testing;
using static Wuwei.Indicator.Tests.IndicatorService;

namespace Wuwei.Indicator.Tests.Reports;

public sealed class ReportTests(IndicatorService service) : IClassFixture<IndicatorService>
{
    [Fact]
    public async Task Given_a_countys_report_When_it_is_locked_Then_it_counts_and_the_city_has_it_too()
    {
        await service.LockAsync("1", Liangzhou, "2023-03", new { value = 500 });
        await service.LockAsync("1", Minqin, "2023-03", new { value = 120 });

        Assert.Equal(500, (await service.County(Liangzhou).GetJsonAsync($"observations/1/{Liangzhou}/2023-03"))["observation"]!["value"].Decimal());
        var city = (await service.City.GetJsonAsync("observations/1/620600/2023-03"))["observation"]!;
        Assert.Equal((620m, "reported", false), (city["value"].Decimal(), (string)city["status"]!, (bool)city["complete"]!));

        var said = (await service.MessagesAsync<ObservationChanged>()).Where(o => o is { Indicator: "1", Period: "2023-03" });
        Assert.Equal([(Liangzhou, 500m), ("620600", 500m), (Minqin, 120m), ("620600", 620m)], said.Select(o => (o.Region, o.Value!.Value)));
        Assert.All(said, o => Assert.Equal(("人", "reported"), (o.Unit, o.Status)));

        var record = await service.City.GetJsonAsync($"reports/1/{Liangzhou}/2023-03");
        var fact = Assert.Single((await service.City.GetJsonAsync($"observations/1/{Liangzhou}/2023-03/facts"))["items"]!.AsArray())!;
        Assert.Equal($"/api/indicator/v1/reports/1/{Liangzhou}/2023-03", (string)fact["record"]!);
        Assert.Equal((1, 500m, "2023-03-31"), ((int)fact["revision"]!, fact["quantity"].Decimal(), (string)fact["eventDate"]!));
        Assert.Equal(500m, Assert.Single(record["facts"]!.AsArray())!["quantity"].Decimal());
        Assert.Equal(["draft", "submitted", "approved", "locked"], record["steps"]!.AsArray().Select(step => (string)step!["state"]!));
    }

    [Fact]
    public async Task Given_a_locked_report_When_it_is_unlocked_corrected_and_locked_again_Then_the_correction_is_a_higher_revision()
    {
        const string path = $"reports/7/{Gulang}/2023-04";
        var county = service.County(Gulang);
        await service.LockAsync("7", Gulang, "2023-04", new { value = 40 });
        await (await county.PutAsync(path, new { value = 44 }, "\"4\"")).ShouldBeAsync(HttpStatusCode.Conflict, "report.locked");
        await (await county.PutAsync(path, new { value = 40 })).ShouldBeAsync(HttpStatusCode.OK);

        await (await service.City.PostAsync($"{path}/unlock", new { reason = "漏报四人" }, "\"4\"")).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(40, (await county.GetJsonAsync($"observations/7/{Gulang}/2023-04"))["observation"]!["value"].Decimal());
        await (await county.PutAsync(path, new { value = 44 }, "\"5\"")).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(40m, Assert.Single((await county.GetJsonAsync(path))["facts"]!.AsArray())!["quantity"].Decimal());
        await (await county.PostAsync($"{path}/submission", null, "\"6\"")).ShouldBeAsync(HttpStatusCode.OK);
        await (await county.PostAsync($"{path}/approval", null, "\"7\"")).ShouldBeAsync(HttpStatusCode.OK);
        await (await service.City.PostAsync($"{path}/lock", null, "\"8\"")).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal(44, (await county.GetJsonAsync($"observations/7/{Gulang}/2023-04"))["observation"]!["value"].Decimal());
        Assert.Equal(2, (int)Assert.Single((await county.GetJsonAsync($"observations/7/{Gulang}/2023-04/facts"))["items"]!.AsArray())!["revision"]!);
    }

    [Fact]
    public async Task Given_rates_When_counties_differ_in_size_Then_the_citys_is_the_sum_over_the_sum()
    {
        await service.LockAsync("12", Liangzhou, "2023-05", new { numerator = 99, denominator = 100 });
        await service.LockAsync("12", Tianzhu, "2023-05", new { numerator = 3, denominator = 10 });
        var city = (await service.City.GetJsonAsync("observations/12/620600/2023-05"))["observation"]!;
        Assert.Equal((92.7272727273m, 102m, 110m), (city["value"].Decimal(), city["numerator"].Decimal(), city["denominator"].Decimal()));
        await service.LockAsync("12", Liangzhou, "2023-06", new { numerator = 8, denominator = 10 });
        Assert.Equal(97.2727272727m, (await service.City.GetJsonAsync($"observations/12/{Liangzhou}/2023-Q2"))["observation"]!["value"].Decimal());
        Assert.Equal(110m / 120 * 100, (await service.City.GetJsonAsync("observations/12/620600/2023?total=plan-to-date"))["observation"]!["value"].Decimal()!.Value, 9);
    }

    [Fact]
    public async Task Given_a_report_on_a_derived_indicator_When_it_is_locked_Then_it_is_compared_and_never_counted()
    {
        await service.FoldAsync("labour-transfer", new Fact("departures/a", Measures.LabourTransferPersons, 1, $"{Minqin}100", new(2023, 7, 1), new('a', 32), 1));
        await service.LockAsync("6", Minqin, "2023-07", new { value = 3 });
        var report = (await service.County(Minqin).GetJsonAsync($"reports/6/{Minqin}/2023-07"));
        Assert.Equal((1m, 2m), (report["report"]!["control"]!["ledger"].Decimal(), report["report"]!["control"]!["difference"].Decimal()));
        Assert.Empty(report["facts"]!.AsArray());
        Assert.Equal(1, (await service.City.GetJsonAsync($"observations/6/{Minqin}/2023-07"))["observation"]!["value"].Decimal());
    }

    [Fact]
    public async Task Given_an_imported_indicator_When_the_city_takes_it_through_Then_it_is_the_citys_value_and_not_applicable_below()
    {
        const string path = "reports/2/620600/2023-02";
        await (await service.City.PutAsync(path, new { value = 5.4, note = "国家统计局武威调查队" })).ShouldBeAsync(HttpStatusCode.Created);
        await (await service.City.PostAsync($"{path}/submission", null, "\"1\"")).ShouldBeAsync(HttpStatusCode.OK);
        await (await service.City.PostAsync($"{path}/approval", null, "\"2\"")).ShouldBeAsync(HttpStatusCode.OK);
        await (await service.City.PostAsync($"{path}/lock", null, "\"3\"")).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal((5.4m, "imported"), Seen(await service.City.GetJsonAsync("observations/2/620600/2023-Q1")));
        Assert.Equal((null, "not-applicable"), Seen(await service.City.GetJsonAsync($"observations/2/{Liangzhou}/2023-02")));

        static (decimal?, string) Seen(JsonObject document) => (document["observation"]!["value"].Decimal(), (string)document["observation"]!["status"]!);
    }

    [Fact]
    public async Task Given_a_stock_When_a_county_is_missing_Then_the_city_has_none_and_months_are_never_added()
    {
        (string Region, int Value)[] all = [(Liangzhou, 60_000), (Minqin, 20_000), (Gulang, 25_000), (Tianzhu, 12_500)];
        await BatchAsync(all.SelectMany(one => new object[]
        {
            new { indicator = "8", region = one.Region, period = "2021-12", value = one.Value },
            new { indicator = "8", region = one.Region, period = "2022-03", value = one.Value + 10 },
        }));
        await BatchAsync(all.Take(3).Select(one => new { indicator = "8", region = one.Region, period = "2022-04", value = one.Value + 20 }));

        Assert.Equal(117_500, await ValueAsync("2021-12", ""));
        Assert.Null(await ValueAsync("2022-04", ""));
        Assert.Equal(117_540, await ValueAsync("2022-S1", ""));
        Assert.Equal(117_540, await ValueAsync("2022-06", "?total=year-to-date"));
        Assert.Equal(117_500 + 117_540, await ValueAsync("2022-06", "?total=plan-to-date"));
        Assert.Equal(60_020, (await service.City.GetJsonAsync($"observations/8/{Liangzhou}/2022"))["observation"]!["value"].Decimal());
        var opened = await service.City.GetJsonAsync("observations/8/620600/2022-04");
        Assert.Equal([(Tianzhu, "2022-04")], opened["missing"]!.AsArray().Select(one => ((string)one!["region"]!, (string)one["period"]!)));

        async Task<decimal?> ValueAsync(string period, string query) =>
            (await service.City.GetJsonAsync($"observations/8/620600/{period}{query}"))["observation"]!["value"].Decimal();
    }

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
        var result = await BatchAsync(items);
        Assert.Equal((4, 4), ((int)result["accepted"]!, (int)result["refused"]!));
        Assert.Equal(
            [null, null, "report.item_twice", "period.malformed", null, "report.numerator_exceeds_denominator", "report.not_applicable", null],
            result["results"]!.AsArray().Select(item => (string?)item!["code"]));
        Assert.Equal(91, (await service.City.GetJsonAsync($"observations/5/{Liangzhou}/2021"))["observation"]!["value"].Decimal());
        Assert.Equal("locked", (string)(await service.City.GetJsonAsync($"reports/1/{Liangzhou}/2021-02"))["report"]!["state"]!);
        Assert.True((bool)(await service.City.GetJsonAsync($"reports/1/{Liangzhou}/2021-02"))["report"]!["synthetic"]!);

        var ledger = (long)(await service.City.GetJsonAsync("ledger"))["position"]!;
        Assert.Equal(["unchanged", "unchanged"], (await BatchAsync(items.Take(2)))["results"]!.AsArray().Select(item => (string)item!["status"]!));
        Assert.Equal(ledger, (long)(await service.City.GetJsonAsync("ledger"))["position"]!);
        var locked = await BatchAsync([new { indicator = "1", region = Liangzhou, period = "2021-01", value = 13, revision = 1 }]);
        Assert.Equal("report.locked", (string)locked["results"]![0]!["code"]!);
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

    public static TheoryData<string, string, HttpStatusCode, string> Wrong => new()
    {
        { $"1/{Liangzhou}/2024-01", "{\"value\":-1}", HttpStatusCode.UnprocessableEntity, "report.negative" },
        { $"1/{Liangzhou}/2024-01", "{\"value\":1.5}", HttpStatusCode.UnprocessableEntity, "report.not_whole" },
        { $"1/{Liangzhou}/2024-01", "{\"value\":1e12}", HttpStatusCode.UnprocessableEntity, "report.value_out_of_range" },
        { $"1/{Liangzhou}/2024-01", "{}", HttpStatusCode.UnprocessableEntity, "report.value_required" },
        { $"1/{Liangzhou}/2024-01", "{\"value\":1,\"numerator\":1,\"denominator\":2}", HttpStatusCode.UnprocessableEntity, "report.value_required" },
        { $"1/{Liangzhou}/2024-01", "{\"value\":\"1\"}", HttpStatusCode.BadRequest, "request.malformed" },
        { $"1/{Liangzhou}/2024-01", "{\"value\":1e400}", HttpStatusCode.BadRequest, "request.malformed" },
        { $"1/{Liangzhou}/2024-01", "{\"value\":1,\"value\":2}", HttpStatusCode.BadRequest, "request.malformed" },
        { $"1/{Liangzhou}/2024-01", "{\"value\":1,\"state\":\"locked\"}", HttpStatusCode.BadRequest, "request.malformed" },
        { $"1/{Liangzhou}/2024-01", "{\"value\":1,\"note\":\"a\\u0000b\"}", HttpStatusCode.BadRequest, "request.malformed" },
        { $"1/{Liangzhou}/2024-01", "null", HttpStatusCode.BadRequest, "request.malformed" },
        { $"1/{Liangzhou}/2024-01", "{\"value\":1", HttpStatusCode.BadRequest, "request.malformed" },
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
        { $"1/{Liangzhou}/2020-12", "{\"value\":5}", HttpStatusCode.UnprocessableEntity, "report.period_out_of_plan" },
        { $"1/{Liangzhou}/2025-08", "{\"value\":5}", HttpStatusCode.UnprocessableEntity, "report.future_period" },
        { $"1/{Liangzhou}/2024-13", "{\"value\":5}", HttpStatusCode.UnprocessableEntity, "period.malformed" },
        { $"13/{Liangzhou}/2024-01", "{\"value\":5}", HttpStatusCode.NotFound, "indicator.not_found" },
        { "1/999999/2024-01", "{\"value\":5}", HttpStatusCode.Forbidden, "auth.out_of_region" },
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

    private async Task<JsonObject> BatchAsync(IEnumerable<object> reports) =>
        await (await service.City.PostAsync("reports/batch", new { @lock = true, reports })).ShouldBeAsync(HttpStatusCode.OK);
}
