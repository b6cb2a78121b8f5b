using System.Globalization;
using System.Text.Json;
using Wuwei.Assessment.Scores;
using Wuwei.Verifier;

namespace Wuwei.Assessment.Publications;

/// <summary>A publication as CSV and as an Excel workbook, made of its rows alone.</summary>
internal static class PublicationSheets
{
    private static readonly (string Column, string Member)[] s_unitColumns =
    [
        ("单位代码", "region"), ("单位", "name"), ("综合得分", "score"), ("未取整得分", "exact"), ("名次", "rank"), ("等次", "grade"), ("适用权重", "applicableWeight"),
        ("有得分权重", "coveredWeight"), ("覆盖率%", "coverage"), ("说明", "remark"),
    ];

    private static readonly (string Column, string Member)[] s_itemColumns =
    [
        ("考核项", "indicator"), ("名称", "name"), ("计量单位", "unit"), ("数值", "value"), ("比较符", "comparator"), ("至本期目标", "target"), ("达标", "met"),
        ("完成比例", "progress"), ("计入比例", "counted"), ("权重", "weight"), ("得分", "score"), ("数据期", "period"), ("说明", "remark"),
    ];

    /// <summary>One row per unit and item, the combined score repeated.</summary>
    public static byte[] Csv(Publication publication, PublicationDocument document)
    {
        var units = document.Contents("unit.").ToDictionary(unit => unit.GetProperty("region").GetString()!);
        return Sheets.Csv(new(
            "考核项明细",
            ["期别", "单位代码", "单位", .. s_itemColumns.Select(column => column.Column), "综合得分", "名次", "等次", "备注"],
            document.Contents("item.").Select(item =>
            {
                var unit = units[item.GetProperty("region").GetString()!];
                return (object?[])
                [
                    publication.Period, Cell(unit, "region"), Cell(unit, "name"), .. Cells(item.GetProperty("score"), s_itemColumns),
                    Cell(unit, "score"), Cell(unit, "rank"), Cell(unit, "grade"), Remark(publication),
                ];
            })));
    }

    /// <summary>Three sheets: combined scores, items, and which publication this is.</summary>
    public static byte[] Xlsx(Publication publication, PublicationDocument document)
    {
        var names = document.Contents("unit.").ToDictionary(unit => unit.GetProperty("region").GetString()!, unit => Cell(unit, "name"));
        return Sheets.Xlsx(
            new("综合得分", [.. s_unitColumns.Select(column => column.Column)], document.Contents("unit.").Select(unit => Cells(unit, s_unitColumns))),
            new(
                "考核项明细",
                ["单位代码", "单位", .. s_itemColumns.Select(column => column.Column)],
                document.Contents("item.").Select(item =>
                {
                    var unit = item.GetProperty("region").GetString()!;
                    return (object?[])[unit, names[unit], .. Cells(item.GetProperty("score"), s_itemColumns)];
                })),
            Sheets.Notes(
            [
                $"正式发布第 {publication.Number} 号：{publication.Scheme} 第 {publication.SchemeVersion} 版，{publication.Period}，第 {publication.Version} 版",
                .. publication.Corrects is { } corrected ? new[] { $"更正第 {corrected} 号：{publication.Reason}" } : [],
                .. publication.CorrectedBy is { } later ? new[] { $"已被第 {later} 号更正" } : [],
                $"根（{publication.Algorithm}）：{publication.Root}",
                $"公钥指纹：{publication.KeyFingerprint}",
                .. publication.Demonstration ? new[] { ScoreHeading.DemonstrationNote } : [],
            ]));
    }

    /// <summary>What the rows of a kind hold, e.g. <c>unit.</c>.</summary>
    public static IEnumerable<JsonElement> Contents(this PublicationDocument document, string kind) => document.Rows
        .Select(row => CanonicalJson.Read(row)!.Value)
        .Where(row => row.GetProperty("key").GetString()!.StartsWith(kind, StringComparison.Ordinal))
        .Select(row => row.GetProperty("content"));

    /// <summary>A member as a number where it is one: canonical JSON keeps numbers as text. Rows of other formats have other members: null, not an error.</summary>
    public static object? Cell(JsonElement content, string member) => !content.TryGetProperty(member, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.String when member is not ("region" or "indicator" or "period")
            && decimal.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True or JsonValueKind.False => Sheets.YesNo(value.GetBoolean()),
        _ => null,
    };

    private static string Remark(Publication publication) =>
        $"正式发布第 {publication.Number} 号" + (publication.Demonstration ? $"；{ScoreHeading.DemonstrationNote}" : "");

    private static object?[] Cells(JsonElement content, (string Column, string Member)[] columns) => [.. columns.Select(column => Cell(content, column.Member))];
}
