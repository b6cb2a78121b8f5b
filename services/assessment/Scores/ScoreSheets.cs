using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using MiniExcelLibs;

namespace Wuwei.Assessment.Scores;

/// <summary>The score table as CSV and as an Excel workbook.</summary>
internal static partial class ScoreSheets
{
    private static readonly string[] s_itemColumns =
        ["期别", "地区代码", "地区", "指标", "指标名称", "单位", "数值", "比较符", "至本期目标", "达标", "完成比例", "计入比例", "权重", "得分", "数据期", "状态", "说明"];

    /// <summary>One row per region and item, the combined score repeated. UTF-8 with BOM, so that Excel reads Chinese.</summary>
    public static byte[] Csv(ScoreTableDocument table)
    {
        var text = new StringBuilder("\uFEFF");
        text.AppendJoin(',', s_itemColumns.Concat(["综合得分", "名次", "方案", "备注"])).Append("\r\n");
        foreach (var region in table.Regions)
        {
            foreach (var item in region.Items)
            {
                object?[] cells =
                [
                    .. ItemCells(table, region, item), region.Score.Score, region.Score.Rank,
                    $"{table.Heading.Scheme.Name}（{table.Heading.Scheme.Id} 第 {table.Heading.Scheme.Version} 版）", Remark(table),
                ];
                text.AppendJoin(',', cells.Select(CsvCell)).Append("\r\n");
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Three sheets: combined scores, items, notes; every row says that it is provisional, or made up. The same table gives the same bytes.</summary>
    public static byte[] Xlsx(ScoreTableDocument table)
    {
        string[] regionColumns = ["期别", "地区代码", "地区", "综合得分", "名次", "同分地区", "适用权重", "有得分权重", "覆盖率%", "说明", "备注"];
        var sheets = new Dictionary<string, object>
        {
            ["综合得分"] = table.Regions.Select(region => Row(regionColumns,
            [
                table.Heading.Period, region.Score.Region, region.Score.Name, region.Score.Score, region.Score.Rank,
                string.Join('、', region.Score.TiedWith), region.Score.ApplicableWeight, region.Score.CoveredWeight,
                region.Score.Coverage, region.Score.Remark, Remark(table),
            ])).ToArray(),
            ["指标明细"] = table.Regions.SelectMany(region => region.Items.Select(item =>
                Row([.. s_itemColumns, "备注"], [.. ItemCells(table, region, item), Remark(table)]))).ToArray(),
            ["说明"] = table.Heading.Notes
                .Append($"方案：{table.Heading.Scheme.Name}（{table.Heading.Scheme.Id} 第 {table.Heading.Scheme.Version} 版）")
                .Select(note => Row(["说明"], [note])).ToArray(),
        };
        using var workbook = new MemoryStream();
        workbook.SaveAs(sheets);
        workbook.Position = 0;
        return Reproducible(workbook);
    }

    /// <summary>Text that a spreadsheet would run as a formula is made plain text by an apostrophe.</summary>
    internal static string Neutral(string text) => text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" + text : text;

    private static object?[] ItemCells(ScoreTableDocument table, RegionRow region, ItemScore item) =>
    [
        table.Heading.Period, region.Score.Region, region.Score.Name, item.Indicator, item.Name, item.Unit, item.Value, item.Comparator,
        item.Target, item.Met switch { true => "是", false => "否", _ => null }, item.Progress, item.Counted, item.Weight, item.Score,
        item.Period, ScoreText.Of(item.Status), item.Remark,
    ];

    private static string Remark(ScoreTableDocument table) =>
        table.Heading.Demonstration ? $"暂定；{ScoreHeading.DemonstrationNote}" : "暂定";

    private static string CsvCell(object? cell)
    {
        var text = cell is string raw ? Neutral(raw) : Convert.ToString(cell, CultureInfo.InvariantCulture)!;
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static Dictionary<string, object?> Row(string[] columns, object?[] cells) => columns.Zip(cells)
        .ToDictionary(pair => pair.First, pair => pair.Second is string text ? Neutral(text) : pair.Second);

    // The writer draws relation ids by lot and the archive says when each entry was written; the entity tag is to
    // change with the table, not with them.
    internal static byte[] Reproducible(Stream workbook)
    {
        Dictionary<string, string> relations = [];
        string Numbered(Match drawn) => relations.TryGetValue(drawn.Value, out var known) ? known : relations[drawn.Value] = $"rId{relations.Count + 1}";
        using var result = new MemoryStream();
        using (var drawn = new ZipArchive(workbook, ZipArchiveMode.Read, leaveOpen: true))
        using (var numbered = new ZipArchive(result, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var entry in drawn.Entries)
            {
                var copy = numbered.CreateEntry(entry.FullName);
                copy.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
                using var reader = new StreamReader(entry.Open());
                using var writer = new StreamWriter(copy.Open());
                var text = reader.ReadToEnd();
                writer.Write(entry.Name.StartsWith("workbook.xml", StringComparison.Ordinal) ? DrawnId().Replace(text, Numbered) : text);
            }
        }

        return result.ToArray();
    }

    [GeneratedRegex("\\bR[0-9a-f]{32}\\b", RegexOptions.CultureInvariant)]
    private static partial Regex DrawnId();
}
