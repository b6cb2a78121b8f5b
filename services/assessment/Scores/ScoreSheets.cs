namespace Wuwei.Assessment.Scores;

/// <summary>The score table as CSV and as an Excel workbook.</summary>
internal static class ScoreSheets
{
    private static readonly string[] s_itemColumns =
        ["期别", "地区代码", "地区", "指标", "指标名称", "单位", "数值", "比较符", "至本期目标", "达标", "完成比例", "计入比例", "权重", "得分", "数据期", "状态", "说明"];

    /// <summary>One row per region and item, the combined score repeated.</summary>
    public static byte[] Csv(ScoreTableDocument table) => Sheets.Csv(new(
        "指标明细",
        [.. s_itemColumns, "综合得分", "名次", "等次", "方案", "备注"],
        table.Regions.SelectMany(region => region.Items.Select(item => (object?[])
        [
            .. ItemCells(table, region, item), region.Score.Score, region.Score.Rank, region.Score.Grade, SchemeOf(table), Remark(table),
        ]))));

    /// <summary>Three sheets: combined scores, items, notes; every row says that it is provisional, or made up.</summary>
    public static byte[] Xlsx(ScoreTableDocument table) => Sheets.Xlsx(
        new(
            "综合得分",
            ["期别", "地区代码", "地区", "综合得分", "名次", "等次", "同分地区", "适用权重", "有得分权重", "覆盖率%", "说明", "备注"],
            table.Regions.Select(region => (object?[])
            [
                table.Heading.Period, region.Score.Region, region.Score.Name, region.Score.Score, region.Score.Rank, region.Score.Grade,
                string.Join('、', region.Score.TiedWith), region.Score.ApplicableWeight, region.Score.CoveredWeight,
                region.Score.Coverage, region.Score.Remark, Remark(table),
            ])),
        new(
            "指标明细",
            [.. s_itemColumns, "备注"],
            table.Regions.SelectMany(region => region.Items.Select(item => (object?[])[.. ItemCells(table, region, item), Remark(table)]))),
        Sheets.Notes(table.Heading.Notes.Append($"方案：{SchemeOf(table)}")));

    private static object?[] ItemCells(ScoreTableDocument table, RegionRow region, ItemScore item) =>
    [
        table.Heading.Period, region.Score.Region, region.Score.Name, item.Indicator, item.Name, item.Unit, item.Value, item.Comparator,
        item.Target, Sheets.YesNo(item.Met), item.Progress, item.Counted, item.Weight, item.Score,
        item.Period, ScoreText.Of(item.Status), item.Remark,
    ];

    private static string SchemeOf(ScoreTableDocument table) => $"{table.Heading.Scheme.Name}（{table.Heading.Scheme.Id} 第 {table.Heading.Scheme.Version} 版）";

    private static string Remark(ScoreTableDocument table) =>
        table.Heading.Demonstration ? $"暂定；{ScoreHeading.DemonstrationNote}" : "暂定";
}
