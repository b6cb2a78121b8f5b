using System.Text.RegularExpressions;

namespace Wuwei.Assessment.Schemes;

/// <summary>How an item's monthly or annual observations become one number.</summary>
public enum Aggregate
{
    /// <summary>The sum of the plan's months so far, against the sum of the years' targets so far.</summary>
    Cumulative,

    /// <summary>The latest value in or before the period, against the target of its own year.</summary>
    Level,

    /// <summary>The sum of the years' last stocks; the running year's stock and target both count at the season's share. Months are never added.</summary>
    SumOfYearEndStocks,

    /// <summary>A ratio: read like a level, neither added nor averaged.</summary>
    Rate,
}

/// <summary>Which way is better.</summary>
public enum Direction { Higher, Lower }

/// <summary>What an item that has not met its target earns.</summary>
public enum Method
{
    /// <summary>Points in proportion to the progress.</summary>
    Proportional,

    /// <summary>The floor only: missed is missed.</summary>
    AllOrNothing,
}

/// <summary>One weighted item of a scheme.</summary>
/// <param name="Indicator">Catalogue code of the indicator service.</param>
/// <param name="Name">As the plan prints it.</param>
/// <param name="Unit">Of its values, e.g. <c>人</c>.</param>
/// <param name="Weight">Above 0; only the proportions matter.</param>
/// <param name="Binding">约束性 (true) or 预期性.</param>
/// <param name="Cap">Most progress that counts, 1 to 2: 1 gives nothing for what exceeds the target.</param>
/// <param name="Floor">Least progress that counts, 0 to 1.</param>
/// <param name="Seasonal">Whether the running year's target is expected along the season of the target, or month by month evenly.</param>
/// <param name="CityOnly">Has no value in a county: there it leaves the weight.</param>
public sealed record SchemeItem(
    string Indicator, string Name, string Unit, decimal Weight, bool Binding, Method Method, Aggregate Aggregate,
    Direction Direction, decimal Cap, decimal Floor, bool Seasonal, bool CityOnly);

/// <summary>A version of a scheme: what is assessed and how. Never changed; a change is the next version.</summary>
/// <param name="Version">From 1.</param>
/// <param name="ValidFrom">First month it applies to.</param>
/// <param name="PlanFrom">First year that cumulative items add up from.</param>
/// <param name="PlanTo">Last year.</param>
/// <param name="Threshold">Least share of the applicable weight that must be covered for a combined score, percent.</param>
/// <param name="UnmetCeiling">Most progress that a missed target can count, 0 to below 1: 99.00 fails &gt;99 and must not look full.</param>
/// <param name="Unverified">No authority has confirmed it.</param>
/// <param name="KnownAt">When it was set.</param>
public sealed partial record Scheme(
    string Id, int Version, string Name, string ValidFrom, int PlanFrom, int PlanTo, decimal Threshold, decimal UnmetCeiling,
    string Note, bool Unverified, DateTimeOffset KnownAt, IReadOnlyList<SchemeItem> Items)
{
    /// <summary>The scheme used when none is named.</summary>
    public const string Default = "plan-12";

    /// <summary>Whether a text can be a scheme's id: 1 to 40 lower-case letters, digits and hyphens, a letter first.</summary>
    public static bool IsId(string text) => IdForm().IsMatch(text);

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{0,39}\z", RegexOptions.CultureInvariant)]
    private static partial Regex IdForm();
}
