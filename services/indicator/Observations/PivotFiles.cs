using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Decisions;
using Wuwei.ServiceDefaults;
using Wuwei.Tables.Writing;

namespace Wuwei.Indicator.Observations;

/// <summary>A pivot as a file: for spreadsheets, and for readers of SDMX 3.0.</summary>
/// <param name="Indicators">By code.</param>
internal sealed record PivotFiles(PivotTable Table, IReadOnlyDictionary<string, PlanIndicator> Indicators)
{
    /// <summary>What the observations are of, as SDMX names it.</summary>
    public const string Agency = "WUWEI", Dataflow = "DF_EMPLOYMENT_PLAN", Version = "1.0";

    private const string Title = "武威市“十四五”促进就业规划指标";

    private static readonly string[] s_headers =
        ["指标代码", "指标", "地区代码", "地区", "期间", "统计口径", "数值", "单位", "状态", "同比", "环比", "同比环比单位", "规划读法", "备注"];

    private static readonly string[] s_dimensions = ["FREQ", "INDICATOR", "REF_AREA", "ACCUMULATION"];

    private string Frequency => Table.By switch { "month" => "M", "quarter" => "Q", "half-year" => "S", _ => "A" };

    private string Accumulation => Table.Total switch { Total.YearToDate => "YTD", Total.PlanToDate => "PLAN", _ => "PERIOD" };

    /// <summary>One line a value, in Chinese; UTF-8 with a mark in front.</summary>
    public byte[] Csv()
    {
        var lines = new StringBuilder("\ufeff");
        CsvText.Append(lines, s_headers);
        foreach (var line in Lines())
        {
            CsvText.Append(lines, line.Select(Text));
        }

        return Encoding.UTF8.GetBytes(lines.ToString());
    }

    /// <summary>The same as a workbook.</summary>
    public async Task<byte[]> XlsxAsync(CancellationToken cancellation)
    {
        using var output = new MemoryStream();
        await using (var workbook = await XlsxRows.StartAsync(output, "指标值", s_headers, cancellation))
        {
            foreach (var line in Lines())
            {
                await workbook.AddAsync(line, cancellation);
            }

            await workbook.FinishAsync(cancellation);
        }

        return output.ToArray();
    }

    /// <summary>SDMX-CSV 2.0: one line an observation. What does not exist anywhere is left out. N in CONF_STATUS: not for publication, which is a release's to do.</summary>
    public byte[] SdmxCsv()
    {
        var lines = new StringBuilder();
        CsvText.Append(lines, ["STRUCTURE", "STRUCTURE_ID", "ACTION", .. s_dimensions, "TIME_PERIOD", "OBS_VALUE", "UNIT_MEASURE", "UNIT_MULT", "OBS_STATUS", "CONF_STATUS", "DECIMALS"]);
        foreach (var (row, i) in Cells())
        {
            CsvText.Append(lines,
            [
                "dataflow", $"{Agency}:{Dataflow}({Version})", "I", Frequency, row.Indicator, row.Region, Accumulation, Table.Periods[i],
                Text(row.Values[i]), UnitOf(row.Unit), "0", StatusOf(row, i), "N", Text(DecimalsOf(row.Unit)),
            ]);
        }

        return Encoding.UTF8.GetBytes(lines.ToString());
    }

    /// <summary>SDMX-JSON 2.0 data message, by time series.</summary>
    /// <param name="prepared">When it was put together.</param>
    public byte[] SdmxJson(DateTimeOffset prepared)
    {
        // Of all that was asked for: no list of values may be empty, not even when nothing exists there.
        var indicators = Table.Rows.Select(row => row.Indicator).Distinct().ToList();
        var regions = Table.Rows.Select(row => row.Region).Distinct().ToList();
        var units = Table.Rows.Select(row => UnitOf(row.Unit)).Distinct().ToList();
        var decimals = Table.Rows.Select(row => DecimalsOf(row.Unit)).Distinct().ToList();
        var statuses = Cells().Select(cell => StatusOf(cell.Row, cell.Period)).DefaultIfEmpty("O").Distinct().ToList();
        var link = new JsonArray(new JsonObject { ["urn"] = $"urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow={Agency}:{Dataflow}({Version})", ["rel"] = "dataflow" });
        var series = new JsonObject();
        foreach (var row in Table.Rows.Where(row => row.Statuses.Any(status => status != "not-applicable")))
        {
            var observations = new JsonObject();
            for (var i = 0; i < Table.Periods.Count; i++)
            {
                observations[i.ToString(CultureInfo.InvariantCulture)] = new JsonArray(row.Values[i] is { } value ? JsonValue.Create(value) : null, statuses.IndexOf(StatusOf(row, i)), 0);
            }

            series[$"0:{indicators.IndexOf(row.Indicator)}:{regions.IndexOf(row.Region)}:0"] = new JsonObject
            {
                ["attributes"] = new JsonArray(units.IndexOf(UnitOf(row.Unit)), 0, decimals.IndexOf(DecimalsOf(row.Unit))),
                ["observations"] = observations,
            };
        }

        var message = new JsonObject
        {
            ["meta"] = new JsonObject
            {
                ["schema"] = "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/data-message/tools/schemas/2.0.0/sdmx-json-data-schema.json",
                ["id"] = $"{Dataflow}-{prepared.ToUnixTimeMilliseconds()}",
                ["prepared"] = Instants.Format(prepared),
                ["test"] = Table.Demonstration,
                ["contentLanguages"] = new JsonArray("zh", "en"),
                ["sender"] = new JsonObject { ["id"] = Agency, ["name"] = "武威市人力资源和社会保障局" },
            },
            ["data"] = new JsonObject
            {
                ["structures"] = new JsonArray(new JsonObject
                {
                    ["dataSets"] = new JsonArray(0),
                    ["links"] = link.DeepClone(),
                    ["name"] = Title,
                    ["names"] = Names(Title, "Indicators of Wuwei's employment plan, 2021–2025"),
                    ["dimensions"] = new JsonObject
                    {
                        ["dataSet"] = new JsonArray(),
                        ["series"] = new JsonArray(
                            Dimension(0, "频率", [Value(Frequency, FrequencyName)]),
                            Dimension(1, "指标", indicators.Select(code => Value(code, Indicators[code].NameZh, Indicators[code].NameEn))),
                            Dimension(2, "地区", regions.Select(code => Value(code, Table.Rows.First(row => row.Region == code).RegionName))),
                            Dimension(3, "统计口径", [Value(Accumulation, AccumulationName)])),
                        ["observation"] = new JsonArray(new JsonObject
                        {
                            ["id"] = "TIME_PERIOD",
                            ["name"] = "期间",
                            ["keyPosition"] = 4,
                            ["roles"] = new JsonArray("TIME_PERIOD"),
                            ["values"] = new JsonArray([.. Table.Periods.Select(TimeValue)]),
                        }),
                    },
                    ["measures"] = new JsonObject { ["observation"] = new JsonArray(new JsonObject { ["id"] = "OBS_VALUE", ["name"] = "数值" }) },
                    ["attributes"] = new JsonObject
                    {
                        ["dataSet"] = new JsonArray(),
                        ["series"] = new JsonArray(
                            Attribute("UNIT_MEASURE", "计量单位", units.Select(unit => Value(unit, UnitName(unit))), ["INDICATOR"]),
                            Attribute("UNIT_MULT", "单位倍数", [Value("0", "个")], ["INDICATOR"]),
                            Attribute("DECIMALS", "小数位数", decimals.Select(count => Value(Text(count)!, $"{count} 位")), ["INDICATOR"])),
                        ["observation"] = new JsonArray(
                            Attribute("OBS_STATUS", "数据状态", statuses.Select(code => Value(code, StatusName(code))), null),
                            Attribute("CONF_STATUS", "保密状态", [Value("N", "不公开，仅供内部使用")], null)),
                    },
                }),
                ["dataSets"] = new JsonArray(new JsonObject { ["structure"] = 0, ["action"] = "Information", ["links"] = link, ["series"] = series }),
            },
        };
        return JsonSerializer.SerializeToUtf8Bytes(message, Json.Options);
    }

    // What can exist: an observation that cannot has no line.
    private IEnumerable<(PivotRow Row, int Period)> Cells() =>
        from row in Table.Rows
        from i in Enumerable.Range(0, Table.Periods.Count)
        where row.Statuses[i] != "not-applicable"
        select (row, i);

    private IEnumerable<object?[]> Lines() =>
        from row in Table.Rows
        let read = string.Join('；', DecisionNote.Of(Indicators[row.Indicator]).Select(note => note.Text))
        from i in Enumerable.Range(0, Table.Periods.Count)
        select new object?[]
        {
            row.Indicator, row.NameZh, row.Region, row.RegionName, Table.Periods[i], AccumulationName, row.Values[i], row.Unit,
            row.Statuses[i] switch { "missing" => "缺数", "not-applicable" => "不适用", "derived" => "汇总", "imported" => "导入", _ => row.Complete[i] == false ? "上报未齐" : "上报" },
            row.YearOnYear[i], row.PeriodOnPeriod[i], row.ChangeUnit, read, Table.Demonstration ? "演示数据" : null,
        };

    /// <summary>CL_OBS_STATUS: A normal, P provisional while reports are missing, O no value.</summary>
    internal static string StatusOf(PivotRow row, int i) => row.Values[i] is null ? "O" : row.Complete[i] == false ? "P" : "A";

    private static string StatusName(string code) => code switch { "A" => "正常", "P" => "暂定", _ => "缺数" };

    private static string UnitOf(string unit) => unit switch
    {
        "%" => "PT",
        "个百分点" => "PP",
        "人" => "PS",
        "人次" => "PS_TIMES",
        "年" => "YR",
        "户" => "HH",
        _ => "_U",
    };

    private static string UnitName(string code) => code switch
    {
        "PT" => "百分比",
        "PP" => "百分点",
        "PS" => "人",
        "PS_TIMES" => "人次",
        "YR" => "年",
        "HH" => "户",
        _ => "未说明",
    };

    private static int DecimalsOf(string unit) => Values.IsWhole(unit) && unit != "个百分点" ? 0 : 2;

    private string FrequencyName => Frequency switch { "M" => "月", "Q" => "季", "S" => "半年", _ => "年" };

    private string AccumulationName => Table.Total switch { Total.YearToDate => "本年累计", Total.PlanToDate => "规划累计", _ => "本期" };

    private static JsonObject Dimension(int position, string name, IEnumerable<JsonObject> values) => new()
    {
        ["id"] = s_dimensions[position],
        ["name"] = name,
        ["keyPosition"] = position,
        ["values"] = new JsonArray([.. values]),
    };

    private static JsonObject Attribute(string id, string name, IEnumerable<JsonObject> values, string[]? dimensions) => new()
    {
        ["id"] = id,
        ["name"] = name,
        ["relationship"] = dimensions is null ? new JsonObject { ["observation"] = new JsonObject() }
            : new JsonObject { ["dimensions"] = new JsonArray([.. dimensions.Select(dimension => JsonValue.Create(dimension))]) },
        ["values"] = new JsonArray([.. values]),
    };

    private static JsonObject Value(string id, string name, string? nameEn = null)
    {
        var value = new JsonObject { ["id"] = id, ["name"] = name };
        if (nameEn is not null)
        {
            value["names"] = Names(name, nameEn);
        }

        return value;
    }

    private static JsonObject Names(string zh, string en) => new() { ["zh"] = zh, ["en"] = en };

    private static JsonObject TimeValue(string code)
    {
        var period = Period.TryParse(code, out var read) ? read : throw new InvalidOperationException("Periods of a table are canonical.");
        return new()
        {
            ["id"] = code,
            ["name"] = code,
            ["start"] = $"{period.Start:yyyy-MM-dd}T00:00:00+08:00",
            ["end"] = $"{period.End:yyyy-MM-dd}T23:59:59+08:00",
        };
    }

    private static string? Text(object? value) => value is null ? null : Convert.ToString(value, CultureInfo.InvariantCulture);
}
