using CsCheck;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Observations;
using Wuwei.Indicator.Progress;
using Wuwei.Indicator.Warnings;
using Wuwei.Indicator.Watch;

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

    // The plan is over: the target as strictly as its comparator says, and nothing about what was due on the way.
    [Theory]
    [InlineData("≥", "up", 1000, 1000, 12, PaceStatus.Completed)]
    [InlineData("≥", "up", 1000, 999, 12, PaceStatus.Missed)]
    [InlineData("<", "down", 6, 6, 12, PaceStatus.Missed)]
    [InlineData("≤", "down", 6, 6, 12, PaceStatus.Completed)]
    [InlineData("≥", "up", 1000, 1000, 11, null)] // December is not reported yet
    [InlineData("≥", "up", null, 1000, 12, null)]
    public void Given_the_plans_end_When_judged_Then_it_is_completed_or_missed_once_its_last_month_is_known(
        string comparator, string direction, int? target, int value, int month, PaceStatus? status) =>
        Assert.Equal(status, Pace.FinalOf(Of(Indicator(target, comparator, cumulative: false, direction: direction, unit: "%")), value, new(2025, month, 1)));

    [Theory]
    [InlineData(60, true, PaceStatus.Completed, "完成")]
    [InlineData(61, true, PaceStatus.Missed, "未完成")]
    [InlineData(61, false, PaceStatus.Nearly, "基本达到")] // as it was known before the plan was over
    public void Given_a_register_of_one_a_month_When_looked_at_by_the_plans_end_Then_its_line_says_what_became_of_the_target(int target, bool isOver, PaceStatus status, string name)
    {
        var indicator = Register(target);
        var line = PlanProgress.Of(new([indicator], City, new(2025, 12, 1), isOver, default!, s_rule, [], OneAMonth(60)), indicator);
        Assert.Equal((60m, status, name), (line.Value, line.Status, line.StatusZh));
    }

    [Theory]
    [InlineData(60, 60, null, 0)]
    [InlineData(61, 60, WarningLevel.Yellow, 1.64)] // by however little
    [InlineData(80, 60, WarningLevel.Orange, 25)]
    [InlineData(61, 59, null, 1.64)]                // in November that was a little behind, no more
    public void Given_a_target_that_was_missed_When_the_plan_is_over_Then_it_is_warned_of(int target, int months, WarningLevel? level, double behind)
    {
        var found = ProgressWarningRule.Of(
            Goal.Of(Register(target), City, new Dictionary<int, decimal>()), City, new DateOnly(2020, 12, 1).AddMonths(months), OneAMonth(months), [s_rule], Alarm.None, Watch.Given.Policy())!;
        Assert.Equal((level, (decimal)behind), (found.Alarm.Level, found.Value));
        Assert.Equal(target > 60 && months == 60, found.Message.Contains("未完成", StringComparison.Ordinal));
    }

    private static PlanIndicator Register(int target) => Indicator(target) with { Measures = [new("m", MeasureRole.Sum, "sum", "人", "training", "")] };

    private static Cell[] OneAMonth(int months) =>
        [.. Enumerable.Range(0, months).Select(i => new Cell("m", City, new DateOnly(2021, 1, 1).AddMonths(i), 1, 1, i, default))];

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
