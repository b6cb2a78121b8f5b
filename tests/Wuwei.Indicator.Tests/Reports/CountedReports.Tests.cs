using System.Net;
using System.Text.Json.Nodes;
using Wuwei.Contracts.Facts;
using Wuwei.Contracts.Observations;
using static Wuwei.Indicator.Tests.IndicatorService;

namespace Wuwei.Indicator.Tests.Reports;

/// <summary>What a locked report adds to the observations.</summary>
public sealed class CountedReportsTests(IndicatorService service) : IClassFixture<IndicatorService>
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
        Assert.Equal([null, 4m], (await county.GetJsonAsync(path))["steps"]!.AsArray().Where(step => (string)step!["state"]! == "submitted").Select(step => step!["difference"].Decimal()));
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
        await (await service.County(Minqin).PutAsync($"reports/6/{Minqin}/2023-07", new { value = 3 })).ShouldBeAsync(HttpStatusCode.Created);
        await (await service.County(Minqin).PostAsync($"reports/6/{Minqin}/2023-07/submission", null, "\"1\"")).ShouldBeAsync(HttpStatusCode.UnprocessableEntity, "report.difference_unexplained");
        await service.LockAsync("6", Minqin, "2023-08", new { value = 2, note = "两人尚未登记" });
        // Nor is one locked at once without a word.
        var batch = await service.LockBatchAsync([new { indicator = "6", region = Minqin, period = "2023-09", value = 2 }, new { indicator = "6", region = Minqin, period = "2023-10", value = 0 }]);
        Assert.Equal(["report.difference_unexplained", null], batch["results"]!.AsArray().Select(result => (string?)result!["code"]));
        var beside = Assert.Single((await service.City.GetJsonAsync("observations/6/620600/2023-08"))["reported"]!.AsArray())!;
        Assert.Equal((Minqin, 2m, "locked", "两人尚未登记"), ((string)beside["region"]!, beside["value"].Decimal(), (string)beside["state"]!, (string)beside["note"]!));
        await (await service.County(Minqin).PutAsync($"reports/6/{Minqin}/2023-07", new { value = 3, note = "两人尚未登记" }, "\"1\"")).ShouldBeAsync(HttpStatusCode.OK);
        foreach (var (who, step, revision) in new[] { (service.County(Minqin), "submission", 2), (service.County(Minqin), "approval", 3), (service.City, "lock", 4) })
        {
            await (await who.PostAsync($"reports/6/{Minqin}/2023-07/{step}", null, $"\"{revision}\"")).ShouldBeAsync(HttpStatusCode.OK);
        }

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
        await service.LockBatchAsync(all.SelectMany(one => new object[]
        {
            new { indicator = "8", region = one.Region, period = "2021-12", value = one.Value },
            new { indicator = "8", region = one.Region, period = "2022-03", value = one.Value + 10 },
        }));
        await service.LockBatchAsync(all.Take(3).Select(one => new { indicator = "8", region = one.Region, period = "2022-04", value = one.Value + 20 }));

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
}
