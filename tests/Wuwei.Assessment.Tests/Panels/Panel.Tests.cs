using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Wuwei.Assessment.Panels;
using Wuwei.Assessment.Tests.Scores;
using Wuwei.Testing;
using static Wuwei.Assessment.Tests.Given;

namespace Wuwei.Assessment.Tests.Panels;

/// <summary>What the members of a panel say, and what it comes to in a score.</summary>
public sealed class PanelTests
{
    [Theory]
    [InlineData("", null)]
    [InlineData("80 90", null)]
    [InlineData("80 90 100", "90")]
    [InlineData("0 80 90 100", "67.5")]
    [InlineData("0 80 90 85 100", "85")]
    [InlineData("100 0 80 90 85 100", "88.75")]
    public void Given_scores_When_they_are_made_one_Then_it_is_their_mean_without_the_two_ends_from_five_on(string scores, string? mean) =>
        Assert.Equal(mean is null ? null : Number(mean), PanelRule.Mean([.. scores.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Number)]));

    [Fact]
    public void Given_any_scores_When_one_member_gives_more_Then_the_mean_is_no_less_and_stays_among_them() =>
        Gen.Select(Gen.Int[0, 10_000].Select(score => score / 100m).Array[3, 12], Gen.Int[0, 11], Gen.Int[0, 50]).Sample((scores, at, more) =>
        {
            var mean = PanelRule.Mean(scores)!.Value;
            decimal[] raised = [.. scores.Select((score, nth) => nth == at % scores.Length ? score + more : score)];
            return mean >= scores.Min() && mean <= scores.Max() && PanelRule.Mean(raised) >= mean && PanelRule.Mean([.. scores.Reverse()]) == mean;
        });

    [Theory]
    [InlineData("a b c", null)]
    [InlineData("a b b", "panel.bad_members")]
    public void Given_a_panel_When_set_Then_its_members_are_different_people_and_it_is_the_only_one(string members, string? code)
    {
        var draft = new PanelDraft { Name = "群众评议", Item = "publicrating", Period = "2025-06", Members = members.Split(' ') };
        SetPanel.Decide("public", draft, Month("2025-06"), null, [], "office").IsRefused(out var refusal, out var panel);
        Assert.Equal(code, refusal?.Code);
        if (panel is not null)
        {
            Assert.True(SetPanel.Decide("other", draft, Month("2025-06"), null, [panel], "office").IsRefused(out refusal, out _));
            Assert.Equal(SetPanel.Taken, refusal);
            Assert.True(SetPanel.Decide("public", draft, Month("2025-06"), panel with { ClosedAt = Noon }, [panel], "office").IsRefused(out refusal, out _));
            Assert.Equal(SetPanel.Closed, refusal);
            PanelScore Of(string member) => new("public", Liangzhou, member, 1, 90, "走访", Noon);
            Assert.True(SetPanel.Close(panel, [Of("a"), Of("b"), Of("stranger")], Noon).IsRefused(out refusal, out _));
            Assert.Equal("panel.too_few_scores", refusal.Code);
            Assert.False(SetPanel.Close(panel, [Of("a"), Of("b"), Of("c")], Noon).IsRefused(out _, out var closed));
            Assert.Equal((2, Noon), (closed.Revision, closed.ClosedAt));
        }
    }
}

/// <summary>Panels and tasks as sources of items.</summary>
[Collection(nameof(Attacked))]
public sealed class OtherSourceTests(AssessmentService service) : ScoreTests(service)
{
    private static readonly TestCaller[] s_members = [.. new[] { "finance", "union", "education" }.Select(TestCaller.OfPlan)];

    [Fact]
    public async Task Given_items_of_panels_and_tasks_When_scored_Then_each_counts_what_was_found_and_says_where_it_is_from()
    {
        await SendAsync(TestCaller.AssessmentOffice, HttpMethod.Put, "/schemes/departments", Scheme(), 201);
        await SendAsync(TestCaller.AssessmentOffice, HttpMethod.Put, "/panels/satisfaction", Panel(), 201);
        await RefusedAsync(TestCaller.OfPlan("veterans"), HttpMethod.Put, "/panels/satisfaction/units/agriculture/score", Vote(90), 403, "panel.not_a_member");
        await RefusedAsync(s_members[2], HttpMethod.Put, "/panels/satisfaction/units/education/score", Vote(100), 403, "panel.own_unit");
        foreach (var (member, score) in s_members.Zip(new[] { 80m, 90m, 70m }))
        {
            await SendAsync(member, HttpMethod.Put, "/panels/satisfaction/units/human-resources/score", Vote(score), 200);
        }

        // Nobody sees what others gave before it is closed, and nothing counts yet.
        Assert.Equal(1, (await Service.PullAsync("/panels/satisfaction", s_members[0])).GetProperty("scores").GetArrayLength());
        Assert.Equal("missing", (await ItemAsync("satisfaction")).GetProperty("score").GetProperty("status").GetString());
        await SendAsync(TestCaller.AssessmentOffice, HttpMethod.Post, "/panels/satisfaction/closing", null, 200);
        await RefusedAsync(s_members[0], HttpMethod.Put, "/panels/satisfaction/units/human-resources/score", Vote(1), 409, "panel.closed");
        var item = await ItemAsync("satisfaction");
        Assert.Equal((80m, 0.8m), (item.GetProperty("score").GetProperty("value").GetDecimal(), item.GetProperty("score").GetProperty("counted").GetDecimal()));
        Assert.Equal("/api/assessment/v1/panels?item=satisfaction&period=2025-06", item.GetProperty("inputs")[0].GetProperty("link").GetString());

        // No task of it was completed in time by June; one that is due on an earlier day and found completed is.
        Assert.Equal(JsonValueKind.Null, (await ItemAsync("ontime")).GetProperty("score").GetProperty("value").ValueKind);
        await using (var command = Service.Database.DataSource.CreateCommand("update task_assignment set due_on = '2025-05-31', completed_on = '2025-05-01', state = 'completed' where task = '3.3.1.1'"))
        {
            Assert.Equal(1, await command.ExecuteNonQueryAsync());
        }

        await using (var command = Service.Database.DataSource.CreateCommand("delete from score_document"))
        {
            await command.ExecuteNonQueryAsync();
        }

        item = await ItemAsync("ontime");
        Assert.Equal((100m, "tasks"), (item.GetProperty("score").GetProperty("value").GetDecimal(), item.GetProperty("inputs")[0].GetProperty("status").GetString()));
    }

    private Task<JsonElement> ItemAsync(string code) => Service.PullAsync($"/scores/human-resources/2025-06/items/{code}?scheme=departments");

    private static JsonObject Panel() => new()
    {
        ["name"] = "服务对象评议",
        ["item"] = "satisfaction",
        ["period"] = "2025-06",
        ["members"] = new JsonArray([.. s_members.Select(member => (JsonNode)member.Subject)]),
    };

    private static JsonObject Vote(decimal score) => new() { ["score"] = score, ["evidence"] = "走访 12 家企业" };

    private static JsonObject Scheme()
    {
        JsonObject Item(string code, string name, string source) => new()
        {
            ["indicator"] = code,
            ["name"] = name,
            ["unit"] = "分",
            ["weight"] = 1,
            ["method"] = "goalposts",
            ["aggregate"] = "level",
            ["direction"] = "higher",
            ["rule"] = new JsonObject { ["source"] = source, ["low"] = 0, ["high"] = 100 },
        };
        return new()
        {
            ["name"] = "部门考核",
            ["validFrom"] = "2021-01",
            ["items"] = new JsonArray(Item("satisfaction", "服务对象评议", "panel"), Item("ontime", "任务按期办结率", "tasks")),
            ["tree"] = new JsonObject
            {
                ["source"] = "",
                ["aggregation"] = "arithmetic",
                ["groups"] = new JsonArray(),
                ["units"] = new JsonArray(new JsonObject { ["code"] = "human-resources", ["name"] = "市人社局", ["peers"] = "部门", ["ranked"] = true }),
                ["points"] = new JsonArray(),
                ["plusCeiling"] = null,
                ["grades"] = new JsonArray(),
            },
        };
    }

    private async Task SendAsync(TestCaller caller, HttpMethod method, string path, JsonObject? body, int status)
    {
        using var answer = await AnswerAsync(caller, method, path, body);
        Assert.True((int)answer.StatusCode == status, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    private async Task RefusedAsync(TestCaller caller, HttpMethod method, string path, JsonObject? body, int status, string code) =>
        await AssertProblemAsync(await AnswerAsync(caller, method, path, body), status, code);

    private async Task<HttpResponseMessage> AnswerAsync(TestCaller caller, HttpMethod method, string path, JsonObject? body)
    {
        using var client = Service.ClientFor(caller);
        using var request = new HttpRequestMessage(method, Relative(path)) { Content = body is null ? null : JsonContent.Create(body) };
        if (method == HttpMethod.Post)
        {
            request.Headers.IfMatch.Add(EntityTagHeaderValue.Any);
        }

        return await client.SendAsync(request);
    }
}
