using Wuwei.Assessment.Methods;
using Wuwei.Assessment.Observations;
using Wuwei.Assessment.Schemes;
using Wuwei.Assessment.Targets;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Assessment.Scores;

/// <summary>An item's score with what it rests on.</summary>
internal sealed record ScoredItem(SchemeItem Item, Evidence Evidence, ItemScore Score)
{
    /// <summary>The values it was compared with; null where it is judged by a target.</summary>
    public IReadOnlyList<ComparedValue>? Compared { get; init; }
}

/// <summary>Who is assessed.</summary>
/// <param name="Region">A place, or a department as a place of the city's.</param>
/// <param name="Peers">Units of like: compared, ranked and graded among themselves.</param>
/// <param name="IsRanked">The city is shown beside its counties, not ranked.</param>
internal sealed record AssessedUnit(Region Region, string Peers, bool IsRanked)
{
    private static readonly IReadOnlyList<AssessedUnit> s_places =
        [.. RegionCode.Counties.Select(county => new AssessedUnit(county, "县（区）", true)), new(RegionCode.Wuwei[RegionCode.City], "市", false)];

    public static IReadOnlyList<AssessedUnit> Of(Scheme scheme) => scheme.Tree.Units.Count == 0 ? s_places : [.. scheme.Tree.Units.Select(unit => new AssessedUnit(
        RegionCode.Wuwei.GetValueOrDefault(unit.Code) ?? new(unit.Code, unit.Name, "department", RegionCode.City), unit.Peers, unit.Ranked))];
}

/// <summary>Plus or minus points of one kind.</summary>
/// <param name="Cases">Of the running year, to the month.</param>
/// <param name="Points">Cases × points a case, at most the ceiling; minus points below 0.</param>
internal sealed record PointScore(SchemePoint Point, decimal Cases, decimal Points, IReadOnlyList<Observation> Inputs);

/// <summary>A unit's items and combined score.</summary>
/// <param name="Combined">Unrounded, 0–100 and plus points; null when too little is known, or when it is void.</param>
/// <param name="Rank">Among units of like, 1 is best; null for who is only shown.</param>
/// <param name="TiedWith">Codes of units of like with exactly the same score.</param>
/// <param name="ApplicableWeight">Weight of the goal's parts that exist here.</param>
/// <param name="CoveredWeight">Weight of those that are known.</param>
internal sealed record RegionResult(
    Region Region, IReadOnlyList<ScoredItem> Items, decimal? Combined, int? Rank, IReadOnlyList<string> TiedWith,
    decimal ApplicableWeight, decimal CoveredWeight)
{
    public required AssessedUnit Unit { get; init; }

    /// <summary>The goal first.</summary>
    public required IReadOnlyList<TreeLevel> Levels { get; init; }

    /// <summary>The goal's value as 0–100, before points.</summary>
    public decimal? Base { get; init; }

    public IReadOnlyList<PointScore> Points { get; init; } = [];

    /// <summary>Names of the cases that void the score; mostly none.</summary>
    public IReadOnlyList<string> VoidedBy { get; init; } = [];

    /// <summary>Missed veto items.</summary>
    public IReadOnlyList<ScoredItem> Vetoes { get; init; } = [];

    public string? Grade { get; init; }
}

/// <summary>Combined scores of all units for one month: a pure function of what is known.</summary>
internal sealed record ScoreTable(Scheme Scheme, Period Month, IReadOnlyList<RegionResult> Regions)
{
    /// <summary>Scores every unit. Ranks before anything is rounded.</summary>
    /// <param name="observations">The winning version of each, entered values among them; order does not matter.</param>
    /// <param name="targets">The winning version of each; order does not matter.</param>
    public static ScoreTable Of(Scheme scheme, Period month, IReadOnlyCollection<Observation> observations, IReadOnlyCollection<Target> targets)
    {
        var observed = observations.ToLookup(o => (o.Region, o.Indicator));
        var aimed = targets.ToLookup(t => (t.Region, t.Indicator));
        var units = AssessedUnit.Of(scheme);
        var byItem = scheme.Items.Select(item =>
        {
            ScoredItem[] scored = [.. units.Select(unit =>
            {
                var key = (unit.Region.Code, item.Indicator);
                var evidence = Evidence.Gather(item, scheme.PlanFrom, month, observed[key], aimed[key]);
                return new ScoredItem(item, evidence, ItemScore.Of(item, scheme.UnmetCeiling, unit.Region.Level == "county", evidence));
            })];
            return item.HasTarget ? scored : Comparison.Of(item, units, scored, [.. units.Select(unit => item.Rule?.Per is { } per
                ? observed[(unit.Region.Code, per)].Where(o => o.Value is not null && o.EndsOn <= month.End).OrderBy(o => o.EndsOn)
                    .ThenBy(o => o.Period, StringComparer.Ordinal).LastOrDefault()?.Value
                : null)]);
        }).ToArray();
        ScoredItem[][] byUnit = [.. units.Select((_, unit) => byItem.Select(item => item[unit]).ToArray())];
        var levels = ScoreTree.Of(scheme, units, byUnit);
        return new(scheme, month, Ranked(scheme, [.. units.Select((unit, at) => Total(scheme, unit, byUnit[at], levels[at],
            [.. scheme.Tree.Points.Select(point => PointsOf(point, month, observed[(unit.Region.Code, point.Code)]))]))]));
    }

    private static RegionResult Total(
        Scheme scheme, AssessedUnit unit, IReadOnlyList<ScoredItem> items, IReadOnlyList<TreeLevel> levels, IReadOnlyList<PointScore> points)
    {
        // A cap above 1 lets one item make up for another, never lift the whole above 100; plus points do.
        var goal = levels[0];
        var own = goal.Value is { } share ? Math.Min(100, 100 * share) : (decimal?)null;
        string[] voidedBy = [.. points.Where(point => point is { Point.Kind: PointKind.Void, Cases: > 0 }).Select(point => point.Point.Name)];
        var combined = voidedBy.Length > 0 ? null : own is null || points.Count == 0 ? own : Math.Max(0, own.Value + PointsOf(scheme, points));
        return new(unit.Region, items, combined, null, [], goal.Applicable, goal.Covered)
        {
            Unit = unit,
            Levels = levels,
            Base = own,
            Points = points,
            VoidedBy = voidedBy,
            Vetoes = [.. items.Where(item => item is { Item.Rule.VetoGrade: not null, Score.Met: false })],
        };
    }

    /// <summary>All points together: plus points up to their common ceiling, less minus points.</summary>
    internal static decimal PointsOf(Scheme scheme, IReadOnlyList<PointScore> points) =>
        Math.Min(scheme.Tree.PlusCeiling ?? decimal.MaxValue, points.Sum(point => Math.Max(0, point.Points))) + points.Sum(point => Math.Min(0, point.Points));

    private static PointScore PointsOf(SchemePoint point, Period month, IEnumerable<Observation> observations)
    {
        Observation[] inputs = [.. observations.Where(o => o is { Value: not null, IsMonth: true } && o.EndsOn.Year == month.Year && o.EndsOn <= month.End).OrderBy(o => o.EndsOn)];
        var cases = inputs.Sum(o => o.Value!.Value);
        var points = Math.Min(point.Ceiling, point.Each * Math.Max(0, cases));
        return new(point, cases, point.Kind switch { PointKind.Plus => points, PointKind.Minus => -points, _ => 0 }, inputs);
    }

    private static RegionResult[] Ranked(Scheme scheme, RegionResult[] results)
    {
        foreach (var peers in Enumerable.Range(0, results.Length).Where(at => results[at].Unit.IsRanked).GroupBy(at => results[at].Unit.Peers))
        {
            int[] group = [.. peers];
            var ranks = Ranks.Of([.. group.Select(at => results[at].Combined)], highestFirst: true);
            var grades = Grades.Of([.. group.Select(at => GradedOf(scheme, results[at]))], scheme.Tree.Grades);
            RegionResult[] ranked = [.. group.Select((at, nth) => results[at] with
            {
                Rank = ranks[nth],
                TiedWith = ranks[nth] is null ? [] : [.. group.Where((_, other) => other != nth && ranks[other] == ranks[nth]).Select(other => results[other].Region.Code)],
                Grade = grades[nth] is { } grade ? scheme.Tree.Grades[grade].Name : null,
            })];
            for (var nth = 0; nth < group.Length; nth++)
            {
                results[group[nth]] = ranked[nth];
            }
        }

        return results;
    }

    private static Graded GradedOf(Scheme scheme, RegionResult result) => new(
        result.Combined,
        Combine.Arithmetic(result.Items.Where(item => item.Item.Binding).Select(item => (item.Score.Progress, item.Item.Weight))) ?? 0,
        result.Vetoes.Select(item => scheme.Tree.Grades.Index().First(grade => grade.Item.Name == item.Item.Rule!.VetoGrade).Index).Append(0).Max());
}
