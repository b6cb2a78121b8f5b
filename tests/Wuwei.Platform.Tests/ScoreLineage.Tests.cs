using System.Text.Json.Nodes;
using Wuwei.Platform.Tests.Running;

namespace Wuwei.Platform.Tests;

/// <summary>Every number explains itself: scores are followed, link by link, down to the departments' records and the policy they were decided under, and recomputed.</summary>
[Collection(PlatformCollection.Name)]
public sealed class ScoreLineage(RunningPlatform platform)
{
    private static readonly string[] s_regions = ["620602", "620621", "620622", "620623", "620600"];

    [Theory]
    [InlineData(20_250_615)]
    [InlineData(7)]
    [InlineData(42)]
    public async Task Given_a_score_picked_at_random_When_every_link_is_followed_Then_each_number_comes_out_again(int seed)
    {
        var random = new Random(seed);
        var (office, auditor) = (await platform.ClientAsync("assessment-office"), await platform.ClientAsync("auditor"));
        var region = s_regions[random.Next(s_regions.Length)];
        var period = $"2025-{random.Next(1, 13):00}";

        var page = await office.ReadAsync($"/api/assessment/v1/scores/{region}/{period}");
        decimal weight = 0, points = 0;
        List<string> records = [];
        var versions = 0;
        foreach (var item in page["items"]!.AsArray())
        {
            var explained = await office.ReadAsync(Text(item!["explanation"]));
            var score = explained["score"]!;
            Assert.Equal(item["score"]!.ToJsonString(), score.ToJsonString());
            if (score["counted"] is null)
            {
                continue;
            }

            weight += Number(score["weight"]);
            points += RecomputeItem(score, explained, ceiling: Number(page["heading"]!["scheme"]!["unmetCeiling"]));
            var inputs = explained["inputs"]!.AsArray().Where(input => Number(input!["value"]) != 0).ToArray();
            // One of any month, most of which are totals from before records; and the last, which is made of records.
            foreach (var input in random.GetItems(inputs, Math.Min(1, inputs.Length)).Concat(inputs.TakeLast(1)))
            {
                records.AddRange(await FollowAsync(office, input!, random));
            }
        }

        // What a department registers is decided under versions of policy parameters, and each of them is still there.
        foreach (var record in records.Select(link => link.Split('/')).Where(link => link[2] is "training" or "loans" or "labour-transfer" && link[4] is not "historic-totals"))
        {
            var api = string.Join('/', record[..4]);
            var acts = await auditor.ReadAsync($"{api}/audit/entries?record={string.Join('/', record[4..])}");
            foreach (var version in acts["items"]![0]!["decidedUnder"]!.AsArray().Select(version => Text(version).Split('/')))
            {
                var all = (await auditor.ReadAsync($"{api}/policy-parameters/{version[0]}")).AsArray();
                Assert.Single(all, parameter => Text(parameter!["validFrom"]) == version[1] && Number(parameter["revision"]) == Number(JsonNode.Parse(version[2])));
                versions++;
            }
        }

        Assert.Equal(Number(page["score"]!["exact"]), Math.Min(100, 100 * (points / weight)));
        Assert.NotEmpty(records);
        Assert.True(versions > 0);
    }

    [Fact]
    public async Task Given_the_counties_scores_When_they_are_ranked_again_Then_the_ranks_are_the_same()
    {
        var office = await platform.ClientAsync("assessment-office");
        var table = await office.ReadAsync("/api/assessment/v1/scores?period=2025-12");
        var counties = table["regions"]!.AsArray().Select(row => row!["score"]!).Where(score => Text(score["region"]) != "620600").ToArray();

        Assert.Equal(4, counties.Length);
        Assert.All(counties, score => Assert.Equal(
            1 + counties.Count(other => Number(other["exact"]) > Number(score["exact"])), (int)Number(score["rank"])));
    }

    // value = Σ inputs, target = Σ targets, then the published rule; returns the item's points.
    private static decimal RecomputeItem(JsonNode score, JsonNode explained, decimal ceiling)
    {
        var value = explained["inputs"]!.AsArray().Sum(input => Number(input!["value"]) * Number(input["share"]));
        var target = explained["targets"]!.AsArray().Sum(due => Number(due!["value"]) * Number(due["share"]));
        Assert.Equal(Number(score["value"]), value);
        Assert.Equal(Number(score["target"]), target);

        var item = explained["item"]!;
        var met = Text(score["comparator"]) switch
        {
            "≥" => value >= target,
            ">" => value > target,
            "≤" => value <= target,
            "<" => value < target,
            var other => throw new InvalidOperationException(other),
        };
        var progress = Text(item["direction"]) == "higher" ? value / target : met ? 1 : Math.Max(0, 1 - (value - target) / target);
        var counted = !met ? Math.Min(progress, ceiling) : progress;
        counted = Math.Max(Number(item["floor"]), Math.Min(counted, Number(item["cap"])));
        Assert.Equal(Number(score["counted"]), counted);
        return Number(score["weight"]) * counted;
    }

    // An observation's facts add up to it, and each has its record; returns the records that were opened.
    private static async Task<IReadOnlyList<string>> FollowAsync(HttpClient office, JsonNode input, Random random)
    {
        var observation = (await office.ReadAsync(Text(input["link"])))["observation"]!;
        Assert.Equal(Number(input["value"]), Number(observation["value"]));

        var facts = new List<JsonNode>();
        string? after = null;
        do
        {
            var link = Text(input["facts"]);
            var page = await office.ReadAsync($"{link}{(link.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit=200{(after is null ? "" : $"&after={after}")}");
            facts.AddRange(page["items"]!.AsArray().Select(fact => fact!));
            after = page["next"]?.GetValue<string>();
        }
        while (after is not null);

        Assert.Equal((long)Number(observation["facts"]), facts.Count);
        decimal Sum(string role) => facts.Where(fact => Text(fact["role"]) == role).Sum(fact => Number(fact["quantity"]));
        // Rates are published to ten decimals.
        var expected = Sum("denominator") is var whole and not 0
            ? Math.Round(100 * Sum("numerator") / whole, 10, MidpointRounding.AwayFromZero)
            : Sum("sum");
        Assert.Equal(Number(observation["value"]), expected);

        var opened = random.GetItems(facts.ToArray(), Math.Min(3, facts.Count));
        foreach (var fact in opened)
        {
            var record = await office.ReadAsync(Text(fact["record"]));
            var said = Found(record, Text(fact["measure"]));
            Assert.Equal(Number(fact["quantity"]), Number(said["quantity"]));
            Assert.Equal(Text(fact["region"]), Text(said["region"]));
            Assert.Equal((int)Number(fact["revision"]), (int)Number(said["revision"]));
            Assert.DoesNotMatch("[0-9]{17}[0-9Xx]", record.ToJsonString());
        }

        return [.. opened.Select(fact => Text(fact["record"]))];
    }

    // A record shows the facts it said to the ledger, as one or as a list.
    private static JsonNode Found(JsonNode record, string measure) =>
        (record["facts"]?.AsArray().Select(fact => fact!) ?? [record["fact"]!]).Single(fact => Text(fact["measure"]) == measure);

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    private static decimal Number(JsonNode? node) => node!.GetValue<decimal>();
}
