using System.Globalization;
using Wuwei.Indicator.Layoffs;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Returns;

/// <summary>What looks odd in a return. It may be right; somebody asks.</summary>
/// <param name="Code">Stable.</param>
/// <param name="Text">In Chinese, with the figures.</param>
public sealed record ReturnHint(string Code, string Text);

/// <summary>What is known around a return.</summary>
/// <param name="Before">Staff at the end of the month before, as that month's return says; null: there is none.</param>
/// <param name="Still">Returns right before this one, month after month, with the same staff and nobody coming or going.</param>
/// <param name="LayoffKnown">Whether a layoff of the enterprise is on record for the month.</param>
internal sealed record Surroundings(int? Before, int Still, bool LayoffKnown);

/// <summary>Rules by which returns are looked at; their figures are policy parameters in force at the month's end.</summary>
internal static class ReturnHints
{
    public static IReadOnlyList<ReturnHint> Of(StoredReturn given, Surroundings around, Period period, PolicyParameters policy)
    {
        var hints = new List<ReturnHint>();
        if (around.Before is { } before && before != given.HeadcountLast)
        {
            hints.Add(new("chain-broken", Invariant($"上期末人数填报 {given.HeadcountLast}，上月报表期末为 {before}。")));
        }

        var (change, percent) = (Math.Abs(given.HeadcountNow - given.HeadcountLast), policy.Value("watch.plausible_change", period.End));
        if (change * 100m >= given.HeadcountLast * percent && change >= policy.Value("watch.plausible_change_persons", period.End))
        {
            hints.Add(new("large-change", Invariant($"净增减 {given.HeadcountNow - given.HeadcountLast} 人，达到上期末的 {percent:0.##}%。")));
        }

        if (given.HeadcountNow == 0 && given.HeadcountLast > 0 && !given.LossLines.Any(loss => loss.Type is LossType.Closure or LossType.Suspension))
        {
            hints.Add(new("emptied", "期末人数为零，但没有填报关闭破产或停业整顿。"));
        }

        var months = policy.Value("watch.still_months", period.End);
        if (given is { Hired: 0, Lost: 0 } && around.Still + 1 >= months)
        {
            hints.Add(new("still", Invariant($"连续 {around.Still + 1} 个月人数不变且无增无减。")));
        }

        var laidOff = given.LossLines.Where(loss => loss.Type == LossType.Layoff).Sum(loss => loss.Persons);
        if (!around.LayoffKnown && given.HeadcountLast > 0 && LayoffRule.IsStatutory(laidOff, given.HeadcountLast))
        {
            hints.Add(new("layoff-unannounced", Invariant($"裁员 {laidOff} 人，达到法定报告规模，但没有裁员登记。")));
        }

        return hints;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>When a month's returns are due.</summary>
internal static class DueDate
{
    /// <summary>Last day in time, by the rule in force at the month's end.</summary>
    public static DateOnly Of(Period period, PolicyParameters policy) => period.End.AddDays((int)Math.Min(policy.Value("watch.return_due_after", period.End) ?? 31, 366));
}
