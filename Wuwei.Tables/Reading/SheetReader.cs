using System.Globalization;
using System.Xml;
using static Wuwei.Tables.Reading.Xml;

namespace Wuwei.Tables.Reading;

/// <summary>Reads the rows of a sheet one after the other.</summary>
/// <param name="shared">Texts that cells refer to by their place.</param>
/// <param name="from1904">Whether days count from 1904.</param>
internal sealed class SheetReader(TableLimits limits, CellTexts texts, IReadOnlyList<string> shared, DayStyles styles, bool from1904)
{
    /// <summary>Reads the next row with something in it. Cells without content do not count, wherever they are.</summary>
    /// <returns>False: there are no more rows.</returns>
    public bool ReadRow(XmlReader xml, List<Cell> cells, ref int number)
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

        if (column >= limits.Columns)
        {
            throw new UnreadableTableException(TableProblem.TooManyColumns, $"{Cell.ColumnName(column)}{row}");
        }

        if (row > limits.Rows + 1)
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
                    value = texts.ReadText(xml);
                    break;
                case "is":
                    value = texts.ReadRich(xml);
                    break;
                case "f":
                    formula = texts.ReadText(xml);
                    break;
            }
        }

        return formula is not null ? new(CellKind.Formula, $"={formula}")
            : type is "e" ? new(CellKind.Error, value)
            : value.Length == 0 ? Cell.Empty
            : type switch
            {
                "s" => new(CellKind.Text, Number(value) is var index && index < shared.Count ? shared[index] : throw new UnreadableTableException(TableProblem.Damaged)),
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

        if (styles.Has(style))
        {
            return new(CellKind.Date, Days.TryOfSerial(number, from1904, out var day) ? Days.Write(day) : value);
        }

        // Fifteen digits, as Excel shows them: 3.3000000000000003 was typed as 3.3.
        return new(CellKind.Number, Math.Abs(number) < 1e15 ? ((decimal)number).ToString(CultureInfo.InvariantCulture) : value);
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
}
