using System.Globalization;
using Wuwei.Assessment.Observations;
using Wuwei.Assessment.Schemes;
using Wuwei.Assessment.Targets;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Scores;

/// <summary>An observation that counts, and at which share of its value.</summary>
internal sealed record Input(Observation Observation, decimal Share)
{
    public decimal Counted => Observation.Value!.Value * Share;
}

/// <summary>A year's target that is due, and at which share of its value.</summary>
internal sealed record Due(Target Target, decimal Share)
{
    public decimal Counted => Target.Value!.Value * Share;
}

/// <summary>What an item is judged by: actual = Σ inputs counted, expected = Σ dues counted.</summary>
/// <param name="Inputs">In order of their periods.</param>
/// <param name="Dues">In order of their years; one for each year that is due, null where no target was set.</param>
/// <param name="MissingPeriods">Periods of the plan so far that nothing is known of: they add nothing, and are shown.</param>
/// <param name="CarriedFrom">The last period with a value when the period itself has none of its own.</param>
internal sealed record Evidence(
    IReadOnlyList<Input> Inputs, IReadOnlyList<Due?> Dues, IReadOnlyList<string> MissingPeriods, string? CarriedFrom)
{
    /// <summary>Gathers what is known of one item in one region, up to the end of a month.</summary>
    /// <param name="observations">Of this indicator and region.</param>
    /// <param name="targets">Of this indicator and region, one a year.</param>
    public static Evidence Gather(
        SchemeItem item, int planFrom, Period month, IEnumerable<Observation> observations, IEnumerable<Target> targets)
    {
        var known = observations.Where(o => o.Value is not null && o.EndsOn <= month.End)
            .OrderBy(o => o.EndsOn).ThenBy(o => o.Period, StringComparer.Ordinal).ToArray();
        var byYear = targets.ToDictionary(target => target.Year);
        Due? DueOf(int year, decimal share) => byYear.TryGetValue(year, out var target) ? new(target, share) : null;

        if (item.Aggregate is Aggregate.Level or Aggregate.Rate)
        {
            // A value is judged by the target of its own year: last year's figure was not asked to meet this year's.
            return known.LastOrDefault() is { } latest
                ? new([new(latest, 1)], [DueOf(latest.EndsOn.Year, 1)], [], latest.EndsOn == month.End ? null : latest.Period)
                : new([], [DueOf(month.Year, 1)], [], null);
        }

        var share = ShareOf(item, byYear.GetValueOrDefault(month.Year), month.Number);
        var years = Enumerable.Range(planFrom, month.Year - planFrom + 1).ToArray();
        Due?[] dues = [.. years.Select(year => DueOf(year, year < month.Year ? 1 : share))];
        var monthly = known.Where(o => o.IsMonth && o.EndsOn.Year >= planFrom).ToArray();
        if (item.Aggregate is Aggregate.Cumulative)
        {
            var held = monthly.Select(o => o.Period).ToHashSet();
            var due = years.SelectMany(year => Enumerable.Range(1, year < month.Year ? 12 : month.Number)
                .Select(number => new Period(PeriodKind.Month, year, number).ToString()));
            return new([.. monthly.Select(o => new Input(o, 1))], dues, [.. due.Where(period => !held.Contains(period))], null);
        }

        var stocks = monthly.GroupBy(o => o.EndsOn.Year).Select(year => year.Last()).ToArray();
        return new(
            [.. stocks.Select(o => new Input(o, o.EndsOn.Year < month.Year ? 1 : share))],
            dues,
            [.. years.Except(stocks.Select(o => o.EndsOn.Year)).Select(year => year.ToString(CultureInfo.InvariantCulture))],
            stocks.LastOrDefault(o => o.EndsOn.Month != (o.EndsOn.Year < month.Year ? 12 : month.Number))?.Period);
    }

    /// <summary>The share of the year's target due by the end of a month.</summary>
    private static decimal ShareOf(SchemeItem item, Target? target, int month) =>
        item.Seasonal && target is not null ? target.Season[month - 1] : month / 12m;
}
