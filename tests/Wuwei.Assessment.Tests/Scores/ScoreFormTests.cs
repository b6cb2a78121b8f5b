using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Wuwei.Assessment.Scores;

namespace Wuwei.Assessment.Tests.Scores;

/// <summary>JSON, CSV and workbook.</summary>
public sealed class ScoreFormTests(AssessmentService service) : ScoreTests(service), IClassFixture<AssessmentService>
{
    private const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    [Fact]
    public async Task Given_Accept_csv_When_pulled_Then_it_opens_in_Excel_and_says_what_the_JSON_says()
    {
        using var response = await GetAsync("/scores", accept: "text/csv");
        Assert.Equal("text/csv; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("scores-2025-06.csv", response.Content.Headers.ContentDisposition!.FileName!.Trim('"'));
        var bytes = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        var lines = Encoding.UTF8.GetString(bytes[3..]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(1 + 5 * 12, lines.Length);
        Assert.StartsWith("期别,地区代码,地区,指标,", lines[0], StringComparison.Ordinal);
        var expected = (await Service.PullAsync("/scores")).GetProperty("regions").EnumerateArray().SelectMany(row => row.GetProperty("items").EnumerateArray()
            .Select(item => (row.GetProperty("score").GetProperty("region").GetString(), item.GetProperty("indicator").GetString(), NullableDecimal(item, "score"))));
        Assert.Equal(expected, lines[1..].Select(line => line.Split(',')).Select(cells =>
            ((string?)cells[1], (string?)cells[3], cells[13].Length == 0 ? (decimal?)null : decimal.Parse(cells[13], CultureInfo.InvariantCulture))));
        Assert.All(lines[1..], line => Assert.Contains("演示数据", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Given_Accept_xlsx_When_pulled_Then_it_is_a_workbook_with_three_sheets_and_a_stable_tag()
    {
        using var response = await GetAsync("/scores", accept: Xlsx);
        Assert.Equal(Xlsx, response.Content.Headers.ContentType!.ToString());
        var bytes = await response.Content.ReadAsByteArrayAsync();
        using var archive = new ZipArchive(new MemoryStream(bytes));
        using var workbook = new StreamReader(archive.GetEntry("xl/workbook.xml")!.Open());
        var sheets = await workbook.ReadToEndAsync();
        Assert.All(["综合得分", "指标明细", "说明"], name => Assert.Contains(name, sheets, StringComparison.Ordinal));
        // A row that is copied out of the workbook still says what it is.
        Assert.Equal((5, 5 * 12), (await MarksAsync("sheet1"), await MarksAsync("sheet2")));
        async Task<int> MarksAsync(string sheet)
        {
            using var reader = new StreamReader(archive.GetEntry($"xl/worksheets/{sheet}.xml")!.Open());
            return (await reader.ReadToEndAsync()).Split("演示数据").Length - 1;
        }

        using var notModified = await GetAsync("/scores", response.Headers.ETag, Xlsx);
        Assert.Equal(HttpStatusCode.NotModified, notModified.StatusCode);

        // Rendered anew from the same numbers it is the same workbook: no entry says when it was written.
        Assert.All(archive.Entries, entry => Assert.Equal(1980, entry.LastWriteTime.Year));
        await using (var command = Service.Database.DataSource.CreateCommand("delete from score_document"))
        {
            await command.ExecuteNonQueryAsync();
        }

        using var rendered = await GetAsync("/scores", response.Headers.ETag, Xlsx);
        Assert.Equal(HttpStatusCode.NotModified, rendered.StatusCode);
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("\r=1", "'\r=1")]
    [InlineData("〔7.5〕", "〔7.5〕")]
    [InlineData("", "")]
    public void Given_a_text_that_a_spreadsheet_would_run_When_written_Then_it_is_plain(string text, string written) =>
        Assert.Equal(written, Sheets.Neutral(text));

    [Fact]
    public async Task Given_one_address_When_pulled_in_three_forms_Then_each_has_its_own_tag()
    {
        var tags = new HashSet<string>();
        foreach (var accept in new[] { "application/json", "text/csv", Xlsx })
        {
            using var response = await GetAsync("/scores", accept: accept);
            Assert.Contains("Accept", response.Headers.Vary);
            tags.Add(response.Headers.ETag!.Tag);
        }

        Assert.Equal(3, tags.Count);
    }

    [Theory]
    [InlineData("text/html,application/xhtml+xml,*/*;q=0.8", "application/json")]
    [InlineData("text/*", "text/csv; charset=utf-8")]
    [InlineData("application/json;q=0.5, text/csv;q=0.9", "text/csv; charset=utf-8")]
    [InlineData("application/json;q=0, text/csv;q=0.1", "text/csv; charset=utf-8")]
    public async Task Given_several_accepted_forms_When_pulled_Then_the_preferred_one_comes(string accept, string expected)
    {
        using var response = await GetAsync("/scores", accept: accept);
        Assert.Equal(expected, response.Content.Headers.ContentType!.ToString());
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("image/png")]
    [InlineData("application/json;q=0")]
    public async Task Given_an_Accept_that_we_cannot_meet_When_pulled_Then_it_is_406(string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Relative("/scores"));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        await AssertProblemAsync(await Office.SendAsync(request), 406, "request.not_acceptable");
    }

    private static decimal? NullableDecimal(JsonElement element, string name) =>
        element.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDecimal() : null;
}
