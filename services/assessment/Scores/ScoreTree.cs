using Wuwei.Assessment.Methods;
using Wuwei.Assessment.Schemes;

namespace Wuwei.Assessment.Scores;

/// <summary>A part of a level, as it came out for one unit.</summary>
/// <param name="Code">Of a group, or an item's indicator.</param>
/// <param name="Applicable">Its weight, or 0 where there is no such thing.</param>
/// <param name="Covered">The share of its weight that is known.</param>
internal sealed record Part(string Code, string Name, bool IsGroup, decimal Weight, decimal? Value, decimal Applicable, decimal Covered);

/// <summary>The goal or a group, as it came out for one unit.</summary>
/// <param name="Value">0 to 1 and, with caps above 1, more; null: too little is known.</param>
internal sealed record TreeLevel(
    string Code, string Name, decimal Weight, Aggregation Aggregation, decimal? Value, decimal Applicable, decimal Covered, IReadOnlyList<Part> Parts);

/// <summary>Combines items upwards, level by level: a pure function of what each item counts.</summary>
internal sealed class ScoreTree
{
    private readonly Scheme _scheme;
    private readonly IReadOnlyList<AssessedUnit> _units;
    private readonly IReadOnlyList<IReadOnlyList<ScoredItem>> _items;
    private readonly List<TreeLevel>[] _levels;

    private ScoreTree(Scheme scheme, IReadOnlyList<AssessedUnit> units, IReadOnlyList<IReadOnlyList<ScoredItem>> items) =>
        (_scheme, _units, _items, _levels) = (scheme, units, items, [.. units.Select(_ => new List<TreeLevel>())]);

    /// <summary>The levels of every unit: the goal first, each group after the one it is in.</summary>
    /// <param name="items">By unit, in the scheme's order.</param>
    public static IReadOnlyList<IReadOnlyList<TreeLevel>> Of(
        Scheme scheme, IReadOnlyList<AssessedUnit> units, IReadOnlyList<IReadOnlyList<ScoredItem>> items)
    {
        var tree = new ScoreTree(scheme, units, items);
        tree.Evaluate(new(TreeRules.Goal, scheme.Name, null, 1, scheme.Tree.Aggregation), null);
        return [.. tree._levels.Select(levels => levels.AsEnumerable().Reverse().ToArray())];
    }

    /// <summary>One unit's parts made one. One of nothing leaves nothing of a geometric or harmonic mean.</summary>
    public static decimal? Whole(Aggregation how, IReadOnlyCollection<(decimal? Value, decimal Weight)> parts) => how switch
    {
        Aggregation.Geometric => parts.Any(part => part.Value <= 0) ? 0 : Combine.Geometric(parts),
        Aggregation.Harmonic => parts.Any(part => part.Value <= 0) ? 0 : Combine.Harmonic(parts),
        Aggregation.Median => Combine.WeightedMedian(parts),
        _ => Combine.Arithmetic(parts),
    };

    private TreeLevel[] Evaluate(SchemeGroup node, string? code)
    {
        // The last group first: the levels are turned round in the end.
        var groups = _scheme.Tree.Groups.Where(group => group.Parent == code).Reverse().Select(group => Evaluate(group, group.Code)).Reverse().ToArray();
        Part[][] parts = [.. _units.Select((_, unit) => (Part[])
        [
            .. groups.Select(group => PartOf(group[unit])),
            .. _items[unit].Where(item => item.Item.Rule?.Group == code).Select(PartOf),
        ])];
        var values = node.Aggregation is Aggregation.Copeland && parts is [[_, ..], ..] ? Compared(parts) : [.. parts.Select(own => Whole(node.Aggregation, [.. own.Select(part => (part.Value, part.Weight))]))];
        TreeLevel[] levels = [.. parts.Select((own, unit) =>
        {
            var (applicable, covered) = (own.Sum(part => part.Applicable), own.Sum(part => part.Covered));
            var value = Impute.IsEnough(covered, applicable, _scheme.Threshold) ? values[unit] : null;
            return new TreeLevel(node.Code, node.Name, node.Weight, node.Aggregation, value, applicable, covered, own);
        })];
        for (var unit = 0; unit < levels.Length; unit++)
        {
            _levels[unit].Add(levels[unit]);
        }

        return levels;
    }

    // Who is only shown is compared with nobody.
    private decimal?[] Compared(Part[][] parts)
    {
        var values = new decimal?[_units.Count];
        foreach (var peers in Enumerable.Range(0, _units.Count).Where(at => _units[at].IsRanked).GroupBy(at => _units[at].Peers))
        {
            int[] group = [.. peers];
            var whole = Combine.Copeland(
                [.. parts[group[0]].Select((_, part) => group.Select(unit => parts[unit][part].Value).ToArray())],
                [.. parts[group[0]].Select(part => part.Weight)]);
            for (var nth = 0; nth < group.Length; nth++)
            {
                values[group[nth]] = whole[nth];
            }
        }

        return values;
    }

    private static Part PartOf(ScoredItem item) => new(
        item.Item.Indicator, item.Item.Name, false, item.Item.Weight, item.Score.Counted,
        item.Score.Status is ItemStatus.NotApplicable ? 0 : item.Item.Weight, item.Score.Counted is null ? 0 : item.Item.Weight);

    private static Part PartOf(TreeLevel group) => new(
        group.Code, group.Name, true, group.Weight, group.Value,
        group.Applicable == 0 ? 0 : group.Weight, group.Value is null ? 0 : group.Weight * (group.Covered / group.Applicable));
}
