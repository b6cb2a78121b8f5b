using CsCheck;
using Wuwei.Assessment.Methods;

namespace Wuwei.Assessment.Tests.Methods;

public sealed class MethodsTests
{
    private static readonly Deduction[] s_steps = [new(0.05m, 0.4m), new(0.1m, 0.8m)];

    [Theory]
    [InlineData(1.2, 1)]
    [InlineData(1, 1)]
    [InlineData(0.99, 0.6)]
    [InlineData(0.95, 0.6)]
    [InlineData(0.9499, 0.2)]
    [InlineData(0.9, 0.2)]
    [InlineData(0.8999, 0)]
    [InlineData(-3, 0)]
    public void Given_a_shortfall_When_deducted_by_steps_Then_the_step_it_falls_into_counts(double progress, double left) =>
        Assert.Equal((decimal)left, Normalise.Steps((decimal)progress, s_steps));

    [Fact]
    public void Given_a_tie_at_the_top_and_one_without_a_score_When_ranked_Then_the_next_is_third_and_the_last_has_none() =>
        Assert.Equal([1, 1, 3, null], Ranks.Of([90m, 90m, 80m, null], highestFirst: true));

    [Fact]
    public void Given_nothing_but_missing_values_When_combined_Then_there_is_nothing()
    {
        (decimal?, decimal)[] nothing = [(null, 1), (null, 2)];
        Assert.Equal([null, null, null, null], (decimal?[])[Combine.Arithmetic(nothing), Combine.Geometric(nothing), Combine.Harmonic(nothing), Combine.WeightedMedian(nothing)]);
        Assert.Equal([null, null], Combine.Copeland([[null, null]], [1]));
    }

    [Fact]
    public void Given_weights_When_the_median_is_taken_Then_half_of_the_weight_lies_below()
    {
        Assert.Equal(3m, Combine.WeightedMedian([(1, 1), (2, 1), (3, 5), (9, 1)]));
        Assert.Equal(1.5m, Combine.WeightedMedian([(2, 1), (1, 1)]));
        Assert.Equal(9m, Combine.WeightedMedian([(1, 1), (9, 1.5m), (null, 7)]));
    }

    [Fact]
    public void Given_three_units_When_compared_two_by_two_Then_wins_less_defeats_decide()
    {
        // A beats B by the heavier item, B beats C by both, A and C share the items evenly.
        decimal?[][] items = [[3, 2, 1], [2, 3, 2]];
        Assert.Equal([1m, 0.5m, 0m], Combine.Copeland(items, [2, 1]));
        Assert.Equal([0.5m, 1m, 0m], Combine.Copeland(items, [1, 2]));
    }

    [Fact]
    public void Given_one_value_far_out_When_winsorised_Then_it_is_drawn_to_the_next_and_listed()
    {
        decimal?[] values = [1, 2, 3, 4, 5, null, 6, 7, 8, 9, 1000];
        Assert.True(Outliers.Are(values));
        var (treated, changes) = Outliers.Winsorise(values, 3);
        Assert.Equal(9m, treated[10]);
        Assert.Equal([new Treated(10, 1000, 9)], changes);
        Assert.Equal(values.Take(10), treated.Take(10));
        Assert.False(Outliers.Are(treated));
        Assert.Empty(Outliers.Winsorise(values, 0).Treated);
        Assert.Empty(Outliers.Winsorise([1, 2, 3, 4, 5, 6], 5).Treated);
        Assert.Equal(10, Outliers.Logarithm(values).Treated.Count);
    }

    [Fact]
    public void Given_a_sample_When_its_moments_are_taken_Then_they_are_a_spreadsheet_s()
    {
        // By hand: deviations −3, −2, −1, 0, 6; m2 10, m3 36, m4 278.8.
        var moments = Outliers.Moments([1, 2, 3, 4, 10])!.Value;
        Assert.Equal(1.6970562748477143, moments.Skewness, 12);
        Assert.Equal(3.152, moments.Kurtosis, 12);
    }

    [Fact]
    public void Given_a_quota_When_graded_Then_the_best_take_it_and_who_cannot_be_told_apart_stays_out()
    {
        Grade[] grades = [new("优秀", 90, 0.3m), new("达标", 75), new("不达标", 0)];
        int?[] Of(params Graded[] units) => Grades.Of(units, grades);
        Assert.Equal([0, 1, 1, 2], Of(new(95), new(94), new(80), new(60)));
        Assert.Equal([1, 1, 1, 2], Of(new(95), new(95), new(80), new(60)));
        Assert.Equal([1, 0, 1, 2], Of(new(95, 0.8m), new(95, 0.9m), new(80), new(60)));
        Assert.Equal([null, 0, 1, 1, 2], Of(new(null), new(91), new(80), new(77), new(60)));
        Assert.Equal([1, 1, 2], Of(new(95), new(94), new(60))); // 30 % of three is nobody
        Assert.Equal([2, 0, 1, 1], Of(new(99, 1, Best: 2), new(98), new(97), new(75)));
    }

    [Fact]
    public void Given_a_denominator_of_nobody_When_a_value_is_shared_out_Then_there_is_none()
    {
        Assert.Equal(12.5m, Impute.Per(5, 4000, 10_000));
        Assert.Null(Impute.Per(5, 0, 10_000));
        Assert.Null(Impute.Per(null, 4000, 10_000));
        Assert.Equal((2m, 1.5m), (Impute.Mean([1, null, 3])!.Value, Impute.Median([1, 2, null])!.Value));
    }

    // --- Properties ---------------------------------------------------------------------------------------------------

    private static readonly Gen<decimal?[]> s_values = Gen.Frequency(
        (9, Gen.Int[-5000, 20_000].Select(cents => (decimal?)(cents / 100m))), (1, Gen.Const((decimal?)null))).Array[1, 12];

    private static readonly Dictionary<string, Func<decimal?[], decimal?[]>> s_relative = new()
    {
        ["min-max"] = values => Normalise.MinMax(values),
        ["z"] = values => Normalise.ZScore(values, 0.5m, 0.2m),
        ["percentile"] = Normalise.PercentileRank,
        ["borda"] = values => [.. Normalise.Borda(values).Select(smaller => (decimal?)smaller)],
        ["rank"] = values => [.. Ranks.Of(values, highestFirst: false).Select(rank => (decimal?)rank)],
        ["reference"] = values => Normalise.DistanceToReference(values, values.Max() ?? 0),
        ["winsorised"] = values => Normalise.MinMax(Outliers.Winsorise(values, 3).Values),
        ["logarithm"] = values => Normalise.MinMax(Outliers.Logarithm(values).Values),
    };

    [Fact]
    public void Given_any_values_When_compared_Then_more_is_never_less_and_equals_stay_equal() => s_values.Sample(values =>
    {
        foreach (var (name, function) in s_relative)
        {
            var places = function(values);
            for (var one = 0; one < values.Length; one++)
            {
                Assert.Equal(values[one] is null, places[one] is null);
                for (var other = 0; other < values.Length; other++)
                {
                    Assert.False(values[one] == values[other] && places[one] != places[other], name);
                    Assert.False(values[one] > values[other] && places[one] < places[other], name);
                }
            }
        }
    });

    [Fact]
    public void Given_any_values_When_their_unit_or_zero_is_another_Then_their_places_are_the_same() =>
        Gen.Select(s_values, Gen.Int[1, 1000], Gen.Int[-1000, 1000]).Sample((values, factor, shift) =>
        {
            decimal?[] moved = [.. values.Select(value => value * factor + shift)];
            foreach (var (name, function) in s_relative)
            {
                Assert.All(function(values).Zip(function(moved)), pair => Assert.True(
                    pair.First is null == pair.Second is null && Math.Abs((pair.First ?? 0) - (pair.Second ?? 0)) < 1e-9m, name));
            }
        });

    [Fact]
    public void Given_any_values_When_the_units_come_in_another_order_Then_each_keeps_its_place() =>
        Gen.Select(s_values, Gen.Int).Sample((values, seed) =>
        {
            var order = Enumerable.Range(0, values.Length).ToArray();
            new Random(seed).Shuffle(order);
            foreach (var (name, function) in s_relative)
            {
                var (places, shuffled) = (function(values), function([.. order.Select(at => values[at])]));
                Assert.True(order.Select(at => places[at]).SequenceEqual(shuffled), name);
            }
        });

    private static readonly Gen<(decimal? Value, decimal Weight)[]> s_parts = Gen.Select(
        Gen.Frequency((9, Gen.Int[1, 150].Select(value => (decimal?)(value / 100m))), (1, Gen.Const((decimal?)null))),
        Gen.Int[1, 9].Select(weight => (decimal)weight)).Array[1, 8];

    private static readonly Dictionary<string, Func<IEnumerable<(decimal?, decimal)>, decimal?>> s_means = new()
    {
        ["arithmetic"] = Combine.Arithmetic,
        ["geometric"] = Combine.Geometric,
        ["harmonic"] = Combine.Harmonic,
        ["median"] = Combine.WeightedMedian,
    };

    [Fact]
    public void Given_any_parts_When_combined_Then_the_whole_lies_between_them_grows_with_each_and_only_proportions_of_weights_count() =>
        Gen.Select(s_parts, Gen.Int[0, 7], Gen.Int[1, 50]).Sample((parts, which, more) =>
        {
            const decimal Tolerance = 1e-12m;
            var better = parts.Select((part, at) => at == which % parts.Length ? (part.Value + more / 100m, part.Weight) : part).ToArray();
            var heavier = parts.Select(part => (part.Value, part.Weight * 7)).ToArray();
            var means = s_means.ToDictionary(mean => mean.Key, mean => mean.Value(parts));
            foreach (var (name, mean) in s_means)
            {
                if (means[name] is { } whole)
                {
                    Assert.True(whole >= parts.Min(part => part.Value) - Tolerance && whole <= parts.Max(part => part.Value) + Tolerance, name);
                    Assert.True(mean(better) >= whole - Tolerance, name);
                    Assert.True(Math.Abs(mean(heavier)!.Value - whole) < Tolerance, name);
                    Assert.True(mean([.. parts.Reverse()]) is { } reversed && Math.Abs(reversed - whole) < Tolerance, name);
                }
            }

            Assert.True(means["harmonic"] is null || (means["harmonic"] <= means["geometric"] + Tolerance && means["geometric"] <= means["arithmetic"] + Tolerance));
        });

    [Fact]
    public void Given_any_items_When_units_are_compared_two_by_two_Then_order_of_units_and_scales_of_items_change_nothing_and_better_is_not_worse() =>
        Gen.Select(Gen.Int[0, 5].Select(value => (decimal?)value).Array[5].Array[1, 4], Gen.Int[1, 3].Select(w => (decimal)w).Array[4], Gen.Int, Gen.Int[0, 4])
            .Sample((items, weights, seed, which) =>
            {
                var order = Enumerable.Range(0, 5).ToArray();
                new Random(seed).Shuffle(order);
                decimal?[][] Of(Func<int, int, decimal?> value) => [.. items.Select((_, item) => Enumerable.Range(0, 5).Select(unit => value(item, unit)).ToArray())];
                decimal[] used = weights[..items.Length];
                var plain = Combine.Copeland(items, used);
                Assert.Equal(order.Select(at => plain[at]), Combine.Copeland(Of((item, unit) => items[item][order[unit]]), used));
                Assert.Equal(plain, Combine.Copeland(Of((item, unit) => items[item][unit] * (item + 2) + 7), used));
                Assert.True(Combine.Copeland(Of((item, unit) => items[item][unit] + (unit == which ? 1 : 0)), used)[which] >= plain[which]);
                Assert.Equal(2.5m, plain.Sum());
            });

    [Fact]
    public void Given_any_units_When_graded_Then_no_order_decides_no_better_one_is_graded_worse_and_no_quota_is_exceeded() =>
        Gen.Select(Gen.Int[0, 8].Select(tens => new Graded(50 + tens * 6.25m, tens % 3)).Array[1, 12], Gen.Int).Sample((units, seed) =>
        {
            Grade[] grades = [new("优秀", 90, 0.3m), new("良好", 80, 0.5m), new("合格", 60), new("不合格", 0)];
            var own = Grades.Of(units, grades);
            var order = Enumerable.Range(0, units.Length).ToArray();
            new Random(seed).Shuffle(order);
            Assert.Equal(order.Select(at => own[at]), Grades.Of([.. order.Select(at => units[at])], grades));
            Assert.True(own.Count(grade => grade == 0) <= Math.Floor(0.3m * units.Length));
            Assert.True(own.Count(grade => grade == 1) <= Math.Floor(0.5m * units.Length));
            Assert.DoesNotContain(null, own);
            Assert.All(units.Index(), one => Assert.All(units.Index(), other => Assert.False(one.Item.Score > other.Item.Score && own[one.Index] > own[other.Index])));
        });
}
