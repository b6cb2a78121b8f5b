using System.Globalization;
using System.Xml.Linq;
using DocumentFormat.OpenXml.Packaging;
using Wuwei.Assessment.Scores;

namespace Wuwei.Assessment.Reports;

/// <summary>A bar chart of a DOCX, with the workbook that Word opens to edit its figures.</summary>
internal static class WordChart
{
    private const string Sheet = "数据";

    // Said outright: a document without a theme has no colours of its own, and bars without one are not seen. Apart in grey, too.
    private static readonly string[] s_colours = ["1F4E79", "ED7D31", "A5A5A5", "FFC000", "5B9BD5", "70AD47"];

    private static readonly XNamespace s_c = "http://schemas.openxmlformats.org/drawingml/2006/chart";
    private static readonly XNamespace s_a = "http://schemas.openxmlformats.org/drawingml/2006/main";
    private static readonly XNamespace s_r = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    public static void Write(ChartPart part, BarChart chart)
    {
        var data = part.AddEmbeddedPackagePart("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
        using (var workbook = new MemoryStream(Sheets.Xlsx(new SheetTable(Sheet, [" ", .. chart.Series.Select(series => series.Name)], chart.Categories.Select(
            (category, at) => (object?[])[category, .. chart.Series.Select(series => (object?)series.Values[at])])))))
        {
            data.FeedData(workbook);
        }

        using var content = part.GetStream(FileMode.Create);
        Space(chart, part.GetIdOfPart(data)).Save(content, SaveOptions.DisableFormatting);
    }

    private static XElement Space(BarChart chart, string data) => new(
        s_c + "chartSpace",
        new XElement(
            s_c + "chart",
            Value("autoTitleDeleted", 1),
            new XElement(
                s_c + "plotArea",
                new XElement(s_c + "layout"),
                new XElement(
                    s_c + "barChart",
                    Value("barDir", "col"), Value("grouping", "clustered"), Value("varyColors", 0),
                    chart.Series.Select((series, at) => Bars(chart, series, at)),
                    Value("gapWidth", 80), Value("axId", 1), Value("axId", 2)),
                new XElement(s_c + "catAx", Axis(1, 2, "b")),
                new XElement(s_c + "valAx", Axis(2, 1, "l"))),
            chart.Series.Count > 1 ? new XElement(s_c + "legend", Value("legendPos", "b"), Value("overlay", 0)) : null,
            Value("plotVisOnly", 1),
            Value("dispBlanksAs", "gap")),
        new XElement(s_c + "externalData", new XAttribute(s_r + "id", data), Value("autoUpdate", 0)));

    private static XElement Bars(BarChart chart, Series series, int at)
    {
        var (column, last) = (Column(at + 1), chart.Categories.Count + 1);
        return new(
            s_c + "ser",
            Value("idx", at), Value("order", at),
            new XElement(s_c + "tx", Texts($"{Sheet}!${column}$1", [series.Name])),
            new XElement(s_c + "spPr", Colour(s_colours[at % s_colours.Length])),
            Value("invertIfNegative", 0),
            new XElement(s_c + "cat", Texts($"{Sheet}!$A$2:$A${last}", chart.Categories)),
            new XElement(s_c + "val", new XElement(
                s_c + "numRef",
                new XElement(s_c + "f", $"{Sheet}!${column}$2:${column}${last}"),
                new XElement(
                    s_c + "numCache",
                    new XElement(s_c + "formatCode", "General"),
                    Value("ptCount", series.Values.Count),
                    series.Values.Index().Where(value => value.Item is not null).Select(value => Point(value.Index, value.Item!.Value.ToString(CultureInfo.InvariantCulture)))))));
    }

    private static XElement Texts(string where, IReadOnlyList<string> texts) => new(
        s_c + "strRef",
        new XElement(s_c + "f", where),
        new XElement(s_c + "strCache", Value("ptCount", texts.Count), texts.Select((text, at) => Point(at, WordDocument.Clean(text)))));

    private static XElement Point(int at, string value) => new(s_c + "pt", new XAttribute("idx", at), new XElement(s_c + "v", value));

    private static IEnumerable<XElement?> Axis(int id, int across, string position) =>
    [
        // From nothing on: a bar's length is its value.
        Value("axId", id), new XElement(s_c + "scaling", Value("orientation", "minMax"), position == "l" ? Value("min", 0) : null), Value("delete", 0), Value("axPos", position),
        position == "l" ? new XElement(s_c + "majorGridlines", Line("D9D9D9")) : null,
        new XElement(s_c + "numFmt", new XAttribute("formatCode", "General"), new XAttribute("sourceLinked", 0)),
        Value("majorTickMark", "none"), Value("minorTickMark", "none"), Value("tickLblPos", "low"), Line("7F7F7F"), Value("crossAx", across), Value("crosses", "autoZero"),
    ];

    private static XElement Line(string colour) => new(s_c + "spPr", new XElement(s_a + "ln", new XAttribute("w", 6350), Colour(colour)));

    private static XElement Colour(string colour) => new(s_a + "solidFill", new XElement(s_a + "srgbClr", new XAttribute("val", colour)));

    private static XElement Value(string name, object value) => new(s_c + name, new XAttribute("val", value));

    /// <summary>The name of a column by its place, from 0: A, B … Z, AA.</summary>
    internal static string Column(int at) => at < 26 ? $"{(char)('A' + at)}" : $"{Column(at / 26 - 1)}{(char)('A' + at % 26)}";
}
