using Wuwei.Indicator.Watch;
using Wuwei.Register;
using Wuwei.Register.Policy;

namespace Wuwei.Indicator.Warnings;

/// <summary>Where a level begins, and below what it ends: the second is lower, so that a figure about a threshold does not flicker.</summary>
/// <param name="Raise">By level.</param>
/// <param name="Clear">By level.</param>
/// <param name="ClearAfter">Periods in a row below that it takes.</param>
internal sealed record Thresholds(IReadOnlyDictionary<WarningLevel, decimal> Raise, IReadOnlyDictionary<WarningLevel, decimal> Clear, int ClearAfter)
{
    /// <summary>Policy parameters in force on a day; a level without a value is never reached.</summary>
    /// <param name="clear">Code of the lower ones; null: the same, for events, which are there or are not.</param>
    /// <param name="clearAfter">Code; null: at once.</param>
    public static Thresholds Of(PolicyParameters policy, DateOnly on, string raise, string? clear = null, string? clearAfter = null) => new(
        Table(raise, policy, on), Table(clear ?? raise, policy, on), clearAfter is null ? 1 : (int)Math.Clamp(policy.Value(clearAfter, on) ?? 1, 1, 120));

    private static Dictionary<WarningLevel, decimal> Table(string code, PolicyParameters policy, DateOnly on) => Enum.GetValues<WarningLevel>()
        .ToDictionary(level => level, level => policy.Value(code, Codes.Of(level), on) ?? decimal.MaxValue);
}

/// <summary>How a subject of a rule stands after the periods looked at.</summary>
/// <param name="Level">Null: nothing to warn of.</param>
/// <param name="Since">Period that raised it.</param>
/// <param name="Calm">Periods in a row below the threshold of clearing.</param>
internal sealed record Alarm(WarningLevel? Level, string Since, int Calm)
{
    public static readonly Alarm None = new(null, "", 0);

    /// <summary>The rule: up at once, down one look at a time. A period without a figure changes nothing.</summary>
    /// <param name="atLeast">A level that is reached whatever the figure; null: none.</param>
    public Alarm Next(string period, decimal? value, Thresholds thresholds, WarningLevel? atLeast = null)
    {
        if (value is not { } known)
        {
            return this;
        }

        var reached = Highest(known, thresholds.Raise) is var byValue && atLeast > (byValue ?? (WarningLevel)(-1)) ? atLeast : byValue;
        if (reached > (Level ?? (WarningLevel)(-1)))
        {
            return new(reached, Level is null ? period : Since, 0);
        }

        if (Level is not { } level || atLeast >= level || known >= thresholds.Clear[level])
        {
            return this with { Calm = 0 };
        }

        if (Calm + 1 < thresholds.ClearAfter)
        {
            return this with { Calm = Calm + 1 };
        }

        // A level below ends only below its own threshold of clearing.
        WarningLevel? eased = Highest(known, thresholds.Clear) is { } held && held < level ? held : atLeast;
        return eased is null ? None : new(eased, Since, 0);
    }

    private static WarningLevel? Highest(decimal value, IReadOnlyDictionary<WarningLevel, decimal> thresholds) =>
        thresholds.Where(threshold => value >= threshold.Value).Select(threshold => (WarningLevel?)threshold.Key).Max();
}
