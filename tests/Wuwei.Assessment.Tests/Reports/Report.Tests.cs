using CsCheck;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using Wuwei.Assessment.Evaluations;
using Wuwei.Assessment.Publications;
using Wuwei.Assessment.Reports;
using Wuwei.Assessment.Scores;
using static Wuwei.Assessment.Tests.Given;

namespace Wuwei.Assessment.Tests.Reports;

/// <summary>What a report says, and whether Word opens it.</summary>
public sealed class ReportTests
{
    private static readonly DateOnly s_day = new(2025, 7, 10);
    private static readonly Scoring s_scoring = Scored();

    private static readonly Evaluation s_evaluation = new(
        "midterm-2023", 1, EvaluationKind.MidTerm, "“十四五”就业促进规划中期评估", "test", 1, "2023-12", s_day, EvaluationStage.Published, Guid.NewGuid(), s_day, 3,
        [new(EvaluationStage.HandedDown, "office", Noon), new(EvaluationStage.Approved, "chief", Noon, "常务会议纪要〔2025〕18号")]);

    private static readonly Sheet[] s_sheets = [.. OpenEvaluation.SheetsOf("midterm-2023", s_scoring)];
    private static readonly Result s_result = Result.Of(Snapshot.Of(s_scoring));

    [Fact]
    public void Given_a_snapshot_When_it_is_reported_Then_the_text_has_its_figures_and_no_others()
    {
        Block[] blocks = [.. ReportText.Of(s_evaluation, s_result, s_sheets, [], demonstration: true, s_day)];
        Assert.Equal("“十四五”就业促进规划中期评估报告", Assert.IsType<Title>(blocks[0]).Text);
        Assert.Contains(ScoreHeading.DemonstrationNote, blocks.OfType<Paragraph>().First().Text, StringComparison.Ordinal);
        var table = blocks.OfType<Grid>().First();
        Assert.Equal(["1", "古浪县", "1", "天祝藏族自治县", "3", "民勤县", "4", "凉州区"], table.Rows.SelectMany(row => row.Take(2)));
        Assert.Equal(s_scoring.Table.Regions.Where(region => region.Unit.IsRanked).Select(region => ScoreText.Rounded(region.Combined)!.Value).OrderDescending(),
            table.Rows.Select(row => Number(row[2])));
        Assert.Equal(["基本达到", "达到预期"], blocks.OfType<Grid>().ElementAt(1).Rows.Select(row => row[^1]));
        Assert.Equal("二、武威市规划指标完成情况", blocks.OfType<Heading>().ElementAt(1).Text);
        var text = string.Concat(blocks.OfType<Paragraph>().Select(paragraph => paragraph.Text));
        Assert.Contains("有综合得分的 4 个", text, StringComparison.Ordinal);
        Assert.Contains("常务会议纪要〔2025〕18号", text, StringComparison.Ordinal);
        Assert.Contains("第 3 号发布", text, StringComparison.Ordinal);
        Assert.Equal([4, 8], blocks.OfType<BarChart>().Select(chart => chart.Series.Sum(series => series.Values.Count)));
    }

    [Fact]
    public void Given_a_report_When_written_Then_it_is_a_valid_editable_document_in_official_layout()
    {
        using var file = Written([.. ReportText.Of(s_evaluation, s_result, s_sheets, [], demonstration: true, s_day)], ScoreHeading.DemonstrationNote);
        using var document = WordprocessingDocument.Open(file, isEditable: false);
        Assert.Equal("", string.Join('\n', new OpenXmlValidator().Validate(document).Select(error => $"{error.Part?.Uri} {error.Path?.XPath}: {error.Description}")));
        var main = document.MainDocumentPart!;
        Assert.Equal(2, main.ChartParts.Count());
        Assert.All(main.ChartParts, chart => Assert.NotNull(chart.EmbeddedPackagePart));
        Assert.Contains(ScoreHeading.DemonstrationNote, Assert.Single(main.HeaderParts).RootElement!.InnerText, StringComparison.Ordinal);
        Assert.Contains("方正小标宋简体", main.StyleDefinitionsPart!.RootElement!.OuterXml, StringComparison.Ordinal);
        Assert.Contains("仿宋,FangSong", main.FontTablePart!.RootElement!.OuterXml, StringComparison.Ordinal);
        Assert.Contains("一、总体情况", main.Document!.InnerText, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_units_briefing_When_written_Then_its_own_value_stands_beside_the_systems()
    {
        var sheet = s_sheets.Single(sheet => sheet.Unit == Minqin);
        sheet = sheet with { Lines = [.. sheet.Lines.Select(line => line with { Reported = 12_345, Evidence = "台账" })] };
        Block[] blocks = [.. ReportText.Briefing(s_evaluation, s_result.Units.Single(unit => unit.Code == Minqin), sheet, demonstration: false, s_day)];
        Assert.Equal("12,345", Assert.Single(blocks.OfType<Grid>()).Rows[0][2]);
        using var file = Written(blocks, null);
        using var document = WordprocessingDocument.Open(file, isEditable: false);
        Assert.Empty(new OpenXmlValidator().Validate(document));
        Assert.Empty(document.MainDocumentPart!.HeaderParts);
    }

    [Fact]
    public void Given_any_text_When_written_Then_the_document_opens_and_says_it() => Gen.String.Sample(
        text =>
        {
            using var file = Written([new Paragraph($"甲{text}乙")], null);
            using var document = WordprocessingDocument.Open(file, isEditable: false);
            var read = document.MainDocumentPart!.Document!.InnerText;
            return read.StartsWith('甲') && read.EndsWith('乙');
        }, iter: 50);

    [Theory]
    [InlineData(0, "A")]
    [InlineData(25, "Z")]
    [InlineData(26, "AA")]
    [InlineData(701, "ZZ")]
    public void Given_a_column_When_named_Then_it_is_as_spreadsheets_do(int at, string name) => Assert.Equal(name, WordChart.Column(at));

    private static MemoryStream Written(IReadOnlyList<Block> blocks, string? mark)
    {
        var file = new MemoryStream();
        WordDocument.Write(file, blocks, mark);
        return new(file.ToArray());
    }

    // Gulang and Tianzhu are level at the top, in the order of their codes, since what exceeds the target adds nothing.
    private static Scoring Scored()
    {
        var scheme = Scheme(Flow, Level);
        string[] counties = [Liangzhou, Minqin, Gulang, Tianzhu], all = [.. counties, City];
        var table = ScoreTable.Of(
            scheme, Month("2023-12"),
            [.. counties.Index().SelectMany(county => EveryMonth("1", county.Item, "2023-12", 70 + 20 * county.Index)), .. counties.Index().Select(county => Observed("5", county.Item, "2023", 88 + county.Index)),
                .. EveryMonth("1", City, "2023-12", 95), Observed("5", City, "2023", 91)],
            [.. all.SelectMany(region => EveryYear("1", region, 1200)), .. all.SelectMany(region => EveryYear("5", region, 90))]);
        return new(table, 1, Noon, Noon, _ => table);
    }
}
