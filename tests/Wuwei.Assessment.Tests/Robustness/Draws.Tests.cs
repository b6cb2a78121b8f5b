using CsCheck;
using Wuwei.Assessment.Observations;
using Wuwei.Assessment.Robustness;
using Wuwei.Assessment.Schemes;
using Wuwei.Assessment.Scores;
using Wuwei.Assessment.Tests.Scores;
using static Wuwei.Assessment.Tests.Given;

namespace Wuwei.Assessment.Tests.Robustness;

public sealed class DrawsTests
{
    private static readonly string[] s_counties = [Liangzhou, Minqin, Gulang, Tianzhu];

    private static readonly Experiment s_experiment = new(0.3, [Normalisation.Scheme, Normalisation.Rank], [null, Aggregation.Geometric], 7);

    [Fact]
    public void Given_any_tree_and_any_weights_When_drawn_Then_the_scores_are_those_of_the_official_code() =>
        Gen.Select(ScoreTreeTests.Worlds, Gen.Int[50, 150].Array[9], OneOf<Aggregation?>(null, Aggregation.Geometric, Aggregation.Harmonic, Aggregation.Copeland, Aggregation.Median))
            .Sample((world, factors, how) =>
            {
                // Who has a part must not depend on the weights.
                var scheme = world.Scheme with { Threshold = 0 };
                var model = DrawModel.Of(Table(scheme, world.Observations), "县（区）", [Normalisation.Scheme]);
                if (model.Units.Count == 0)
                {
                    return;
                }

                decimal Factor(string code) => factors[model.Edges.Index().First(edge => edge.Item.Code == code).Index % 9] / 100m;
                var official = Table(
                    scheme with
                    {
                        Items = [.. scheme.Items.Select(item => item with { Weight = item.Weight * Factor(item.Indicator) })],
                        Tree = scheme.Tree with
                        {
                            Aggregation = how ?? scheme.Tree.Aggregation,
                            Groups = [.. scheme.Tree.Groups.Select(group => group with { Weight = group.Weight * Factor(group.Code), Aggregation = how ?? group.Aggregation })],
                        },
                    },
                    world.Observations);
                var scratch = new DrawModel.Scratch(model);
                model.Compute([.. model.Edges.Select(edge => edge.Weight * (double)Factor(edge.Code))], 0, how, scratch);
                foreach (var (at, unit) in model.Units.Index())
                {
                    var right = official.Regions.Single(result => result.Region.Code == unit);
                    Assert.True(Math.Abs((double)right.Combined!.Value - scratch.Scores[at]) < 1e-9, $"{unit}: {right.Combined} {scratch.Scores[at]} {how}");
                    Assert.Equal(1 + scratch.Scores.Take(model.Units.Count).Count(other => other > scratch.Scores[at] + 1e-9), scratch.Ranks[at]);
                }
            });

    private static ScoreTable Table(Scheme scheme, IReadOnlyCollection<Observation> observations) => ScoreTable.Of(scheme, Month("2025-06"), observations, []);

    /// <summary>Three items: the first two pull apart, the third is the same for all.</summary>
    private static DrawModel Model(params Normalisation[] normalisations)
    {
        var item = Level with { Method = Method.Goalposts, Rule = new ItemRule(Low: 0, High: 100) };
        var values = new[] { (90, 20), (80, 35), (60, 52), (40, 71) };
        return DrawModel.Of(
            Table(
                Scheme(item with { Indicator = "1" }, item with { Indicator = "2" }, item with { Indicator = "3" }),
                [.. s_counties.Zip(values).SelectMany(county => new[]
                {
                    Observed("1", county.First, "2025-06", county.Second.Item1), Observed("2", county.First, "2025-06", county.Second.Item2), Observed("3", county.First, "2025-06", 50),
                })]),
            "县（区）", normalisations is [] ? [Normalisation.Scheme] : normalisations);
    }

    [Fact]
    public void Given_a_seed_When_drawn_on_one_core_and_on_many_Then_every_digit_is_the_same_and_another_seed_differs()
    {
        var model = Model(Normalisation.Scheme, Normalisation.Rank);
        string Uncertain(int cores, long seed = 7) => string.Join('\n', new DrawRunner(model, s_experiment with { Seed = seed }, cores).Uncertainty(1000, default)
            .Select(unit => $"{unit.Nominal} {unit.NominalScore:R} {unit.MeanScore:R} {string.Join(',', unit.Counts)}"));
        string Sensitive(int cores) => string.Join('\n', new DrawRunner(model, s_experiment, cores).Sobol(300, default).Factors.Select(factor => $"{factor.Code} {factor.First:R} {factor.Total:R}"));
        Assert.Equal(Uncertain(1), Uncertain(4));
        Assert.NotEqual(Uncertain(1), Uncertain(1, 8));
        Assert.Equal(Sensitive(1), Sensitive(4));
    }

    [Fact]
    public void Given_draws_When_counted_Then_each_draw_counts_once_and_without_noise_nobody_moves()
    {
        var drawn = new DrawRunner(Model(Normalisation.Scheme, Normalisation.Rank), s_experiment).Uncertainty(1000, default);
        Assert.All(drawn, unit => Assert.Equal(1000, unit.Counts.Sum()));
        Assert.Contains(drawn, unit => unit.Counts.Count(count => count > 0) > 1);
        var still = new DrawRunner(Model(), new(0, [Normalisation.Scheme], [null], 1)).Uncertainty(500, default);
        Assert.All(still, unit => Assert.Equal(500, unit.Counts[unit.Nominal - 1]));
        Assert.All(still, unit => Assert.Equal(unit.NominalScore, unit.MeanScore, 9));
    }

    [Fact]
    public void Given_weights_that_matter_and_one_that_does_not_When_shares_are_estimated_Then_only_those_explain()
    {
        var (factors, shift, variance) = new DrawRunner(Model(), new(0.5, [Normalisation.Scheme], [null], 3)).Sobol(4000, default);
        var shares = factors.ToDictionary(factor => factor.Code);
        Assert.True(shift > 0 && variance > 0);
        Assert.Equal(0, shares["3"].Total); // the same for all: its weight moves nobody
        // Ranks move by the distance of the two weights: of |a − b| each by itself explains 0.1, both together the rest.
        Assert.All(["1", "2"], code => Assert.InRange(shares[code].Total, 0.7, 1.1));
        Assert.InRange(factors.Sum(factor => factor.First), 0, 0.4);
    }

    [Fact]
    public void Given_a_caller_who_left_When_drawing_Then_it_ends()
    {
        using var left = new CancellationTokenSource();
        left.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => new DrawRunner(Model(), s_experiment with { Normalisations = [Normalisation.Scheme] }).Uncertainty(200_000, left.Token));
    }

    // Uniform: mean 1/2, variance 1/12, and no correlation of neighbours in draw or factor.
    [Fact]
    public void Given_numbers_drawn_by_lot_When_counted_Then_they_are_even_and_know_nothing_of_one_another()
    {
        var rows = Enumerable.Range(0, 20_000).Select(draw =>
        {
            var row = new double[3];
            Wuwei.Assessment.Robustness.Draws.Fill(5, draw, row);
            return row;
        }).ToArray();
        Assert.All(rows, row => Assert.All(row, number => Assert.InRange(number, 0, 0.9999999999999999)));
        Assert.InRange(rows.Average(row => row[0]), 0.49, 0.51);
        Assert.InRange(rows.Average(row => Math.Pow(row[1] - 0.5, 2)), 0.081, 0.086);
        Assert.InRange(rows.Average(row => (row[0] - 0.5) * (row[1] - 0.5)), -0.002, 0.002);
        Assert.InRange(rows.Zip(rows.Skip(1)).Average(pair => (pair.First[2] - 0.5) * (pair.Second[2] - 0.5)), -0.002, 0.002);
    }

    [Fact]
    public void Given_counts_of_ranks_When_an_interval_is_read_Then_it_holds_the_shares()
    {
        long[] counts = [50, 900, 40, 10];
        Assert.Equal((1, 2, 2), (RunUncertainty.RankAt(counts, 1000, 0.05), RunUncertainty.RankAt(counts, 1000, 0.5), RunUncertainty.RankAt(counts, 1000, 0.95)));
        Assert.Equal(3, RunUncertainty.RankAt(counts, 1000, 0.951));
    }
}
