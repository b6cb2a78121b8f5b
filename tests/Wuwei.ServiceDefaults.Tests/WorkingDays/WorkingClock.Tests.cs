using CsCheck;

namespace Wuwei.ServiceDefaults.WorkingDays;

public sealed class WorkingClockTests
{
    [Theory]
    [InlineData("2025-10-01", false)] // 国庆节
    [InlineData("2025-09-28", true)] // a Sunday that is worked
    [InlineData("2025-10-11", true)]
    [InlineData("2025-10-12", false)]
    [InlineData("2020-01-31", false)] // the Spring Festival that was made longer
    [InlineData("2020-02-03", true)]
    [InlineData("2024-02-09", true)] // 除夕, which that year's notice left a working day
    [InlineData("2026-02-14", true)]
    [InlineData("2026-02-23", false)]
    public void Given_a_day_Then_it_is_worked_as_the_notice_says(string day, bool worked) =>
        Assert.Equal(worked, WorkingCalendar.IsWorked(DateOnly.Parse(day, null)));

    [Theory]
    [InlineData(2020, 366 - 104 - 11 - 2)] // weekend days, legal holidays, and two days by which the Spring Festival was made longer
    [InlineData(2023, 365 - 105 - 11)]
    [InlineData(2024, 366 - 104 - 11)]
    [InlineData(2025, 365 - 104 - 13)] // thirteen legal holidays since then
    public void Given_a_year_Then_it_has_the_working_days_that_law_leaves(int year, int expected) => Assert.Equal(
        expected, Enumerable.Range(0, DateTime.IsLeapYear(year) ? 366 : 365).Count(day => WorkingCalendar.IsWorked(new DateOnly(year, 1, 1).AddDays(day))!.Value));

    [Theory]
    [InlineData("2025-09-22", 5, "2025-09-28")] // Monday to the Sunday that is worked
    [InlineData("2025-09-30", 5, "2025-10-14")] // over the holidays, with the Saturday that is worked
    [InlineData("2025-03-03", 5, "2025-03-10")]
    [InlineData("2025-03-01", 1, "2025-03-03")] // begun on a Saturday
    [InlineData("2025-03-03", 0, "2025-03-03")]
    public void Given_a_limit_Then_it_is_due_without_the_day_it_began_on(string start, int limit, string due) =>
        Assert.Equal(Day(due), Reading(new(Day(start), limit), Day(start)).DueOn);

    [Fact]
    public void Given_a_pause_Then_its_days_are_added_and_while_it_lasts_nothing_is_due()
    {
        var clock = new WorkingClock(Day("2025-03-03"), 7).Pause(Day("2025-03-05"));
        Assert.Equal(new(2, 5, null), Reading(clock, Day("2025-03-20")));

        clock = clock.Resume(Day("2025-03-19"));
        Assert.Equal(new(2, 5, Day("2025-03-26")), Reading(clock, Day("2025-03-19")));
        Assert.Equal(new(9, -2, Day("2025-03-26")), Reading(clock, Day("2025-03-28")));
    }

    [Fact]
    public void Given_a_clock_Then_it_is_paused_and_resumed_in_turn_and_in_the_order_of_days()
    {
        var clock = new WorkingClock(Day("2025-03-03"), 7);
        Assert.Throws<InvalidOperationException>(() => clock.Resume(Day("2025-03-04")));
        Assert.Throws<InvalidOperationException>(() => clock.Pause(Day("2025-03-02")));
        var paused = clock.Pause(Day("2025-03-05"));
        Assert.Throws<InvalidOperationException>(() => paused.Pause(Day("2025-03-06")));
        Assert.Throws<InvalidOperationException>(() => paused.Resume(Day("2025-03-04")));
    }

    [Fact]
    public void Given_a_year_without_a_notice_Then_that_is_said_and_nothing_is_guessed()
    {
        var lastYear = WorkingCalendar.Notices.Keys.Max();
        Assert.Null(WorkingCalendar.IsWorked(new(lastYear + 1, 1, 1)));
        Assert.True(new WorkingClock(new(lastYear, 12, 30), 5).Read(new(lastYear, 12, 31)).IsRefused(out var refusal, out _));
        Assert.Equal("calendar.unknown_year", refusal.Code);
        Assert.Contains($"{lastYear + 1}", refusal.Title, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_any_clock_Then_it_is_due_on_a_working_day_on_which_nothing_is_left_and_the_day_before_something_was() => (
        from start in Gen.Int[0, 1500]
        from limit in Gen.Int[1, 60]
        from pause in Gen.Int[0, 20]
        from length in Gen.Int[0, 40]
        select (new DateOnly(2020, 1, 1).AddDays(start), limit, pause, length)).Sample(given =>
        {
            var (start, limit, pause, length) = given;
            var clock = new WorkingClock(start, limit).Pause(start.AddDays(pause)).Resume(start.AddDays(pause + length));
            var due = Reading(clock, start).DueOn!.Value;
            Assert.True(WorkingCalendar.IsWorked(due));
            Assert.Equal(0, Reading(clock, due).DaysLeft);
            Assert.Equal(1, Reading(clock, due.AddDays(-1)).DaysLeft);
            Assert.True(due >= Reading(new(start, limit), start).DueOn);
        });

    private static ClockReading Reading(WorkingClock clock, DateOnly on) =>
        clock.Read(on).IsRefused(out var refusal, out var reading) ? throw new InvalidOperationException(refusal.Title) : reading;

    private static DateOnly Day(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd", null);
}
