using System.Net;
using System.Text.Json.Nodes;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Tests.Expressions;

[Collection(nameof(PlanService))]
public sealed class DefineIndicatorTests(PlanService plan)
{
    private readonly HttpClient _city = plan.Service.City;

    private static object Form(string expression, string missing = "skip-if-any", object? target = null, string? comparator = null) => new
    {
        nameZh = "每百名参保人培训人次",
        nameEn = "Trainings per hundred insured",
        definition = "培训人次与参保人数之比",
        expression,
        missing,
        unit = "%",
        direction = "up",
        target,
        comparator,
        sourceDepartment = "市人力资源和社会保障局",
        reason = "试行",
    };

    [Fact]
    public async Task Given_an_indicator_over_others_When_defined_and_changed_Then_values_follow_and_the_past_keeps_its_version()
    {
        var created = await (await _city.PutAsync("indicators/trainings-per-insured", Form("100 * [10] / [8]", target: 3, comparator: "≥"))).ShouldBeAsync(HttpStatusCode.Created);
        Assert.Equal(("expression", 1), ((string)created["counting"]!, (int)created["formula"]!["revision"]!));
        Assert.Contains(created["decisions"]!.AsArray(), decision => (string)decision!["indicator"]! == "8"); // what touches a part touches the whole

        Assert.Equal(2.2m, await ValueAsync("2025-06")); // 2,200 of 100,000
        Assert.Equal(27.6m, await ValueAsync("2024"));
        Assert.Null(await ValueAsync("2025-07"));
        Assert.Contains((await _city.GetJsonAsync("observations/trainings-per-insured/620600/2025-06/facts?limit=200"))["items"]!.AsArray(), fact => (string)fact!["measure"]! == "indicator.8");
        var progress = (await _city.GetJsonAsync("progress/trainings-per-insured/620600/2025-06"))["progress"]!;
        Assert.Equal((10.2m, "ahead"), (progress["value"].Decimal(), (string)progress["status"]!));

        var before = Instants.Format(DateTimeOffset.UtcNow);
        await (await _city.PutAsync("indicators/trainings-per-insured", Form("1000 * [10] / [8]"))).ShouldBeAsync(HttpStatusCode.PreconditionRequired, "request.if_match_required");
        await (await _city.PutAsync("indicators/trainings-per-insured", Form("1000 * [10] / [8]"), "\"1\"")).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(22, await ValueAsync("2025-06"));
        Assert.Equal(2.2m, await ValueAsync("2025-06", $"?asOf={Uri.EscapeDataString(before)}"));

        await (await _city.PutAsync("indicators/half-of-it", Form("[trainings-per-insured] / 2"))).ShouldBeAsync(HttpStatusCode.Created);
        Assert.Equal(11, (await _city.GetJsonAsync("observations/half-of-it/620600/2025-06"))["observation"]!["value"].Decimal());
        await (await _city.PutAsync("indicators/trainings-per-insured", Form("2 * [half-of-it]"), "\"2\"")).ShouldBeAsync(HttpStatusCode.UnprocessableEntity, "expression.circular");

        async Task<decimal?> ValueAsync(string period, string query = "") =>
            (await _city.GetJsonAsync($"observations/trainings-per-insured/620600/{period}{query}"))["observation"]!["value"].Decimal();
    }

    [Theory]
    [InlineData("ok-code", "100 * [10", HttpStatusCode.UnprocessableEntity, "expression.unreadable")]
    [InlineData("ok-code", "[99]", HttpStatusCode.UnprocessableEntity, "expression.item_unknown")]
    [InlineData("ok-code", "{nobody.knows}", HttpStatusCode.UnprocessableEntity, "expression.item_unknown")]
    [InlineData("ok-code", "{indicator.8}", HttpStatusCode.UnprocessableEntity, "expression.stock_measure")]
    [InlineData("ok-code", "[ok-code]", HttpStatusCode.UnprocessableEntity, "expression.circular")]
    [InlineData("10", "[6]", HttpStatusCode.UnprocessableEntity, "indicator.code_malformed")]
    [InlineData("contract-signing", "[6]", HttpStatusCode.Conflict, "indicator.of_the_plan")]
    public async Task Given_what_cannot_be_defined_When_defined_Then_it_is_refused(string code, string expression, HttpStatusCode status, string refusal)
    {
        await (await _city.PutAsync($"indicators/{code}", Form(expression))).ShouldBeAsync(status, refusal);
        await (await _city.GetAsync(new Uri("indicators/ok-code", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.NotFound, "indicator.not_found");
    }

    [Fact]
    public async Task Given_what_an_office_has_defined_When_it_is_taken_out_and_in_again_Then_all_of_it_is_there_whatever_the_order()
    {
        // The first by name is made of the second.
        await (await _city.PutAsync("indicators/moved-b", Form("[10] / 2"))).ShouldBeAsync(HttpStatusCode.Created);
        await (await _city.PutAsync("indicators/moved-a", Form("[moved-b] / 2", target: 3, comparator: "≥"))).ShouldBeAsync(HttpStatusCode.Created);
        var document = await _city.GetJsonAsync("metadata");
        var again = await (await _city.PostAsync("metadata", document)).ShouldBeAsync(HttpStatusCode.OK);
        Assert.All(again["items"]!.AsArray(), item => Assert.Equal("unchanged", (string)item!["status"]!));

        // As another installation would have it, that knows none of them.
        var other = JsonNode.Parse(document.ToJsonString().Replace("moved-", "taken-", StringComparison.Ordinal))!;
        var wrong = other["rules"]![0]!.DeepClone();
        (wrong["code"], wrong["form"]!["left"]) = ("taken-wrong", "[no-such]");
        other["rules"]!.AsArray().Add(wrong);
        var taken = await (await _city.PostAsync("metadata", other)).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(
            [("taken-a", "created", null, null), ("taken-b", "created", null, null), ("taken-wrong", "refused", "expression.item_unknown", "/left")],
            taken["items"]!.AsArray().Where(item => (string)item!["status"]! != "unchanged").Select(item => ((string)item!["code"]!, (string)item["status"]!, (string?)item["refusal"], (string?)item["pointer"])));
        var (moved, made) = (document["indicators"]!.AsArray().Single(item => (string)item!["code"]! == "moved-a")!, (await _city.GetJsonAsync("metadata"))["indicators"]!.AsArray().Single(item => (string)item!["code"]! == "taken-a")!);
        Assert.Equal(moved.ToJsonString().Replace("moved-", "taken-", StringComparison.Ordinal), made.ToJsonString());

        other["rules"]!.AsArray().Add(wrong.DeepClone());
        await (await _city.PostAsync("metadata", other)).ShouldBeAsync(HttpStatusCode.UnprocessableEntity, "metadata.item_twice");
    }

    [Fact]
    public async Task Given_an_expression_When_tried_Then_its_items_are_shown_and_nothing_is_stored()
    {
        var tried = await (await _city.PostAsync("expressions/try", new { expression = "{training.person-times} - [8] * 0", missing = "zero", region = "620600", period = "2025-06" })).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(("({training.person-times} - ([8] * 0))", 2200m, 2), ((string)tried["read"]!, tried["value"].Decimal(), tried["items"]!.AsArray().Count));
        var refused = await (await _city.PostAsync("expressions/try", new { expression = "[8] +", missing = "zero", region = "620600", period = "2025-06" })).ShouldBeAsync(HttpStatusCode.UnprocessableEntity, "expression.unreadable");
        Assert.StartsWith("第 6 个字符处应为", (string)refused["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_what_the_plan_names_in_its_text_only_When_the_catalogue_is_read_Then_it_is_there_too()
    {
        var signing = await _city.GetJsonAsync("indicators/contract-signing");
        Assert.Equal((90m, "≥", "text", 95.4m), (signing["target"]!["value"].Decimal(), (string)signing["target"]!["comparator"]!, (string)signing["attribute"]!, signing["base"]!["value"].Decimal()));
        var progress = (await _city.GetJsonAsync("progress/contract-signing/620600/2025-06"))["progress"]!;
        Assert.True((bool)progress["ease"]!["easier"]!);
        Assert.Equal("missing", (string)(await _city.GetJsonAsync("observations/service-share-gain/620600/2024"))["observation"]!["status"]!);
        var versions = JsonNode.Parse(await _city.GetStringAsync(new Uri("indicators/service-share-gain/versions", UriKind.Relative)))!.AsArray();
        Assert.Equal("[4] - [4]@2020", (string)Assert.Single(versions)!["expression"]!);
        await (await plan.Service.County(IndicatorService.Minqin).PutAsync("indicators/of-a-county", Form("[6]"))).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.city_approver_only");
    }
}
