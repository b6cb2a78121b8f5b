using System.Text.Json;
using static Wuwei.Assessment.Tests.Given;

namespace Wuwei.Assessment.Tests.Scores;

/// <summary>What the table of scores says.</summary>
public sealed class ScoreTableApiTests(AssessmentService service) : ScoreTests(service), IClassFixture<AssessmentService>
{
    [Fact]
    public async Task Given_a_loaded_plan_When_pulled_Then_counties_are_ranked_and_the_city_stands_beside_them()
    {
        var table = await Service.PullAsync("/scores");
        var heading = table.GetProperty("heading");
        Assert.Equal("2025-06", heading.GetProperty("period").GetString());
        Assert.True(heading.GetProperty("provisional").GetBoolean());
        Assert.True(heading.GetProperty("demonstration").GetBoolean());
        Assert.Contains("演示数据", heading.GetProperty("notes").ToString(), StringComparison.Ordinal);
        Assert.Contains("未经主管部门确认", heading.GetProperty("notes").ToString(), StringComparison.Ordinal);
        var scores = table.GetProperty("regions").EnumerateArray().Select(row => row.GetProperty("score")).ToArray();
        Assert.Equal([Liangzhou, Minqin, Gulang, Tianzhu, City], scores.Select(score => score.GetProperty("region").GetString()));
        Assert.Equal([4, 3, 2, 1, null], scores.Select(score => Nullable(score, "rank")));
        Assert.All(scores, score => Assert.Equal(
            Math.Round(score.GetProperty("exact").GetDecimal(), 2, MidpointRounding.AwayFromZero), score.GetProperty("score").GetDecimal()));
        var liangzhou = table.GetProperty("regions")[0];
        Assert.Equal(12, liangzhou.GetProperty("items").GetArrayLength());
        Assert.Equal(
            ["2", "3", "4", "9"],
            liangzhou.GetProperty("items").EnumerateArray().Where(item => item.GetProperty("status").GetString() == "not-applicable").Select(item => item.GetProperty("indicator").GetString()));
        Assert.Equal(9m, liangzhou.GetProperty("score").GetProperty("applicableWeight").GetDecimal());
    }

    [Fact]
    public async Task Given_a_target_changes_When_pulled_Then_the_score_follows()
    {
        var before = Exact(await Service.PullAsync("/scores"), Liangzhou);
        await Service.AimAsync(Aimed("10", Liangzhou, 2025, 100_000, revision: 2));
        Assert.True(Exact(await Service.PullAsync("/scores"), Liangzhou) < before);
    }

    [Fact]
    public async Task Given_strict_targets_When_the_value_stands_on_them_Then_they_are_missed_and_not_full()
    {
        var unemployment = (await Service.PullAsync($"/scores/{City}/2025-06/items/2")).GetProperty("score");
        Assert.Equal((6.0m, "<", false, 0.99m), (
            unemployment.GetProperty("value").GetDecimal(), unemployment.GetProperty("comparator").GetString(),
            unemployment.GetProperty("met").GetBoolean(), unemployment.GetProperty("counted").GetDecimal()));
        Assert.Equal("unmet-ceiling", unemployment.GetProperty("rule").GetString());
    }

    [Fact]
    public async Task Given_an_annual_item_When_shown_in_June_Then_it_says_from_which_year_it_is_carried()
    {
        var item = (await Service.PullAsync($"/scores/{Liangzhou}/2025-06")).GetProperty("items").EnumerateArray()
            .Single(entry => entry.GetProperty("score").GetProperty("indicator").GetString() == "5");
        Assert.Equal(("carried-forward", "2024", "沿用 2024 的数据"), (
            item.GetProperty("score").GetProperty("status").GetString(), item.GetProperty("score").GetProperty("period").GetString(),
            item.GetProperty("score").GetProperty("remark").GetString()));
        Assert.Equal($"/api/indicator/v1/observations/5/{Liangzhou}/2024", item.GetProperty("observation").GetString());
        Assert.Equal($"/api/assessment/v1/scores/{Liangzhou}/2025-06/items/5", item.GetProperty("explanation").GetString());
    }

    [Theory]
    [InlineData("202505")]
    [InlineData("2025-M05")]
    public async Task Given_other_spellings_of_a_month_When_asked_Then_they_are_understood(string period) =>
        Assert.Equal("2025-05", (await Service.PullAsync($"/scores?period={period}")).GetProperty("heading").GetProperty("period").GetString());

    private static decimal Exact(JsonElement table, string region) => table.GetProperty("regions").EnumerateArray()
        .Select(row => row.GetProperty("score")).Single(score => score.GetProperty("region").GetString() == region).GetProperty("exact").GetDecimal();

    private static int? Nullable(JsonElement element, string name) =>
        element.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : null;
}
