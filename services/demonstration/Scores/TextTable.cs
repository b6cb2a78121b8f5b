using System.Text;

namespace Wuwei.Demonstration.Scores;

/// <summary>Plain text in columns, for a terminal where a Chinese character is two cells wide.</summary>
public static class TextTable
{
    /// <summary>Lays rows out under a heading, two blanks between columns.</summary>
    /// <param name="left">Columns that begin at their left edge; the others end at their right one.</param>
    public static string Format(IReadOnlyList<string[]> rows, params int[] left)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => WidthOf(row[column]))).ToArray();
        var text = new StringBuilder();
        foreach (var (number, row) in rows.Index())
        {
            text.AppendLine(Line(row.Select((cell, column) => Pad(cell, widths[column], left.Contains(column)))));
            if (number == 0)
            {
                text.AppendLine(Line(widths.Select(width => new string('-', width))));
            }
        }

        return text.ToString();
    }

    /// <summary>Cells that the text takes: two for the wide and full-width of Unicode's East Asian Width.</summary>
    public static int WidthOf(string text) => text.EnumerateRunes().Sum(rune => IsWide(rune.Value) ? 2 : 1);

    private static string Line(IEnumerable<string> cells) => $"  {string.Join("  ", cells)}".TrimEnd();

    private static string Pad(string cell, int width, bool left)
    {
        var blanks = new string(' ', width - WidthOf(cell));
        return left ? cell + blanks : blanks + cell;
    }

    private static bool IsWide(int rune) => rune is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF)
        or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE6F)
        or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD);
}
