using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Wuwei.Assessment.Methods;

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

/// <summary>How a value becomes a share of the points.</summary>
public enum Method
{
    /// <summary>Against the target: points in proportion to the progress.</summary>
    Proportional,

    /// <summary>Against the target: missed is the floor only.</summary>
    AllOrNothing,

    /// <summary>Against the target: what is lost goes by the steps of the shortfall.</summary>
    Steps,

    /// <summary>Place between the posts <c>low</c> and <c>high</c>; no target.</summary>
    Goalposts,

    /// <summary>Among units of like: place between the worst and the best.</summary>
    MinMax,

    /// <summary>Among units of like: standard deviations from their mean, placed between the posts <c>low</c> and <c>high</c>.</summary>
    ZScore,

    /// <summary>Among n units of like: (n − rank + 1) ÷ n.</summary>
    Rank,

    /// <summary>Among units of like: the share of the others that are worse.</summary>
    Percentile,

    /// <summary>Among units of like: how many are worse, by how many are worse than the best.</summary>
    Borda,

    /// <summary>Among units of like: 1 − distance from the best ÷ distance of the worst from the best.</summary>
    DistanceToBest,

    /// <summary>The same with the unit <c>reference</c> in place of the best; better than it is more than 1.</summary>
    DistanceToReference,
}

/// <summary>How a level's parts become one.</summary>
public enum Aggregation
{
    /// <summary>Parts make up for one another in full.</summary>
    Arithmetic,

    /// <summary>A low part pulls the harder the lower it is; one of nothing leaves nothing.</summary>
    Geometric,

    /// <summary>Still harder.</summary>
    Harmonic,

    /// <summary>The weighted median: extremes count for nothing.</summary>
    Median,

    /// <summary>Units of like are compared two by two: wins less defeats, moved to 0–1.</summary>
    Copeland,
}

/// <summary>What is done about a value far from all others before units are compared.</summary>
public enum Treatment { None, Winsorise, Logarithm }

/// <summary>What stands in for a value that nobody knows, where units are compared.</summary>
public enum Imputation { None, Mean, Median }

/// <summary>Where an item's values come from.</summary>
public enum ValueSource
{
    /// <summary>Observations of the indicator service.</summary>
    Indicator,

    /// <summary>Entered by the assessment office, with evidence.</summary>
    Entered,

    /// <summary>Scored by the members of a panel, each with a reason: the mean of a closed one.</summary>
    Panel,

    /// <summary>Of the plan's tasks that a department leads and that were due: how many were completed in time, percent.</summary>
    Tasks,
}

/// <summary>One weighted item of a scheme.</summary>
/// <param name="Indicator">Catalogue code of the indicator service, or a code of the scheme's own for what is entered by hand.</param>
/// <param name="Name">As the plan prints it.</param>
/// <param name="Unit">Of its values, e.g. <c>人</c>.</param>
/// <param name="Weight">Above 0; only the proportions within its group matter.</param>
/// <param name="Binding">约束性 (true) or 预期性.</param>
/// <param name="Cap">Most progress that counts, 1 to 2: 1 gives nothing for what exceeds the target.</param>
/// <param name="Floor">Least progress that counts, 0 to 1.</param>
/// <param name="Seasonal">Whether the running year's target is expected along the season of the target, or month by month evenly.</param>
/// <param name="CityOnly">Has no value in a county: there it leaves the weight.</param>
public sealed record SchemeItem(
    string Indicator, string Name, string Unit, decimal Weight, bool Binding, Method Method, Aggregate Aggregate,
    Direction Direction, decimal Cap, decimal Floor, bool Seasonal, bool CityOnly)
{
    /// <summary>What most items do without.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public ItemRule? Rule { get; init; }

    /// <summary>Whether it is judged by a target.</summary>
    internal bool HasTarget => Method is Method.Proportional or Method.AllOrNothing or Method.Steps;
}

/// <summary>Where an item stands in the tree, and what its method needs beside weight, cap and floor.</summary>
/// <param name="Group">Code of its group; null: directly below the goal.</param>
/// <param name="Steps">Of <see cref="Method.Steps"/>, in order of the shortfall.</param>
/// <param name="Low">Lower post, in the unit or, for <see cref="Method.ZScore"/>, in deviations.</param>
/// <param name="High">Upper post.</param>
/// <param name="Reference">Code of the unit that others are measured by.</param>
/// <param name="Per">Code of the indicator that the value is divided by, e.g. the labour force.</param>
/// <param name="PerScale">Per so many of it, e.g. 10,000.</param>
/// <param name="TreatMost">Most values that winsorising may draw in.</param>
/// <param name="VetoGrade">一票否决: the best grade that is open to a unit which misses this item's target; null: no veto.</param>
public sealed record ItemRule(
    string? Group = null, ValueSource Source = ValueSource.Indicator, IReadOnlyList<Deduction>? Steps = null, decimal? Low = null, decimal? High = null,
    string? Reference = null, string? Per = null, decimal PerScale = 1, Treatment Treatment = Treatment.None, int TreatMost = 0,
    Imputation Imputation = Imputation.None, string? VetoGrade = null);

/// <summary>A group of items, or of groups.</summary>
/// <param name="Parent">Code of the group above; null: the goal.</param>
/// <param name="Weight">Above 0; only the proportions within the level matter.</param>
public sealed record SchemeGroup(string Code, string Name, string? Parent, decimal Weight, Aggregation Aggregation);

/// <summary>Who is assessed.</summary>
/// <param name="Code">Of a region, or of a department, e.g. <c>civil-affairs</c>.</param>
/// <param name="Peers">The units of like that it is compared, ranked and graded with.</param>
/// <param name="Ranked">Whether it is, or only shown.</param>
public sealed record SchemeUnit(string Code, string Name, string Peers, bool Ranked);

/// <summary>What a count of cases does to the combined score.</summary>
public enum PointKind
{
    Plus,
    Minus,

    /// <summary>One case voids the score, e.g. fraud.</summary>
    Void,
}

/// <summary>Points beside the tree: the cases of the running year to the month, each worth so many points, up to a ceiling.</summary>
/// <param name="Each">Points a case, above 0.</param>
/// <param name="Ceiling">Most points of this kind.</param>
public sealed record SchemePoint(string Code, string Name, PointKind Kind, decimal Each, decimal Ceiling, ValueSource Source = ValueSource.Entered);

/// <summary>A version of a scheme: what is assessed and how. Never changed; a change is the next version.</summary>
/// <param name="Version">From 1.</param>
/// <param name="ValidFrom">First month it applies to.</param>
/// <param name="PlanFrom">First year that cumulative items add up from.</param>
/// <param name="PlanTo">Last year.</param>
/// <param name="Threshold">Least share of the applicable weight that must be covered for a combined score, percent; asked at every level.</param>
/// <param name="UnmetCeiling">Most progress that a missed target can count, 0 to below 1: 99.00 fails &gt;99 and must not look full.</param>
/// <param name="Unverified">No authority has confirmed it.</param>
/// <param name="KnownAt">When it was set.</param>
public sealed partial record Scheme(
    string Id, int Version, string Name, string ValidFrom, int PlanFrom, int PlanTo, decimal Threshold, decimal UnmetCeiling,
    string Note, bool Unverified, DateTimeOffset KnownAt, IReadOnlyList<SchemeItem> Items)
{
    /// <summary>The scheme used when none is named.</summary>
    public const string Default = "plan-12";

    /// <summary>What lies between goal and items, and beside them.</summary>
    public SchemeTree Tree { get; init; } = SchemeTree.Flat;

    /// <summary>Codes of items and points whose values are not the indicator service's.</summary>
    internal IReadOnlySet<string> Others => Items.Where(item => item.Rule?.Source is not (null or ValueSource.Indicator)).Select(item => item.Indicator)
        .Concat(Tree.Points.Where(point => point.Source is not ValueSource.Indicator).Select(point => point.Code)).ToHashSet();

    /// <summary>Whether a text can be a scheme's id: 1 to 40 lower-case letters, digits and hyphens, a letter first.</summary>
    public static bool IsId(string text) => IdForm().IsMatch(text);

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{0,39}\z", RegexOptions.CultureInvariant)]
    private static partial Regex IdForm();
}

/// <summary>A scheme above and beside its items: goal → groups → items; who is assessed; points; grades.</summary>
/// <param name="Source">Where the rules are from and how sure that is, e.g. <c>[S] 汕尾 2010</c>; empty: the office's own.</param>
/// <param name="Aggregation">How the goal is made of its parts.</param>
/// <param name="Units">Who is assessed; none: the four counties, ranked, and the city beside them.</param>
/// <param name="PlusCeiling">Most plus points of all kinds together; null: no limit but theirs.</param>
/// <param name="Grades">Best first; the last takes the rest.</param>
public sealed record SchemeTree(
    string Source, Aggregation Aggregation, IReadOnlyList<SchemeGroup> Groups, IReadOnlyList<SchemeUnit> Units,
    IReadOnlyList<SchemePoint> Points, decimal? PlusCeiling, IReadOnlyList<Grade> Grades)
{
    /// <summary>Items directly below the goal, counties as units, no points, no grades.</summary>
    public static readonly SchemeTree Flat = new("", Aggregation.Arithmetic, [], [], [], null, []);
}
