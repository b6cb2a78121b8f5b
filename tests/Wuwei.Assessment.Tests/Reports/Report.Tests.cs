using CsCheck;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using Charts = DocumentFormat.OpenXml.Drawing.Charts;
using Word = DocumentFormat.OpenXml.Wordprocessing;
using Wuwei.Assessment.Evaluations;
using Wuwei.Assessment.Publications;
using Wuwei.Assessment.Reports;
using Wuwei.Assessment.Schemes;
using Wuwei.Assessment.Scores;
using Wuwei.Assessment.Targets;
using static Wuwei.Assessment.Tests.Given;

namespace Wuwei.Assessment.Tests.Reports;

/// <summary>What a report says, and whether Word opens it.</summary>
public sealed class ReportTests
{
    private static readonly DateOnly s_day = new(2025, 7, 10);
    private static readonly Target[] s_targets =
        [.. new[] { Liangzhou, Minqin, Gulang, Tianzhu, City }.SelectMany(region => EveryYear("1", region, 1200).Concat(EveryYear("5", region, 90)))];

    private static readonly Scoring s_scoring = Scored();

    private static readonly Evaluation s_evaluation = new(
        "midterm-2023", 1, EvaluationKind.MidTerm, "“十四五”就业促进规划中期评估", "test", 1, "2023-12", s_day, EvaluationStage.Published, Guid.NewGuid(), s_day, 3,
        [new(EvaluationStage.HandedDown, "office", Noon), new(EvaluationStage.Approved, "chief", Noon, "常务会议纪要〔2025〕18号")]);

    private static readonly Sheet[] s_sheets = [.. OpenEvaluation.SheetsOf("midterm-2023", s_scoring)];
    private static readonly Result s_result = Result.Of(Snapshot.Of(s_scoring), s_targets);

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
        Assert.Equal(["≥6,000", "≥90"], blocks.OfType<Grid>().ElementAt(1).Rows.Select(row => row[1]));
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
        // Without a colour of its own a bar is not seen in every word processor.
        Assert.Equal(5, main.ChartParts.SelectMany(chart => chart.ChartSpace!.Descendants<Charts.BarChartSeries>()).Count(bars => bars.ChartShapeProperties is not null));
        Assert.Contains(ScoreHeading.DemonstrationNote, Assert.Single(main.HeaderParts).RootElement!.InnerText, StringComparison.Ordinal);
        Assert.Contains("方正小标宋简体", main.StyleDefinitionsPart!.RootElement!.OuterXml, StringComparison.Ordinal);
        Assert.Contains("仿宋,FangSong", main.FontTablePart!.RootElement!.OuterXml, StringComparison.Ordinal);
        Assert.Contains("一、总体情况", main.Document!.InnerText, StringComparison.Ordinal);
        // Odd pages have their number at the right, even ones at the left.
        Assert.Equal(["default right", "even left"], main.Document!.Descendants<Word.FooterReference>().Select(reference =>
            $"{reference.Type!.InnerText} {((FooterPart)main.GetPartById(reference.Id!)).RootElement!.Descendants<Word.Justification>().Single().Val!.InnerText}"));
        Assert.DoesNotContain(main.Document!.Descendants<Word.Paragraph>(), paragraph => paragraph.ParagraphProperties?.ParagraphStyleId?.Val?.Value == "RedHead");
    }

    [Theory]
    [InlineData(EvaluationStage.Published, "市委办公室", "RedHead,DocumentNumber,Recipients,Copies,Printed")]
    [InlineData(EvaluationStage.Approved, null, "RedHead,DocumentNumber,Recipients,PrintedAlone")]
    [InlineData(EvaluationStage.Noticed, "市委办公室", "")]
    public void Given_a_letterhead_When_the_result_is_approved_Then_the_report_is_issued_under_it(EvaluationStage stage, string? copies, string styles)
    {
        var headed = s_evaluation with
        {
            Stage = stage,
            Letterhead = new() { Issuer = "武威市就业工作领导小组", Number = "武就发〔2025〕18号", To = "各县（区）人民政府", CopiesTo = copies, IssuedOn = s_day },
        };
        using var file = Written([.. ReportText.Of(headed, s_result, s_sheets, [], demonstration: true, s_day.AddDays(1))], ScoreHeading.DemonstrationNote);
        using var document = WordprocessingDocument.Open(file, isEditable: false);
        Assert.Equal("", string.Join('\n', new OpenXmlValidator().Validate(document).Select(error => $"{error.Part?.Uri} {error.Path?.XPath}: {error.Description}")));
        var all = document.MainDocumentPart!.Document!.Descendants<Word.Paragraph>().Select(paragraph => (Style: paragraph.ParagraphProperties!.ParagraphStyleId!.Val!.Value!, Text: paragraph.InnerText)).ToArray();
        string[] official = ["RedHead", "DocumentNumber", "Recipients", "Copies", "Printed", "PrintedAlone"];
        Assert.Equal(styles, string.Join(',', all.Select(paragraph => paragraph.Style).Where(style => official.Contains(style))));
        var isIssued = styles.Length > 0;
        Assert.Equal([isIssued ? "武威市就业工作领导小组" : "武威市考核办公室", isIssued ? "2025年7月10日" : "2025年7月11日"], all.Where(paragraph => paragraph.Style == "Signature").Select(paragraph => paragraph.Text));
        if (isIssued)
        {
            Assert.Equal(["武威市就业工作领导小组文件", "武就发〔2025〕18号"], all.Take(2).Select(paragraph => paragraph.Text));
            Assert.Contains(("Recipients", "各县（区）人民政府："), all);
            // In one line of 442 points.
            var head = document.MainDocumentPart!.Document!.Descendants<Word.Paragraph>().First();
            Assert.InRange(head.InnerText.Length * decimal.Parse(head.Descendants<Word.FontSize>().Single().Val!, null) / 2, 400, 442);
            Assert.Equal("武威市就业工作领导小组2025年7月10日印发", all[^2].Text); // a tab between them
        }
    }

    [Theory]
    [InlineData(6000, "≥", 3600, 6000d, "提前完成")]
    [InlineData(3900, "≥", 3600, 6000d, "超前")]
    [InlineData(3899, "≥", 3600, 6000d, "达到预期")]
    [InlineData(3600, "≥", 3600, 6000d, "达到预期")]
    [InlineData(3300, "≥", 3600, 6000d, "基本达到")]
    [InlineData(3299, "≥", 3600, 6000d, "滞后")]
    [InlineData(6000, "≥", 6000, 6000d, "达到预期")] // the last year: nothing is early any more
    [InlineData(100, "≥", 90, 90d, "超前")] // a level to hold is not completed early
    [InlineData(5.9, "<", 6, 6d, "达到预期")]
    [InlineData(6, "<", 6, 6d, "基本达到")]
    [InlineData(6.4, "<", 6, 6d, "滞后")]
    [InlineData(3600, "≥", 3600, null, "达到预期")]
    public void Given_an_item_When_judged_Then_it_is_by_what_the_whole_plan_asks_for(double value, string comparator, double due, double? whole, string judged)
    {
        var item = new ResultItem("1", "一项", "人", (decimal)value, (decimal)due, comparator, Target.IsMet((decimal)value, comparator, (decimal)due), null, null, null, (decimal?)whole);
        Assert.Equal(judged, Judgement.Of(item));
        Assert.Equal("—", Judgement.Of(item with { Met = null }));
    }

    [Fact]
    public void Given_targets_of_years_When_the_plans_is_asked_for_Then_it_is_their_sum_or_the_last_level()
    {
        Target[] years = [.. EveryYear("1", City, 1200)];
        Assert.Equal(6000, Judgement.PlanTarget(Aggregate.Cumulative, years, 2021, 2025));
        Assert.Equal(1200, Judgement.PlanTarget(Aggregate.Level, years, 2021, 2025));
        Assert.Null(Judgement.PlanTarget(Aggregate.Cumulative, years[..4], 2021, 2025));
        Assert.Null(Judgement.PlanTarget(Aggregate.Level, years[..4], 2021, 2025));
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
        string[] counties = [Liangzhou, Minqin, Gulang, Tianzhu];
        var table = ScoreTable.Of(
            scheme, Month("2023-12"),
            [.. counties.Index().SelectMany(county => EveryMonth("1", county.Item, "2023-12", 70 + 20 * county.Index)), .. counties.Index().Select(county => Observed("5", county.Item, "2023", 88 + county.Index)),
                .. EveryMonth("1", City, "2023-12", 95), Observed("5", City, "2023", 91)],
            [.. s_targets.Where(target => target.Year <= 2023)]);
        return new(table, 1, Noon, Noon, _ => table);
    }
}
