using CsCheck;
using Wuwei.Indicator.Enterprises;
using Wuwei.Indicator.Layoffs;
using Wuwei.Indicator.Returns;
using Wuwei.Indicator.Watch;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Tests.Watch;

public sealed class WatchRulesTests
{
    private static readonly Period June = Period.MonthOf(new(2025, 6, 1));

    private static readonly StoredEnterprise Mill = new(
        Given.CodeOf(1), "620602", "面粉厂", "C", "small", "private", "2024-12", 100, "2025-01", "2025-12", null, 1, "", default);

    // 劳动合同法 art. 41, number by number.
    [Theory]
    [InlineData(20, 1_000_000, true)]
    [InlineData(19, 1000, false)]
    [InlineData(19, 190, true)]
    [InlineData(19, 191, false)]
    [InlineData(1, 10, true)]
    [InlineData(1, 11, false)]
    [InlineData(9, 91, false)]
    [InlineData(10, 100, true)]
    public void Given_persons_and_staff_When_asked_whether_the_law_wants_a_report_Then_it_is_twenty_or_a_tenth(int persons, int headcount, bool statutory) =>
        Assert.Equal(statutory, LayoffRule.IsStatutory(persons, headcount));

    [Theory]
    [InlineData("2025-07-01", "2025-07-31", "2025-07-05", "2025-07-10", "")]                                  // thirty days exactly
    [InlineData("2025-07-02", "2025-07-31", "2025-07-05", "2025-07-10", "NoticeTooShort")]
    [InlineData(null, "2025-08-09", "2025-07-05", "2025-07-10", "")]                                          // thirty days are left
    [InlineData(null, "2025-08-08", "2025-07-05", "2025-07-10", "NotNoticed")]
    [InlineData("2025-06-01", "2025-07-10", null, "2025-07-09", "")]
    [InlineData("2025-06-01", "2025-07-10", null, "2025-07-10", "NotReported")]
    [InlineData("2025-06-01", "2025-07-10", "2025-07-11", "2025-07-20", "ReportedAfterwards")]
    public void Given_the_days_of_a_layoff_When_looked_at_Then_the_breaches_are_those_of_the_law(string? noticed, string planned, string? reported, string today, string breaches)
    {
        var layoff = Planned(30) with { NoticedOn = Day(noticed), PlannedOn = Day(planned)!.Value, ReportedOn = Day(reported) };
        Assert.Equal(breaches, string.Join(' ', LayoffRule.Breaches(layoff, Day(today)!.Value)));
        Assert.Empty(LayoffRule.Breaches(layoff with { Persons = 3 }, Day(today)!.Value));
        Assert.Empty(LayoffRule.Breaches(layoff with { State = "withdrawn", EndedOn = Day(planned) }, Day(today)!.Value));
    }

    [Fact]
    public void Given_a_layoff_that_was_larger_than_planned_When_looked_at_Then_the_larger_number_counts() =>
        Assert.Equal([LayoffBreach.NotNoticed, LayoffBreach.NotReported], LayoffRule.Breaches(
            Planned(3) with { NoticedOn = null, ReportedOn = null, State = "carried-out", EndedOn = new(2025, 7, 10), LaidOff = 25 }, new(2025, 7, 10)));

    [Theory]
    [InlineData(100, 90, "2025-06", "")]
    [InlineData(100, 91, "2025-06", "return.does_not_add_up")]
    [InlineData(100, 90, "2025-08", "return.in_future")]
    [InlineData(100, 90, "2024-12", "return.not_sampled")]
    public void Given_a_return_When_decided_Then_it_must_add_up_and_be_of_a_month_of_the_sample(int last, int now, string period, string code)
    {
        var form = new ReturnForm { HeadcountLast = last, HeadcountNow = now, Hires = [new(HireReason.Seasonal, 5)], Losses = [new(LossType.Expiry, LossReason.Costs, 15)] };
        var refused = SubmitReturn.Decide(form, Mill, null, Months.Read(period)!.Value, new(2025, 7, 15), () => null).IsRefused(out var refusal, out _);
        Assert.Equal(code, refused ? refusal!.Code : "");
    }

    [Fact]
    public void Given_the_same_return_again_When_decided_Then_it_needs_no_version_and_another_one_does()
    {
        var form = new ReturnForm { HeadcountLast = 10, HeadcountNow = 9, Hires = [], Losses = [new(LossType.Resignation, LossReason.Personal, 1)] };
        var stored = Accepted(form, null) with { Losses = """[{"type": "resignation", "reason": "personal", "persons": 1}]""", Revision = 1 };
        Assert.Same(stored, Accepted(form, stored));
        Assert.True(SubmitReturn.Decide(form with { Explanation = "核实" }, Mill, stored, June, new(2025, 7, 15), () => ETags.Stale).IsRefused(out _, out _));

        static StoredReturn Accepted(ReturnForm form, StoredReturn? stored) =>
            SubmitReturn.Decide(form, Mill, stored, June, new(2025, 7, 15), () => stored is null ? null : ETags.Stale).IsRefused(out _, out var given) ? throw new InvalidOperationException() : given;
    }

    [Theory]
    [InlineData(100, 96, 100, 0, false, "")]
    [InlineData(100, 96, 99, 0, false, "chain-broken")]
    [InlineData(100, 96, null, 0, false, "")]
    [InlineData(100, 70, 100, 0, false, "large-change layoff-unannounced")]
    [InlineData(100, 71, 100, 0, true, "")]
    [InlineData(10, 6, 10, 0, true, "")]                          // 40 %, but four persons
    [InlineData(10, 0, 10, 0, true, "large-change emptied")]
    [InlineData(50, 50, 50, 4, false, "")]
    [InlineData(50, 50, 50, 5, false, "still")]                   // the sixth month
    [InlineData(0, 0, 0, 0, false, "")]
    public void Given_a_return_and_what_is_known_around_it_When_looked_at_Then_what_is_odd_is_said(int last, int now, int? before, int still, bool layoffKnown, string expected)
    {
        var given = new StoredReturn(
            Mill.CreditCode, Mill.Region, "2025-06", last, now, 0, last - now, "[]",
            last == now ? "[]" : $$"""[{"type": "layoff", "reason": "orders", "persons": {{last - now}}}]""", null, default, 1, "", default);
        Assert.Equal(expected, string.Join(' ', ReturnHints.Of(given, new(before, still, layoffKnown), June, Given.Policy()).Select(hint => hint.Code)));
    }

    [Fact]
    public void Given_the_due_day_When_a_return_comes_Then_that_day_is_in_time_still()
    {
        var due = DueDate.Of(June, Given.Policy());
        Assert.Equal(new DateOnly(2025, 7, 25), due);
        Assert.Equal(
            [ReturnStanding.InTime, ReturnStanding.Late, ReturnStanding.Awaited, ReturnStanding.Overdue],
            new[] { ListReturns.StandingOf(due, due, due.AddDays(9)), ListReturns.StandingOf(due.AddDays(1), due, due.AddDays(9)), ListReturns.StandingOf(null, due, due), ListReturns.StandingOf(null, due, due.AddDays(1)) });
    }

    [Fact]
    public void Given_a_group_When_added_up_Then_only_enterprises_of_both_months_are_compared_with_the_month_before()
    {
        var figures = WatchFigures.Of([Of(100, 90, 120), Of(50, 60, 50), Of(null, 500, 480), Of(40, null, 40)], new(2025, 7, 25), new(2025, 7, 26));
        Assert.Equal((4, 3, 1, 2), (figures.Sampled, figures.Received, figures.Overdue, figures.Linked));
        Assert.Equal((150, 150, 0, 10, 1), (figures.HeadcountLast, figures.HeadcountNow, figures.NetChange, figures.JobsLost, figures.Shrunk));
        Assert.Equal((0m, 6.67m), (figures.NetRate, figures.JobLossRate));
        Assert.Equal((650, 0, 0m), (figures.BaseHeadcount, figures.NetChangeOnBase, figures.NetRateOnBase));
        Assert.Equal((0, (decimal?)null), (WatchFigures.Of([Of(40, null, 40)], new(2025, 7, 25), new(2025, 7, 25)).Overdue, WatchFigures.Of([], default, default).JobLossRate));
    }

    [Fact]
    public void Given_any_groups_When_joined_Then_their_counts_are_the_sums_and_no_more_is_lost_than_there_was() => Gen.Select(Group, Group).Sample((one, other) =>
    {
        var (a, b, both) = (Figures(one), Figures(other), Figures([.. one, .. other]));
        Assert.Equal(
            (a.Sampled + b.Sampled, a.Received + b.Received, a.Linked + b.Linked, a.HeadcountLast + b.HeadcountLast, a.NetChange + b.NetChange, a.JobsLost + b.JobsLost, a.NetChangeOnBase + b.NetChangeOnBase),
            (both.Sampled, both.Received, both.Linked, both.HeadcountLast, both.NetChange, both.JobsLost, both.NetChangeOnBase));
        Assert.InRange(both.JobsLost, Math.Max(0, -both.NetChange), both.HeadcountLast);
        Assert.True(both.JobLossRate is null or >= 0 and <= 100);

        static WatchFigures Figures(SampledEnterprise[] group) => WatchFigures.Of(group, new(2025, 7, 25), new(2025, 7, 26));
    });

    [Theory]
    [InlineData(null, null)]
    [InlineData(2.99, null)]
    [InlineData(3.0, WarningLevel.Yellow)]
    [InlineData(9.99, WarningLevel.Orange)]
    [InlineData(10.0, WarningLevel.Red)]
    public void Given_a_rate_When_its_level_is_asked_Then_it_is_the_highest_that_is_reached(double? rate, WarningLevel? level) =>
        Assert.Equal(level, Levels.Of((decimal?)rate, "watch.job_loss_rate", new(2025, 6, 30), Given.Policy()));

    private static readonly Gen<SampledEnterprise[]> Group =
        Gen.Select(Gen.Int[0, 500].Nullable(), Gen.Int[0, 500].Nullable(), Gen.Int[0, 500]).Select((before, now, onBase) => Of(before, now, onBase)).Array[0, 12];

    private static SampledEnterprise Of(int? before, int? now, int onBase) => new(
        Mill.CreditCode, "620602", "", "C", "small", "private", onBase,
        now is { } staff ? new(Mill.CreditCode, "620602", "2025-06", staff, staff, 0, 0, "[]", "[]", null, new(2025, 7, 1), 1, "", default) : null, before, []);

    private static StoredLayoff Planned(int persons) => new(
        Guid.Empty, "620602", Mill.CreditCode, "化工厂", "C", 1000, persons, "conversion", null, null, new(2025, 7, 31), "planned", null, null, null, 1, "", default);

    private static DateOnly? Day(string? text) => text is null ? null : DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
