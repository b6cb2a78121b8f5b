using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Wuwei.Assessment.Robustness;
using Wuwei.Assessment.Tests.Scores;
using static Wuwei.Assessment.Tests.Given;

namespace Wuwei.Assessment.Tests.Robustness;

public sealed class RobustnessApiTests(AssessmentService service) : ScoreTests(service), IClassFixture<AssessmentService>
{
    [Fact]
    public async Task Given_a_month_When_analysed_Then_weights_add_up_and_strengths_and_weaknesses_are_named()
    {
        var analysis = await Service.PullAsync("/robustness/2025-06");
        var items = analysis.GetProperty("items").EnumerateArray().ToArray();
        Assert.Equal(1m, items.Sum(item => item.GetProperty("effectiveWeight").GetDecimal()), 20);
        Assert.Equal(1, items[0].GetProperty("correlation").GetDouble(), 3); // the counties stand in one order in everything
        Assert.Equal(JsonValueKind.Null, items[1].GetProperty("correlation").ValueKind); // no county has it
        Assert.All(items, item => Assert.Equal(0, item.GetProperty("withoutIt").GetArrayLength()));
        Assert.Contains(analysis.GetProperty("related").EnumerateArray(), pair => (pair.GetProperty("one").GetString(), pair.GetProperty("other").GetString()) == ("1", "7"));
        Assert.InRange(analysis.GetProperty("components")[0].GetDouble(), 0.8, 1); // nearly one thing: some are capped
        Assert.InRange(analysis.GetProperty("alpha").GetDouble(), 0.5, 1);
        var units = analysis.GetProperty("units").EnumerateArray().ToArray();
        Assert.Equal([Liangzhou, Minqin, Gulang, Tianzhu], units.Select(unit => unit.GetProperty("unit").GetString()));
        Assert.Empty(units[0].GetProperty("strengths").EnumerateArray());
        Assert.Equal("1", units[0].GetProperty("weaknesses")[0].GetProperty("indicator").GetString());
        Assert.Equal("1", units[3].GetProperty("strengths")[0].GetProperty("indicator").GetString());
    }

    [Fact]
    public async Task Given_the_years_of_the_plan_When_looked_back_Then_each_is_what_that_months_scores_say()
    {
        var history = await Service.PullAsync("/robustness/2023-06/history");
        Assert.Equal(["2021-12", "2022-12", "2023-06"], history.GetProperty("periods").EnumerateArray().Select(period => period.GetString()!));
        var unit = history.GetProperty("units")[1];
        foreach (var point in unit.GetProperty("points").EnumerateArray())
        {
            var score = (await Service.PullAsync($"/scores/{Minqin}/{point.GetProperty("period").GetString()}")).GetProperty("score");
            Assert.Equal((score.GetProperty("score").GetDecimal(), score.GetProperty("rank").GetInt32()), (point.GetProperty("score").GetDecimal(), point.GetProperty("rank").GetInt32()));
        }

        var points = unit.GetProperty("points");
        Assert.Equal(points[2].GetProperty("score").GetDecimal() - points[1].GetProperty("score").GetDecimal(), unit.GetProperty("change").GetDecimal());
    }

    [Fact]
    public async Task Given_other_weights_When_tried_and_saved_Then_ranks_change_beside_the_official_ones_which_stay()
    {
        await Service.ObserveAsync(Observed("12", Liangzhou, "2025-06", 99.9m, revision: 9));
        const string Changes = """{"changes":{"weights":{"12":1000,"8":0},"aggregations":{"goal":"geometric"}}}""";
        var tried = await PostAsync("/robustness/2025-06/what-if", Changes);
        var first = tried.GetProperty("units")[0];
        Assert.Equal((4, 1, 3), (first.GetProperty("rank").GetInt32(), first.GetProperty("wouldRank").GetInt32(), first.GetProperty("rankChange").GetInt32()));
        Assert.Equal(first.GetProperty("score").GetDecimal(), (await Service.PullAsync("/scores")).GetProperty("regions")[0].GetProperty("score").GetProperty("score").GetDecimal());

        using var saved = await PutAsync("heavy-12", """{"name":"结案率为主","changes":{"weights":{"12":1000,"8":0},"aggregations":{"goal":"geometric"}}}""");
        Assert.Equal((HttpStatusCode.Created, "\"1\""), (saved.StatusCode, saved.Headers.ETag!.Tag));
        var result = await Service.PullAsync("/scenarios/heavy-12/result?period=2025-06");
        Assert.Equal(tried.GetProperty("units").GetRawText(), result.GetProperty("units").GetRawText());
        using var changed = await PutAsync("heavy-12", """{"name":"结案率为主","changes":{"methods":{"1":"min-max"}}}""", "\"1\"");
        Assert.Equal((HttpStatusCode.OK, "\"2\""), (changed.StatusCode, changed.Headers.ETag!.Tag));
        var listed = (await Service.PullAsync("/scenarios")).GetProperty("items").EnumerateArray().Single(scenario => scenario.GetProperty("id").GetString() == "heavy-12");
        Assert.Equal(2, listed.GetProperty("version").GetInt32());
        await AssertProblemAsync(await PutAsync("heavy-12", """{"name":"x","changes":{}}"""), 428, "request.if_match_required");
    }

    [Fact]
    public async Task Given_more_draws_than_a_request_waits_for_When_drawn_part_by_part_Then_it_says_how_far_it_is_and_comes_to_the_same()
    {
        const string Body = """{"noise":0.5,"draws":30000,"seed":7,"normalisations":["rank"],"aggregations":["geometric"]}""";
        var worker = Service.Services.GetRequiredService<UncertaintyWorker>();
        var path = $"/uncertainty-runs/{(await PostAsync("/robustness/2025-06/uncertainty/runs", Body)).GetProperty("id").GetGuid()}";
        Assert.Equal(JsonValueKind.Null, (await Service.PullAsync(path)).GetProperty("result").ValueKind);
        Assert.True(await worker.StepAsync(default));
        var run = await Service.PullAsync(path);
        Assert.Equal(("running", 20_000), (run.GetProperty("run").GetProperty("state").GetString(), run.GetProperty("run").GetProperty("done").GetInt64()));
        Assert.Equal(20_000, run.GetProperty("result").GetProperty("units")[0].GetProperty("counts").EnumerateArray().Sum(count => count.GetInt64()));

        // What becomes known meanwhile is not in it.
        await Service.ObserveAsync(Observed("1", Liangzhou, "2025-06", 9_999, revision: 9) with { KnownAt = DateTimeOffset.UtcNow });
        Assert.True(await worker.StepAsync(default));
        Assert.False(await worker.StepAsync(default));
        run = await Service.PullAsync(path);
        Assert.Equal("finished", run.GetProperty("run").GetProperty("state").GetString());
        var asOf = Uri.EscapeDataString(run.GetProperty("run").GetProperty("asOf").GetString()!);
        var whole = await PostAsync($"/robustness/2025-06/uncertainty?asOf={asOf}", Body);
        Assert.Equal(
            whole.GetProperty("units").EnumerateArray().Select(unit => unit.GetProperty("counts").GetRawText()),
            run.GetProperty("result").GetProperty("units").EnumerateArray().Select(unit => unit.GetProperty("counts").GetRawText()));

        var stopped = $"/uncertainty-runs/{(await PostAsync("/robustness/2025-06/uncertainty/runs", Body)).GetProperty("id").GetGuid()}/cancellation";
        Assert.Equal("cancelled", (await PostAsync(stopped, "")).GetProperty("state").GetString());
        Assert.False(await worker.StepAsync(default));
        using var again = await Office.PostAsync(Relative(stopped), null);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }

    [Theory]
    [InlineData("""{"weights":{"99":1}}""", "assessment.unknown_part")]
    [InlineData("""{"weights":{"1":-1}}""", "assessment.bad_change")]
    [InlineData("""{"methods":{"1":"steps"}}""", "assessment.bad_change")]
    [InlineData("""{"methods":{"a/b":"steps"}}""", "assessment.unknown_part")]
    [InlineData("""{"aggregations":{"flows":"median"}}""", "assessment.unknown_part")]
    [InlineData("""{"threshold":101}""", "assessment.bad_change")]
    [InlineData("""{"weights":{"1":0,"2":0,"3":0,"4":0,"5":0,"6":0,"7":0,"8":0,"9":0,"10":0,"11":0,"12":0}}""", "assessment.bad_change")]
    public async Task Given_a_change_that_does_not_fit_When_tried_or_saved_Then_it_is_refused_by_name(string changes, string code)
    {
        await AssertProblemAsync(await SendAsync(HttpMethod.Post, "/robustness/2025-06/what-if", $$"""{"changes":{{changes}}}"""), 422, code);
        await AssertProblemAsync(await PutAsync("unfit", $$"""{"name":"x","changes":{{changes}}}"""), 422, code);
    }

    [Fact]
    public async Task Given_a_seed_When_ranks_are_drawn_Then_the_answer_is_the_same_again_and_sensible()
    {
        const string Body = """{"noise":0.5,"draws":2000,"seed":42,"normalisations":["min-max","z-score","rank"],"aggregations":["geometric","harmonic","median","copeland"]}""";
        var first = await PostAsync("/robustness/2025-06/uncertainty", Body);
        Assert.Equal(first.GetRawText(), (await PostAsync("/robustness/2025-06/uncertainty", Body)).GetRawText());
        var units = first.GetProperty("units").EnumerateArray().ToArray();
        Assert.Equal([4, 3, 2, 1], units.Select(unit => unit.GetProperty("rank").GetInt32()));
        Assert.All(units, unit => Assert.Equal(2000, unit.GetProperty("counts").EnumerateArray().Sum(count => count.GetInt64())));
        // Who is ahead in everything stays ahead whatever the weights.
        Assert.All(units, unit => Assert.Equal(unit.GetProperty("rank").GetInt32(), unit.GetProperty("median").GetInt32()));

        var shares = await PostAsync("/robustness/2025-06/sensitivity", """{"noise":0.5,"rows":200,"normalisations":["rank"]}""");
        Assert.Equal(13, shares.GetProperty("factors").GetArrayLength());
        Assert.Equal(200 * 15, shares.GetProperty("computations").GetInt64());
    }

    [Theory]
    [InlineData("uncertainty", """{"draws":200001}""", 400, "request.invalid")]
    [InlineData("uncertainty", """{"noise":1}""", 400, "request.invalid")]
    [InlineData("uncertainty", """{"peers":"乡镇"}""", 422, "assessment.unknown_peers")]
    [InlineData("sensitivity", """{"noise":0}""", 422, "assessment.nothing_uncertain")]
    [InlineData("sensitivity", """{"rows":20000,"normalisations":["rank"],"aggregations":["median"]}""", 200, "")]
    public async Task Given_bounds_When_overstepped_Then_it_is_refused_by_name(string analysis, string body, int status, string code)
    {
        using var response = await SendAsync(HttpMethod.Post, $"/robustness/2025-06/{analysis}", body);
        Assert.Equal(status, (int)response.StatusCode);
        if (status != 200)
        {
            Assert.Equal(code, (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
        }
    }

    [Fact]
    public async Task Given_no_such_scenario_scheme_or_month_When_asked_Then_it_is_refused_by_name()
    {
        await AssertProblemAsync(await GetAsync("/scenarios/nothing/result"), 404, "assessment.unknown_scenario");
        await AssertProblemAsync(await PutAsync("No", """{"name":"x","changes":{}}"""), 422, "assessment.bad_scenario_id");
        await AssertProblemAsync(await PutAsync("other", """{"name":"x","scheme":"nothing","changes":{}}"""), 404, "assessment.unknown_scheme");
        await AssertProblemAsync(await GetAsync("/robustness/2025-12"), 404, "assessment.period_without_data");
        await AssertProblemAsync(await GetAsync("/robustness/2025"), 422, "assessment.bad_period");
    }

    [Fact]
    public void Given_numbers_that_move_together_When_correlated_Then_it_is_seen_and_too_few_say_nothing()
    {
        Assert.Equal(1, ScoreAnalysis.Correlation([1, 2, null, 4], [10, 20, 99, 40])!.Value, 12);
        Assert.Equal(-0.5, ScoreAnalysis.Correlation([1, 2, 3], [3, 1, 2])!.Value, 12);
        Assert.Null(ScoreAnalysis.Correlation([1, 2], [1, 2]));
        Assert.Null(ScoreAnalysis.Correlation([1, 1, 1], [1, 2, 3]));
    }

    private async Task<JsonElement> PostAsync(string path, string body)
    {
        using var response = await SendAsync(HttpMethod.Post, path, body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private Task<HttpResponseMessage> PutAsync(string id, string body, string? ifMatch = null) => SendAsync(HttpMethod.Put, $"/scenarios/{id}", body, ifMatch);

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string body, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, Relative(path)) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        return await Office.SendAsync(request);
    }
}
