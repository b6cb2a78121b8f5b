using System.Buffers;
using System.Text;

namespace Wuwei.Tables.Writing;

/// <summary>CSV that Excel and WPS open as it is meant: UTF-8 with a mark in front, and nothing in it that is calculated.</summary>
public static class CsvText
{
    private static readonly SearchValues<char> s_quoted = SearchValues.Create(",\"\r\n\t"), s_number = SearchValues.Create("0123456789.");

    /// <summary>Writes the header of a table, to fill in.</summary>
    public static byte[] Template(Table table)
    {
        var line = new StringBuilder("\ufeff");
        Append(line, table.Columns.Select(column => column.Header));
        return Encoding.UTF8.GetBytes(line.ToString());
    }

    /// <summary>Adds a line.</summary>
    public static void Append(StringBuilder lines, IEnumerable<string?> texts)
    {
        var isFirst = true;
        foreach (var text in texts)
        {
            if (!isFirst)
            {
                lines.Append(',');
            }

            isFirst = false;
            var cell = Neutral(text ?? "");
            if (cell.AsSpan().ContainsAny(s_quoted))
            {
                lines.Append('"').Append(cell.Replace("\"", "\"\"")).Append('"');
            }
            else
            {
                lines.Append(cell);
            }
        }

        lines.Append("\r\n");
    }

    /// <summary>
    /// Text that no spreadsheet takes for a formula: an apostrophe in front of = + - @, their full-width forms, tab and line
    /// breaks. Quotes alone do not help. A number that begins with a minus is none.
    /// </summary>
    public static string Neutral(string text) => text switch
    {
        ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠', ..] when !IsNumber(text) => $"'{text}",
        _ => text,
    };

    private static bool IsNumber(string text) => text is ['-', _, ..] && !text.AsSpan(1).ContainsAnyExcept(s_number);
}
