namespace Wuwei.ServiceDefaults.WorkingDays;

/// <summary>A time that does not count, e.g. while an applicant supplies papers (补正).</summary>
/// <param name="From">The day on which it began; that day counts still.</param>
/// <param name="Until">Its last day; null: it goes on.</param>
public sealed record ClockPause(DateOnly From, DateOnly? Until);

/// <summary>How a clock stands on a day.</summary>
/// <param name="DaysUsed">Working days that have counted, that day included.</param>
/// <param name="DaysLeft">Working days left after that day; negative when it is overdue.</param>
/// <param name="DueOn">The last day in time; null while the clock stands still before it.</param>
public sealed record ClockReading(int DaysUsed, int DaysLeft, DateOnly? DueOn);

/// <summary>
/// A time limit in working days, which can be paused and resumed; a value, so whoever keeps it stores its parts. As the law
/// counts periods (行政许可法, 民法典 201 条), the day on which something begins does not count: a clock of five working days
/// that starts on Monday is due on the next Monday.
/// </summary>
/// <remarks>
/// <para>
/// What is worked is what the State Council's yearly notice makes of Monday to Friday: days off, and weekends that are worked
/// instead (<see cref="WorkingCalendar"/>; <c>holidays.csv</c> names the notice of each year). The notice of a year comes out in the
/// November before. A limit that reaches into a year whose notice is not there is refused (422 <c>calendar.unknown_year</c>), and
/// who shows a due date shows none: nothing is guessed.
/// </para>
/// <para>
/// A pause is for what the other side owes (补正): the day on which it begins counts still, its last day does not, and while it
/// goes on there is no due date. Pauses follow one another; what is out of order throws, since the caller of this has the dates.
/// </para>
/// <para>
/// <see cref="Read"/> says for any day how many working days have counted, how many are left (negative: overdue) and on which day
/// it is due. It asks no clock of the machine: the day is given, for now <c>clock.Today()</c>, Wuwei's.
/// </para>
/// </remarks>
/// <example><code>
/// var clock = new WorkingClock(submittedOn, 7).Pause(returnedOn).Resume(suppliedOn);
/// if (clock.Read(today).IsRefused(out var refusal, out var reading)) { return refusal; } // a year without a holiday notice
/// </code></example>
/// <param name="StartedOn">The day on which it started.</param>
/// <param name="Limit">Working days.</param>
public sealed record WorkingClock(DateOnly StartedOn, int Limit)
{
    /// <summary>In their order; only the last may go on.</summary>
    public IReadOnlyList<ClockPause> Pauses { get; init; } = [];

    /// <summary>Whether it stands still.</summary>
    public bool IsPaused => Pauses is [.., { Until: null }];

    /// <summary>Stops the clock after that day.</summary>
    /// <exception cref="InvalidOperationException">It is paused, or the day lies before what has happened.</exception>
    public WorkingClock Pause(DateOnly on) => IsPaused || on < Latest
        ? throw new InvalidOperationException($"A clock that was last changed on {Latest:O} cannot be paused on {on:O}.")
        : this with { Pauses = [.. Pauses, new(on, null)] };

    /// <summary>Lets the clock go on after that day.</summary>
    /// <exception cref="InvalidOperationException">It is not paused, or the day lies before its pause.</exception>
    public WorkingClock Resume(DateOnly on) => !IsPaused || on < Latest
        ? throw new InvalidOperationException($"A clock that was last changed on {Latest:O} cannot be resumed on {on:O}.")
        : this with { Pauses = [.. Pauses.SkipLast(1), Pauses[^1] with { Until = on }] };

    /// <summary>How it stands on a day, and when it is due if nothing else happens.</summary>
    /// <returns>Refused (<see cref="WorkingCalendar.UnknownYear"/>) when it takes a year whose holidays are not known.</returns>
    public Decision<ClockReading> Read(DateOnly on)
    {
        var (counted, used, due) = (0, 0, Limit == 0 ? StartedOn : (DateOnly?)null);
        // Up to the day asked about, and on to the day it is due; while it stands still it comes to no further day.
        for (var day = StartedOn.AddDays(1); day <= on || due is null && !IsPaused; day = day.AddDays(1))
        {
            if (WorkingCalendar.IsWorked(day) is not { } worked)
            {
                return WorkingCalendar.UnknownYear(day.Year);
            }

            if (worked && !Pauses.Any(pause => day > pause.From && (pause.Until is null || day <= pause.Until)))
            {
                counted++;
                used = day <= on ? counted : used;
                due = counted == Limit ? day : due;
            }
        }

        return new ClockReading(used, Limit - used, due);
    }

    private DateOnly Latest => Pauses is [.., var last] ? last.Until ?? last.From : StartedOn;
}
