using System.Text.RegularExpressions;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Assessment.Schemes;

/// <summary>What a scheme's tree must be to be scored by. Pure; the first fault found is said.</summary>
internal static partial class TreeRules
{
    private const decimal Far = 1e12m;

    public static Refusal? Check(IReadOnlyList<SchemeItemDraft> items, SchemeTree tree) =>
        CheckTree(tree) ?? CheckGroups(items, tree) ?? CheckUnits(tree) ?? CheckPoints(items, tree) ?? CheckGrades(tree)
        ?? items.Select((item, at) => item.Rule is { } rule ? CheckRule(item, rule, at, items, tree) : NeedsRule(item, at)).FirstOrDefault(fault => fault is not null);

    private static Refusal Bad(string pointer, string title) => Refusal.Invalid("assessment.bad_tree", title, pointer);

    private static Refusal? CheckTree(SchemeTree tree) => tree switch
    {
        { Source.Length: > 400 } => Bad("/tree/source", "来源最多 400 字。"),
        { Groups.Count: > 60 } => Bad("/tree/groups", "最多 60 组。"),
        { Units.Count: > 200 } => Bad("/tree/units", "最多 200 个考核对象。"),
        { Points.Count: > 30 } => Bad("/tree/points", "最多 30 项加减分。"),
        { Grades.Count: > 10 } => Bad("/tree/grades", "最多 10 个等次。"),
        { PlusCeiling: <= 0 or > 100 } => Bad("/tree/plusCeiling", "加分上限须大于 0，不超过 100。"),
        // The reader lets null into lists.
        _ when tree.Groups.Any(group => group is null) || tree.Units.Any(unit => unit is null) || tree.Points.Any(point => point is null)
            || tree.Grades.Any(grade => grade is null) => Bad("/tree", "方案的组、对象、加减分、等次不能为空。"),
        _ => null,
    };

    private static Refusal? CheckGroups(IReadOnlyList<SchemeItemDraft> items, SchemeTree tree)
    {
        for (var at = 0; at < tree.Groups.Count; at++)
        {
            var (group, pointer) = (tree.Groups[at], $"/tree/groups/{at}");
            if (!CodeForm().IsMatch(group.Code) || group.Code == Goal || tree.Groups.Take(at).Any(other => other.Code == group.Code)
                || items.Any(item => item.Indicator == group.Code))
            {
                return Bad($"{pointer}/code", "组代码须为 1 至 30 个小写字母、数字或连字符，字母开头，不能重复，不能是 goal，不能与考核项相同。");
            }

            if (group.Name.Length is 0 or > 80 || group.Weight is <= 0 or > 1000)
            {
                return Bad(pointer, "组名须为 1 至 80 字，权重须大于 0，不超过 1000。");
            }

            // A parent stands before its groups, so that there is no ring.
            if (group.Parent is { } parent && tree.Groups.Take(at).All(other => other.Code != parent))
            {
                return Bad($"{pointer}/parent", "上级组须列在本组之前。");
            }

            if (items.All(item => item.Rule?.Group != group.Code) && tree.Groups.All(other => other.Parent != group.Code))
            {
                return Bad(pointer, "组内没有考核项。");
            }
        }

        return null;
    }

    private static Refusal? CheckUnits(SchemeTree tree)
    {
        for (var at = 0; at < tree.Units.Count; at++)
        {
            var unit = tree.Units[at];
            var isPlace = RegionCode.Wuwei.TryGetValue(unit.Code, out var region) && region.Level is ("county" or "prefecture");
            if ((!isPlace && !CodeForm().IsMatch(unit.Code)) || tree.Units.Take(at).Any(other => other.Code == unit.Code))
            {
                return Bad($"/tree/units/{at}/code", "考核对象须为市、县（区）代码或部门代码（小写字母、数字、连字符），不能重复。");
            }

            if (unit.Name.Length is 0 or > 80 || unit.Peers.Length is 0 or > 40)
            {
                return Bad($"/tree/units/{at}", "对象名称须为 1 至 80 字，类别须为 1 至 40 字。");
            }
        }

        return null;
    }

    private static Refusal? CheckPoints(IReadOnlyList<SchemeItemDraft> items, SchemeTree tree)
    {
        for (var at = 0; at < tree.Points.Count; at++)
        {
            var (point, pointer) = (tree.Points[at], $"/tree/points/{at}");
            if (!ItemForm().IsMatch(point.Code) || tree.Points.Take(at).Any(other => other.Code == point.Code) || items.Any(item => item.Indicator == point.Code))
            {
                return Bad($"{pointer}/code", "加减分代码须为 1 至 20 个字母或数字，不能与其他项重复。");
            }

            if (point.Source is not (ValueSource.Indicator or ValueSource.Entered))
            {
                return Bad($"{pointer}/source", "加减分来自指标平台或录入。");
            }

            if (point.Name.Length is 0 or > 80 || point.Each is <= 0 or > 100 || point.Ceiling is <= 0 or > 100)
            {
                return Bad(pointer, "名称须为 1 至 80 字，每次分值与上限须大于 0，不超过 100。");
            }
        }

        return null;
    }

    private static Refusal? CheckGrades(SchemeTree tree)
    {
        for (var at = 0; at < tree.Grades.Count; at++)
        {
            var grade = tree.Grades[at];
            if (grade.Name.Length is 0 or > 20 || grade.From is < 0 or > 200 || grade.Quota is <= 0 or > 1 || tree.Grades.Take(at).Any(other => other.Name == grade.Name))
            {
                return Bad($"/tree/grades/{at}", "等次名须为 1 至 20 字且不重复，分数线在 0 到 200 之间，名额比例大于 0、不超过 1。");
            }

            if (at > 0 && grade.From >= tree.Grades[at - 1].From)
            {
                return Bad($"/tree/grades/{at}/from", "等次须从高到低排列。");
            }
        }

        return null;
    }

    private static Refusal? NeedsRule(SchemeItemDraft item, int at) =>
        item.Method is Method.Steps or Method.Goalposts or Method.ZScore or Method.DistanceToReference
            ? Bad($"/items/{at}/rule", "这种计分方法需要参数（steps、low 与 high、reference）。") : null;

    private static Refusal? CheckRule(SchemeItemDraft item, ItemRule rule, int at, IReadOnlyList<SchemeItemDraft> items, SchemeTree tree)
    {
        Refusal At(string member, string title) => Bad($"/items/{at}/rule/{member}", title);
        var compares = item.Method is not (Method.Proportional or Method.AllOrNothing or Method.Steps);
        return rule switch
        {
            { Group: { } group } when tree.Groups.All(other => other.Code != group) => At("group", "没有这个组。"),
            { Steps: var steps } when item.Method is Method.Steps && steps is not { Count: > 0 and <= 20 } => At("steps", "须给出 1 至 20 个扣分档。"),
            { Steps: { } steps } when steps.Any(step => step is null || step.Shortfall is <= 0 or > 1 || step.Lost is < 0 or > 1)
                || !steps.Zip(steps.Skip(1)).All(pair => pair.First.Shortfall < pair.Second.Shortfall && pair.First.Lost <= pair.Second.Lost) =>
                At("steps", "扣分档的缺口须从小到大（0 到 1），扣分不能递减。"),
            { Low: < -Far or > Far } or { High: < -Far or > Far } => At("low", "区间端点过大。"),
            _ when item.Method is (Method.Goalposts or Method.ZScore) && !(rule.High - rule.Low >= 1e-6m) => At("high", "须给出下端与上端，且上端高于下端。"),
            _ when item.Method is Method.DistanceToReference && (rule.Reference is null || !tree.Units.Select(unit => unit.Code)
                .Concat(tree.Units.Count == 0 ? RegionCode.Counties.Select(county => county.Code).Append(RegionCode.City) : []).Contains(rule.Reference)) =>
                At("reference", "参照单位须是方案的考核对象。"),
            { Per.Length: 0 or > 20 } => At("per", "分母指标代码须为 1 至 20 字。"),
            { PerScale: <= 0 or > 1_000_000 } => At("perScale", "分母的倍数须大于 0，不超过 1000000。"),
            { TreatMost: < 0 or > 20 } => At("treatMost", "最多缩尾 20 个值。"),
            _ when !compares && (rule.Per is not null || rule.Treatment is not Treatment.None || rule.Imputation is not Imputation.None) =>
                At("per", "按目标计分的项没有分母、异常值处理与插补。"),
            { VetoGrade: { } veto } when !tree.Grades.Any(grade => grade.Name == veto) => At("vetoGrade", "没有这个等次。"),
            { VetoGrade: not null } when compares => At("vetoGrade", "一票否决须有目标。"),
            { Source: not ValueSource.Indicator } when !ItemForm().IsMatch(item.Indicator) => Bad($"/items/{at}/indicator", "录入项、评议项、任务项代码须为 1 至 20 个字母或数字。"),
            _ when NeedsTarget(item) is { } fault => fault with { Pointer = $"/items/{at}/method" },
            _ => null,
        };
    }

    private static Refusal? NeedsTarget(SchemeItemDraft item) =>
        item.Rule is { Source: not ValueSource.Indicator } && item.Method is (Method.Proportional or Method.AllOrNothing or Method.Steps)
            ? Bad("", "录入项、评议项、任务项没有下达的目标，须用区间或比较类方法。") : null;

    /// <summary>The code of the goal among those of the groups.</summary>
    public const string Goal = "goal";

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{0,29}\z", RegexOptions.CultureInvariant)]
    private static partial Regex CodeForm();

    [GeneratedRegex(@"\A[A-Za-z0-9]{1,20}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ItemForm();
}
