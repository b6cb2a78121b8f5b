using System.Text;
using System.Xml;
using System.Xml.Linq;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using Wuwei.Assessment.Scores;

namespace Wuwei.Assessment.Reports;

/// <summary>
/// Writes a report as an editable DOCX in the layout of official documents (GB/T 9704): A4, 方正小标宋 titles, 仿宋 text in 3号, page
/// numbers between dashes, red head and imprint. Block by block: what is written is not kept.
/// </summary>
internal sealed class WordDocument
{
    private static readonly XNamespace s_w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    private static readonly XNamespace s_r = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private static readonly XNamespace s_wp = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing";
    private static readonly XNamespace s_a = "http://schemas.openxmlformats.org/drawingml/2006/main";
    private static readonly XNamespace s_c = "http://schemas.openxmlformats.org/drawingml/2006/chart";

    // Of the page between its margins, in twentieths of a point.
    private const int TextWidth = 8844;

    private readonly MainDocumentPart _main;
    private uint _charts;

    private WordDocument(MainDocumentPart main) => _main = main;

    /// <param name="mark">Stands above every page, e.g. that the data are made up; null: nothing.</param>
    public static void Write(Stream stream, IEnumerable<Block> blocks, string? mark)
    {
        using var file = WordprocessingDocument.Create(stream, WordprocessingDocumentType.Document);
        var main = file.AddMainDocumentPart();
        Feed(main.AddNewPart<StyleDefinitionsPart>(), WordStyles.Styles);
        Feed(main.AddNewPart<FontTablePart>(), WordStyles.Fonts);
        Feed(main.AddNewPart<DocumentSettingsPart>(), WordStyles.Settings);
        string Part<T>(string xml) where T : OpenXmlPart, IFixedContentTypePart
        {
            var part = main.AddNewPart<T>();
            Feed(part, xml);
            return main.GetIdOfPart(part);
        }

        var (odd, even) = (Part<FooterPart>(WordStyles.Footer("right")), Part<FooterPart>(WordStyles.Footer("left")));
        var header = mark is null ? null : Part<HeaderPart>(new XElement(s_w + "hdr", Text("Mark", mark)).ToString(SaveOptions.DisableFormatting));

        var document = new WordDocument(main);
        using var body = main.GetStream(FileMode.Create);
        using var writer = XmlWriter.Create(body, new XmlWriterSettings { Encoding = new UTF8Encoding(false) });
        writer.WriteStartElement("w", "document", s_w.NamespaceName);
        writer.WriteStartElement("w", "body", s_w.NamespaceName);
        foreach (var element in blocks.SelectMany(document.Of))
        {
            element.WriteTo(writer);
        }

        Section(odd, even, header).WriteTo(writer);
        writer.WriteEndElement();
        writer.WriteEndElement();
    }

    private IEnumerable<XElement> Of(Block block) => block switch
    {
        Title title => [Text("Title", title.Text)],
        Subtitle subtitle => [Text("Subtitle", subtitle.Text)],
        Heading heading => [Text($"Heading{heading.Level}", heading.Text)],
        Paragraph paragraph => [Text("Normal", paragraph.Text)],
        Grid grid => [Text("Caption", grid.Caption), Table(grid), Text("Normal", "")],
        BarChart chart => [Figure(chart), Text("Caption", chart.Caption)],
        RedHead head => [Text("RedHead", $"{head.Issuer}文件", size: HeadSize(head.Issuer.Length + 2)), Text("DocumentNumber", head.Number)],
        Recipients recipients => [Text("Recipients", recipients.Text)],
        Imprint { CopiesTo: { } copies } imprint => [Text("Copies", $"抄送：{copies}。", AtFoot()), Text("Printed", Printed(imprint), AtFoot()), Text("TableText", "")],
        Imprint imprint => [Text("PrintedAlone", Printed(imprint), AtFoot()), Text("TableText", "")],
        Signature signature => [Text("Signature", signature.Who), Text("Signature", Day(signature.On))],
        _ => throw new ArgumentOutOfRangeException(nameof(block), block, null),
    };

    private static string Printed(Imprint imprint) => $"{imprint.Issuer}\t{Day(imprint.On)}印发";

    private static string Day(DateOnly day) => $"{day.Year}年{day.Month}月{day.Day}日";

    // At the bottom of the page, as wide as the text. In the paragraph itself: not every word processor takes it from a style.
    private static XElement AtFoot() => new(
        s_w + "framePr",
        Attribute("w", $"{TextWidth}"), Attribute("wrap", "around"), Attribute("vAnchor", "margin"), Attribute("hAnchor", "margin"), Attribute("xAlign", "center"), Attribute("yAlign", "bottom"));

    /// <summary>Half points at which so many characters stand in one line: 36 points at most, 22 at least.</summary>
    private static int HeadSize(int characters) => Math.Clamp(TextWidth / 10 / characters, 44, 72);

    private static XElement Text(string style, string text, XElement? frame = null, int? size = null) => new(
        s_w + "p",
        new XElement(s_w + "pPr", Value("pStyle", style), frame),
        text.Length == 0 ? null : new XElement(s_w + "r", size is null ? null : new XElement(s_w + "rPr", Value("sz", $"{size}"), Value("szCs", $"{size}")), text.Split('\t').Select((piece, at) => new[]
        {
            at == 0 ? null : new XElement(s_w + "tab"),
            new XElement(s_w + "t", new XAttribute(XNamespace.Xml + "space", "preserve"), Clean(piece)),
        })));

    private static XElement Table(Grid grid)
    {
        var widths = Widths(grid);
        XElement Row(IReadOnlyList<string> cells, bool isHead) => new(
            s_w + "tr",
            new XElement(s_w + "trPr", new XElement(s_w + "cantSplit"), isHead ? new XElement(s_w + "tblHeader") : null),
            cells.Select((cell, at) => new XElement(
                s_w + "tc",
                new XElement(s_w + "tcPr", new XElement(s_w + "tcW", Attribute("w", $"{widths[at]}"), Attribute("type", "dxa")), Value("vAlign", "center")),
                Text(isHead ? "TableHead" : "TableText", cell))));
        string[] edges = ["top", "left", "bottom", "right", "insideH", "insideV"];
        return new(
            s_w + "tbl",
            new XElement(
                s_w + "tblPr",
                new XElement(s_w + "tblW", Attribute("w", "5000"), Attribute("type", "pct")),
                Value("jc", "center"),
                new XElement(s_w + "tblBorders", edges.Select(edge => new XElement(
                    s_w + edge, Attribute("val", "single"), Attribute("sz", "4"), Attribute("space", "0"), Attribute("color", "auto")))),
                new XElement(s_w + "tblLayout", Attribute("type", "fixed"))),
            new XElement(s_w + "tblGrid", widths.Select(width => new XElement(s_w + "gridCol", Attribute("w", $"{width}")))),
            Row(grid.Columns, true),
            grid.Rows.Select(row => Row(row, false)));
    }

    // By what stands in a column. Where that is too much, heads go on in a second line and the widest column in several: figures are not broken.
    private static int[] Widths(Grid grid)
    {
        int[] Needed(int lines) => [.. grid.Columns.Select((column, at) => 3 + grid.Rows.Select(row => Sheets.WidthOf(row[at])).Append(Sheets.WidthOf(column) / lines).Max())];
        var (most, needed) = (TextWidth / 120, Needed(1)); // a digit of 12 points is 6 wide
        if (needed.Sum() > most)
        {
            needed = Needed(2);
            var widest = Array.IndexOf(needed, needed.Max());
            needed[widest] = Math.Max(12, needed[widest] - Math.Max(0, needed.Sum() - most));
        }

        return [.. needed.Select(width => TextWidth * width / needed.Sum())];
    }

    // 150 × 80 mm in EMU, within the margins.
    private XElement Figure(BarChart chart)
    {
        var part = _main.AddNewPart<ChartPart>();
        WordChart.Write(part, chart);
        var number = ++_charts;
        return new(
            s_w + "p",
            new XElement(s_w + "pPr", Value("pStyle", "Figure")),
            new XElement(s_w + "r", new XElement(s_w + "drawing", new XElement(
                s_wp + "inline",
                new XElement(s_wp + "extent", new XAttribute("cx", 5_400_000), new XAttribute("cy", 2_880_000)),
                new XElement(s_wp + "docPr", new XAttribute("id", number), new XAttribute("name", $"图 {number}"), new XAttribute("descr", Clean(chart.Caption))),
                new XElement(s_a + "graphic", new XElement(
                    s_a + "graphicData",
                    new XAttribute("uri", s_c.NamespaceName),
                    new XElement(s_c + "chart", new XAttribute(s_r + "id", _main.GetIdOfPart(part)))))))));
    }

    private static XElement Section(string odd, string even, string? header) => new(
        s_w + "sectPr",
        header is null ? null : new[] { Reference("header", "default", header), Reference("header", "even", header) },
        Reference("footer", "default", odd),
        Reference("footer", "even", even),
        new XElement(s_w + "pgSz", Attribute("w", "11906"), Attribute("h", "16838")),
        // 37, 26, 35, 28 mm as GB/T 9704 has them.
        new XElement(
            s_w + "pgMar", Attribute("top", "2098"), Attribute("right", "1474"), Attribute("bottom", "1984"), Attribute("left", "1588"),
            Attribute("header", "851"), Attribute("footer", "1400"), Attribute("gutter", "0")));

    private static XElement Reference(string kind, string pages, string part) =>
        new(s_w + $"{kind}Reference", Attribute("type", pages), new XAttribute(s_r + "id", part));

    private static XElement Value(string name, string value) => new(s_w + name, Attribute("val", value));

    private static XAttribute Attribute(string name, string value) => new(s_w + name, value);

    /// <summary>Text without what XML cannot hold.</summary>
    internal static string Clean(string text) => text.All(XmlConvert.IsXmlChar) ? text
        : string.Concat(text.EnumerateRunes().Where(rune => rune.Value > 0xFFFF || XmlConvert.IsXmlChar((char)rune.Value)));

    private static void Feed(OpenXmlPart part, string xml)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(xml));
        part.FeedData(content);
    }
}
