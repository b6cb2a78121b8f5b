using System.Text;
using Wuwei.Testing.Files;
using static Wuwei.Tables.Tests.Given;

namespace Wuwei.Tables.Tests;

public sealed class ReadingTests
{
    private const string Styles = """
        <styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/>
        <numFmt numFmtId="165" formatCode="0.0&quot;day&quot;"/></numFmts>
        <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
        <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>
        """;

    [Theory]
    [InlineData("<c t=\"inlineStr\"><is><t>张三</t></is></c>", "张三")]
    [InlineData("<c t=\"inlineStr\"><is><r><t>张</t></r><r><t>三</t></r></is></c>", "张三")]
    [InlineData("<c t=\"s\"><v>0</v></c>", "李四")]
    [InlineData("<c t=\"s\"><v>1</v></c>", "王五")]
    [InlineData("<c t=\"str\"><v>赵六</v></c>", "赵六")]
    [InlineData("<c><v>13812345678</v></c>", "13812345678")]
    [InlineData("<c><v>1.3812345678E10</v></c>", "13812345678")]
    [InlineData("<c t=\"inlineStr\"><is><t>一_x000A_二</t></is></c>", "一\n二")]
    [InlineData("<c t=\"inlineStr\"><is><t xml:space=\"preserve\">  空格  </t></is></c>", "空格")]
    public void Given_text_in_its_many_ways_When_read_Then_it_is_the_text(string cell, string text)
    {
        var table = new Table("数据", [Given.Table.Columns[1]]);
        var file = Xlsx.Of(
            writer => writer.Write($"<row><c t=\"inlineStr\"><is><t>姓名</t></is></c></row><row>{cell}</row>"),
            texts: "<sst><si><t>李四</t></si><si><r><t>王</t></r><r><rPr/><t>五</t></r><rPh sb=\"0\" eb=\"1\"><t>ワン</t></rPh></si></sst>");

        Assert.Equal([text], Assert.Single(Read(file, table)).Texts);
    }

    [Theory]
    [InlineData("<c s=\"1\"><v>46027</v></c>", "")]
    [InlineData("<c s=\"2\"><v>46027</v></c>", "")]
    [InlineData("<c s=\"1\"><v>44565</v></c>", "date1904=\"1\"")]
    [InlineData("<c><v>46027</v></c>", "")]
    [InlineData("<c><v>20260105</v></c>", "")]
    [InlineData("<c t=\"d\"><v>2026-01-05</v></c>", "")]
    [InlineData("<c t=\"inlineStr\"><is><t>2026年1月5日</t></is></c>", "")]
    public void Given_a_day_in_a_workbook_When_read_Then_it_is_that_day(string cell, string workbookPr)
    {
        var table = new Table("数据", [Given.Table.Columns[2]]);
        var file = Xlsx.Of(writer => writer.Write($"<row><c t=\"inlineStr\"><is><t>日期</t></is></c></row><row>{cell}</row>"), styles: Styles, workbookPr: workbookPr);

        var row = Assert.Single(Read(file, table));

        Assert.Empty(row.Errors);
        Assert.Equal(["2026-01-05"], row.Texts);
    }

    [Theory]
    [InlineData("2026-01-05", true)]
    [InlineData("2026/1/5", true)]
    [InlineData("20260105", true)]
    [InlineData("2026年1月5日", true)]
    [InlineData("２０２６－０１－０５", true)]
    [InlineData("46027", true)]
    [InlineData("2026-01-05 00:00:00", true)]
    [InlineData("2026-02-29", false)]
    [InlineData("31.12.2026", false)]
    [InlineData("01/05/2026", false)]
    [InlineData("2026-01-05 08:30", false)]
    [InlineData("60", false)]
    public void Given_a_day_as_text_When_read_Then_it_is_known_or_refused(string text, bool isDay)
    {
        var row = Assert.Single(Read(Csv($"A1,,{text},80,,,")));

        Assert.Equal(isDay ? [] : ["cell.not_day"], row.Errors.Select(error => error.Code));
        Assert.Equal(isDay ? "2026-01-05" : text, row.Texts[2]);
    }

    [Theory]
    [InlineData(1, "1900-01-01")]
    [InlineData(59, "1900-02-28")]
    [InlineData(61, "1900-03-01")]
    [InlineData(46027, "2026-01-05")]
    public void Given_a_serial_Then_it_is_the_day_that_Excel_shows(int serial, string day)
    {
        Assert.True(Days.TryOfSerial(serial, from1904: false, out var found));
        Assert.Equal(day, Days.Write(found));
    }

    [Fact]
    public void Given_cells_that_are_no_values_When_read_Then_each_is_an_error_that_says_what_to_do()
    {
        var file = Xlsx.Of(writer => writer.Write(Header
            + "<row r=\"2\"><c><v>4.1010119900101002E17</v></c><c><f>TODAY()</f><v>46027</v></c><c t=\"e\"><v>#N/A</v></c></row>"
            + "<row r=\"4\"><c t=\"inlineStr\"><is><t>4.10101E+17</t></is></c><c t=\"inlineStr\"><is><t>昨天</t></is></c><c><v>80.5</v></c><c><v>1</v></c></row>"));

        var errors = Read(file, Three).SelectMany(row => row.Errors).ToArray();

        Assert.Equal(
            [
                (2, "号码", "cell.number_for_text"), (2, "日期", "cell.formula"), (2, "课时", "cell.error"),
                (4, "号码", "cell.number_for_text"), (4, "日期", "cell.not_day"), (4, "课时", "cell.not_whole"), (4, null, "cell.beyond"),
            ],
            errors.Select(error => (error.Row, error.Header, error.Code)));
        Assert.All(errors, error => Assert.NotEmpty(error.Advice));
        Assert.Contains("文本", errors[0].Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1,000", true, "1000")]
    [InlineData("1000.50", true, "1000.5")]
    [InlineData("0.0001", true, "0.0001")]
    [InlineData("-5", true, "-5")]
    [InlineData("1,00", false, "1,00")]
    [InlineData("1e5", false, "1e5")]
    [InlineData("一千", false, "一千")]
    [InlineData("1000元", false, "1000元")]
    public void Given_a_number_as_text_When_read_Then_only_what_is_one_is(string text, bool isNumber, string read)
    {
        var row = Assert.Single(Read(Csv($"A1,,2026-01-05,80,\"{text}\",,")));

        Assert.Equal(isNumber ? [] : ["cell.not_number"], row.Errors.Select(error => error.Code));
        Assert.Equal(read, row.Texts[4]);
    }

    [Fact]
    public void Given_a_row_When_made_a_body_Then_it_is_what_the_API_takes()
    {
        var row = Assert.Single(Read(Csv("A1,张三,2026/1/5,80,1000.5,second,否")));

        Assert.Equal(
            """{"person":{"number":"A1","name":"张三"},"on":"2026-01-05","hours":80,"amount":1000.5,"kind":"second","subsidised":false}""",
            System.Text.RegularExpressions.Regex.Unescape(Encoding.UTF8.GetString(Given.Table.ToJson(row.Texts).Span)));
    }

    [Theory]
    [InlineData("utf-8", false)]
    [InlineData("utf-8", true)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", true)]
    [InlineData("gb18030", false)]
    public void Given_CSV_in_some_encoding_When_read_Then_the_encoding_is_found(string name, bool mark)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var encoding = Encoding.GetEncoding(name);
        byte[] file = [.. mark ? encoding.GetPreamble() : [], .. encoding.GetBytes($"{HeaderLine}\r\nA1,𠮷·买买提,2026-01-05,80,,甲类,是\r\n")];

        using var opened = TableFile.Open(file, Given.Table, new());
        var row = Assert.Single(opened.Rows());

        Assert.Empty(row.Errors);
        Assert.Equal("𠮷·买买提", row.Texts[1]);
        Assert.Equal(encoding.WebName, opened.Encoding, ignoreCase: true);
    }

    [Fact]
    public void Given_CSV_with_quotes_tabs_and_line_breaks_When_read_Then_rows_are_numbered_as_Excel_numbers_them()
    {
        var rows = Read(Encoding.UTF8.GetBytes($"{HeaderLine.Replace(',', '\t')}\nA1\t\"甲\n\"\"乙\"\"\"\t2026-01-05\t80\t\t\t\n\n\t\t\t\t\t\t\n#5\t\t2026-01-05\t80\t\t\t\n"));

        Assert.Equal([(2, "A1", "甲\n\"乙\""), (5, "#5", "")], rows.Select(row => (row.Number, row.Texts[0], row.Texts[1])));
    }

    [Theory]
    [InlineData("号码,姓名,日期,课时,金额,类别", "table.header_missing", "补贴")]
    [InlineData("号码,姓名,日期,课时,金额,类别,补助", "table.header_unknown", "G1")]
    [InlineData("号码,姓名,日期,课时,金额,类别,补贴,姓名", "table.header_twice", "H1")]
    [InlineData("号码,姓名,日期,课时,金额,类别,补贴", "table.no_rows", null)]
    public void Given_a_header_that_is_not_the_template_s_When_opened_Then_the_cell_is_named(string header, string code, string? where)
    {
        var refused = Assert.Throws<UnreadableTableException>(() => Read(Encoding.UTF8.GetBytes(header + "\r\n")));

        Assert.Equal((code, where), (refused.Problem.Code, refused.Where));
    }

    [Fact]
    public void Given_columns_in_another_order_When_read_Then_they_are_found_by_their_headers()
    {
        var row = Assert.Single(Read(Encoding.UTF8.GetBytes("补贴,课时,号码,姓名,行号,日期,金额,类别\r\n是,80,A1,张三,7,2026-01-05,,甲类")));

        Assert.Empty(row.Errors);
        Assert.Equal(["A1", "张三", "2026-01-05", "80", "", "甲类", "是"], row.Texts);
    }

    [Fact]
    public void Given_one_row_more_than_is_read_When_read_Then_the_file_is_refused() =>
        Assert.Equal("table.too_many_rows", Refusal(Csv("A1,,2026-01-05,80,,,", "A2,,2026-01-05,80,,,", "A3,,2026-01-05,80,,,"), limits: new() { Rows = 2 }));
}
