using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using CsCheck;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Ledger;
using Wuwei.Indicator.Observations;
using Wuwei.Indicator.Tests.Progress;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Tests.Observations;

/// <summary>Laws of roll-up, over any totals; no database.</summary>
public sealed class PivotLaws
{
    private static readonly PlanIndicator s_flow = PaceTests.Indicator(1) with { Measures = [new("m", MeasureRole.Sum, "sum", "人", "training", "")] };

    private static readonly Gen<Cell[]> s_cells = Gen.Select(
        Gen.OneOf("620602", "620602001", "620621", "620622", "620623"), Gen.Int[0, 35], Gen.Int[-500, 5000], Gen.Int[0, 3]).Array[0, 60]
        .Select(drawn => drawn.Select(cell => new Cell("m", cell.Item1, new DateOnly(2022, 1, 1).AddMonths(cell.Item2), cell.Item3, cell.Item4, 1, default)).ToArray());

    private static decimal?[] Values(string region, string by, Cell[] cells, Total total = Total.Period)
    {
        Assert.False(ListObservations.Points("2022", "2024", by).IsRefused(out _, out var periods));
        return [.. Pivot.Row(new(s_flow, region, total, new Knowledge(1, null, null)), periods!, cells).Values];
    }

    private static decimal Sum(IEnumerable<decimal?> values) => values.Sum() ?? 0;

    [Fact]
    public void Given_any_totals_When_rolled_up_Then_the_whole_is_the_sum_of_its_parts_by_region_and_by_period() =>
        s_cells.Sample(cells =>
        {
            string[] counties = ["620602", "620621", "620622", "620623"];
            var city = Values("620600", "month", cells);
            for (var i = 0; i < city.Length; i++)
            {
                var parts = counties.Select(county => Values(county, "month", cells)[i]).ToArray();
                Assert.Equal(city[i] ?? 0, Sum(parts));
                Assert.Equal(city[i] is null, parts.All(part => part is null)); // zero is known, nothing is not
            }

            foreach (var (by, months) in new[] { ("quarter", 3), ("half-year", 6), ("year", 12) })
            {
                Assert.Equal(Values("620600", by, cells).Select(value => value ?? 0), city.Chunk(months).Select(Sum));
            }

            Assert.Equal(Values("620600", "year", cells), Values("620600", "year", cells, Total.YearToDate));
        }, iter: 100);

    [Theory]
    [InlineData(new[] { 1200.0, 2200.0 }, true, 0, 2500, 500)]
    [InlineData(new[] { -30.0, 45.0 }, true, -40, 60, 20)]
    [InlineData(new[] { 5.2, 5.8 }, false, 5.2, 5.8, 0.2)]
    [InlineData(new[] { 7.0 }, false, 6, 8, 2)]
    [InlineData(new double[0], true, 0, 1, 0.2)]
    [InlineData(new[] { 0.0, 0.0 }, true, 0, 0.2, 0.2)]
    public void Given_values_When_a_chart_is_drawn_Then_its_ticks_are_round_and_around_them(double[] values, bool fromZero, double low, double high, double step) =>
        Assert.Equal(((decimal)low, (decimal)high, (decimal)step), PivotPictures.Scale([.. values.Select(value => (decimal)value)], fromZero));

    [Theory]
    [InlineData(110.0, 100.0, false, 10.0)]
    [InlineData(95.0, 100.0, false, -5.0)]
    [InlineData(6.1, 5.85, true, 0.25)]
    [InlineData(5.0, 0.0, false, null)]
    [InlineData(5.0, 0.0, true, 5.0)]
    [InlineData(null, 100.0, false, null)]
    public void Given_two_values_When_compared_Then_it_is_percent_or_for_shares_points(double? value, double? before, bool isShare, double? change) =>
        Assert.Equal((decimal?)change, Pivot.Change((decimal?)value, (decimal?)before, isShare));
}

[Collection(nameof(PlanService))]
public sealed class PivotTests(PlanService plan)
{
    private readonly HttpClient _city = plan.Service.City;

    [Fact]
    public async Task Given_indicators_regions_and_months_When_asked_as_a_table_Then_every_cell_is_the_observation()
    {
        var table = await _city.GetJsonAsync("observations/pivot?indicator=10,8&region=620600,620602&from=2025-01&to=2025-07&by=month");
        Assert.Equal(["2025-01", "2025-02", "2025-03", "2025-04", "2025-05", "2025-06", "2025-07"], table["periods"]!.AsArray().Select(period => (string)period!));
        var rows = table["rows"]!.AsArray();
        Assert.Equal([("10", "620600"), ("10", "620602"), ("8", "620600"), ("8", "620602")], rows.Select(row => ((string)row!["indicator"]!, (string)row["region"]!)));
        Assert.Equal([1200, 1400, 1600, 1800, 2000, 2200, null], rows[0]!["values"]!.AsArray().Select(value => value.Decimal()));
        Assert.Equal("missing", (string)rows[0]!["statuses"]![6]!);
        Assert.Equal([0, 0, 0, 0, 0, 0, null], rows[0]!["yearOnYear"]!.AsArray().Select(value => value.Decimal()));
        Assert.Equal([-64.71m, 16.67m, 14.29m], rows[0]!["periodOnPeriod"]!.AsArray().Take(3).Select(value => value.Decimal()));
        Assert.Equal(25_000, rows[3]!["values"]![0].Decimal());
        Assert.NotEmpty(table["decisions"]!.AsArray());

        foreach (var row in rows)
        {
            var observed = await _city.GetJsonAsync($"observations/{(string)row!["indicator"]!}/{(string)row["region"]!}/2025-05");
            Assert.Equal(observed["observation"]!["value"].Decimal(), row["values"]![4].Decimal());
        }
    }

    [Fact]
    public async Task Given_a_table_When_asked_as_of_now_Then_it_is_the_current_one()
    {
        const string Query = "observations/pivot?from=2021&to=2025&by=quarter&total=year-to-date";
        var (current, then) = (await _city.GetJsonAsync(Query), await _city.GetJsonAsync($"{Query}&asOf={Uri.EscapeDataString(Instants.Format(DateTimeOffset.UtcNow))}"));
        Assert.Equal(current["rows"]!.ToJsonString(), then["rows"]!.ToJsonString());
        Assert.True(current["rows"]!.AsArray().Count >= 17 * 5);
    }

    [Fact]
    public async Task Given_a_table_When_asked_as_files_Then_they_say_the_same()
    {
        const string Query = "observations/pivot?indicator=10,2&region=620600,620621&from=2024&to=2025&format=";
        var csv = await _city.GetByteArrayAsync(new Uri(Query + "csv", UriKind.Relative));
        Assert.Equal(Encoding.UTF8.GetPreamble(), csv[..3]);
        var lines = Encoding.UTF8.GetString(csv[3..]).Split("\r\n");
        Assert.StartsWith("指标代码,指标,地区代码,地区,期间,统计口径,数值", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("10,职业技能培训人数,620600,武威市,2024,本期,27600,人次,汇总,0,0,%", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("10,", StringComparison.Ordinal) && line.Contains("（未定）", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("2,城镇调查失业率,620621,民勤县,2024,本期,,%,不适用", StringComparison.Ordinal));

        using var workbook = new ZipArchive(await _city.GetStreamAsync(new Uri(Query + "xlsx", UriKind.Relative)));
        using var sheet = new StreamReader(workbook.Entries.Single(entry => entry.FullName.EndsWith("sheet1.xml", StringComparison.Ordinal)).Open());
        Assert.Contains("27600", await sheet.ReadToEndAsync(), StringComparison.Ordinal);

        var sdmx = (await _city.GetStringAsync(new Uri(Query + "sdmx-csv", UriKind.Relative))).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("STRUCTURE,STRUCTURE_ID,ACTION,FREQ,INDICATOR,REF_AREA,ACCUMULATION,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE,UNIT_MULT,OBS_STATUS,CONF_STATUS,DECIMALS", sdmx[0]);
        Assert.Contains("dataflow,WUWEI:DF_EMPLOYMENT_PLAN(1.0),I,A,10,620600,PERIOD,2024,27600,PS_TIMES,0,A,N,0", sdmx);
        Assert.Contains("dataflow,WUWEI:DF_EMPLOYMENT_PLAN(1.0),I,A,2,620600,PERIOD,2024,,PT,0,O,N,2", sdmx);
        Assert.DoesNotContain(sdmx, line => line.Contains(",2,620621,", StringComparison.Ordinal)); // does not exist there
    }

    [Fact]
    public async Task Given_a_table_as_sdmx_json_When_read_by_its_indexes_Then_every_observation_comes_out()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "observations/pivot?indicator=10,8&region=620600,620602&from=2025-01&to=2025-07&by=month");
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("application/vnd.sdmx.data+json;version=2.0.0"));
        using var response = await _city.SendAsync(request);
        Assert.Equal("application/vnd.sdmx.data+json", response.Content.Headers.ContentType!.MediaType);
        var message = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        var structure = message["data"]!["structures"]![0]!;
        var dimensions = structure["dimensions"]!["series"]!.AsArray();
        var times = structure["dimensions"]!["observation"]![0]!["values"]!.AsArray();
        var statuses = structure["attributes"]!["observation"]![0]!["values"]!.AsArray();
        var read = message["data"]!["dataSets"]![0]!["series"]!.AsObject().SelectMany(series =>
        {
            var key = string.Join('.', series.Key.Split(':').Select((index, i) => (string)dimensions[i]!["values"]![int.Parse(index, CultureInfo.InvariantCulture)]!["id"]!));
            return series.Value!["observations"]!.AsObject().Select(one => (
                Key: $"{key}.{(string)times[int.Parse(one.Key, CultureInfo.InvariantCulture)]!["id"]!}", Value: one.Value![0].Decimal(), Status: (string)statuses[(int)one.Value[1]!]!["id"]!));
        }).ToDictionary(one => one.Key, one => (one.Value, one.Status));
        Assert.Equal(28, read.Count);
        Assert.Equal((2200m, "A"), read["M.10.620600.PERIOD.2025-06"]);
        Assert.Equal((null, "O"), read["M.10.620602.PERIOD.2025-07"]);
        Assert.Equal((100_000m, "A"), read["M.8.620600.PERIOD.2025-01"]);
        // As readers of SDMX-CSV 2.0 want it: one structure, one action, columns found by their names; the same observations.
        var lines = (await _city.GetStringAsync(new Uri("observations/pivot?indicator=10,8&region=620600,620602&from=2025-01&to=2025-07&by=month&format=sdmx-csv", UriKind.Relative)))
            .Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(',')).ToArray();
        Assert.Equal(["STRUCTURE", "STRUCTURE_ID", "ACTION"], lines[0][..3]);
        Assert.All(lines[1..], line => Assert.Equal(("dataflow", "WUWEI:DF_EMPLOYMENT_PLAN(1.0)", "I", lines[0].Length), (line[0], line[1], line[2], line.Length)));
        string Cell(string[] line, string column) => line[Array.IndexOf(lines[0], column)];
        var flat = lines[1..].ToDictionary(
            line => string.Join('.', new[] { "FREQ", "INDICATOR", "REF_AREA", "ACCUMULATION", "TIME_PERIOD" }.Select(column => Cell(line, column))),
            line => (Cell(line, "OBS_VALUE") is { Length: > 0 } value ? decimal.Parse(value, CultureInfo.InvariantCulture) : (decimal?)null, Cell(line, "OBS_STATUS")));
        Assert.Equal(read.OrderBy(one => one.Key, StringComparer.Ordinal), flat.OrderBy(one => one.Key, StringComparer.Ordinal));
        Assert.Equal(("Vocational trainings", "职业技能培训人数"), dimensions[1]!["values"]![0]!["names"] is { } names ? ((string)names["en"]!, (string)names["zh"]!) : default);
        Assert.Equal((string)structure["name"]!, (string)structure["names"]!["zh"]!);
    }

    [Fact]
    public async Task Given_nothing_that_exists_When_asked_as_sdmx_json_Then_there_is_no_series_and_no_empty_list()
    {
        var message = await _city.GetJsonAsync("observations/pivot?indicator=2&region=620621&from=2025&to=2025&format=sdmx-json");
        Assert.Empty(message["data"]!["dataSets"]![0]!["series"]!.AsObject());
        var structure = message["data"]!["structures"]![0]!;
        Assert.All(new[] { structure["dimensions"]!, structure["attributes"]! }.SelectMany(part => part.AsObject()).SelectMany(part => part.Value!.AsArray()), component =>
            Assert.NotEmpty(component!["values"]!.AsArray()));
    }

    [Fact]
    public async Task Given_a_table_When_asked_as_pictures_Then_lines_end_where_nothing_is_known_and_every_county_has_its_place()
    {
        var chart = XDocument.Parse(await _city.GetStringAsync(new Uri("observations/pivot?indicator=10&region=620600,620602&from=2025-01&to=2025-12&by=month&format=chart", UriKind.Relative)));
        Assert.All(chart.Descendants(), element => Assert.Equal("http://www.w3.org/2000/svg", element.Name.NamespaceName));
        var lines = chart.Descendants().Where(element => element.Name.LocalName == "polyline").Select(line => line.Attribute("points")!.Value.Split(' ')).ToArray();
        Assert.Equal([6, 6], lines.Select(points => points.Length)); // January to June of twelve months
        Assert.Equal(lines[0], lines[1]); // all trainings are Liangzhou's
        Assert.Equal(["职业技能培训人数（本期，人次）", "武威市", "凉州区"], Texts(chart).Where(text => text.Any(letter => letter > 0x2fff)).SkipLast(1));
        Assert.StartsWith("规划对所示指标有", Texts(chart).Last(), StringComparison.Ordinal); // by how many, other tests decide
        Assert.Contains("2500", Texts(chart)); // above 2,200

        using var request = new HttpRequestMessage(HttpMethod.Get, "observations/pivot?indicator=8&from=2025-01&to=2025-01&by=month&format=map");
        using var answer = await _city.SendAsync(request);
        Assert.Equal("image/svg+xml", answer.Content.Headers.ContentType!.MediaType);
        var map = XDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(["620602", "620621", "620622", "620623"], map.Descendants().Select(element => element.Attribute("data-region")?.Value).OfType<string>().Order());
        Assert.Equal(4, Texts(map).Count(text => text == "25000"));
        Assert.Contains("失业保险参保人数 2025-01（本期，人） 全市 100000", Texts(map));

        static IEnumerable<string> Texts(XDocument picture) => picture.Descendants().Where(element => element.Name.LocalName == "text").Select(text => text.Value);
    }

    [Theory]
    [InlineData("indicator=99", HttpStatusCode.NotFound, "indicator.not_found")]
    [InlineData("indicator=10,,8", HttpStatusCode.NotFound, "indicator.not_found")]
    [InlineData("region=620000", HttpStatusCode.NotFound, "region.not_found")]
    [InlineData("format=pdf", HttpStatusCode.UnprocessableEntity, "observation.unknown_format")]
    [InlineData("indicator=8,10&format=chart", HttpStatusCode.UnprocessableEntity, "observation.mixed_units")]
    [InlineData("indicator=8&format=map", HttpStatusCode.UnprocessableEntity, "observation.one_map")]
    [InlineData("by=week", HttpStatusCode.UnprocessableEntity, "observation.unknown_by")]
    [InlineData("from=2000&to=2025&by=month", HttpStatusCode.UnprocessableEntity, "observation.range_too_long")]
    [InlineData("total=ever", HttpStatusCode.UnprocessableEntity, "observation.unknown_total")]
    public async Task Given_what_cannot_be_asked_When_asked_Then_it_is_refused(string query, HttpStatusCode status, string code) =>
        await (await _city.GetAsync(new Uri($"observations/pivot?{query}", UriKind.Relative))).ShouldBeAsync(status, code);

    [Fact]
    public async Task Given_a_county_When_it_names_no_region_Then_it_has_its_own_and_no_other()
    {
        var county = plan.Service.County(IndicatorService.Minqin);
        var rows = (await county.GetJsonAsync("observations/pivot?indicator=8"))["rows"]!.AsArray();
        Assert.Equal(IndicatorService.Minqin, (string)Assert.Single(rows)!["region"]!);
        await (await county.GetAsync(new Uri("observations/pivot?region=620600", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.NotFound, "region.not_found");

        using var first = await county.GetAsync(new Uri("observations/pivot?indicator=8&format=sdmx-json", UriKind.Relative));
        using var again = new HttpRequestMessage(HttpMethod.Get, "observations/pivot?indicator=8&format=sdmx-json");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await county.SendAsync(again)).StatusCode);
    }
}
