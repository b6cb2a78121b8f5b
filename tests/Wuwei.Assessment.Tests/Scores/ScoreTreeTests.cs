using CsCheck;
using Wuwei.Assessment.Observations;
using Wuwei.Assessment.Schemes;
using Wuwei.Assessment.Scores;
using static Wuwei.Assessment.Tests.Given;

namespace Wuwei.Assessment.Tests.Scores;

public sealed class ScoreTreeTests
{
    private static readonly string[] s_counties = [Liangzhou, Minqin, Gulang, Tianzhu];

    private static SchemeItem Rated(string code, string? group = null, decimal weight = 1, Method method = Method.Goalposts, ItemRule? rule = null) => Level with
    {
        Indicator = code,
        Weight = weight,
        Method = method,
        Rule = (rule ?? new ItemRule(Low: 0, High: 100)) with { Group = group },
    };

    private static Scheme Tree(Scheme scheme, Func<SchemeTree, SchemeTree> tree) => scheme with { Tree = tree(SchemeTree.Flat) };

    private static SchemeGroup Group(string code, decimal weight, Aggregation how = Aggregation.Arithmetic, string? parent = null) => new(code, code, parent, weight, how);

    private static ScoreTable Score(Scheme scheme, params (string Unit, string Item, decimal Value)[] values) => ScoreTable.Of(
        scheme, Month("2025-06"), [.. values.Select(v => Observed(v.Item, v.Unit, "2025-06", v.Value))], []);

    private static RegionResult Of(ScoreTable table, string unit) => table.Regions.Single(result => result.Region.Code == unit);

    [Fact]
    public void Given_groups_of_groups_When_combined_Then_each_level_has_its_weights_and_its_method()
    {
        var scheme = Tree(Scheme(Rated("1", "a"), Rated("2", "a", 3), Rated("3", "b"), Rated("4", "c"), Rated("5")), tree => tree with
        {
            Groups = [Group("a", 80), Group("b", 10, Aggregation.Geometric), Group("c", 1, parent: "b")],
        });
        var result = Of(Score(scheme, (Liangzhou, "1", 40), (Liangzhou, "2", 80), (Liangzhou, "3", 90), (Liangzhou, "4", 40), (Liangzhou, "5", 50)), Liangzhou);
        Assert.Equal(["goal", "a", "b", "c"], result.Levels.Select(level => level.Code));
        Assert.Equal(0.7m, result.Levels[1].Value);
        Assert.Equal(0.6, (double)result.Levels[2].Value!.Value, 12);
        Assert.Equal((80m * 0.7m + 10 * result.Levels[2].Value + 0.5m) / 91 * 100, result.Combined);
    }

    [Theory]
    [InlineData(Aggregation.Geometric)]
    [InlineData(Aggregation.Harmonic)]
    public void Given_a_part_of_nothing_When_means_that_punish_it_are_taken_Then_nothing_is_left(Aggregation how)
    {
        var scheme = Tree(Scheme(Rated("1"), Rated("2")), tree => tree with { Aggregation = how });
        Assert.Equal(0m, Of(Score(scheme, (Minqin, "1", 0), (Minqin, "2", 90)), Minqin).Combined);
    }

    [Fact]
    public void Given_a_group_that_is_mostly_unknown_When_combined_Then_it_leaves_and_the_goal_asks_its_own_threshold()
    {
        var scheme = Tree(Scheme(Rated("1", "a", 6), Rated("2", "a", 4), Rated("3")), tree => tree with { Groups = [Group("a", 1)] });
        var result = Of(Score(scheme, (Gulang, "1", 50), (Gulang, "3", 90)), Gulang);
        Assert.Null(result.Levels[1].Value);
        Assert.Equal((1m, 2m, null), (result.CoveredWeight, result.ApplicableWeight, result.Combined));
        Assert.Equal(70m, Of(Score(scheme with { Threshold = 60 }, (Gulang, "1", 50), (Gulang, "3", 90)), Gulang).Combined);
    }

    [Fact]
    public void Given_departments_and_counties_When_ranked_Then_each_stands_among_its_like()
    {
        var scheme = Tree(Scheme(Rated("1", method: Method.Percentile)), tree => tree with
        {
            Units = [new("civil-affairs", "民政局", "部门", true), new(Minqin, "民勤县", "县", true), new("education", "教育局", "部门", true), new(City, "武威市", "市", false)],
        });
        var table = Score(scheme, ("civil-affairs", "1", 80), (Minqin, "1", 10), ("education", "1", 70), (City, "1", 99));
        Assert.Equal([1, 1, 2, null], table.Regions.Select(result => result.Rank));
        Assert.Equal([100m, 100m, 0m, null], table.Regions.Select(result => result.Combined));
        Assert.Equal("department", table.Regions[0].Region.Level);
    }

    [Fact]
    public void Given_plus_and_minus_points_When_counted_Then_ceilings_hold_and_only_the_running_year_counts()
    {
        var scheme = Tree(Scheme(Rated("1")), tree => tree with
        {
            Points = [new("p", "表彰", PointKind.Plus, 3, 5), new("q", "典型", PointKind.Plus, 1, 8), new("m", "批评", PointKind.Minus, 2, 5), new("v", "造假", PointKind.Void, 1, 1)],
            PlusCeiling = 6,
        });
        (string, string, decimal)[] base90 = [(Liangzhou, "1", 90), (Minqin, "1", 90), (Gulang, "1", 3), (Tianzhu, "1", 99)];
        var table = Score(scheme, [.. base90, (Liangzhou, "p", 2), (Liangzhou, "q", 4), (Minqin, "m", 1), (Gulang, "m", 9), (Tianzhu, "v", 1)]);
        Assert.Equal([96m, 88m, 0m, null], table.Regions.Take(4).Select(result => result.Combined));
        Assert.Equal([1, 2, 3, null], table.Regions.Take(4).Select(result => result.Rank));
        Assert.Equal(["造假"], Of(table, Tianzhu).VoidedBy);
        var earlier = ScoreTable.Of(scheme, Month("2025-06"), [Observed("1", Liangzhou, "2025-06", 90), Observed("p", Liangzhou, "2024-12", 1)], []);
        Assert.Equal(90m, Of(earlier, Liangzhou).Combined);
    }

    [Fact]
    public void Given_a_missed_veto_item_When_graded_Then_the_best_grades_are_closed_and_the_score_is_not_touched()
    {
        var veto = Level with { Rule = new ItemRule(VetoGrade: "达标") };
        var scheme = Tree(Scheme(veto, Rated("7", weight: 99)), tree => tree with { Grades = [new("优秀", 90, 0.5m), new("达标", 75), new("不达标", 0)] });
        var table = ScoreTable.Of(scheme, Month("2025-06"),
            [.. s_counties.SelectMany((county, at) => new[] { Observed("5", county, "2025-06", at == 0 ? 99 : 100), Observed("7", county, "2025-06", 99 - at) })],
            [.. s_counties.SelectMany(county => EveryYear("5", county, 100))]);
        Assert.Equal(["达标", "优秀", "优秀", "达标"], table.Regions.Take(4).Select(result => result.Grade));
        Assert.Equal(1, Of(table, Liangzhou).Rank);
        Assert.Single(Of(table, Liangzhou).Vetoes);
    }

    [Fact]
    public void Given_denominators_imputation_and_outliers_When_compared_Then_each_is_done_and_shown()
    {
        var scheme = Scheme(Rated("1", method: Method.MinMax, rule: new ItemRule(Per: "9", PerScale: 10_000, Imputation: Imputation.Mean)));
        var table = Score(scheme,
            (Liangzhou, "1", 300), (Liangzhou, "9", 100_000), (Minqin, "1", 50), (Minqin, "9", 10_000), (Gulang, "1", 7), (Gulang, "9", 0),
            (City, "1", 900), (City, "9", 10));
        Assert.Equal([0m, 100m, 50m, 50m, null], table.Regions.Select(result => result.Combined));
        Assert.Equal([ItemStatus.Scored, ItemStatus.Scored, ItemStatus.Imputed, ItemStatus.Imputed, ItemStatus.Missing], table.Regions.Select(result => result.Items[0].Score.Status));
        Assert.Equal([30m, 50m, 40m, 40m], table.Regions[0].Items[0].Compared!.Select(value => value.Compared!.Value));
        Assert.Equal([false, false, true, true], table.Regions[0].Items[0].Compared!.Select(value => value.Imputed));
    }

    [Theory]
    [InlineData(Method.MinMax, 1, 0.5, 0.25, 0)]
    [InlineData(Method.Rank, 1, 0.75, 0.5, 0.25)]
    [InlineData(Method.Borda, 1, 2 / 3d, 1 / 3d, 0)]
    [InlineData(Method.Percentile, 1, 2 / 3d, 1 / 3d, 0)]
    [InlineData(Method.DistanceToBest, 1, 0.5, 0.25, 0)]
    [InlineData(Method.DistanceToReference, 2, 1, 0.5, 0)]
    [InlineData(Method.Goalposts, 0.98, 0.96, 0.95, 0.94)]
    public void Given_a_method_When_less_is_better_Then_the_least_stands_first(Method method, double first, double second, double third, double fourth)
    {
        var item = Rated("1", method: method, rule: new ItemRule(Low: 0, High: 100, Reference: Minqin)) with { Direction = Direction.Lower, Cap = 2 };
        var table = Score(Scheme(item), (Liangzhou, "1", 2), (Minqin, "1", 4), (Gulang, "1", 5), (Tianzhu, "1", 6));
        Assert.All(table.Regions.Take(4).Zip([first, second, third, fourth]), pair => Assert.Equal(pair.Second, (double)pair.First.Items[0].Score.Counted!.Value, 12));
    }

    // --- Properties -----------------------------------------------------------------------------------------------------

    private static readonly Gen<SchemeItem> s_item =
        from method in OneOf(Method.Goalposts, Method.MinMax, Method.ZScore, Method.Rank, Method.Percentile, Method.Borda, Method.DistanceToBest, Method.DistanceToReference)
        from direction in Gen.Enum<Direction>()
        from weight in Gen.Int[1, 5]
        from place in OneOf<string?>(null, "a", "b", "c")
        from imputation in Gen.Enum<Imputation>()
        select Level with
        {
            Method = method,
            Direction = direction,
            Weight = weight,
            Cap = 1.2m,
            Rule = new ItemRule(place, Low: method is Method.ZScore ? -2 : 0, High: method is Method.ZScore ? 2 : 100, Reference: Minqin, Imputation: imputation),
        };

    /// <summary>Trees of every method, with values that are mostly there.</summary>
    internal static readonly Gen<(Scheme Scheme, Observation[] Observations)> Worlds =
        from items in s_item.Array[1, 6]
        from hows in Gen.Enum<Aggregation>().Array[4]
        from weights in Gen.Int[1, 9].Array[3]
        from values in Gen.Select(Gen.Int[0, 5], Gen.Int[0, 4], Gen.Int[0, 100]).Array[0, 40]
        select (
            Tree(Scheme([.. items.Select((item, at) => item with { Indicator = $"{at}" })]) with { Threshold = 30 }, tree => tree with
            {
                Aggregation = hows[3],
                Groups = [Group("a", weights[0], hows[0]), Group("b", weights[1], hows[1]), Group("c", weights[2], hows[2], parent: "b")],
                Grades = [new("优秀", 90, 0.3m), new("达标", 75), new("不达标", 0)],
            }),
            values.Select(v => Observed($"{v.Item1}", s_counties.Append(City).ElementAt(v.Item2), "2025-06", v.Item3)).DistinctBy(o => (o.Indicator, o.Region)).ToArray());

    [Fact]
    public void Given_any_tree_When_scored_Then_every_level_recomputes_from_its_parts_and_lies_between_them() => Worlds.Sample(world =>
    {
        var table = ScoreTable.Of(world.Scheme, Month("2025-06"), world.Observations, []);
        foreach (var result in table.Regions)
        {
            Assert.True(result.Combined is null or (>= 0 and <= 100));
            Assert.Equal(4, result.Levels.Count);
            foreach (var level in result.Levels.Where(level => level.Value is not null))
            {
                var parts = level.Parts.Where(part => part.Value is not null).ToArray();
                Assert.True(level.Covered <= level.Applicable && level.Covered * 100 >= 30 * level.Applicable);
                if (level.Aggregation is not Aggregation.Copeland)
                {
                    Assert.Equal(ScoreTree.Whole(level.Aggregation, [.. parts.Select(part => (part.Value, part.Weight))]), level.Value);
                    Assert.InRange(level.Value!.Value, parts.Min(part => part.Value)!.Value - 1e-12m, parts.Max(part => part.Value)!.Value + 1e-12m);
                }

                Assert.All(level.Parts.Where(part => part.IsGroup), part => Assert.Equal(result.Levels.Single(other => other.Code == part.Code).Value, part.Value));
                Assert.All(level.Parts.Where(part => !part.IsGroup), part => Assert.Equal(result.Items.Single(item => item.Item.Indicator == part.Code).Score.Counted, part.Value));
            }
        }
    });

    [Fact]
    public void Given_any_tree_When_the_units_change_places_Then_each_keeps_its_score_rank_and_grade() =>
        Gen.Select(Worlds, Gen.Int).Sample((world, seed) =>
        {
            SchemeUnit[] units = [.. s_counties.Select(county => new SchemeUnit(county, county, "县（区）", true)), new(City, "武威市", "市", false)];
            new Random(seed).Shuffle(units);
            var plain = ScoreTable.Of(world.Scheme, Month("2025-06"), world.Observations, []);
            var shuffled = ScoreTable.Of(Tree(world.Scheme, _ => world.Scheme.Tree with { Units = units }), Month("2025-06"), world.Observations, []);
            foreach (var result in plain.Regions)
            {
                var other = Of(shuffled, result.Region.Code);
                Assert.Equal((result.Combined, result.Rank, result.Grade), (other.Combined, other.Rank, other.Grade));
            }
        });

    [Fact]
    public void Given_a_tree_without_groups_When_scored_Then_it_is_the_flat_scheme_to_the_last_digit() => Worlds.Sample(world =>
    {
        var flat = world.Scheme with { Tree = SchemeTree.Flat, Items = [.. world.Scheme.Items.Select(item => item with { Rule = item.Rule! with { Group = null } })] };
        foreach (var result in ScoreTable.Of(flat, Month("2025-06"), world.Observations, []).Regions)
        {
            var known = result.Items.Where(item => item.Score.Score is not null).ToArray();
            var mean = known.Length == 0 ? (decimal?)null : Math.Min(100, 100 * (known.Sum(item => item.Score.Score!.Value) / known.Sum(item => item.Item.Weight)));
            Assert.True(result.Combined is null || result.Combined == mean);
        }
    });
}
