using CsCheck;
using Wuwei.Indicator.Progress;

namespace Wuwei.Indicator.Tests.Progress;

public sealed class OutlookTests
{
    private static readonly double[] s_pattern = [90, 10, 60, 20, 30, 40, 10, 15, 35, 50, 25, 55];

    private static double[] Series(int months, double level, double trend, Func<int, double>? noise = null) =>
        [.. Enumerable.Range(0, months).Select(t => level + trend * t + s_pattern[t % 12] + (noise?.Invoke(t) ?? 0))];

    [Fact]
    public void Given_a_season_and_a_straight_trend_When_forecast_Then_it_goes_on_exactly_whatever_the_numbers() =>
        Gen.Select(Gen.Int[36, 60], Gen.Double[0, 1000], Gen.Double[-5, 5]).Sample((months, level, trend) =>
        {
            var (known, truth) = (Series(months, level, trend), Series(months + 24, level, trend));
            foreach (var smoothing in new[] { Smoothing.Naive(known), Smoothing.Fit(known) })
            {
                for (var h = 1; h <= 24; h++)
                {
                    Assert.Equal(truth[months + h - 1], smoothing.At(h), 1e-6);
                }

                Assert.Equal(0, smoothing.Deviation([.. Enumerable.Range(1, 24)]), 1e-6);
            }
        }, iter: 50);

    [Fact]
    public void Given_weights_When_deviations_are_asked_Then_they_are_those_of_the_errors_carried_on()
    {
        // By hand: w0 = 1, w1 = 0.5 + 0.1, w2 = 0.5 + 0.2; sigma 2.
        var smoothing = new Smoothing(0, 0, new double[12], new(0.5, 0.1, 0.3), 2, 48);
        Assert.Equal(2, smoothing.Deviation([1]), 12);
        Assert.Equal(2 * Math.Sqrt(1 + 0.36 + 0.49), smoothing.Deviation([3]), 12);
        Assert.Equal(2 * Math.Sqrt(Math.Pow(1 + 0.6 + 0.7, 2) + Math.Pow(1 + 0.6, 2) + 1), smoothing.Deviation([1, 2, 3]), 12);
        // A naive month repeats its error a year on.
        var naive = smoothing with { Weights = new(0, 0, 1) };
        Assert.Equal(2 * Math.Sqrt(2), naive.Deviation([13]), 12);
        Assert.Equal(2 * Math.Sqrt(4 + 12), naive.Deviation([.. Enumerable.Range(1, 13)]), 12);
    }

    [Fact]
    public void Given_a_level_that_wanders_When_methods_are_tried_on_the_last_year_Then_the_nearer_one_is_taken()
    {
        var random = new Random(11);
        var flat = Series(54, 500, 0, _ => random.NextDouble() * 40 - 20);
        var chosen = Outlook.Of(flat, 80)!;
        Assert.Equal(2, chosen.BackTests.Count);
        Assert.Equal(chosen.Method, chosen.BackTests[0].Method);
        Assert.True(chosen.BackTests[0].ErrorPercent <= chosen.BackTests[1].ErrorPercent);
        // Smoothing averages the noise of four years; repeating one year keeps it.
        Assert.Equal(Outlook.HoltWinters, chosen.Method);
        Assert.InRange(chosen.BackTests[0].ErrorPercent, 0.5m, 4m);
    }

    [Theory]
    [InlineData(23, null, 0)]
    [InlineData(24, "seasonal-naive-with-drift", 0)]
    [InlineData(36, "seasonal-naive-with-drift", 1)]
    [InlineData(48, null, 2)]
    public void Given_a_history_When_forecast_Then_only_what_can_be_tried_is_tried(int months, string? method, int tests)
    {
        var fitted = Outlook.Of(Series(months, 100, 1), 80);
        Assert.Equal(months >= 24, fitted is not null);
        Assert.Equal(tests, fitted?.BackTests.Count ?? 0);
        Assert.True(method is null || fitted!.Method == method);
    }

    [Fact]
    public void Given_noise_of_a_known_size_When_many_totals_are_forecast_Then_the_interval_holds_about_as_many_as_it_says()
    {
        var held = 0;
        const int Runs = 300;
        for (var run = 0; run < Runs; run++)
        {
            var random = new Random(run);
            var all = Series(60, 300, 0.5, _ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()) * 20);
            var smoothing = Smoothing.Fit(all.AsSpan(0, 54));
            var (truth, expected) = (all[54..].Sum(), Enumerable.Range(1, 6).Sum(smoothing.At));
            held += Math.Abs(truth - expected) <= Outlook.Quantile(80) * smoothing.Deviation([1, 2, 3, 4, 5, 6]) ? 1 : 0;
        }

        // 80 in 100 is promised; what the fit does not know of its own weights costs some.
        Assert.InRange(100.0 * held / Runs, 62, 92);
    }

    [Fact]
    public void Given_yearly_levels_When_forecast_Then_they_move_by_their_mean_change()
    {
        var (expected, deviation) = Outlook.OfYears([10.5, 10.6, 10.8, 10.8], 2)!.Value;
        Assert.Equal(11.0, expected, 9);
        Assert.Equal(Math.Sqrt(0.02 / 2) * Math.Sqrt(2 * (1 + 2 / 3.0)), deviation, 9);
        Assert.Null(Outlook.OfYears([10.5, 10.6], 1));
    }
}
