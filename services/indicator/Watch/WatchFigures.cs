using Wuwei.Indicator.Returns;
using Wuwei.Register.Policy;

namespace Wuwei.Indicator.Watch;

/// <summary>What the returns of a month say of a group of enterprises. Rates are per cent, two decimals; null: there is nothing to divide by.</summary>
/// <param name="Sampled">Enterprises of the sample in the month.</param>
/// <param name="Received">Of these, those that have returned; of which <paramref name="Late"/> after the due day.</param>
/// <param name="Overdue">Those that have not, and should have.</param>
/// <param name="Odd">Returns with hints.</param>
/// <param name="Linked">Enterprises with a return of this month and of the one before: only these are compared with it.</param>
/// <param name="HeadcountLast">Staff of the linked at the end of the month before, as that month's returns say.</param>
/// <param name="HeadcountNow">Staff of the linked at the month's end.</param>
/// <param name="NetRate">Net change by <paramref name="HeadcountLast"/>.</param>
/// <param name="Shrunk">Linked enterprises with fewer staff than before.</param>
/// <param name="JobsLost">Jobs that these have fewer.</param>
/// <param name="JobLossRate"><paramref name="JobsLost"/> by <paramref name="HeadcountLast"/> (岗位流失率).</param>
/// <param name="BaseHeadcount">Staff in the base period of those that have returned.</param>
/// <param name="NetChangeOnBase">Their staff now less that.</param>
/// <param name="Hired">Persons who came, in all returns.</param>
/// <param name="Lost">Persons who left, in all returns.</param>
public sealed record WatchFigures(
    int Sampled, int Received, int Late, int Overdue, int Odd, int Linked, long HeadcountLast, long HeadcountNow, long NetChange, decimal? NetRate,
    int Shrunk, long JobsLost, decimal? JobLossRate, long BaseHeadcount, long NetChangeOnBase, decimal? NetRateOnBase, long Hired, long Lost)
{
    /// <summary>The figures of a group.</summary>
    internal static WatchFigures Of(IReadOnlyCollection<SampledEnterprise> group, DateOnly dueOn, DateOnly today)
    {
        var received = group.Where(e => e.Return is not null).ToArray();
        var linked = received.Where(e => e.Before is not null).Select(e => (Last: (long)e.Before!.Value, Now: (long)e.Return!.HeadcountNow)).ToArray();
        var (last, now) = (linked.Sum(e => e.Last), linked.Sum(e => e.Now));
        var shrunk = linked.Where(e => e.Now < e.Last).ToArray();
        var jobsLost = shrunk.Sum(e => e.Last - e.Now);
        var onBase = received.Sum(e => (long)e.BaseHeadcount);
        var changeOnBase = received.Sum(e => (long)e.Return!.HeadcountNow) - onBase;
        return new(
            group.Count, received.Length, received.Count(e => e.Return!.ReceivedOn > dueOn), today > dueOn ? group.Count - received.Length : 0,
            received.Count(e => e.Hints.Count > 0), linked.Length, last, now, now - last, Percent(now - last, last), shrunk.Length, jobsLost,
            Percent(jobsLost, last), onBase, changeOnBase, Percent(changeOnBase, onBase), received.Sum(e => (long)e.Return!.Hired), received.Sum(e => (long)e.Return!.Lost));
    }

    private static decimal? Percent(long part, long whole) => whole == 0 ? null : Math.Round(100m * part / whole, 2, MidpointRounding.AwayFromZero);
}

/// <summary>Ⅲ黄、Ⅱ橙、Ⅰ红.</summary>
public enum WarningLevel { Yellow, Orange, Red }

/// <summary>Levels by thresholds that are policy parameters: tables with the keys yellow, orange and red.</summary>
internal static class Levels
{
    /// <summary>The highest level whose threshold the value reaches; null: none.</summary>
    public static WarningLevel? Of(decimal? value, string code, DateOnly on, PolicyParameters policy) => value is { } known
        ? Enum.GetValues<WarningLevel>().Reverse().Cast<WarningLevel?>()
            .FirstOrDefault(level => known >= policy.Value(code, Register.Codes.Of(level!.Value), on))
        : null;
}
