using System.Net;
using System.Text.Json.Nodes;
using Wuwei.Contracts.Targets;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Tests.Decisions;

[Collection(nameof(PlanService))]
public sealed class DecisionTests(PlanService plan)
{
    private readonly HttpClient _city = plan.Service.City;

    [Fact]
    public async Task Given_the_plans_contradictions_When_listed_Then_each_has_an_owner_options_and_a_reading_in_force()
    {
        var items = (await _city.GetJsonAsync("decisions"))["items"]!.AsArray();
        Assert.True(items.Count >= 30);
        Assert.All(items, item =>
        {
            Assert.NotEqual("", (string)item!["owner"]!);
            var chosen = item["options"]!.AsArray().Single(option => (int)option!["number"]! == (int)item["option"]!)!;
            Assert.Equal((string)item["reading"]!, (string)chosen["text"]!);
            Assert.True((bool)chosen["computed"]!);
        });
        Assert.Equal(("<", "五个年末数之和", "12.5", "去向落实率", "前高后低"),
            (Reading("2", 1), Reading("8", 2), Reading("10", 2), Reading("5", 1), Reading("6", 4)));
        Assert.Empty((await _city.GetJsonAsync("decisions?indicator=13"))["items"]!.AsArray());

        string Reading(string indicator, int number) =>
            (string)items.Single(item => (string)item!["indicator"]! == indicator && (int)item["number"]! == number)!["reading"]!;
    }

    [Fact]
    public async Task Given_row_8_read_as_the_last_year_end_When_asked_again_Then_totals_and_progress_are_other_and_the_past_is_not()
    {
        Assert.Equal(400_000, await ToDateAsync());
        var before = Instants.Format(DateTimeOffset.UtcNow);
        var chosen = await ChooseAsync("8", 2, 2, "人社厅口径：以2025年末数考核");
        Assert.Equal((true, "2025年末数", 2), ((bool)chosen["decided"]!, (string)chosen["reading"]!, (int)chosen["revision"]!));

        Assert.Equal(100_000, await ToDateAsync());
        var progress = (await _city.GetJsonAsync("progress/8/620600/2025-06"))["progress"]!;
        Assert.Equal((100_000m, false, 500_000m), (progress["value"].Decimal(), (bool)progress["cumulative"]!, progress["target"].Decimal()));
        Assert.False((bool)progress["ease"]!["easier"]!); // 500,000 insured is more than 106,600 were
        Assert.Equal("2025年末数", (string)progress["decisions"]!.AsArray().Single(note => (int)note!["number"]! == 2)!["reading"]!);
        Assert.Equal(400_000, await ToDateAsync($"&asOf={Uri.EscapeDataString(before)}"));

        await ChooseAsync("8", 2, 1, "恢复");
        Assert.Equal(400_000, await ToDateAsync());
        var history = (await _city.GetJsonAsync("decisions/8/2"))["history"]!.AsArray();
        Assert.Equal([3, 2, 1], history.Select(choice => (int)choice!["revision"]!));

        async Task<decimal?> ToDateAsync(string asOf = "") =>
            (await _city.GetJsonAsync($"observations/8/620600/2024-12?total=plan-to-date{asOf}"))["observation"]!["value"].Decimal();
    }

    [Fact]
    public async Task Given_the_training_total_of_the_box_When_chosen_Then_it_was_reached_a_year_ago()
    {
        await ChooseAsync("10", 2, 2, "以专栏5年均2万人次为准");
        var progress = (await _city.GetJsonAsync("progress/10/620600/2025-06"))["progress"]!;
        Assert.Equal((100_000m, "completed-early", "2024-09", 25_000m),
            (progress["target"].Decimal(), (string)progress["status"]!, (string)progress["completion"]!["reached"]!, progress["targetsDiffer"].Decimal()));
        await ChooseAsync("10", 2, 1, "恢复");
    }

    [Fact]
    public async Task Given_6_percent_to_be_enough_When_chosen_Then_whoever_holds_the_target_hears_of_it()
    {
        await (await _city.PutAsync("targets", new[] { new { indicator = "2", region = "620600", year = 2025, value = 6 } })).ShouldBeAsync(HttpStatusCode.OK);
        await plan.Service.MessagesAsync<TargetChanged>();
        await ChooseAsync("2", 1, 2, "正文：控制在6%以内");
        var said = Assert.Single(await plan.Service.MessagesAsync<TargetChanged>());
        Assert.Equal(("2", "620600", 2025, 6m, "≤", 2), (said.Indicator, said.Region, said.Year, said.Value, said.Comparator, said.Revision));
        Assert.Equal("≤", (string)(await _city.GetJsonAsync("indicators/2"))["target"]!["comparator"]!);
        var targets = await _city.GetJsonAsync("targets?indicator=2");
        Assert.Equal(2, (int)Assert.Single(targets["items"]!.AsArray())!["revision"]!);
        Assert.Contains(targets["decisions"]!.AsArray(), note => (string)note!["reading"]! == "≤" && (bool)note["decided"]!);
        await ChooseAsync("2", 1, 1, "恢复");
    }

    [Fact]
    public async Task Given_the_other_name_of_row_5_When_chosen_Then_every_answer_names_it_so()
    {
        await ChooseAsync("5", 1, 2, "正文用语");
        Assert.Equal("高校毕业生就业率", (string)(await _city.GetJsonAsync("indicators/5"))["nameZh"]!);
        await ChooseAsync("5", 1, 1, "恢复");
        Assert.Equal("高校毕业生就业去向落实率", (string)(await _city.GetJsonAsync("progress/5/620600/2025-06"))["progress"]!["nameZh"]!);
    }

    [Theory]
    [InlineData("8", 2, 3, "\"1\"", HttpStatusCode.UnprocessableEntity, "decision.not_computed")]
    [InlineData("6", 1, 9, "\"1\"", HttpStatusCode.UnprocessableEntity, "decision.option_unknown")]
    [InlineData("6", 3, 1, null, HttpStatusCode.PreconditionRequired, "request.if_match_required")]
    [InlineData("6", 3, 1, "\"7\"", HttpStatusCode.PreconditionFailed, "request.stale")]
    [InlineData("6", 99, 1, "\"1\"", HttpStatusCode.NotFound, "decision.not_found")]
    public async Task Given_what_cannot_be_chosen_When_chosen_Then_nothing_changes(string indicator, int number, int option, string? ifMatch, HttpStatusCode status, string code)
    {
        if (code == "decision.not_computed")
        {
            ifMatch = $"\"{await RevisionAsync(indicator, number)}\"";
        }

        await (await _city.PutAsync($"decisions/{indicator}/{number}", new { option, reason = "试", decidedOn = "2025-07-01" }, ifMatch)).ShouldBeAsync(status, code);
    }

    [Fact]
    public async Task Given_callers_who_may_not_or_a_day_to_come_When_a_reading_is_chosen_Then_it_is_refused()
    {
        var choice = new { option = 1, reason = "试", decidedOn = "2025-07-01" };
        await (await plan.Service.County(IndicatorService.Minqin).PutAsync("decisions/6/3", choice, "\"1\"")).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.city_approver_only");
        await (await _city.PutAsync("decisions/6/3", choice with { decidedOn = "2025-07-16" }, "\"1\"")).ShouldBeAsync(HttpStatusCode.UnprocessableEntity, "decision.day_ahead");
        await (await _city.PutAsync("decisions/6/3", choice with { reason = "" }, "\"1\"")).ShouldBeAsync(HttpStatusCode.BadRequest, "request.invalid");
    }

    private async Task<int> RevisionAsync(string indicator, int number) =>
        (int)(await _city.GetJsonAsync($"decisions/{indicator}/{number}"))["decision"]!["revision"]!;

    private async Task<JsonObject> ChooseAsync(string indicator, int number, int option, string reason) => await (await _city.PutAsync(
        $"decisions/{indicator}/{number}", new { option, reason, decidedOn = "2025-07-01", document = "武人社函〔2025〕1号" },
        $"\"{await RevisionAsync(indicator, number)}\"")).ShouldBeAsync(HttpStatusCode.OK);
}
