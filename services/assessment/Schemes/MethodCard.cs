using System.Globalization;
using System.Net;
using System.Text;
using Wuwei.Assessment.Panels;
using Wuwei.Assessment.Scores;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Schemes;

/// <summary>A version of a scheme as a sheet that people read and print: generated from the version, so that it cannot say something else.</summary>
internal static class MethodCard
{
    private const string Style = """
        body{font-family:"仿宋","FangSong",serif;font-size:12pt;line-height:1.6;max-width:190mm;margin:10mm auto;color:#000;background:#fff}
        h1{font-family:"小标宋","SimSun",serif;font-size:18pt;text-align:center}h2{font-family:"黑体","SimHei",sans-serif;font-size:13pt}
        table{border-collapse:collapse;width:100%;font-size:10.5pt}th,td{border:1px solid #000;padding:2px 5px;text-align:left;vertical-align:top}
        thead{display:table-header-group}tr{break-inside:avoid}@page{size:A4;margin:20mm 15mm}
        """;

    public static string Html(Scheme scheme, SchemeApproval? approval)
    {
        var page = new StringBuilder();
        page.Append("<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>").Append(E($"{scheme.Name} 方法卡")).Append("</title><style>")
            .Append(Style).Append("</style></head><body>\n");
        Heading(page, 1, $"{scheme.Name} 方法卡");
        Table(page, ["项目", "内容"],
        [
            ["方案", $"{scheme.Id} 第 {scheme.Version} 版"],
            ["适用", $"{scheme.ValidFrom} 起，规划 {scheme.PlanFrom} 至 {scheme.PlanTo} 年"],
            ["设定时间", Instants.Format(scheme.KnownAt)],
            ["是否审定", approval is null ? "尚未审定" : $"已审定：{approval.Document}，{Instants.Format(approval.ApprovedAt)}"],
            ["是否核实", scheme.Unverified ? "未经主管部门确认" : "已确认"],
            ["来源", scheme.Tree.Source.Length == 0 ? "考核办公室设定" : scheme.Tree.Source],
            ["说明", scheme.Note.Length == 0 ? "无" : scheme.Note],
            ["计算程序", typeof(MethodCard).Module.ModuleVersionId.ToString("n")],
        ]);
        Heading(page, 2, "一、考核对象");
        Table(page, ["类别", "单位", "是否排名"], AssessedUnit.Of(scheme).GroupBy(unit => (unit.Peers, unit.IsRanked)).Select(group =>
            (string[])[group.Key.Peers, string.Join('、', group.Select(unit => unit.Region.Name)), group.Key.IsRanked ? "同类内排名" : "只列示"]));
        Heading(page, 2, "二、目标层级与合成方法");
        Table(page, ["层级", "上级", "权重", "合成方法"],
            scheme.Tree.Groups.Select(group => (string[])[group.Name, NameOf(scheme, group.Parent), N(group.Weight), ScoreText.Of(group.Aggregation)])
                .Prepend(["总目标", "", "", ScoreText.Of(scheme.Tree.Aggregation)]));
        Heading(page, 2, "三、考核项");
        Table(page, ["代码", "名称", "所属", "权重", "数据", "取数", "方向", "计分方法", "上限", "下限", "其他"], scheme.Items.Select(item => (string[])
        [
            item.Indicator, $"{item.Name}（{item.Unit}）{(item.Binding ? "【约束性】" : "")}", NameOf(scheme, item.Rule?.Group), N(item.Weight),
            SourceText(item.Rule?.Source), AggregateText(item), item.Direction is Direction.Higher ? "越高越好" : "越低越好",
            ScoreText.Of(item), N(item.Cap), N(item.Floor), Others(item),
        ]));
        Heading(page, 2, "四、规则");
        string[] rules =
        [
            $"缺数：没有数据的项退出权重，其余按比例放大；任一级已知权重不足适用权重的 {N(scheme.Threshold)}% 时该级不计分，总目标不足时不给综合得分。本地区不存在的项退出适用权重。",
            $"达标：按目标的比较符严格判定；未达标的项最多按 {N(scheme.UnmetCeiling)} 计，不会显示为满分。",
            "基础分 = 100 × 总目标值，最高 100；加减分在其后，综合得分不低于 0。",
            "排名：按未取整的综合得分在同类单位内排名；同分同名次，其后名次顺延。显示时保留两位小数，四舍五入。",
            "精度：四则运算为十进制 28 位；几何平均、标准差、对数用双精度，同一输入每次结果相同。",
        ];
        List(page, rules);
        if (scheme.Tree.Points.Count > 0)
        {
            Heading(page, 2, "五、加分、减分与作废");
            Table(page, ["类别", "事项", "每次", "上限"], scheme.Tree.Points.Select(point => (string[])
                [ScoreText.Of(point.Kind), point.Name, point.Kind is PointKind.Void ? "得分作废" : N(point.Each), point.Kind is PointKind.Void ? "" : N(point.Ceiling)]));
            List(page, ["按当年 1 月至本月的次数计。", .. scheme.Tree.PlusCeiling is { } ceiling ? [$"加分合计不超过 {N(ceiling)}。"] : Array.Empty<string>()]);
        }

        if (scheme.Tree.Grades.Count > 0)
        {
            Heading(page, 2, "六、等次");
            Table(page, ["等次", "分数线（未取整）", "名额"], scheme.Tree.Grades.Select((grade, at) => (string[])
                [grade.Name, at == scheme.Tree.Grades.Count - 1 ? "其余" : N(grade.From), grade.Quota is { } quota ? $"不超过同类有得分单位数的 {N(100 * quota)}%，向下取整" : "不限"]));
            List(page, ["名额内同分的，先比约束性指标完成比例的加权平均；仍不能区分的都不占名额，列入下一等次。",
                .. scheme.Items.Where(item => item.Rule?.VetoGrade is not null).Select(item => $"一票否决：{item.Name}未达标，等次不高于{item.Rule!.VetoGrade}。")]);
        }

        return page.Append("</body></html>\n").ToString();
    }

    private static string SourceText(ValueSource? source) => source switch
    {
        ValueSource.Entered => "录入，附证明",
        ValueSource.Panel => $"评议组评分：不少于 {PanelRule.Least} 人的平均，{PanelRule.Trimmed} 人及以上去掉一个最高分和一个最低分",
        ValueSource.Tasks => "规划任务：牵头部门到期任务按期办结的百分比",
        _ => "指标平台",
    };

    private static string AggregateText(SchemeItem item) => item.Aggregate switch
    {
        Aggregate.Cumulative => "规划期累计",
        Aggregate.Level => "最近数",
        Aggregate.SumOfYearEndStocks => "各年末数相加",
        _ => "最近比率",
    } + (item.Seasonal ? "，目标按序时进度" : "");

    private static string Others(SchemeItem item)
    {
        List<string> others = [];
        if (item.CityOnly)
        {
            others.Add("仅市级");
        }

        if (item.Rule is { } rule)
        {
            (bool Is, string Text)[] all =
            [
                (rule.Per is not null, $"每 {N(rule.PerScale)} 单位指标 {rule.Per}"),
                (rule.Treatment is Treatment.Winsorise, $"异常值缩尾，最多 {rule.TreatMost} 个（|偏度|>2 且峰度>3.5）"),
                (rule.Treatment is Treatment.Logarithm, "异常值取对数（|偏度|>2 且峰度>3.5）"),
                (rule.Imputation is Imputation.Mean, "缺数以同类平均数插补"),
                (rule.Imputation is Imputation.Median, "缺数以同类中位数插补"),
                (rule.VetoGrade is not null, $"一票否决：未达标不高于{rule.VetoGrade}"),
            ];
            others.AddRange(all.Where(other => other.Is).Select(other => other.Text));
        }

        return string.Join('；', others);
    }

    private static string NameOf(Scheme scheme, string? group) => scheme.Tree.Groups.FirstOrDefault(other => other.Code == group)?.Name ?? "总目标";

    private static string N(decimal value) => ScoreText.Number(value);

    private static string E(string text) => WebUtility.HtmlEncode(text);

    private static void Heading(StringBuilder page, int level, string text) =>
        page.Append(CultureInfo.InvariantCulture, $"<h{level}>{E(text)}</h{level}>\n");

    private static void List(StringBuilder page, IEnumerable<string> lines) =>
        page.Append("<ol>").AppendJoin("", lines.Select(line => $"<li>{E(line)}</li>")).Append("</ol>\n");

    private static void Table(StringBuilder page, string[] heads, IEnumerable<string[]> rows)
    {
        page.Append("<table><thead><tr>").AppendJoin("", heads.Select(head => $"<th scope=\"col\">{E(head)}</th>")).Append("</tr></thead><tbody>\n");
        foreach (var row in rows)
        {
            page.Append("<tr>").AppendJoin("", row.Select(cell => $"<td>{E(cell)}</td>")).Append("</tr>\n");
        }

        page.Append("</tbody></table>\n");
    }
}
