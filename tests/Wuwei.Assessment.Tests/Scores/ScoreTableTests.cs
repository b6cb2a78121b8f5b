using CsCheck;
using Wuwei.Assessment.Observations;
using Wuwei.Assessment.Schemes;
using Wuwei.Assessment.Scores;
using Wuwei.Assessment.Targets;
using static Wuwei.Assessment.Tests.Given;

namespace Wuwei.Assessment.Tests.Scores;

public sealed class ScoreTableTests
{
    private static readonly string[] s_counties = [Liangzhou, Minqin, Gulang, Tianzhu];

    private static RegionResult Of(ScoreTable table, string region) => table.Regions.Single(result => result.Region.Code == region);

    private static ScoreTable Levels(Scheme scheme, params (string Region, string Indicator, decimal Value)[] values) => ScoreTable.Of(
        scheme, Month("2025-06"),
        [.. values.Select(v => Observed(v.Indicator, v.Region, "2025-06", v.Value))],
        [.. scheme.Items.SelectMany(item => s_counties.Append(City).SelectMany(region => EveryYear(item.Indicator, region, 100)))]);

    [Fact]
    public void Given_scores_that_differ_in_the_seventh_digit_When_ranked_Then_they_are_not_tied()
    {
        var table = Levels(Scheme(Level), (Liangzhou, "5", 90.0000001m), (Minqin, "5", 90m), (Gulang, "5", 90m), (Tianzhu, "5", 10m), (City, "5", 95m));
        Assert.Equal([1, 2, 2, 4, null], table.Regions.Select(result => result.Rank));
        Assert.Equal([Gulang], Of(table, Minqin).TiedWith);
        Assert.Empty(Of(table, Liangzhou).TiedWith);
        Assert.Equal(95m, Of(table, City).Combined);
        Assert.Equal([Liangzhou, Minqin, Gulang, Tianzhu, City], table.Regions.Select(result => result.Region.Code));
    }

    [Fact]
    public void Given_a_third_of_the_weight_missing_When_combined_Then_the_rest_is_rescaled()
    {
        var scheme = Scheme(Level with { Weight = 2 }, Level with { Indicator = "7" });
        var result = Of(Levels(scheme, (Liangzhou, "5", 80)), Liangzhou);
        Assert.Equal((80m, 3m, 2m, 1), (result.Combined, result.ApplicableWeight, result.CoveredWeight, result.Rank));
    }

    [Theory]
    [InlineData(65, true)]
    [InlineData(64, false)]
    public void Given_a_threshold_of_65_percent_When_so_much_is_covered_Then_there_is_a_score_or_not(int covered, bool scored)
    {
        var scheme = Scheme(Level with { Weight = covered }, Level with { Indicator = "7", Weight = 100 - covered });
        var result = Of(Levels(scheme, (Liangzhou, "5", 80)), Liangzhou);
        Assert.Equal(scored, result.Combined is not null);
        Assert.Equal(scored, result.Rank is not null);
    }

    [Fact]
    public void Given_items_that_a_county_does_not_have_When_combined_Then_they_leave_the_weight_before_the_threshold()
    {
        var scheme = Scheme(Level, Level with { Indicator = "3", Weight = 9, CityOnly = true });
        var table = Levels(scheme, (Liangzhou, "5", 80), (City, "5", 80));
        Assert.Equal((80m, 1m), (Of(table, Liangzhou).Combined, Of(table, Liangzhou).ApplicableWeight));
        Assert.Equal((null, 10m, 1m), (Of(table, City).Combined, Of(table, City).ApplicableWeight, Of(table, City).CoveredWeight));
    }

    [Fact]
    public void Given_no_targets_and_no_data_When_combined_Then_nobody_has_a_score()
    {
        var table = ScoreTable.Of(Scheme(Flow, Level), Month("2025-06"), [], []);
        Assert.All(table.Regions, result => Assert.Equal((null, null, 0m), (result.Combined, result.Rank, result.CoveredWeight)));
    }

    [Fact]
    public void Given_a_bonus_above_the_target_When_combined_Then_it_makes_up_for_others_but_never_exceeds_100()
    {
        var scheme = Scheme(Level with { Cap = 2 }, Level with { Indicator = "7" });
        Assert.Equal(100m, Of(Levels(scheme, (Liangzhou, "5", 200), (Liangzhou, "7", 100)), Liangzhou).Combined);
        Assert.Equal(75m, Of(Levels(scheme, (Liangzhou, "5", 100), (Liangzhou, "7", 50)), Liangzhou).Combined);
    }

    private static readonly Gen<SchemeItem> s_item =
        from aggregate in Gen.Enum<Aggregate>()
        from direction in Gen.Enum<Direction>()
        from method in OneOf(Method.Proportional, Method.AllOrNothing, Method.Steps)
        from weight in Gen.Int[1, 5]
        from cap in Gen.Int[100, 130]
        from floor in Gen.Int[0, 50]
        from seasonal in Gen.Bool
        select Flow with
        {
            Aggregate = aggregate,
            Direction = direction,
            Method = method,
            Weight = weight,
            Cap = cap / 100m,
            Floor = floor / 100m,
            Seasonal = seasonal,
            Rule = new ItemRule(Steps: [new(0.05m, 0.4m), new(0.1m, 0.8m)]),
        };

    private static readonly Gen<(Scheme Scheme, Observation[] Observations, Target[] Targets, int Month)> s_world =
        from items in s_item.Array[1, 4]
        let scheme = Scheme([.. items.Select((item, at) => item with { Indicator = $"{at + 1}" })])
        from values in Gen.Select(Gen.Int[0, 3], Gen.Int[0, 4], Gen.Int[0, 30], Gen.Int[-500, 20_000]).Array[0, 60]
        from targets in Gen.Select(Gen.Int[0, 3], Gen.Int[0, 4], Gen.Int[0, 2], Gen.Int[0, 30_000], Gen.Bool).Array[0, 40]
        from month in Gen.Int[0, 30]
        select (
            scheme,
            values.Select(v => Observed($"{v.Item1 + 1}", RegionAt(v.Item2), Month("2021-01").Add(v.Item3).ToString(), v.Item4 / 100m))
                .DistinctBy(o => (o.Indicator, o.Region, o.Period)).ToArray(),
            targets.Select(t => Aimed($"{t.Item1 + 1}", RegionAt(t.Item2), 2021 + t.Item3, t.Item4 / 100m,
                    scheme.Items.ElementAtOrDefault(t.Item1)?.Direction is Direction.Lower ? (t.Item5 ? "<" : "≤") : t.Item5 ? ">" : "≥", FrontLoaded))
                .DistinctBy(t => (t.Indicator, t.Region, t.Year)).ToArray(),
            month);

    private static string RegionAt(int at) => s_counties.Append(City).ElementAt(at);

    [Fact]
    public void Given_any_world_When_scored_Then_scores_lie_between_0_and_100_and_missed_targets_never_look_full() => s_world.Sample(world =>
    {
        var table = ScoreTable.Of(world.Scheme, Month("2021-01").Add(world.Month), world.Observations, world.Targets);
        foreach (var result in table.Regions)
        {
            Assert.True(result.Combined is null or (>= 0 and <= 100));
            Assert.True(result.CoveredWeight <= result.ApplicableWeight);
            Assert.All(result.Items, item => Assert.True(item.Score.Met is not false || item.Score.Counted <= world.Scheme.UnmetCeiling));
            Assert.All(result.Items, item => Assert.True(item.Score.Counted is null || (item.Score.Counted >= item.Item.Floor && item.Score.Counted <= item.Item.Cap)));
        }
    });

    [Fact]
    public void Given_any_world_When_its_observations_and_targets_come_in_another_order_Then_nothing_changes() =>
        Gen.Select(s_world, Gen.Int).Sample((world, seed) =>
        {
            var random = new Random(seed);
            var month = Month("2021-01").Add(world.Month);
            var table = ScoreTable.Of(world.Scheme, month, world.Observations, world.Targets);
            var shuffled = ScoreTable.Of(world.Scheme, month,
                [.. world.Observations.OrderBy(_ => random.Next())], [.. world.Targets.OrderBy(_ => random.Next())]);
            Assert.Equal(Summary(table), Summary(shuffled));
        });

    [Fact]
    public void Given_any_world_When_one_value_becomes_better_Then_no_score_of_that_region_falls_and_no_other_moves() =>
        Gen.Select(s_world, Gen.Int[0, 1000], Gen.Int[1, 3000]).Sample((world, which, cents) =>
        {
            if (world.Observations.Length == 0)
            {
                return;
            }

            var at = which % world.Observations.Length;
            var changed = world.Observations[at];
            var lower = world.Scheme.Items.FirstOrDefault(item => item.Indicator == changed.Indicator)?.Direction is Direction.Lower;
            Observation[] better = [.. world.Observations];
            better[at] = changed with { Value = changed.Value + (lower ? -cents : cents) / 100m };
            var month = Month("2021-01").Add(world.Month);
            var before = ScoreTable.Of(world.Scheme, month, world.Observations, world.Targets);
            var after = ScoreTable.Of(world.Scheme, month, better, world.Targets);
            foreach (var (old, now) in before.Regions.Zip(after.Regions))
            {
                Assert.True(old.Region.Code == changed.Region ? old.Combined is null == now.Combined is null && !(now.Combined < old.Combined) : old.Combined == now.Combined);
            }
        });

    private static string Summary(ScoreTable table) => string.Join('\n', table.Regions.Select(result =>
        $"{result.Region.Code} {result.Combined} {result.Rank} {string.Join(',', result.TiedWith)} {string.Join(" | ", result.Items.Select(item => item.Score))}"));
}
