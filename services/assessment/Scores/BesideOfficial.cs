using System.Text.Json;
using Wuwei.Assessment.Publications;
using Wuwei.Verifier;

namespace Wuwei.Assessment.Scores;

/// <summary>Scores as they are now beside those that were published.</summary>
/// <param name="Heading">Of the provisional scores.</param>
/// <param name="Official">The publication that counts.</param>
public sealed record BesideOfficialDocument(ScoreHeading Heading, Publication Official, IReadOnlyList<UnitBeside> Units)
{
    /// <summary>The rule: every unit of either side, in the order of the scheme, then what is only in the publication.</summary>
    internal static BesideOfficialDocument Of(Scoring scoring, bool demonstration, Publication publication, PublicationDocument document)
    {
        var live = ScoreTableDocument.Of(scoring, demonstration);
        var units = document.Contents("unit.").ToDictionary(Code);
        var items = document.Contents("item.").ToLookup(Code, item => item.GetProperty("score"));
        return new(
            live.Heading, publication,
            [
                .. live.Regions.Select(row => UnitBeside.Of(row, units.TryGetValue(row.Score.Region, out var unit) ? unit : null, items[row.Score.Region])),
                .. units.Where(unit => live.Regions.All(row => row.Score.Region != unit.Key)).Select(unit => UnitBeside.Of(null, unit.Value, items[unit.Key])),
            ]);
    }

    private static string Code(JsonElement content) => content.GetProperty("region").GetString()!;
}

/// <summary>A unit's two scores.</summary>
/// <param name="Difference">Provisional less official, both unrounded; null when one is missing.</param>
/// <param name="Places">Places gained since, negative: lost; null when one is missing.</param>
public sealed record UnitBeside(
    string Unit, string Name, decimal? Provisional, decimal? Official, decimal? Difference, int? ProvisionalRank, int? OfficialRank, int? Places,
    string? ProvisionalGrade, string? OfficialGrade, IReadOnlyList<ItemBeside> Items)
{
    internal static UnitBeside Of(RegionRow? live, JsonElement? official, IEnumerable<JsonElement> items)
    {
        var frozen = items.ToDictionary(item => item.GetProperty("indicator").GetString()!);
        decimal? Number(string member) => official is { } unit ? PublicationSheets.Cell(unit, member) as decimal? : null;
        var rank = (int?)Number("rank");
        return new(
            live?.Score.Region ?? official!.Value.GetProperty("region").GetString()!,
            live?.Score.Name ?? official!.Value.GetProperty("name").GetString()!,
            live?.Score.Score, Number("score"), live?.Score.Exact - Number("exact"), live?.Score.Rank, rank, rank - live?.Score.Rank,
            live?.Score.Grade, official is { } own ? PublicationSheets.Cell(own, "grade") as string : null,
            [
                .. (live?.Items ?? []).Select(item => ItemBeside.Of(item, frozen.TryGetValue(item.Indicator, out var before) ? before : null)),
                .. frozen.Where(item => live is null || live.Items.All(own => own.Indicator != item.Key)).Select(item => ItemBeside.Of(null, item.Value)),
            ]);
    }
}

/// <summary>An item's two values and scores.</summary>
/// <param name="Changed">Whether value or score is another now.</param>
public sealed record ItemBeside(
    string Indicator, string Name, string MeasuredIn, decimal? ProvisionalValue, decimal? OfficialValue, decimal? ProvisionalScore, decimal? OfficialScore, bool Changed)
{
    internal static ItemBeside Of(ItemScore? live, JsonElement? official)
    {
        decimal? Number(string member) => official is { } item ? PublicationSheets.Cell(item, member) as decimal? : null;
        string Text(string member) => official!.Value.GetProperty(member).GetString()!;
        var (value, score) = (Number("value"), Number("score"));
        return new(
            live?.Indicator ?? Text("indicator"), live?.Name ?? Text("name"), live?.Unit ?? Text("unit"), live?.Value, value, live?.Score, score,
            (live?.Value, live?.Score) != (value, score));
    }
}

/// <summary>The same as CSV and as an Excel workbook.</summary>
internal static class BesideSheets
{
    public static byte[] Csv(BesideOfficialDocument document) => Sheets.Csv(Items(document));

    public static byte[] Xlsx(BesideOfficialDocument document) => Sheets.Xlsx(
        new(
            "综合得分",
            ["期别", "单位代码", "单位", "暂定得分", "正式得分", "差", "暂定名次", "正式名次", "名次升降", "暂定等次", "正式等次", "备注"],
            document.Units.Select(unit => (object?[])
            [
                document.Heading.Period, unit.Unit, unit.Name, unit.Provisional, unit.Official, unit.Difference, unit.ProvisionalRank, unit.OfficialRank,
                unit.Places, unit.ProvisionalGrade, unit.OfficialGrade, Remark(document),
            ])),
        Items(document),
        Sheets.Notes([.. document.Heading.Notes, $"正式得分：第 {document.Official.Number} 号发布（{document.Official.Root}）"]));

    private static SheetTable Items(BesideOfficialDocument document) => new(
        "考核项明细",
        ["期别", "单位代码", "单位", "考核项", "名称", "计量单位", "暂定数值", "正式数值", "暂定得分", "正式得分", "有变动", "综合暂定得分", "综合正式得分", "暂定名次", "正式名次", "备注"],
        document.Units.SelectMany(unit => unit.Items.Select(item => (object?[])
        [
            document.Heading.Period, unit.Unit, unit.Name, item.Indicator, item.Name, item.MeasuredIn, item.ProvisionalValue, item.OfficialValue,
            item.ProvisionalScore, item.OfficialScore, Sheets.YesNo(item.Changed), unit.Provisional, unit.Official, unit.ProvisionalRank, unit.OfficialRank,
            Remark(document),
        ])));

    private static string Remark(BesideOfficialDocument document) =>
        $"暂定与第 {document.Official.Number} 号发布对照" + (document.Heading.Demonstration ? $"；{ScoreHeading.DemonstrationNote}" : "");
}
