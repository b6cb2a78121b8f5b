using Wuwei.Assessment.Observations;
using Wuwei.Assessment.Schemes;
using Wuwei.Assessment.Scores;
using Wuwei.Assessment.Targets;
using static Wuwei.Assessment.Tests.Given;

namespace Wuwei.Assessment.Tests.Scores;

public sealed class ItemScoreTests
{
    private static ItemScore Score(SchemeItem item, string month, IEnumerable<Observation> observations, IEnumerable<Target> targets, bool county = true) =>
        ItemScore.Of(item, 0.99m, county, Evidence.Gather(item, 2021, Month(month), observations, targets));

    [Fact]
    public void Given_a_flow_reported_every_month_When_scored_Then_actual_and_expected_are_sums_to_date()
    {
        // 54 months of 1,000 against four years of 15,000 and half of the fifth.
        var score = Score(Flow, "2025-06", EveryMonth("1", Liangzhou, "2025-06", 1000), EveryYear("1", Liangzhou, 15000));
        Assert.Equal((54_000m, 67_500m, 0.8m, 1.6m), (score.Value, score.Target, score.Progress, score.Score));
        Assert.Equal((ItemStatus.Scored, ScoringRule.Proportional, false), (score.Status, score.Rule, score.Met));
    }

    [Fact]
    public void Given_a_front_loaded_season_When_scored_in_March_Then_three_quarters_of_the_year_are_due()
    {
        var item = Flow with { Seasonal = true };
        var score = Score(item, "2021-03", EveryMonth("1", Liangzhou, "2021-03", 100), EveryYear("1", Liangzhou, 400, season: FrontLoaded));
        Assert.Equal((300m, 300m, true, 2m), (score.Value, score.Target, score.Met, score.Score));
        var even = Score(item with { Seasonal = false }, "2021-03", EveryMonth("1", Liangzhou, "2021-03", 100), EveryYear("1", Liangzhou, 400, season: FrontLoaded));
        Assert.Equal(100m, even.Target);
    }

    [Fact]
    public void Given_later_months_and_years_When_scored_Then_they_are_not_looked_at()
    {
        var before = Score(Flow, "2023-06", EveryMonth("1", Liangzhou, "2023-06", 10), EveryYear("1", Liangzhou, 120));
        var after = Score(Flow, "2023-06", EveryMonth("1", Liangzhou, "2025-12", 10), EveryYear("1", Liangzhou, 120));
        Assert.Equal(before, after);
    }

    [Theory]
    [InlineData("<", "5.99", true, "1", ScoringRule.Proportional)]
    [InlineData("<", "6.0", false, "0.99", ScoringRule.UnmetCeiling)] // 1 − 0 ÷ 6 would be full
    [InlineData("<", "6.03", false, "0.99", ScoringRule.UnmetCeiling)] // 0.995 would round to full
    [InlineData("<", "9", false, "0.5", ScoringRule.Proportional)]
    [InlineData("<", "12", false, "0", ScoringRule.Proportional)]
    [InlineData("<", "18", false, "0", ScoringRule.Floor)]
    [InlineData("≤", "6.0", true, "1", ScoringRule.Proportional)]
    public void Given_a_value_that_should_be_low_When_compared_with_6_Then_the_comparator_is_exact(
        string comparator, string value, bool met, string counted, ScoringRule rule)
    {
        var score = Score(Unemployment, "2025-06", [Observed("2", City, "2025-06", Number(value))], EveryYear("2", City, 6, comparator), county: false);
        Assert.Equal((met, Number(counted), rule), (score.Met, score.Counted, score.Rule));
    }

    [Theory]
    [InlineData(">", "99.01", true, "1", ScoringRule.Cap)]
    [InlineData(">", "99.00", false, "0.99", ScoringRule.UnmetCeiling)]
    [InlineData("≥", "99.00", true, "1", ScoringRule.Proportional)]
    [InlineData("≥", "98.9999", false, "0.99", ScoringRule.UnmetCeiling)]
    [InlineData("≥", "49.5", false, "0.5", ScoringRule.Proportional)]
    [InlineData("≥", "-1", false, "0", ScoringRule.Floor)]
    public void Given_a_value_that_should_be_high_When_compared_with_99_Then_the_comparator_is_exact(
        string comparator, string value, bool met, string counted, ScoringRule rule)
    {
        var score = Score(Level, "2025-06", [Observed("5", Liangzhou, "2025-06", Number(value))], EveryYear("5", Liangzhou, 99, comparator));
        Assert.Equal((met, Number(counted), rule), (score.Met, score.Counted, score.Rule));
    }

    [Fact]
    public void Given_an_annual_figure_When_scored_in_the_middle_of_the_next_year_Then_it_is_carried_forward_against_its_own_target()
    {
        var targets = new[] { Aimed("5", Liangzhou, 2024, 90), Aimed("5", Liangzhou, 2025, 95) };
        var score = Score(Level, "2025-06", [Observed("5", Liangzhou, "2024", 90), Observed("5", Liangzhou, "2025", 80)], targets);
        Assert.Equal((ItemStatus.CarriedForward, "2024", 90m, 90m, true), (score.Status, score.Period, score.Value, score.Target, score.Met));
        Assert.Equal("沿用 2024 的数据", score.Remark);
        var december = Score(Level, "2025-12", [Observed("5", Liangzhou, "2024", 90), Observed("5", Liangzhou, "2025", 80)], targets);
        Assert.Equal((ItemStatus.Scored, "2025", 80m), (december.Status, december.Period, december.Value));
    }

    [Fact]
    public void Given_a_month_not_reported_When_scored_Then_the_sum_goes_without_it_and_says_so()
    {
        var reported = EveryMonth("1", Liangzhou, "2021-06", 100).Where(o => o.Period != "2021-04");
        var score = Score(Flow, "2021-06", reported, EveryYear("1", Liangzhou, 1200));
        Assert.Equal((ItemStatus.Partial, 500m, 600m), (score.Status, score.Value, score.Target));
        Assert.Equal("缺 1 个月数据（2021-04），未计入累计", score.Remark);
    }

    [Fact]
    public void Given_a_value_of_zero_When_scored_Then_it_is_a_value()
    {
        var score = Score(Flow, "2021-02", EveryMonth("1", Liangzhou, "2021-02", 0), EveryYear("1", Liangzhou, 1200));
        Assert.Equal((ItemStatus.Scored, 0m, 0m), (score.Status, score.Value, score.Score));
    }

    [Fact]
    public void Given_a_withdrawn_value_When_scored_Then_the_item_is_missing()
    {
        var score = Score(Level, "2025-06", [Observed("5", Liangzhou, "2025-06", null)], EveryYear("5", Liangzhou, 90));
        Assert.Equal((ItemStatus.Missing, null, "尚无数据，不计分"), (score.Status, score.Score, score.Remark));
    }

    [Fact]
    public void Given_year_end_stocks_When_scored_in_June_Then_months_are_never_added_and_the_running_year_counts_half()
    {
        var stocks = EveryMonth("8", Liangzhou, "2023-06", 100).Select(o => o with { Value = o.Value + o.EndsOn.Month });
        var score = Score(Stock, "2023-06", stocks, EveryYear("8", Liangzhou, 100));
        Assert.Equal(112m + 112m + 106m * 0.5m, score.Value);
        Assert.Equal((250m, ItemStatus.Scored, "2023-06"), (score.Target, score.Status, score.Period));
    }

    [Fact]
    public void Given_no_stock_at_a_year_s_end_When_scored_Then_the_last_one_of_that_year_stands_in_and_a_year_without_any_is_listed()
    {
        Observation[] stocks = [Observed("8", Liangzhou, "2021-11", 90), Observed("8", Liangzhou, "2022-12", 100)];
        var carried = Score(Stock, "2022-12", stocks, EveryYear("8", Liangzhou, 100));
        Assert.Equal((ItemStatus.CarriedForward, 190m, "沿用 2021-11 的数据"), (carried.Status, carried.Value, carried.Remark));
        var partial = Score(Stock, "2022-12", stocks[1..], EveryYear("8", Liangzhou, 100));
        Assert.Equal((ItemStatus.Partial, "缺 2021 年末数，未计入合计"), (partial.Status, partial.Remark));
    }

    [Fact]
    public void Given_a_city_figure_When_a_county_is_scored_Then_it_is_not_applicable_there()
    {
        var item = Level with { CityOnly = true };
        Assert.Equal(ItemStatus.NotApplicable, Score(item, "2025-06", [], []).Status);
        Assert.Equal(ItemStatus.Missing, Score(item, "2025-06", [], [], county: false).Status);
    }

    [Fact]
    public void Given_a_target_of_null_When_scored_Then_the_item_is_not_applicable() => Assert.Equal(
        ItemStatus.NotApplicable,
        Score(Flow, "2025-06", EveryMonth("1", Tianzhu, "2025-06", 1), EveryYear("1", Tianzhu, null)).Status);

    [Fact]
    public void Given_a_year_without_a_target_When_scored_Then_the_value_is_shown_and_not_scored()
    {
        var score = Score(Flow, "2022-01", EveryMonth("1", Liangzhou, "2022-01", 5), [Aimed("1", Liangzhou, 2022, 100)]);
        Assert.Equal((ItemStatus.Missing, 65m, null, "尚未下达目标，不计分"), (score.Status, score.Value, score.Score, score.Remark));
    }

    [Fact]
    public void Given_a_comparator_against_the_scheme_s_direction_When_scored_Then_it_is_not_guessed()
    {
        var score = Score(Level, "2025-06", [Observed("5", Liangzhou, "2025-06", 5)], EveryYear("5", Liangzhou, 6, "<"));
        Assert.Equal((ItemStatus.Missing, null), (score.Status, score.Counted));
    }

    [Theory]
    [InlineData("0", true, "1")]
    [InlineData("-1", false, "0")]
    public void Given_nothing_due_yet_When_scored_Then_met_is_full_and_missed_is_nothing(string value, bool met, string counted)
    {
        var score = Score(Level, "2025-06", [Observed("5", Liangzhou, "2025-06", Number(value))], EveryYear("5", Liangzhou, 0));
        Assert.Equal((met, Number(counted)), (score.Met, score.Counted));
    }

    [Fact]
    public void Given_caps_floors_and_methods_When_scored_Then_they_come_from_the_scheme()
    {
        Observation[] twice = [Observed("5", Liangzhou, "2025-06", 180)], half = [Observed("5", Liangzhou, "2025-06", 45)];
        var targets = EveryYear("5", Liangzhou, 90).ToArray();
        Assert.Equal(1m, Score(Level, "2025-06", twice, targets).Score);
        Assert.Equal(1.1m, Score(Level with { Cap = 1.1m }, "2025-06", twice, targets).Score);
        Assert.Equal(0.6m, Score(Level with { Floor = 0.6m }, "2025-06", half, targets).Score);
        Assert.Equal((0m, ScoringRule.AllOrNothing), (
            Score(Level with { Method = Method.AllOrNothing }, "2025-06", half, targets).Score,
            Score(Level with { Method = Method.AllOrNothing }, "2025-06", half, targets).Rule));
    }
}
