using System.Globalization;
using System.Text;
using System.Text.Json;
using MiniExcelLibs;
using Wuwei.Assessment.Scores;
using Wuwei.Verifier;

namespace Wuwei.Assessment.Publications;

/// <summary>A publication as CSV and as an Excel workbook, made of its rows alone.</summary>
internal static class PublicationSheets
{
    private static readonly (string Column, string Member)[] s_unitColumns =
    [
        ("单位代码", "region"), ("单位", "name"), ("综合得分", "score"), ("未取整得分", "exact"), ("名次", "rank"), ("适用权重", "applicableWeight"),
        ("有得分权重", "coveredWeight"), ("覆盖率%", "coverage"), ("说明", "remark"),
    ];

    private static readonly (string Column, string Member)[] s_itemColumns =
    [
        ("考核项", "indicator"), ("名称", "name"), ("计量单位", "unit"), ("数值", "value"), ("比较符", "comparator"), ("至本期目标", "target"), ("达标", "met"),
        ("完成比例", "progress"), ("计入比例", "counted"), ("权重", "weight"), ("得分", "score"), ("数据期", "period"), ("说明", "remark"),
    ];

    /// <summary>One row per unit and item, the combined score repeated. UTF-8 with BOM, so that Excel reads Chinese.</summary>
    public static byte[] Csv(Publication publication, PublicationDocument document)
    {
        var text = new StringBuilder("\uFEFF");
        text.AppendJoin(',', ["期别", "单位代码", "单位", .. s_itemColumns.Select(column => column.Column), "综合得分", "名次", "备注"]).Append("\r\n");
        var units = Contents(document, "unit.").ToDictionary(unit => Cell(unit, "region")!);
        foreach (var item in Contents(document, "item."))
        {
            var unit = units[Cell(item, "region")!];
            string?[] cells =
            [
                publication.Period, Cell(unit, "region"), Cell(unit, "name"), .. Cells(item.GetProperty("score"), s_itemColumns),
                Cell(unit, "score"), Cell(unit, "rank"), Remark(publication),
            ];
            text.AppendJoin(',', cells.Select(CsvCell)).Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Three sheets: combined scores, items, and which publication this is. The same publication gives the same bytes.</summary>
    public static byte[] Xlsx(Publication publication, PublicationDocument document)
    {
        var units = Contents(document, "unit.").ToArray();
        var names = units.ToDictionary(unit => Cell(unit, "region")!, unit => Cell(unit, "name"));
        string[] notes =
        [
            $"正式发布第 {publication.Number} 号：{publication.Scheme} 第 {publication.SchemeVersion} 版，{publication.Period}，第 {publication.Version} 版",
            .. publication.Corrects is { } corrected ? new[] { $"更正第 {corrected} 号：{publication.Reason}" } : [],
            .. publication.CorrectedBy is { } later ? new[] { $"已被第 {later} 号更正" } : [],
            $"根（{publication.Algorithm}）：{publication.Root}",
            $"公钥指纹：{publication.KeyFingerprint}",
            .. publication.Demonstration ? new[] { ScoreHeading.DemonstrationNote } : [],
        ];
        using var workbook = new MemoryStream();
        workbook.SaveAs(new Dictionary<string, object>
        {
            ["综合得分"] = units.Select(unit => Row(s_unitColumns, unit)).ToArray(),
            ["考核项明细"] = Contents(document, "item.").Select(item =>
            {
                var unit = Cell(item, "region")!;
                return new Dictionary<string, object?> { ["单位代码"] = unit, ["单位"] = names[unit] }
                    .Concat(Row(s_itemColumns, item.GetProperty("score"))).ToDictionary();
            }).ToArray(),
            ["说明"] = notes.Select(note => new Dictionary<string, object?> { ["说明"] = note }).ToArray(),
        });
        workbook.Position = 0;
        return ScoreSheets.Reproducible(workbook);
    }

    private static IEnumerable<JsonElement> Contents(PublicationDocument document, string kind) => document.Rows
        .Select(row => CanonicalJson.Read(row)!.Value)
        .Where(row => row.GetProperty("key").GetString()!.StartsWith(kind, StringComparison.Ordinal))
        .Select(row => row.GetProperty("content"));

    private static string Remark(Publication publication) =>
        $"正式发布第 {publication.Number} 号" + (publication.Demonstration ? $"；{ScoreHeading.DemonstrationNote}" : "");

    // Numbers become numbers again: a spreadsheet adds them up.
    private static Dictionary<string, object?> Row((string Column, string Member)[] columns, JsonElement content) => columns.ToDictionary(
        column => column.Column,
        column => Cell(content, column.Member) switch
        {
            null => null,
            var text when column.Member is not ("region" or "indicator" or "period") && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => (object)number,
            var text => ScoreSheets.Neutral(text),
        });

    private static IEnumerable<string?> Cells(JsonElement content, (string Column, string Member)[] columns) =>
        columns.Select(column => Cell(content, column.Member));

    // Rows of other formats have other members: an empty cell, not an error.
    private static string? Cell(JsonElement content, string member) => !content.TryGetProperty(member, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => "是",
        JsonValueKind.False => "否",
        _ => null,
    };

    private static string CsvCell(string? cell)
    {
        var text = cell is null || decimal.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? cell ?? "" : ScoreSheets.Neutral(cell);
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
