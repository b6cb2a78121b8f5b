using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using MiniExcelLibs;

namespace Wuwei.Assessment.Scores;

/// <summary>A table to be written: numbers as <see cref="decimal"/> or <see cref="int"/>, the rest as text.</summary>
internal sealed record SheetTable(string Name, IReadOnlyList<string> Columns, IEnumerable<object?[]> Rows);

/// <summary>Writes tables as CSV and as Excel workbooks.</summary>
internal static partial class Sheets
{
    /// <summary>UTF-8 with BOM, so that Excel reads Chinese.</summary>
    public static byte[] Csv(SheetTable table)
    {
        var text = new StringBuilder("\uFEFF");
        text.AppendJoin(',', table.Columns).Append("\r\n");
        foreach (var row in table.Rows)
        {
            text.AppendJoin(',', row.Select(CsvCell)).Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>A sheet for each table, its columns as wide as what is in them, to be printed across. The same tables give the same bytes.</summary>
    public static byte[] Xlsx(params IEnumerable<SheetTable> tables)
    {
        SheetTable[] all = [.. tables.Select(table => table with { Rows = [.. table.Rows] })];
        using var workbook = new MemoryStream();
        workbook.SaveAs(all.ToDictionary(table => table.Name, table => (object)table.Rows.Select(row => Row(table.Columns, row)).ToArray()));
        workbook.Position = 0;
        return Reproducible(workbook, all);
    }

    /// <summary>How wide a text is, in digits: a Chinese character is two.</summary>
    public static int WidthOf(string text) => text.Sum(character => character > 0xff ? 2 : 1);

    /// <summary>Lines of text as a sheet 说明.</summary>
    public static SheetTable Notes(IEnumerable<string> notes) => new("说明", ["说明"], notes.Select(note => new object?[] { note }));

    /// <summary>Text that a spreadsheet would run as a formula is made plain text by an apostrophe.</summary>
    public static string Neutral(string text) => text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" + text : text;

    public static string? YesNo(bool? value) => value switch { true => "是", false => "否", _ => null };

    private static string CsvCell(object? cell)
    {
        var text = cell is string raw ? Neutral(raw) : Convert.ToString(cell, CultureInfo.InvariantCulture)!;
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static Dictionary<string, object?> Row(IReadOnlyList<string> columns, object?[] cells) => columns.Zip(cells)
        .ToDictionary(pair => pair.First, pair => pair.Second is string text ? Neutral(text) : pair.Second);

    // The writer draws relation ids by lot and the archive says when each entry was written; the entity tag is to
    // change with the table, not with them.
    private static byte[] Reproducible(Stream workbook, SheetTable[] tables)
    {
        Dictionary<string, string> relations = [];
        string Numbered(Match drawn) => relations.TryGetValue(drawn.Value, out var known) ? known : relations[drawn.Value] = $"rId{relations.Count + 1}";
        using var result = new MemoryStream();
        using (var drawn = new ZipArchive(workbook, ZipArchiveMode.Read, leaveOpen: true))
        using (var numbered = new ZipArchive(result, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var entry in drawn.Entries)
            {
                var copy = numbered.CreateEntry(entry.FullName);
                copy.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
                using var reader = new StreamReader(entry.Open());
                using var writer = new StreamWriter(copy.Open());
                var text = reader.ReadToEnd();
                writer.Write(
                    entry.Name.StartsWith("workbook.xml", StringComparison.Ordinal) ? DrawnId().Replace(text, Numbered)
                    : SheetPart().Match(entry.FullName) is { Success: true } sheet ? Fitted(text, tables[int.Parse(sheet.Groups[1].Value, CultureInfo.InvariantCulture) - 1])
                    : text);
            }
        }

        return result.ToArray();
    }

    // What the writer leaves out: widths, and A4 across as wide as the page.
    private static string Fitted(string sheet, SheetTable table) => sheet
        .Replace("<x:dimension", "<x:sheetPr><x:pageSetUpPr fitToPage=\"1\"/></x:sheetPr><x:dimension", StringComparison.Ordinal)
        .Replace("<x:sheetData>", $"<x:cols>{string.Concat(table.Columns.Select((column, at) => WidthColumn(at + 1, table, column)))}</x:cols><x:sheetData>", StringComparison.Ordinal)
        .Replace("<x:drawing ", "<x:pageSetup paperSize=\"9\" orientation=\"landscape\" fitToWidth=\"1\" fitToHeight=\"0\"/><x:drawing ", StringComparison.Ordinal);

    private static string WidthColumn(int number, SheetTable table, string head)
    {
        var widest = table.Rows.Select(row => WidthOf(Convert.ToString(row[number - 1], CultureInfo.InvariantCulture) ?? "")).Append(WidthOf(head)).Max();
        return $"<x:col min=\"{number}\" max=\"{number}\" width=\"{Math.Clamp(widest + 2, 6, 60)}\" customWidth=\"1\"/>";
    }

    [GeneratedRegex("^xl/worksheets/sheet([0-9]+)\\.xml$", RegexOptions.CultureInvariant)]
    private static partial Regex SheetPart();

    [GeneratedRegex("\\bR[0-9a-f]{32}\\b", RegexOptions.CultureInvariant)]
    private static partial Regex DrawnId();
}
