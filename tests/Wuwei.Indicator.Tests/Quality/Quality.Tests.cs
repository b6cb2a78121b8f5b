using System.Net;
using CsCheck;
using Wuwei.Indicator.Quality;

namespace Wuwei.Indicator.Tests.Quality;

public sealed class QualityRules
{
    [Fact]
    public void Given_a_series_When_scored_Then_z_modified_z_and_range_are_those_of_the_others()
    {
        double[] series = [10, 12, 11, 13, 12, 30];
        Assert.Equal((30 - 11.6) / 1.140175425, Outliers.Scores(series, OutlierMethod.Z)[5]!.Value, 6);
        Assert.Equal(0.6745 * (30 - 12) / 1, Outliers.Scores(series, OutlierMethod.ModifiedZ)[5]!.Value, 9);
        Assert.Equal((30 - 13) / 3.0, Outliers.Scores(series, OutlierMethod.MinMax)[5]!.Value, 9);
        Assert.Equal(0, Outliers.Scores(series, OutlierMethod.MinMax)[1]!.Value);
        Assert.Equal(99, Outliers.Scores([5, 5, 5, 5, 5, 6], OutlierMethod.Z)[5]);
        Assert.All(Outliers.Scores([1, 2, 3, 4, 5], OutlierMethod.Z), score => Assert.Null(score));
    }

    [Fact]
    public void Given_any_series_When_moved_and_stretched_Then_scores_stay() =>
        Gen.Select(Gen.Int[-1000, 1000].Array[6, 20], Gen.Int[-500, 500], Gen.Int[1, 9]).Sample((values, by, times) =>
        {
            foreach (var method in Enum.GetValues<OutlierMethod>())
            {
                var (plain, moved) = (Outliers.Scores([.. values.Select(v => (double)v)], method), Outliers.Scores([.. values.Select(v => (double)v * times + by)], method));
                Assert.All(plain.Zip(moved), pair => Assert.Equal(pair.First!.Value, pair.Second!.Value, 1e-6));
            }
        });

    [Fact]
    public void Given_figures_made_to_fit_When_looked_at_Then_there_is_a_hint_and_for_plain_ones_none()
    {
        decimal?[] even = [.. Enumerable.Repeat<decimal?>(100, 12)];
        Assert.Null(Hints.YearEndHeaping(even, 25));
        Assert.Equal(31.3m, Hints.YearEndHeaping([.. even[..11], 501], 25));
        Assert.Null(Hints.YearEndHeaping([.. even[..10], null, 900], 25));

        Assert.Equal(100, Hints.RoundNumbers([120, 350, 200, 410, 500, 660], 1));
        Assert.Null(Hints.RoundNumbers([120, 353, 207, 411, 505, 662], 1));
        Assert.Null(Hints.RoundNumbers([120, 350, 200, 410, 500], 1)); // five tell nothing
        Assert.Equal(1, Hints.AtLeast(0, 12, 0.1), 9);
        Assert.Equal(1 - Math.Pow(0.9, 12), Hints.AtLeast(1, 12, 0.1), 9);

        Assert.Equal(0.3m, Hints.EqualGrowth([5.1m, 5.3m, 5.0m, 5.2m], 0.5m));
        Assert.Null(Hints.EqualGrowth([5.1m, 5.3m, 9.0m, 5.2m], 0.5m));
        Assert.Null(Hints.EqualGrowth([5.1m, 5.1m, 5.1m, null], 0.5m));
        Assert.Null(Hints.EqualGrowth([0, 0, 0, 0], 0.5m));

        // Two years of 100; the month after the warning brings 160 where the three before brought 90.
        decimal?[] years = [.. Enumerable.Repeat<decimal?>(100, 14), 90, 90, 90, 160];
        Assert.Equal(77.8m, Hints.JumpAfterWarning(years, 17, 50));
        Assert.Null(Hints.JumpAfterWarning(years, 17, 80));
        Assert.Null(Hints.JumpAfterWarning(years, 16, 50)); // not in that month
        Assert.Null(Hints.JumpAfterWarning(years, 18, 50)); // not known yet
        Assert.Null(Hints.JumpAfterWarning(years[5..], 12, 50)); // no year before the months before
    }
}

[Collection(nameof(PlanService))]
public sealed class QualityTests(PlanService plan)
{
    [Fact]
    public async Task Given_figures_that_only_follow_their_season_When_looked_at_Then_round_ones_are_hinted_at_and_nothing_is_an_outlier()
    {
        var report = await plan.Service.City.GetJsonAsync("quality?year=2024");
        Assert.Empty(report["outliers"]!.AsArray());
        var hints = report["hints"]!.AsArray();
        Assert.Contains(hints, hint => (string)hint!["kind"]! == "round-numbers" && (string)hint["indicator"]! == "10" && (string)hint["region"]! == IndicatorService.Liangzhou);
        Assert.DoesNotContain(hints, hint => (string)hint!["kind"]! == "year-end-heaping");
        await (await plan.Service.City.GetAsync(new Uri("quality?year=2024&method=x", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.UnprocessableEntity, "quality.unknown_method");
        await (await plan.Service.City.GetAsync(new Uri("quality?year=2024&threshold=0", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.UnprocessableEntity, "quality.threshold_out_of_range");
        await (await plan.Service.City.GetAsync(new Uri("quality?year=2026", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.UnprocessableEntity, "quality.year_out_of_plan");
    }
}
