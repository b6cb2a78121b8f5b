using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wuwei.Assessment.Methods;
using Wuwei.Assessment.Schemes;
using Wuwei.Assessment.Scores;
using Wuwei.ServiceDefaults;
using Wuwei.Testing;
using static Wuwei.Assessment.Tests.Given;

namespace Wuwei.Assessment.Tests.Schemes;

/// <summary>Trees over the API: set, scored, explained, compared, printed.</summary>
public sealed class SchemeTreeApiTests(AssessmentService service) : IClassFixture<AssessmentService>
{
    private static JsonObject Draft() => JsonNode.Parse(
        """
        {
          "name": "两组", "validFrom": "2021-01", "note": "<试算>", "unverified": true,
          "items": [
            { "indicator": "1", "name": "城镇新增就业人数", "unit": "人", "weight": 2, "binding": true, "method": "steps", "aggregate": "cumulative", "direction": "higher", "seasonal": true,
              "rule": { "group": "flows", "steps": [ { "shortfall": 0.05, "lost": 0.4 }, { "shortfall": 0.5, "lost": 0.8 } ], "vetoGrade": "达标" } },
            { "indicator": "6", "name": "输转城乡富余劳动力", "unit": "人", "weight": 1, "method": "min-max", "aggregate": "cumulative", "direction": "higher",
              "rule": { "group": "flows", "per": "8", "perScale": 10000, "treatment": "winsorise", "treatMost": 1, "imputation": "median" } },
            { "indicator": "12", "name": "结案率", "unit": "%", "weight": 1, "method": "rank", "aggregate": "rate", "direction": "higher", "rule": { "group": "rates" } },
            { "indicator": "rating", "name": "评议", "unit": "分", "weight": 1, "method": "goalposts", "aggregate": "level", "direction": "higher",
              "rule": { "group": "rates", "source": "entered", "low": 0, "high": 100 } }
          ],
          "tree": {
            "source": "[D] 试算", "aggregation": "copeland", "plusCeiling": 5, "units": [],
            "groups": [ { "code": "flows", "name": "任务", "weight": 70, "aggregation": "geometric", "parent": null },
                        { "code": "rates", "name": "质量", "weight": 30, "aggregation": "harmonic", "parent": null } ],
            "points": [ { "code": "praise", "name": "表彰", "kind": "plus", "each": 2, "ceiling": 4, "source": "entered" } ],
            "grades": [ { "name": "优秀", "from": 90, "quota": 0.3 }, { "name": "达标", "from": 60, "quota": null }, { "name": "不达标", "from": 0, "quota": null } ]
          }
        }
        """)!.AsObject();

    [Fact]
    public async Task Given_the_presets_When_read_Then_each_says_its_source_and_that_nobody_has_confirmed_it()
    {
        await service.ForgetAsync();
        await service.LoadPlanAsync();
        foreach (var (id, items, source) in new[] { ("lanzhou-80-10-10", 14, "兰州市 2015"), ("shanwei-90-75", 12, "汕尾市 2010") })
        {
            var scheme = (await service.PullAsync($"/schemes/{id}")).GetProperty("scheme");
            Assert.True(scheme.GetProperty("unverified").GetBoolean());
            Assert.Contains(source, scheme.GetProperty("tree").GetProperty("source").GetString(), StringComparison.Ordinal);
            Assert.Equal(items, scheme.GetProperty("items").GetArrayLength());
        }

        // 30 % of four counties is one; nobody has been rated, so 80 of 100 is known.
        var rows = (await service.PullAsync("/scores?scheme=shanwei-90-75")).GetProperty("regions").EnumerateArray().Select(row => row.GetProperty("score")).ToArray();
        Assert.Equal(["达标", "达标", "达标", "优秀"], rows.Take(4).Select(row => row.GetProperty("grade").GetString()));
        Assert.False(rows[4].TryGetProperty("grade", out _));
        var lanzhou = (await service.PullAsync("/scores?scheme=lanzhou-80-10-10")).GetProperty("regions")[0].GetProperty("score");
        Assert.Equal(80m, lanzhou.GetProperty("coverage").GetDecimal());
        var plan = (await service.PullAsync("/scores")).GetProperty("regions")[0].GetProperty("score");
        Assert.Equal(plan.GetProperty("exact").GetDecimal(), lanzhou.GetProperty("exact").GetDecimal(), 20);
    }

    [Fact]
    public async Task Given_a_tree_When_a_rating_and_a_praise_are_entered_Then_the_score_follows_and_every_level_recomputes_exactly()
    {
        await service.ForgetAsync();
        await service.LoadPlanAsync();
        using var created = await PutAsync("/schemes/tree", Draft());
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        using var same = await PutAsync("/schemes/tree", Draft(), "\"1\"");
        Assert.Equal(HttpStatusCode.OK, same.StatusCode);
        foreach (var (at, county) in new[] { Liangzhou, Minqin, Gulang, Tianzhu }.Index())
        {
            using var rated = await PutAsync($"/entries/{county}/rating/2025-06", Entry(80 + at));
            Assert.Equal(HttpStatusCode.Created, rated.StatusCode);
        }

        var before = (await service.PullAsync($"/scores/{Minqin}/2025-06?scheme=tree")).GetProperty("score").GetProperty("exact").GetDecimal();
        using var praised = await PutAsync($"/entries/{Minqin}/praise/2025-05", Entry(3));
        Assert.Equal(before + 4, (await service.PullAsync($"/scores/{Minqin}/2025-06?scheme=tree")).GetProperty("score").GetProperty("exact").GetDecimal());

        foreach (var county in new[] { Liangzhou, Minqin, Gulang, Tianzhu })
        {
            await RecomputeAsync(county);
        }
    }

    private async Task RecomputeAsync(string county)
    {
        var explained = await service.PullAsync($"/scores/{county}/2025-06/tree?scheme=tree");
        Assert.Equal(["goal", "flows", "rates"], explained.GetProperty("levels").EnumerateArray().Select(level => level.GetProperty("code").GetString()));
        foreach (var level in explained.GetProperty("levels").EnumerateArray())
        {
            var parts = level.GetProperty("parts").EnumerateArray().Select(part => (Value: Nullable(part, "value"), Weight: part.GetProperty("weight").GetDecimal())).ToArray();
            var how = level.GetProperty("aggregation").Deserialize<Aggregation>(Json.Options);
            var own = how is Aggregation.Copeland ? Copeland(level, county, parts) : ScoreTree.Whole(how, parts);
            Assert.True(own == Nullable(level, "value"), $"{county}: {own} {level.GetRawText()}");
            foreach (var part in level.GetProperty("parts").EnumerateArray().Where(part => !part.GetProperty("isGroup").GetBoolean()))
            {
                var link = part.GetProperty("link").GetString()!.Replace("/api/assessment/v1", "", StringComparison.Ordinal);
                Assert.Equal(Nullable(part, "value"), Nullable((await service.PullAsync(link)).GetProperty("score"), "counted"));
            }
        }

        var points = explained.GetProperty("pointsTotal").GetDecimal();
        Assert.Equal(Math.Min(100, 100 * Nullable(explained.GetProperty("levels")[0], "value")!.Value), explained.GetProperty("base").GetDecimal());
        Assert.Equal(explained.GetProperty("base").GetDecimal() + points, explained.GetProperty("score").GetProperty("exact").GetDecimal());

        var item = await service.PullAsync($"/scores/{county}/2025-06/items/6?scheme=tree");
        var compared = item.GetProperty("compared").EnumerateArray().ToArray();
        var places = Normalise.MinMax([.. compared.Select(value => Nullable(value, "treated"))]);
        Assert.Equal(compared.Select(value => Nullable(value, "place")), places);
        Assert.All(compared, value => Assert.Equal(Nullable(value, "value") / Nullable(value, "denominator") * 10_000, Nullable(value, "compared")));
    }

    private static decimal? Copeland(JsonElement level, string county, (decimal? Value, decimal Weight)[] parts)
    {
        var rivals = level.GetProperty("rivals").EnumerateArray().ToArray();
        var values = parts.Select((_, part) => rivals.Select(rival => rival.GetProperty("values")[part] is { ValueKind: JsonValueKind.Number } value ? value.GetDecimal() : (decimal?)null).ToArray()).ToArray();
        return Combine.Copeland(values, [.. parts.Select(part => part.Weight)])[Array.FindIndex(rivals, rival => rival.GetProperty("unit").GetString() == county)];
    }

    private static decimal? Nullable(JsonElement element, string member) => element.GetProperty(member) is { ValueKind: JsonValueKind.Number } value ? value.GetDecimal() : null;

    [Fact]
    public async Task Given_an_entry_When_changed_withdrawn_and_asked_of_an_earlier_instant_Then_every_version_stays()
    {
        await service.ForgetAsync();
        await service.LoadPlanAsync();
        using var scheme = await PutAsync("/schemes/entered", Draft());
        using var first = await PutAsync($"/entries/{Gulang}/rating/2025-06", Entry(70));
        Assert.Equal("\"1\"", first.Headers.ETag!.Tag);
        var between = Uri.EscapeDataString(DateTimeOffset.UtcNow.ToString("O"));
        await AssertProblemAsync(await PutAsync($"/entries/{Gulang}/rating/2025-06", Entry(75)), 428, "request.if_match_required");
        await AssertProblemAsync(await PutAsync($"/entries/{Gulang}/rating/2025-06", Entry(75), "\"9\""), 412, "request.stale");
        using var same = await PutAsync($"/entries/{Gulang}/rating/2025-06", Entry(70), "\"1\"");
        Assert.Equal(HttpStatusCode.OK, same.StatusCode);
        using var withdrawn = await PutAsync($"/entries/{Gulang}/rating/2025-06", Entry(null), "\"1\"");
        Assert.Equal(HttpStatusCode.Created, withdrawn.StatusCode);

        var read = await service.PullAsync($"/entries/{Gulang}/rating/2025-06", TestCaller.AssessmentOffice with { Region = Gulang });
        Assert.Equal([2, 1], read.GetProperty("versions").EnumerateArray().Select(version => version.GetProperty("version").GetInt32()));
        async Task<decimal?> RatingAsync(string query) =>
            Nullable((await service.PullAsync($"/scores/{Gulang}/2025-06/items/rating?scheme=entered{query}")).GetProperty("score"), "value");
        Assert.Null(await RatingAsync(""));
        // The scheme was known before the first entry, so that an instant between both knows the value.
        Assert.Equal(70m, await RatingAsync($"&asOf={between}"));

        using var other = service.ClientFor(TestCaller.AssessmentOffice with { Region = Minqin });
        await AssertProblemAsync(await other.GetAsync(new Uri($"/entries/{Gulang}/rating/2025-06", UriKind.Relative)), 404, "assessment.unknown_entry");
        await AssertProblemAsync(await PutAsync($"/entries/{Gulang}/rating/2025", Entry(1)), 422, "assessment.bad_entry");
        await AssertProblemAsync(await PutAsync("/entries/620602100/rating/2025-06", Entry(1)), 422, "assessment.bad_entry");
    }

    [Fact]
    public async Task Given_two_versions_When_compared_Then_what_differs_is_named_and_nothing_else()
    {
        using var first = await PutAsync("/schemes/compared", Draft());
        var changed = Draft();
        changed["items"]![1]!["weight"] = 4.5;
        changed["tree"]!["grades"]![0]!["quota"] = 0.25;
        changed["tree"]!["points"] = new JsonArray();
        changed["items"]!.AsArray().RemoveAt(2);
        using var second = await PutAsync("/schemes/compared", changed, "\"1\"");
        Assert.Equal(HttpStatusCode.Created, second.StatusCode);
        var changes = (await service.PullAsync("/schemes/compared/versions/2/changes")).GetProperty("changes").EnumerateArray()
            .ToDictionary(change => change.GetProperty("path").GetString()!, change => (change.GetProperty("before").ToString(), change.GetProperty("after").ToString()));
        Assert.Equal(("1", "4.5"), changes["items/6/weight"]);
        Assert.Equal(("0.3", "0.25"), changes["tree/grades/优秀/quota"]);
        Assert.Equal(("2", ""), changes["tree/points/praise/each"]);
        Assert.Equal(("结案率", ""), changes["items/12/name"]);
        Assert.All(changes.Keys, path => Assert.True(path is "items/6/weight" or "tree/grades/优秀/quota" || path.StartsWith("items/12/", StringComparison.Ordinal) || path.StartsWith("tree/points/", StringComparison.Ordinal), path));
        Assert.Equal(0, (await service.PullAsync("/schemes/compared/versions/2/changes?against=2")).GetProperty("changes").GetArrayLength());
        using var office = service.ClientFor(TestCaller.AssessmentOffice);
        await AssertProblemAsync(await office.GetAsync(new Uri("/schemes/compared/versions/1/changes", UriKind.Relative)), 404, "assessment.unknown_scheme");
    }

    [Fact]
    public async Task Given_a_version_When_its_method_card_is_printed_Then_it_says_every_rule_in_Chinese_and_runs_nothing()
    {
        using var created = await PutAsync("/schemes/card", Draft());
        using var office = service.ClientFor(TestCaller.AssessmentOffice);
        using var response = await office.GetAsync(new Uri("/schemes/card/versions/1/method-card", UriKind.Relative));
        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        var card = await response.Content.ReadAsStringAsync();
        Assert.All(
            [
                "加权几何平均", "加权调和平均", "科普兰", "缺口不超过 5% 扣 40%", "每 10,000 单位指标 8", "异常值缩尾，最多 1 个", "同类中位数插补", "一票否决：未达标不高于达标",
                "名额", "30%", "按未取整的综合得分", "不足适用权重的 65%", "未经主管部门确认", "尚未审定", "加分合计不超过 5", "&lt;试算&gt;",
            ],
            text => Assert.Contains(text, card, StringComparison.Ordinal));
        Assert.DoesNotContain("<试算>", card, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", card, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> BadTrees => new()
    {
        { "group of nowhere", "items/0/rule/group=\"x\"" },
        { "parent below itself", "tree/groups/0/parent=\"rates\"" },
        { "group twice", "tree/groups/1/code=\"flows\"" },
        { "group called goal", "tree/groups/1/code=\"goal\"" },
        { "group of no weight", "tree/groups/1/weight=0" },
        { "null among groups", "tree/groups/1=null" },
        { "steps backwards", "items/0/rule/steps/0/shortfall=0.9" },
        { "steps missing", "items/0/rule/steps=null" },
        { "posts crossed", "items/3/rule/low=100" },
        { "entered with target", "items/3/method=\"proportional\"" },
        { "denominator under a target", "items/0/rule/per=\"8\"" },
        { "veto of no grade", "items/0/rule/vetoGrade=\"良好\"" },
        { "grades backwards", "tree/grades/1/from=95" },
        { "quota above all", "tree/grades/0/quota=1.5" },
        { "points called like an item", "tree/points/0/code=\"rating\"" },
        { "points of nothing", "tree/points/0/each=0" },
        { "unit of nowhere", "tree/units=[{\"code\":\"110000\",\"name\":\"北京\",\"peers\":\"市\",\"ranked\":true}]" },
        { "reference of nowhere", "items/2/method=\"distance-to-reference\"" },
        { "method without its rule", "items/2={\"indicator\":\"12\",\"name\":\"结案率\",\"unit\":\"%\",\"weight\":1,\"method\":\"z-score\",\"aggregate\":\"rate\",\"direction\":\"higher\"}" },
    };

    [Theory, MemberData(nameof(BadTrees))]
    public async Task Given_a_tree_that_cannot_be_scored_by_When_put_Then_it_is_refused_by_name_and_place(string what, string change)
    {
        var draft = Draft();
        var (path, value) = (change[..change.IndexOf('=', StringComparison.Ordinal)].Split('/'), JsonNode.Parse(change[(change.IndexOf('=', StringComparison.Ordinal) + 1)..]));
        JsonNode at = draft;
        foreach (var step in path[..^1])
        {
            at = int.TryParse(step, out var index) ? at[index]! : at[step]!;
        }

        if (int.TryParse(path[^1], out var last))
        {
            at[last] = value;
        }
        else
        {
            at[path[^1]] = value;
        }

        await AssertProblemAsync(await PutAsync("/schemes/bad-tree", draft), 422, "assessment.bad_tree", what);
    }

    private static JsonObject Entry(int? value) => new() { ["value"] = value, ["evidence"] = "评议汇总表" };

    private async Task<HttpResponseMessage> PutAsync(string path, JsonObject body, string? ifMatch = null)
    {
        using var client = service.ClientFor(TestCaller.AssessmentOffice);
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(path, UriKind.Relative))
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
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
        }
    }
}
