using System.IO.Compression;
using System.Text;
using CsCheck;
using Wuwei.Tables.Writing;
using static Wuwei.Tables.Tests.Given;

namespace Wuwei.Tables.Tests;

public sealed class WritingTests
{
    [Fact]
    public async Task Given_a_template_When_opened_Then_it_has_no_rows_yet_drop_downs_and_text_columns()
    {
        using var file = new MemoryStream();
        await XlsxTemplate.WriteAsync(Given.Table, file, default);

        Assert.Equal("table.no_rows", Refusal(file.ToArray()));
        using var archive = new ZipArchive(file);
        var sheet = Text(archive, "xl/worksheets/sheet1.xml");
        Assert.Contains("填写说明", sheet, StringComparison.Ordinal);
        Assert.Contains("$G$2:$G$3", sheet, StringComparison.Ordinal);
        Assert.Contains("F2:F10000", sheet, StringComparison.Ordinal);
        Assert.Contains("$H$2:$H$3", sheet, StringComparison.Ordinal);
        Assert.Contains("numFmtId=\"49\"", Text(archive, "xl/styles.xml"), StringComparison.Ordinal);
        var help = Text(archive, "xl/worksheets/sheet2.xml");
        Assert.All(
            Given.Table.Columns.SelectMany(column => new[] { column.Header, column.Rule, column.Example }).Append("乙类").Append(Given.Table.Version),
            text => Assert.Contains(text, help, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Given_a_template_of_another_version_When_sent_Then_it_is_refused()
    {
        using var file = new MemoryStream();
        await XlsxTemplate.WriteAsync(Given.Table, file, default);
        var newer = Given.Table with { Columns = [.. Given.Table.Columns.Take(6), Given.Table.Columns[6] with { Required = true }] };

        Assert.NotEqual(Given.Table.Version, newer.Version);
        Assert.Equal("table.template_version", Refusal(file.ToArray(), newer));
        Assert.Equal(Given.Table.Version, (Given.Table with { Columns = [.. Given.Table.Columns.Select(column => column with { Rule = "改写", Example = "1" })] }).Version);
    }

    [Fact]
    public void Given_the_CSV_template_When_filled_in_Then_it_is_read() =>
        Assert.Empty(Assert.Single(Read([.. CsvText.Template(Given.Table), .. "A1,张三,2026-01-05,80,,,"u8])).Errors);

    [Theory]
    [InlineData("=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1")]
    [InlineData("+86 138", "'+86 138")]
    [InlineData("-1+1", "'-1+1")]
    [InlineData("-12.5", "-12.5")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("＝1", "'＝1")]
    [InlineData("＋1", "'＋1")]
    [InlineData("－1", "'－1")]
    [InlineData("＠1", "'＠1")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("\r=1", "'\r=1")]
    [InlineData("\n=1", "'\n=1")]
    [InlineData("张三=李四", "张三=李四")]
    public void Given_text_that_a_spreadsheet_would_calculate_When_written_Then_it_is_text(string text, string written) =>
        Assert.Equal(written, CsvText.Neutral(text));

    [Fact]
    public async Task Given_rows_When_written_as_a_workbook_Then_numbers_are_numbers_and_formulas_are_text()
    {
        using var file = new MemoryStream();
        await using (var rows = await XlsxRows.StartAsync(file, "数据", ["号码", "日期", "课时"], default))
        {
            await rows.AddAsync(["=1+1", "2026-01-05", 80], default);
            await rows.FinishAsync(default);
        }

        var row = Assert.Single(Read(file.ToArray(), Three));
        Assert.Empty(row.Errors);
        Assert.Equal(["'=1+1", "2026-01-05", "80"], row.Texts);
    }

    [Fact]
    public async Task Given_a_text_longer_than_a_cell_may_be_When_written_Then_it_is_cut_between_characters_and_says_so()
    {
        using var file = new MemoryStream();
        await using (var rows = await XlsxRows.StartAsync(file, "数据", ["最长", "过长"], default))
        {
            await rows.AddAsync([new string('甲', 32_767), new string('乙', 32_755) + "𠮷" + new string('丙', 20)], default);
            await rows.FinishAsync(default);
        }

        using var archive = new ZipArchive(file);
        var sheet = Text(archive, "xl/worksheets/sheet1.xml");
        Assert.Contains($">{new string('甲', 32_767)}<", sheet, StringComparison.Ordinal);
        Assert.Contains($">{new string('乙', 32_755)}……（内容过长，未完）<", sheet, StringComparison.Ordinal);
    }

    // What each column may hold, and what is wrong with it in it: in the file, and again in the workbook of errors.
    private static readonly Gen<(string Text, bool IsBad)>[] s_cells =
    [
        Gen.OneOf(Good("A1", "62060219800101001X", "Y006"), Bad("", "4.10101E+17", "=A1")),
        Gen.OneOf(Good("张三", "", "买买提·𠮷", "a,\"b\"", "-"), Bad("#N/A", "=1")),
        Gen.OneOf(Good("2026-01-05", "2026/1/5", "46027"), Bad("", "2026-02-30", "昨天")),
        Gen.OneOf(Good("80", "1,000"), Bad("", "8.5", "八")),
        Gen.OneOf(Good("", "1000.50", "0"), Bad("1e5", "￥5")),
        Gen.OneOf(Good("", "甲类", "second"), Bad("丙类", "#REF!")),
        Gen.OneOf(Good("", "是", "否"), Bad("对")),
    ];

    private static readonly string[] s_right = ["A1", "张三", "2026-01-05", "80", "1", "甲类", "是"];

    [Fact]
    public async Task Given_any_rows_When_their_workbook_of_errors_is_corrected_and_sent_again_Then_nothing_is_wrong()
    {
        var row = Gen.Select(s_cells[0], s_cells[1], s_cells[2], s_cells[3], Gen.Select(s_cells[4], s_cells[5], s_cells[6]),
            (a, b, c, d, e) => new[] { a, b, c, d, e.Item1, e.Item2, e.Item3 });
        await row.Array[1, 8].SampleAsync(async rows =>
        {
            var csv = new StringBuilder();
            foreach (var cells in rows)
            {
                csv.Append(string.Join(',', cells.Select(cell => $"\"{cell.Text.Replace("\"", "\"\"")}\""))).Append("\r\n");
            }

            // Rows without anything in them do not count.
            var sent = rows.Where(cells => cells.Any(cell => cell.Text.Length > 0)).ToArray();
            if (sent.Length == 0)
            {
                return;
            }

            var read = Read(Csv(csv.ToString()));
            Assert.Equal(
                sent.Select(cells => cells.Index().Where(cell => cell.Item.IsBad).Select(cell => Given.Table.Columns[cell.Index].Header)),
                read.Select(found => found.Errors.Select(error => error.Header!)));

            var again = Read(await ErrorsAsync(read));
            Assert.Equal(read.Select(found => string.Join('|', found.Texts)), again.Select(found => string.Join('|', found.Texts)));
            Assert.Equal(read.Select(found => found.Errors.Select(error => (error.Header, error.Code))), again.Select(found => found.Errors.Select(error => (error.Header, error.Code))));

            var corrected = again.Select(found => found with
            {
                Texts = [.. found.Texts.Index().Select(text => found.Errors.Any(error => error.Header == Given.Table.Columns[text.Index].Header) ? s_right[text.Index] : text.Item)],
            });
            Assert.All(Read(await ErrorsAsync(corrected)), found => Assert.Empty(found.Errors));
        }, iter: 200);
    }

    private static Gen<(string, bool)> Good(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => (texts[i], false));

    private static Gen<(string, bool)> Bad(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => (texts[i], true));

    private static async Task<byte[]> ErrorsAsync(IEnumerable<TableRow> rows)
    {
        using var file = new MemoryStream();
        await XlsxTemplate.WriteErrorsAsync(Given.Table, rows.ToAsyncEnumerable(), file, default);
        return file.ToArray();
    }

    private static string Text(ZipArchive archive, string entry)
    {
        using var reader = new StreamReader(archive.GetEntry(entry)!.Open());
        return reader.ReadToEnd();
    }
}
