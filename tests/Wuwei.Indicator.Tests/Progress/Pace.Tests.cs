using CsCheck;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Progress;

namespace Wuwei.Indicator.Tests.Progress;

public sealed class PaceTests
{
    private const string City = "620600";

    private static readonly ProgressRule s_rule = new(new(2021, 1, 1), 1, 1.05m, 1, 0.9m, 80, "D", false, null, "", default);

    private static readonly decimal[] s_even = [.. Enumerable.Range(1, 12).Select(m => m / 12m)];

    internal static PlanIndicator Indicator(
        decimal? target, string comparator = "≥", bool cumulative = true, decimal? from = null, string direction = "up", Counting counting = Counting.Sum,
        string unit = "人", decimal[]? season = null) => new(
        "x", "指标", "Indicator", "", unit, unit, 1, new(from is null ? null : "=", from, ""), new(comparator, target, ""), cumulative, "expected", direction,
        counting, "month", false, "", "", "", [new(new(2021, 1, 1), Origin.Derived, "D", "")], [], [new(2021, season ?? s_even, "D", false, "")], []);

    private static Goal Of(PlanIndicator indicator, params (int Year, decimal Value)[] set) =>
        Goal.Of(indicator, City, set.ToDictionary(pair => pair.Year, pair => pair.Value));

    [Fact]
    public void Given_a_five_year_total_When_asked_what_is_due_Then_years_before_count_whole_and_this_one_by_its_season()
    {
        decimal[] early = [0.25m, 0.5m, 0.75m, 0.8m, 0.9m, 0.95m, 0.96m, 0.97m, 1, 1, 1, 1];
        var goal = Of(Indicator(2000, season: early), (2021, 380), (2022, 390), (2023, 400), (2024, 410), (2025, 420));
        Assert.Equal(380 * 0.75m, goal.DueBy(new(2021, 3, 1)));
        Assert.Equal(380 + 390 + 400 * 0.95m, goal.DueBy(new(2023, 6, 1)));
        Assert.Equal(2000, goal.DueBy(new(2025, 12, 1)));
        Assert.Equal(2000, goal.SumOfYears);
        // A year that nobody set has an even share of the rest.
        Assert.Equal(380 + (2000 - 380) / 4m * 0.75m, Of(Indicator(2000, season: early), (2021, 380)).DueBy(new(2022, 3, 1)));
    }

    [Fact]
    public void Given_a_county_without_targets_When_asked_what_is_due_Then_nobody_knows() =>
        Assert.Null(Goal.Of(Indicator(2000), "620602", new Dictionary<int, decimal>()).DueBy(new(2022, 3, 1)));

    [Fact]
    public void Given_a_level_When_asked_what_is_due_Then_it_lies_between_base_and_target_or_is_held()
    {
        Assert.Equal(10.74m, Of(Indicator(11.1m, cumulative: false, from: 10.5m, unit: "年")).DueBy(new(2022, 5, 1)));
        Assert.Equal(11.1m, Of(Indicator(11.1m, cumulative: false, from: 10.5m, unit: "年")).DueBy(new(2025, 1, 1)));
        Assert.Equal(90, Of(Indicator(90, cumulative: false, unit: "%")).DueBy(new(2021, 1, 1)));
        Assert.Equal(10.6m, Of(Indicator(11.1m, cumulative: false, from: 10.5m, unit: "年"), (2022, 10.6m)).DueBy(new(2022, 5, 1)));
    }

    [Theory]
    [InlineData(1000, PaceStatus.CompletedEarly)]
    [InlineData(525, PaceStatus.Ahead)]
    [InlineData(524, PaceStatus.OnTrack)]
    [InlineData(500, PaceStatus.OnTrack)]
    [InlineData(499, PaceStatus.Nearly)]
    [InlineData(450, PaceStatus.Nearly)]
    [InlineData(449, PaceStatus.Behind)]
    [InlineData(null, PaceStatus.Unknown)]
    public void Given_a_total_When_half_is_due_Then_the_status_is_by_the_share(int? value, PaceStatus status) =>
        Assert.Equal(status, Pace.StatusOf(Of(Indicator(1000)), value, 500, s_rule).Status);

    [Theory]
    [InlineData("<", "down", 6, 5.9, PaceStatus.OnTrack)]
    [InlineData("<", "down", 6, 6, PaceStatus.Nearly)] // strictly less
    [InlineData("≤", "down", 6, 6, PaceStatus.OnTrack)]
    [InlineData("<", "down", 6, 6.8, PaceStatus.Behind)]
    [InlineData(">", "up", 99, 99, PaceStatus.Nearly)] // strictly more
    [InlineData(">", "up", 99, 99.1, PaceStatus.OnTrack)]
    [InlineData("≥", "up", 90, 95, PaceStatus.Ahead)]
    [InlineData("≥", "up", 90, 80, PaceStatus.Behind)]
    public void Given_a_rate_to_be_held_When_judged_Then_the_comparator_is_strict_and_it_is_never_early(
        string comparator, string direction, double target, double value, PaceStatus status) =>
        Assert.Equal(status, Pace.StatusOf(Of(Indicator((decimal)target, comparator, cumulative: false, direction: direction, unit: "%")), (decimal)value, (decimal)target, s_rule).Status);

    [Fact]
    public void Given_more_of_what_is_wanted_When_judged_again_Then_the_status_is_never_worse() =>
        Gen.Select(Gen.Int[0, 2000], Gen.Int[0, 500], Gen.Int[1, 1000], Gen.Bool).Sample((value, more, due, up) =>
        {
            var goal = Of(Indicator(1000, up ? "≥" : "≤", direction: up ? "up" : "down"));
            var worse = Pace.StatusOf(goal, up ? value : value + more, due, s_rule).Status;
            var better = Pace.StatusOf(goal, up ? value + more : value, due, s_rule).Status;
            Assert.True(better <= worse, $"{better} after {worse}");
        });

    [Theory]
    [InlineData(7.5, 2.06, true)]
    [InlineData(200, 40.09, true)]
    [InlineData(3, 0.6, false)]
    [InlineData(50, 10.66, true)]
    public void Given_the_plans_totals_When_held_against_the_base_Then_easy_ones_are_flagged(double target, double from, bool easier) =>
        Assert.Equal(easier, Of(Indicator((decimal)target, from: (decimal)from)).Ease(City)!.Easier);

    [Fact]
    public void Given_what_is_left_When_the_needed_rate_is_asked_Then_it_is_by_months_year_ends_or_years()
    {
        var months = Enumerable.Range(0, 54).Select(i => (Month: new DateOnly(2021, 1, 1).AddMonths(i), Value: (decimal?)10)).ToArray();
        var flow = new History(months, 540, months[^1].Month, null, 540);
        var rate = Pace.RateOf(Of(Indicator(1000)), flow, new(2025, 6, 1))!;
        Assert.Equal(("month", 77, 10), (rate.Per, rate.Needed, rate.Recent)); // 460 in six months
        Assert.Null(Pace.RateOf(Of(Indicator(1000)), flow, new(2025, 12, 1)));
        Assert.Equal(0, Pace.RateOf(Of(Indicator(500)), flow, new(2025, 6, 1))!.Needed);

        rate = Pace.RateOf(Of(Indicator(60, counting: Counting.YearEndStocks)), flow, new(2025, 6, 1))!;
        Assert.Equal(("year-end", 20, 10), (rate.Per, rate.Needed, rate.Recent)); // four Decembers of 10 are in
        rate = Pace.RateOf(Of(Indicator(11.1m, cumulative: false, unit: "年")), flow with { ToDate = 10.9m, Through = new(2023, 12, 1) }, new(2025, 6, 1))!;
        Assert.Equal(("year", 0.1m), (rate.Per, rate.Needed));
    }
}
