using CsCheck;
using Wuwei.Indicator.Layoffs;
using Wuwei.Indicator.Tests.Watch;
using Wuwei.Indicator.Warnings;
using Wuwei.Indicator.Watch;
using static Wuwei.Indicator.Watch.WarningLevel;

namespace Wuwei.Indicator.Tests.Warnings;

public sealed class WarningRulesTests
{
    private static readonly DateTimeOffset Noon = new(2025, 7, 15, 12, 0, 0, TimeSpan.FromHours(8));

    private static readonly Thresholds Rates = Thresholds.Of(Given.Policy(), new(2025, 6, 30), "watch.job_loss_rate", "watch.job_loss_rate_clear", "watch.job_loss_clear_after");

    // Raised at 3, 5, 10; cleared below 2, 4, 8 for two months.
    [Theory]
    [InlineData("2.9", "-")]
    [InlineData("3", "Y")]
    [InlineData("12", "R")]
    [InlineData("3 6 11", "Y O R")]
    [InlineData("3 2.5 2.5 2.5 2.5", "Y Y Y Y Y")]       // between the thresholds: it stays
    [InlineData("3 1.9 1.9", "Y Y -")]
    [InlineData("3 1.9 2.1 1.9 1.9", "Y Y Y Y -")]        // not in a row
    [InlineData("11 7 7 3 3 1 1", "R R O O Y Y -")]       // down one look after the other
    [InlineData("11 1 1", "R R -")]
    [InlineData("3 1.9 ? 1.9", "Y Y Y -")]                // a month without a figure changes nothing
    [InlineData("3 1.9 6", "Y Y O")]
    [InlineData("? ? 3", "- - Y")]
    public void Given_rates_of_months_When_folded_Then_levels_rise_at_once_and_fall_late(string rates, string levels)
    {
        var alarm = Alarm.None;
        var seen = rates.Split(' ').Select((rate, month) =>
        {
            alarm = alarm.Next($"2025-{month + 1:00}", rate == "?" ? null : decimal.Parse(rate, System.Globalization.CultureInfo.InvariantCulture), Rates);
            return alarm.Level is { } level ? $"{level}"[..1] : "-";
        });
        Assert.Equal(levels, string.Join(' ', seen));
    }

    [Fact]
    public void Given_any_months_When_folded_Then_a_level_is_never_below_what_the_last_figure_raises_nor_above_what_any_did() =>
        Gen.Decimal[0, 15].Array[1, 24].Sample(rates =>
        {
            var alarm = Alarm.None;
            foreach (var (month, rate) in rates.Index())
            {
                alarm = alarm.Next($"{month}", rate, Rates);
            }

            Assert.True((alarm.Level ?? (WarningLevel)(-1)) >= (Raised(rates[^1]) ?? (WarningLevel)(-1)));
            Assert.True((alarm.Level ?? (WarningLevel)(-1)) <= (rates.Max(Raised) ?? (WarningLevel)(-1)));

            static WarningLevel? Raised(decimal rate) => rate >= 10 ? Red : rate >= 5 ? Orange : rate >= 3 ? Yellow : null;
        });

    // Bad above 5.5, 6, 6.5 and from March on above 5, 5.5, 6; or bad below, with the signs turned round.
    [Theory]
    [InlineData("5.4 5.6 5.2 4.7", "- Y Y -")]
    [InlineData("5.3 5.3 5.3 5.3", "- - Y Y")]       // the same figure under a stricter rule
    [InlineData("6.6 5.7 5.1 4.7", "R Y Y -")]
    [InlineData("6.6 ? 6.1 5.9", "R R R R")]
    public void Given_a_watched_figure_When_its_thresholds_change_Then_each_month_is_judged_by_those_of_then(string figures, string levels)
    {
        foreach (var (side, sign) in new[] { (FigureSide.Above, 1), (FigureSide.Below, -1) })
        {
            FigureRule[] versions = [Rule(side, new(2025, 1, 1), (5.5m, 6, 6.5m), (5.3m, 5.8m, 6.3m)), Rule(side, new(2025, 3, 1), (5, 5.5m, 6), (4.8m, 5.3m, 5.8m))];
            var months = figures.Split(' ').Select((figure, i) => ($"2025-{i + 1:00}", new DateOnly(2025, i + 1, 1), figure == "?" ? (decimal?)null : sign * decimal.Parse(figure, System.Globalization.CultureInfo.InvariantCulture))).ToArray();
            Assert.Equal(levels, string.Join(' ', Enumerable.Range(1, months.Length).Select(count => FigureRule.Fold(versions, months.Take(count)).Level is { } level ? $"{level}"[..1] : "-")));

            FigureRule Rule(FigureSide of, DateOnly from, (decimal, decimal, decimal) raise, (decimal, decimal, decimal) clear) =>
                new("x", from, 1, "", "[2]", default, of, Levels(raise), Levels(clear), 1, true, "D", "", default);

            LevelFigures Levels((decimal Yellow, decimal Orange, decimal Red) of) => new() { Yellow = sign * of.Yellow, Orange = sign * of.Orange, Red = sign * of.Red };
        }
    }

    [Theory]
    [InlineData(120, 1000, "planned", Red)]
    [InlineData(50, 1000, "planned", Orange)]
    [InlineData(49, 1000, "planned", Yellow)]
    [InlineData(6, 60, "planned", Yellow)]     // a tenth
    [InlineData(5, 60, "planned", null)]
    [InlineData(120, 1000, "withdrawn", null)]
    public void Given_a_layoff_When_looked_at_Then_the_law_makes_it_yellow_and_the_persons_more(int persons, int headcount, string state, WarningLevel? level)
    {
        var layoff = new StoredLayoff(
            Guid.Empty, "620602", Given.CodeOf(1), "化工厂", "C", headcount, persons, "conversion", null, null, new(2025, 8, 15), state, null, null, null, 1, "", default);
        Assert.Equal(level, LayoffWarningRule.Of(layoff, Alarm.None, Given.Policy()).Alarm.Level);
    }

    [Theory]
    [InlineData(20, 19, null, null)]
    [InlineData(20, 18, null, Yellow)]
    [InlineData(20, 18, Yellow, Yellow)]
    [InlineData(100, 94, Yellow, Yellow)]    // between 5 and 10 %
    [InlineData(100, 96, Yellow, null)]
    [InlineData(20, 0, Yellow, Red)]
    public void Given_a_share_of_overdue_returns_When_looked_at_Then_it_is_judged_from_where_it_stood(int sampled, int received, WarningLevel? stood, WarningLevel? level) =>
        Assert.Equal(level, OverdueReturnsRule.Of(new("620602", "2025-05", sampled, received), new(stood, "2025-05", 0), Given.Policy()).Alarm.Level);

    [Fact]
    public void Given_a_finding_When_it_meets_the_open_warning_Then_it_is_raised_worsened_eased_cleared_or_nothing_new()
    {
        var raised = Decide(Found(Yellow, 3.2m), null, "raised")!;
        Assert.Equal(("620600", Noon.AddHours(12), 3), (raised.ReportTo, raised.ReportBy, raised.Episode));
        Assert.Null(Decide(Found(Yellow, 3.2m), raised, null));
        Assert.Null(Decide(Found(null, 1m), null, null));

        var told = raised with { ReportTo = null, ReportBy = null };
        var worse = Decide(Found(Red, 11m), told, "escalated")!;
        Assert.Equal(("red", "620600", Noon.AddHours(2)), (worse.Level, worse.ReportTo, worse.ReportBy));
        var eased = Decide(Found(Orange, 7m), told with { Level = "red" }, "eased")!;
        Assert.Equal(("orange", (string?)null), (eased.Level, eased.ReportTo));
        var cleared = Decide(Found(null, 1m), told, "cleared")!;
        Assert.Equal((Noon, "yellow"), (cleared.ClearedAt, cleared.Level));
        Assert.Null(Decide(Found(null, 1m), cleared, null));
        Assert.Equal(((DateTimeOffset?)null, "620600"), Decide(Found(Yellow, 4m), cleared, "returned") is { } back ? (back.ClearedAt, back.ReportTo) : default);

        static StoredWarning? Decide(Finding finding, StoredWarning? before, string? kind)
        {
            var (next, what) = WarningEvaluation.Decide(finding, before, 2, Noon, Given.Policy());
            Assert.Equal(kind, what);
            return next;
        }

        static Finding Found(WarningLevel? level, decimal value) => new("job-loss-rate", "620602", "", level is null ? Alarm.None : new(level, "2025-06", 0), value, $"{value}");
    }

    [Theory]
    [InlineData(WarningMove.Closure, "open", true, null, "warning.not_acknowledged")]
    [InlineData(WarningMove.Closure, "acting", false, null, "warning.not_cleared")]
    [InlineData(WarningMove.Closure, "acting", true, "620600", "warning.not_reported")]
    [InlineData(WarningMove.Closure, "acting", true, null, "closed")]
    [InlineData(WarningMove.Closure, "closed", true, null, "warning.closed")]
    [InlineData(WarningMove.Measure, "open", false, "620600", "acting")]
    [InlineData(WarningMove.Measure, "closed", true, null, "warning.closed")]
    [InlineData(WarningMove.Acknowledgement, "open", false, "620600", "acknowledged")]
    [InlineData(WarningMove.Acknowledgement, "acting", false, "620600", "acting")]
    [InlineData(WarningMove.Report, "open", false, null, "warning.nobody_to_tell")]
    public void Given_a_warning_When_moved_Then_it_goes_where_it_may(WarningMove move, string state, bool cleared, string? reportTo, string expected)
    {
        var refused = MoveWarning.Decide(move, Standing(Red) with { State = state, ClearedAt = cleared ? Noon : null, ReportTo = reportTo, ReportBy = reportTo is null ? null : Noon }, Noon, Given.Policy())
            .IsRefused(out var refusal, out var next);
        Assert.Equal(expected, refused ? refusal!.Code : next!.State);
    }

    [Fact]
    public void Given_levels_When_reported_Then_yellow_ends_at_the_city_and_the_others_go_on_to_the_province_with_a_clock_of_their_own()
    {
        Assert.Null(Reported(Standing(Yellow)).ReportTo);
        var orange = Reported(Standing(Orange));
        Assert.Equal(("620000", Noon.AddHours(2)), (orange.ReportTo, orange.ReportBy));
        Assert.Null(Reported(orange).ReportTo);

        static StoredWarning Reported(StoredWarning warning) =>
            MoveWarning.Decide(WarningMove.Report, warning, Noon, Given.Policy()).IsRefused(out _, out var next) ? throw new InvalidOperationException() : next;
    }

    private static StoredWarning Standing(WarningLevel level) => new(
        Guid.Empty, "layoff", "620602", "x", 1, level.ToString().ToLowerInvariant(), "open", "2025-07", 1, "", 0, null, Noon, "620600", Noon, null, 1, Noon);
}
