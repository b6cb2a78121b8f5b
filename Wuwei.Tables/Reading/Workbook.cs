using System.Xml;
using static Wuwei.Tables.Reading.Xml;

namespace Wuwei.Tables.Reading;

/// <summary>The sheets of a workbook, and what the cells of all of them refer to.</summary>
internal sealed class Workbook : IDisposable
{
    private readonly Package _package;
    private readonly TableLimits _limits;
    private readonly CellTexts _texts;
    private readonly List<string> _shared = [];
    private readonly DayStyles _styles = new();
    private bool _from1904;

    /// <exception cref="UnreadableTableException">The file is none, or too much of something.</exception>
    public Workbook(Stream file, TableLimits limits)
    {
        _package = new(file, limits);
        _limits = limits;
        _texts = new(limits);
        try
        {
            Sheets = Guarded(ReadSheets);
        }
        catch
        {
            _package.Dispose();
            throw;
        }
    }

    public IReadOnlyList<Sheet> Sheets { get; }

    public void Dispose() => _package.Dispose();

    /// <summary>The rows that have something in them. The list is reused for the next row.</summary>
    public IEnumerable<(int Number, List<Cell> Cells)> Rows(Sheet sheet)
    {
        using var xml = Guarded(() => _package.Open(sheet.Part));
        var (reader, cells, number) = (new SheetReader(_limits, _texts, _shared, _styles, _from1904), new List<Cell>(), 0);
        while (Guarded(() => reader.ReadRow(xml, cells, ref number)))
        {
            yield return (number, cells);
        }
    }

    // And the texts and styles that their cells refer to.
    private List<Sheet> ReadSheets()
    {
        var parts = new Dictionary<string, (string Type, string Part)>();
        using (var xml = _package.Open("xl/_rels/workbook.xml.rels"))
        {
            while (xml.Read())
            {
                if (xml is { NodeType: XmlNodeType.Element, LocalName: "Relationship" } && xml.GetAttribute("Id") is { } id)
                {
                    var target = xml.GetAttribute("Target") ?? "";
                    parts[id] = ((xml.GetAttribute("Type") ?? "").Split('/')[^1], target.StartsWith('/') ? target[1..] : $"xl/{target}");
                }
            }
        }

        var sheets = new List<Sheet>();
        using (var xml = _package.Open("xl/workbook.xml"))
        {
            while (xml.Read())
            {
                if (xml.NodeType is not XmlNodeType.Element)
                {
                    continue;
                }

                if (xml.LocalName == "workbookPr")
                {
                    _from1904 = xml.GetAttribute("date1904") is "1" or "true";
                }
                else if (xml.LocalName == "sheet" && Prefixed(xml, "id") is { } id && parts.TryGetValue(id, out var part) && part.Type == "worksheet")
                {
                    sheets.Add(new(xml.GetAttribute("name") ?? "", part.Part, xml.GetAttribute("state") is "hidden" or "veryHidden"));
                }
            }
        }

        if (PartOf("styles") is { } styles)
        {
            using var xml = _package.Open(styles);
            _styles.Read(xml);
        }

        if (PartOf("sharedStrings") is { } texts)
        {
            ReadTexts(texts);
        }

        return sheets;

        string? PartOf(string type) => parts.Values.FirstOrDefault(part => part.Type == type).Part;
    }

    private void ReadTexts(string part)
    {
        var characters = 0;
        using var xml = _package.Open(part);
        while (xml.Read())
        {
            if (xml is not { NodeType: XmlNodeType.Element, LocalName: "si" })
            {
                continue;
            }

            var text = _texts.ReadRich(xml);
            if ((characters += text.Length) > _limits.SharedCharacters || _shared.Count >= _limits.SharedStrings)
            {
                throw new UnreadableTableException(TableProblem.TooManyTexts);
            }

            _shared.Add(text);
        }
    }
}

/// <summary>One sheet of a workbook.</summary>
internal sealed record Sheet(string Name, string Part, bool IsHidden);
