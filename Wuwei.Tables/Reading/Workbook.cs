using System.Globalization;
using System.Text;
using System.Xml;

namespace Wuwei.Tables.Reading;

/// <summary>The sheets of a workbook, their rows read one after the other. Names are looked at without namespaces: there are two sets of them.</summary>
internal sealed class Workbook : IDisposable
{
    private readonly Package _package;
    private readonly TableLimits _limits;
    private readonly List<string> _texts = [];
    private readonly List<bool> _isDay = [];
    private readonly char[] _buffer;
    private bool _from1904;

    /// <exception cref="UnreadableTableException">The file is none, or too much of something.</exception>
    public Workbook(Stream file, TableLimits limits)
    {
        _package = new(file, limits);
        _limits = limits;
        _buffer = new char[limits.CellLength + 1];
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
        var (cells, number) = (new List<Cell>(), 0);
        while (Guarded(() => ReadRow(xml, cells, ref number)))
        {
            yield return (number, cells);
        }
    }

    // And what the cells of all of them refer to.
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
                else if (xml.LocalName == "sheet" && Attribute(xml, "id") is { } id && parts.TryGetValue(id, out var part) && part.Type == "worksheet")
                {
                    sheets.Add(new(xml.GetAttribute("name") ?? "", part.Part, xml.GetAttribute("state") is "hidden" or "veryHidden"));
                }
            }
        }

        if (PartOf("styles") is { } styles)
        {
            ReadStyles(styles);
        }

        if (PartOf("sharedStrings") is { } texts)
        {
            ReadTexts(texts);
        }

        return sheets;

        string? PartOf(string type) => parts.Values.FirstOrDefault(part => part.Type == type).Part;
    }

    private void ReadStyles(string part)
    {
        var own = new Dictionary<int, bool>();
        var inCells = false;
        using var xml = _package.Open(part);
        while (xml.Read())
        {
            switch (xml.LocalName)
            {
                case "numFmt" when xml.NodeType is XmlNodeType.Element:
                    own[Number(xml.GetAttribute("numFmtId"))] = IsDayFormat(xml.GetAttribute("formatCode") ?? "");
                    break;
                case "cellXfs":
                    inCells = xml.NodeType is XmlNodeType.Element;
                    break;
                case "xf" when inCells && xml.NodeType is XmlNodeType.Element:
                    var format = Number(xml.GetAttribute("numFmtId"));
                    _isDay.Add(own.GetValueOrDefault(format, format is >= 14 and <= 22 or >= 27 and <= 36 or >= 45 and <= 47 or >= 50 and <= 58));
                    break;
            }
        }
    }

    // Letters in quotes, in brackets or after a backslash are shown as they are.
    private static bool IsDayFormat(string code)
    {
        var (quoted, bracketed) = (false, false);
        for (var i = 0; i < code.Length; i++)
        {
            switch (code[i])
            {
                case '\\':
                    i++;
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case '[' or ']' when !quoted:
                    bracketed = code[i] == '[';
                    break;
                case 'y' or 'Y' or 'd' or 'D' when !quoted && !bracketed:
                    return true;
            }
        }

        return false;
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

            var text = ReadRich(xml);
            if ((characters += text.Length) > _limits.SharedCharacters || _texts.Count >= _limits.SharedStrings)
            {
                throw new UnreadableTableException(TableProblem.TooManyTexts);
            }

            _texts.Add(text);
        }
    }

    // False: there are no more rows. Cells without content do not count, wherever they are.
    private bool ReadRow(XmlReader xml, List<Cell> cells, ref int number)
    {
        cells.Clear();
        var column = 0;
        while (xml.Read())
        {
            if (xml.NodeType is XmlNodeType.EndElement && xml.LocalName == "row" && cells.Count > 0)
            {
                return true;
            }

            if (xml.NodeType is not XmlNodeType.Element)
            {
                continue;
            }

            switch (xml.LocalName)
            {
                case "row":
                    (number, column) = (xml.GetAttribute("r") is { } row ? Number(row) : number + 1, 0);
                    break;
                case "c":
                    // A cell that does not say where it is stands behind the one before, empty or not.
                    column = xml.GetAttribute("r") is { } reference ? ColumnOf(reference) : column;
                    ReadCell(xml, cells, number, column++);
                    break;
                case "mergeCell":
                    throw new UnreadableTableException(TableProblem.MergedCells, xml.GetAttribute("ref"));
            }
        }

        return false;
    }

    private void ReadCell(XmlReader xml, List<Cell> cells, int row, int column)
    {
        var (type, style) = (xml.GetAttribute("t"), Number(xml.GetAttribute("s")));
        var cell = xml.IsEmptyElement ? Cell.Empty : ReadContent(xml, type, style);
        if (cell.IsEmpty)
        {
            return;
        }

        if (column >= _limits.Columns)
        {
            throw new UnreadableTableException(TableProblem.TooManyColumns, $"{Cell.ColumnName(column)}{row}");
        }

        if (row > _limits.Rows + 1)
        {
            throw new UnreadableTableException(TableProblem.TooManyRows, row.ToString(CultureInfo.InvariantCulture));
        }

        while (cells.Count <= column)
        {
            cells.Add(Cell.Empty);
        }

        cells[column] = cell;
    }

    private Cell ReadContent(XmlReader xml, string? type, int style)
    {
        var (value, formula) = ("", (string?)null);
        var depth = xml.Depth;
        while (xml.Read() && xml.Depth > depth)
        {
            if (xml.NodeType is not XmlNodeType.Element)
            {
                continue;
            }

            switch (xml.LocalName)
            {
                case "v":
                    value = ReadText(xml);
                    break;
                case "is":
                    value = ReadRich(xml);
                    break;
                case "f":
                    formula = ReadText(xml);
                    break;
            }
        }

        return formula is not null ? new(CellKind.Formula, $"={formula}")
            : type is "e" ? new(CellKind.Error, value)
            : value.Length == 0 ? Cell.Empty
            : type switch
            {
                "s" => new(CellKind.Text, Number(value) is var index && index < _texts.Count ? _texts[index] : throw new UnreadableTableException(TableProblem.Damaged)),
                "inlineStr" or "str" => new(CellKind.Text, value),
                "b" => new(CellKind.Text, value == "1" ? "是" : "否"),
                "d" => new(CellKind.Date, value),
                _ => OfNumber(value, style),
            };
    }

    private Cell OfNumber(string value, int style)
    {
        if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
        {
            throw new UnreadableTableException(TableProblem.Damaged);
        }

        if (style < _isDay.Count && _isDay[style])
        {
            return new(CellKind.Date, Days.TryOfSerial(number, _from1904, out var day) ? Days.Write(day) : value);
        }

        // Fifteen digits, as Excel shows them: 3.3000000000000003 was typed as 3.3.
        return new(CellKind.Number, Math.Abs(number) < 1e15 ? ((decimal)number).ToString(CultureInfo.InvariantCulture) : value);
    }

    // The text of <si> or <is>: its own, or that of its runs; how it is pronounced is left out.
    private string ReadRich(XmlReader xml)
    {
        if (xml.IsEmptyElement)
        {
            return "";
        }

        var (text, depth, aside) = ("", xml.Depth, 0);
        while (xml.Read() && xml.Depth > depth)
        {
            if (aside > 0 && xml.Depth >= aside)
            {
                continue;
            }

            aside = 0;
            if (xml.NodeType is XmlNodeType.Element && xml.LocalName == "rPh" && !xml.IsEmptyElement)
            {
                aside = xml.Depth + 1;
            }
            else if (xml.NodeType is XmlNodeType.Element && xml.LocalName == "t")
            {
                text = text.Length == 0 ? ReadText(xml) : text + ReadText(xml);
                if (text.Length > _limits.CellLength)
                {
                    throw new UnreadableTableException(TableProblem.CellTooLong);
                }
            }
        }

        return text;
    }

    // The text of the element that the reader stands on; afterwards it stands on its end.
    private string ReadText(XmlReader xml)
    {
        var length = 0;
        if (xml.IsEmptyElement)
        {
            return "";
        }

        while (xml.Read() && xml.NodeType is not XmlNodeType.EndElement)
        {
            if (xml.NodeType is not (XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace))
            {
                throw new UnreadableTableException(TableProblem.Damaged);
            }

            for (int read; (read = xml.ReadValueChunk(_buffer, length, _buffer.Length - length)) > 0;)
            {
                if ((length += read) > _limits.CellLength)
                {
                    throw new UnreadableTableException(TableProblem.CellTooLong);
                }
            }
        }

        return Unescape(_buffer.AsSpan(0, length));
    }

    // What XML cannot hold is written as _x000D_.
    private static string Unescape(ReadOnlySpan<char> text)
    {
        if (text.IndexOf("_x") < 0)
        {
            return new(text);
        }

        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i..] is ['_', 'x', _, _, _, _, '_', ..] && ushort.TryParse(text.Slice(i + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                plain.Append((char)code);
                i += 6;
            }
            else
            {
                plain.Append(text[i]);
            }
        }

        return plain.ToString();
    }

    private static int ColumnOf(string reference)
    {
        var column = 0;
        foreach (var letter in reference.TakeWhile(char.IsAsciiLetter).Take(4))
        {
            column = column * 26 + (letter | 0x20) - 'a' + 1;
        }

        return column - 1 is >= 0 and var known ? known : throw new UnreadableTableException(TableProblem.Damaged);
    }

    private static int Number(string? text) =>
        text is null ? 0
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new UnreadableTableException(TableProblem.Damaged);

    private static string? Attribute(XmlReader xml, string localName)
    {
        string? found = null;
        if (xml.MoveToFirstAttribute())
        {
            do
            {
                // Beside r:id there is sheetId, but no id without a prefix.
                found = xml.LocalName == localName && xml.Prefix.Length > 0 ? xml.Value : found;
            }
            while (xml.MoveToNextAttribute());
            xml.MoveToElement();
        }

        return found;
    }

    // Whatever a broken archive or text makes the framework say.
    private static T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (XmlException error)
        {
            throw new UnreadableTableException(error.Message.Contains("DTD", StringComparison.Ordinal) ? TableProblem.Dtd : TableProblem.Damaged);
        }
        catch (Exception error) when (error is InvalidDataException or DecoderFallbackException or EndOfStreamException or NotSupportedException)
        {
            throw new UnreadableTableException(TableProblem.Damaged);
        }
    }
}

/// <summary>One sheet of a workbook.</summary>
internal sealed record Sheet(string Name, string Part, bool IsHidden);
