using System.Text.Json;
using static Wuwei.Assessment.Tests.Given;

namespace Wuwei.Assessment.Tests.Scores;

/// <summary>Every number comes out again from what its explanation shows.</summary>
public sealed class ScoreExplanationTests(AssessmentService service) : ScoreTests(service), IClassFixture<AssessmentService>
{
    [Fact]
    public async Task Given_any_item_When_explained_Then_its_numbers_recompute_exactly_from_what_is_shown()
    {
        foreach (var row in (await Service.PullAsync("/scores")).GetProperty("regions").EnumerateArray())
        {
            var region = row.GetProperty("score").GetProperty("region").GetString()!;
            decimal points = 0, weights = 0;
            foreach (var item in row.GetProperty("items").EnumerateArray())
            {
                var explained = await Service.PullAsync($"/scores/{region}/2025-06/items/{item.GetProperty("indicator").GetString()}");
                Assert.Equal(item.GetRawText(), explained.GetProperty("score").GetRawText());
                if (Recompute(explained) is { } score)
                {
                    Assert.Equal(item.GetProperty("score").GetDecimal(), score);
                    points += score;
                    weights += item.GetProperty("weight").GetDecimal();
                }
            }

            Assert.Equal(row.GetProperty("score").GetProperty("exact").GetDecimal(), 100 * (points / weights));
            Assert.Equal(row.GetProperty("score").GetProperty("coveredWeight").GetDecimal(), weights);
        }
    }

    [Fact]
    public async Task Given_a_stock_that_the_plan_prints_as_a_sum_When_explained_Then_the_reading_is_said_to_be_open_and_elsewhere_not()
    {
        Assert.Contains("须由主管部门裁定", (await Service.PullAsync($"/scores/{Minqin}/2025-06/items/8")).GetProperty("formula").ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("须由主管部门裁定", (await Service.PullAsync($"/scores/{Minqin}/2025-06/items/6")).GetProperty("formula").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_an_explanation_When_read_Then_it_says_the_formula_the_versions_and_where_the_facts_are()
    {
        await Service.ObserveAsync(Observed("6", Minqin, "2025-03", 1234, revision: 77));
        var explained = await Service.PullAsync($"/scores/{Minqin}/2025-06/items/6");
        var formula = explained.GetProperty("formula").EnumerateArray().Select(line => line.GetString()!).ToArray();
        Assert.StartsWith("数值 = 924（2021 年 12 个月）", formula[0], StringComparison.Ordinal);
        Assert.Contains("1,200（2025 年）× 0.95", formula[1], StringComparison.Ordinal);
        Assert.StartsWith("得分 = 权重 1 × ", formula[^1], StringComparison.Ordinal);
        var march = explained.GetProperty("inputs").EnumerateArray().Single(input => input.GetProperty("period").GetString() == "2025-03");
        Assert.Equal((1234m, 77L), (march.GetProperty("value").GetDecimal(), march.GetProperty("revision").GetInt64()));
        Assert.Equal(Noon.AddSeconds(77), march.GetProperty("knownAt").GetDateTimeOffset());
        Assert.Equal($"/api/indicator/v1/observations/6/{Minqin}/2025-03/facts", march.GetProperty("facts").GetString());
        Assert.Equal(54, explained.GetProperty("inputs").GetArrayLength());
        Assert.Equal(5, explained.GetProperty("targets").GetArrayLength());
    }

    /// <summary>An item's score from nothing but the numbers of its explanation; null when it has none.</summary>
    private static decimal? Recompute(JsonElement explained)
    {
        var (score, item) = (explained.GetProperty("score"), explained.GetProperty("item"));
        if (score.GetProperty("score").ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        var actual = explained.GetProperty("inputs").EnumerateArray().Sum(input => input.GetProperty("value").GetDecimal() * input.GetProperty("share").GetDecimal());
        var target = explained.GetProperty("targets").EnumerateArray().Sum(due => due.GetProperty("value").GetDecimal() * due.GetProperty("share").GetDecimal());
        Assert.Equal((score.GetProperty("value").GetDecimal(), score.GetProperty("target").GetDecimal()), (actual, target));
        var met = score.GetProperty("comparator").GetString() switch { "≥" => actual >= target, ">" => actual > target, "≤" => actual <= target, _ => actual < target };
        Assert.Equal(met, score.GetProperty("met").GetBoolean());
        var progress = item.GetProperty("direction").GetString() == "higher" ? actual / target : met ? 1 : 1 - (actual - target) / target;
        Assert.Equal(progress, score.GetProperty("progress").GetDecimal());
        var ceiling = met ? item.GetProperty("cap").GetDecimal() : explained.GetProperty("heading").GetProperty("scheme").GetProperty("unmetCeiling").GetDecimal();
        return item.GetProperty("weight").GetDecimal() * Math.Clamp(progress, item.GetProperty("floor").GetDecimal(), ceiling);
    }
}
