using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wuwei.Testing;
using static Wuwei.Assessment.Tests.Given;

namespace Wuwei.Assessment.Tests.Schemes;

public sealed class SchemeApiTests(AssessmentService service) : IClassFixture<AssessmentService>
{
    private static string Draft(Action<JsonObject>? change = null)
    {
        var draft = JsonNode.Parse(
            """
            {
              "name": "三项指标", "validFrom": "2021-01", "note": "试算", "unverified": true,
              "items": [
                { "indicator": "1", "name": "城镇新增就业人数", "unit": "人", "weight": 2, "binding": true, "aggregate": "cumulative", "direction": "higher" },
                { "indicator": "6", "name": "输转城乡富余劳动力", "unit": "人", "weight": 1, "aggregate": "cumulative", "direction": "higher", "seasonal": true },
                { "indicator": "2", "name": "城镇调查失业率", "unit": "%", "weight": 1, "aggregate": "rate", "direction": "lower", "cityOnly": true }
              ]
            }
            """)!.AsObject();
        change?.Invoke(draft);
        return draft.ToJsonString();
    }

    private static string Item(int at, string member, JsonNode value) => Draft(draft => draft["items"]![at]![member] = value);

    [Fact]
    public async Task Given_a_new_service_When_schemes_are_read_Then_the_default_has_the_plan_s_twelve_items_and_is_marked_unverified()
    {
        var scheme = (await service.PullAsync("/schemes/plan-12")).GetProperty("scheme");
        Assert.True(scheme.GetProperty("unverified").GetBoolean());
        Assert.Equal(65m, scheme.GetProperty("threshold").GetDecimal());
        var items = scheme.GetProperty("items").EnumerateArray().ToArray();
        string Where(string member) => string.Join(",", items.Where(item => item.GetProperty(member).GetBoolean()).Select(item => item.GetProperty("indicator").GetString()));
        Assert.Equal(Enumerable.Range(1, 12).Select(code => $"{code}"), items.Select(item => item.GetProperty("indicator").GetString()));
        Assert.All(items, item => Assert.Equal(item.GetProperty("binding").GetBoolean() ? 2m : 1m, item.GetProperty("weight").GetDecimal()));
        Assert.Equal("1,9", Where("binding"));
        Assert.Equal("2,3,4,9", Where("cityOnly"));
        Assert.Equal("1,6,7,10,11", Where("seasonal"));
        Assert.Equal("sum-of-year-end-stocks", items[7].GetProperty("aggregate").GetString());
        Assert.Equal("lower", items[1].GetProperty("direction").GetString());
    }

    [Fact]
    public async Task Given_a_scheme_When_set_again_Then_it_is_a_new_version_and_the_old_one_stays()
    {
        using var created = await PutAsync("three", Draft());
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal("\"1\"", created.Headers.ETag!.Tag);
        Assert.Equal("/api/assessment/v1/schemes/three/versions/1", created.Headers.Location!.OriginalString);

        using var same = await PutAsync("three", Draft(), "\"1\"");
        Assert.Equal((HttpStatusCode.OK, "\"1\""), (same.StatusCode, same.Headers.ETag!.Tag));

        using var changed = await PutAsync("three", Item(0, "weight", 3.5m), "\"1\"");
        Assert.Equal((HttpStatusCode.Created, "\"2\""), (changed.StatusCode, changed.Headers.ETag!.Tag));

        Assert.Equal(2m, (await service.PullAsync("/schemes/three/versions/1")).GetProperty("items")[0].GetProperty("weight").GetDecimal());
        var now = await service.PullAsync("/schemes/three");
        Assert.Equal(3.5m, now.GetProperty("scheme").GetProperty("items")[0].GetProperty("weight").GetDecimal());
        Assert.Equal([2, 1], now.GetProperty("versions").EnumerateArray().Select(version => version.GetProperty("version").GetInt32()));
        Assert.Equal("assessment-office", now.GetProperty("versions")[0].GetProperty("setBy").GetString());

        using var auditor = service.ClientFor(TestCaller.Auditor);
        var acts = JsonNode.Parse(await auditor.GetStringAsync(new Uri("/audit/entries?record=schemes/three&action=scheme.set", UriKind.Relative)))!["items"]!.AsArray();
        Assert.Equal([2, 1], acts.Select(act => (int)act!["after"]!["version"]!));
        Assert.Equal([1, null], acts.Select(act => (int?)act!["before"]?["version"]));

        using var office = service.ClientFor(TestCaller.AssessmentOffice);
        foreach (var path in new[] { "/schemes", "/schemes/three", "/schemes/three/versions/1" })
        {
            using var first = await office.GetAsync(new Uri(path, UriKind.Relative));
            using var again = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative)) { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
            using var answer = await office.SendAsync(again);
            Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Given_several_schemes_When_listed_page_by_page_Then_each_comes_once_in_order()
    {
        foreach (var id in new[] { "page-a", "page-b", "page-c" })
        {
            using var created = await PutAsync(id, Draft());
        }

        List<string?> seen = [];
        string? after = null;
        do
        {
            var page = await service.PullAsync($"/schemes?limit=2{(after is null ? "" : $"&after={after}")}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()));
            after = page.GetProperty("next").GetString();
        }
        while (after is not null);

        Assert.Equal(seen.Distinct().Order(StringComparer.Ordinal), seen);
        Assert.Superset(new HashSet<string?> { "page-a", "page-b", "page-c", "plan-12" }, seen.ToHashSet());
    }

    [Fact]
    public async Task Given_another_scheme_When_scores_are_pulled_by_it_Then_its_items_and_versions_apply_by_month_and_instant()
    {
        await service.ForgetAsync();
        await service.LoadPlanAsync();
        using var first = await PutAsync("weights", Draft());
        var between = Uri.EscapeDataString(DateTimeOffset.UtcNow.ToString("O"));
        using var second = await PutAsync("weights", Draft(draft => (draft["validFrom"], draft["items"]![1]!["weight"]) = ("2025-01", 10)), "\"1\"");
        Assert.Equal(HttpStatusCode.Created, second.StatusCode);

        async Task<int> VersionAsync(string query) =>
            (await service.PullAsync($"/scores?scheme=weights{query}")).GetProperty("heading").GetProperty("scheme").GetProperty("version").GetInt32();
        Assert.Equal(2, await VersionAsync(""));
        Assert.Equal(1, await VersionAsync("&period=2024-12"));
        Assert.Equal(2, await VersionAsync("&period=2025-01"));
        Assert.Equal(1, await VersionAsync($"&asOf={between}"));

        var row = (await service.PullAsync("/scores?scheme=weights")).GetProperty("regions")[0];
        Assert.Equal(3, row.GetProperty("items").GetArrayLength());
        Assert.Equal($"/api/assessment/v1/scores/{Liangzhou}/2025-06?scheme=weights", row.GetProperty("score").GetProperty("link").GetString());
        await service.PullAsync($"/scores/{Liangzhou}/2025-06/items/6?scheme=weights");
        using var office = service.ClientFor(TestCaller.AssessmentOffice);
        await AssertProblemAsync(
            await office.GetAsync(new Uri($"/scores/{Liangzhou}/2025-06/items/7?scheme=weights", UriKind.Relative)), 404, "assessment.unknown_item");
    }

    [Fact]
    public async Task Given_names_that_spreadsheets_would_run_When_exported_Then_they_are_plain_text()
    {
        await service.ForgetAsync();
        await service.LoadPlanAsync();
        using var created = await PutAsync("formula", Draft(draft =>
        {
            draft["items"]![0]!["name"] = "=HYPERLINK(\"http://x\",\"y\")";
            draft["items"]![1]!["name"] = "@SUM(1,1)";
            draft["items"]![2]!["unit"] = "-1+1";
        }));
        using var office = service.ClientFor(TestCaller.AssessmentOffice);
        office.DefaultRequestHeaders.Accept.ParseAdd("text/csv");
        var csv = await office.GetStringAsync(new Uri("/scores?scheme=formula", UriKind.Relative));
        Assert.Contains(",\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\",", csv, StringComparison.Ordinal);
        Assert.Contains(",\"'@SUM(1,1)\",", csv, StringComparison.Ordinal);
        Assert.Contains(",'-1+1,", csv, StringComparison.Ordinal);

        office.DefaultRequestHeaders.Accept.Clear();
        office.DefaultRequestHeaders.Accept.ParseAdd("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
        using var workbook = new System.IO.Compression.ZipArchive(await office.GetStreamAsync(new Uri("/scores?scheme=formula", UriKind.Relative)));
        using var sheet = new StreamReader(workbook.GetEntry("xl/worksheets/sheet2.xml")!.Open());
        var xml = await sheet.ReadToEndAsync();
        Assert.Contains("&apos;=HYPERLINK", xml, StringComparison.Ordinal);
        Assert.DoesNotContain("<x:f>", xml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_eight_who_change_the_same_version_at_once_When_they_save_Then_all_but_one_are_told_it_is_stale()
    {
        using var created = await PutAsync("race", Draft());
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(at =>
            PutAsync("race", Draft(draft => draft["threshold"] = 70 + at), "\"1\"")));
        Assert.Equal(1, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        Assert.Equal(7, answers.Count(answer => answer.StatusCode == HttpStatusCode.PreconditionFailed));
    }

    public static TheoryData<string, string, int, string> BadDrafts => new()
    {
        { "no items", Draft(draft => draft["items"] = new JsonArray()), 400, "request.invalid" },
        { "items missing", Draft(draft => draft.Remove("items")), 400, "request.malformed" },
        { "weight zero", Item(0, "weight", 0), 400, "request.invalid" },
        { "weight negative", Item(0, "weight", -1), 400, "request.invalid" },
        { "weight huge", Item(0, "weight", 1e27m), 400, "request.invalid" },
        { "cap below the target", Item(0, "cap", 0.5m), 400, "request.invalid" },
        { "threshold above all", Draft(draft => draft["threshold"] = 101), 400, "request.invalid" },
        { "ceiling of full", Draft(draft => draft["unmetCeiling"] = 1), 400, "request.invalid" },
        { "unknown indicator", Item(1, "indicator", "99"), 422, "assessment.unknown_indicator" },
        { "indicator of SQL", Item(1, "indicator", "' or 1=1--"), 422, "assessment.unknown_indicator" },
        { "indicator twice", Item(1, "indicator", "1"), 422, "assessment.duplicate_item" },
        { "floor above the ceiling", Item(2, "floor", 1), 422, "assessment.floor_above_ceiling" },
        { "valid from a year", Draft(draft => draft["validFrom"] = "2025"), 422, "assessment.bad_period" },
        { "valid after the plan", Draft(draft => draft["validFrom"] = "2026-01"), 422, "assessment.bad_period" },
    };

    [Theory, MemberData(nameof(BadDrafts))]
    public async Task Given_a_bad_draft_When_put_Then_it_is_refused_by_name_and_nothing_is_stored(string what, string body, int status, string code)
    {
        var before = await service.CountAsync("scheme_version");
        await AssertProblemAsync(await PutAsync("bad", body), status, code, what);
        Assert.Equal(before, await service.CountAsync("scheme_version"));
    }

    [Fact]
    public async Task Given_a_wrong_id_or_version_When_asked_Then_it_is_refused_by_name()
    {
        using var office = service.ClientFor(TestCaller.AssessmentOffice);
        await AssertProblemAsync(await PutAsync("Plan_12", Draft()), 422, "assessment.bad_scheme_id");
        await AssertProblemAsync(await PutAsync(new string('a', 41), Draft()), 422, "assessment.bad_scheme_id");
        await AssertProblemAsync(await PutAsync("plan-12", Draft()), 428, "request.if_match_required");
        await AssertProblemAsync(await PutAsync("plan-12", Draft(), "\"7\""), 412, "request.stale");
        await AssertProblemAsync(await PutAsync("never", Draft(), "\"1\""), 412, "request.stale");
        async Task GetAsync(string path, int status, string code) =>
            await AssertProblemAsync(await office.GetAsync(new Uri(path, UriKind.Relative)), status, code, path);
        await GetAsync("/schemes/nothing", 404, "assessment.unknown_scheme");
        await GetAsync("/schemes/plan-12/versions/99", 404, "assessment.unknown_scheme");
        await GetAsync("/schemes/plan-12/versions/99999999999", 404, "route.not_found");
    }

    [Fact]
    public async Task Given_anyone_but_the_office_When_a_scheme_is_put_Then_it_is_forbidden()
    {
        var office = TestCaller.AssessmentOffice;
        foreach (var (caller, code) in new[]
        {
            (TestCaller.Operator, "auth.forbidden"),
            (office with { Roles = ["clerk"] }, "auth.forbidden"),
            (office with { Scopes = ["assessment.read"] }, "auth.forbidden"),
            (office with { Department = "training" }, "assessment.office_only"),
            (office with { Region = Minqin }, "assessment.office_only"),
        })
        {
            await AssertProblemAsync(await PutAsync("mine", Draft(), caller: caller), 403, code);
        }

        Assert.Equal(0, await service.CountAsync("scheme_version where scheme = 'mine'"));
    }

    private async Task<HttpResponseMessage> PutAsync(string id, string body, string? ifMatch = null, TestCaller? caller = null)
    {
        using var client = service.ClientFor(caller ?? TestCaller.AssessmentOffice);
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri($"/schemes/{id}", UriKind.Relative))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        return await client.SendAsync(request);
    }

    private static async Task AssertProblemAsync(HttpResponseMessage response, int status, string code, string what = "")
    {
        using (response)
        {
            var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
            Assert.Equal((what, status, code), (what, (int)response.StatusCode, problem.GetProperty("code").GetString()));
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        }
    }
}
