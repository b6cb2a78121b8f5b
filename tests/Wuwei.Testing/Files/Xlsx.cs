using System.IO.Compression;
using System.Security;
using System.Text;

namespace Wuwei.Testing.Files;

/// <summary>Workbooks made by hand, so that they may be wrong in any way.</summary>
public static class Xlsx
{
    /// <summary>A row of texts; what begins with a tag is a cell as it stands.</summary>
    /// <param name="number">From 1.</param>
    public static string Row(int number, params IEnumerable<string> cells) => $"<row r=\"{number}\">{string.Concat(cells.Select(cell =>
        cell.StartsWith("<c", StringComparison.Ordinal) ? cell : $"<c t=\"inlineStr\"><is><t>{SecurityElement.Escape(cell)}</t></is></c>"))}</row>";

    /// <summary>A workbook with one sheet.</summary>
    /// <param name="rows">XML of its rows.</param>
    /// <param name="more">Further files in it.</param>
    public static byte[] Of(string rows, params (string Name, string Text)[] more) => Of(writer => writer.Write(rows), more: more);

    /// <summary>The same with rows that are written, or another file in the sheet's place.</summary>
    public static byte[] Of(
        Action<StreamWriter> rows, string after = "", string? texts = null, string? styles = null, string workbookPr = "",
        string state = "", string name = "数据", string before = "", params (string Name, string Text)[] more)
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            void Add(string entry, Action<StreamWriter> write)
            {
                using var writer = new StreamWriter(archive.CreateEntry(entry, CompressionLevel.Optimal).Open(), new UTF8Encoding(false));
                write(writer);
            }

            Add("[Content_Types].xml", writer => writer.Write("<Types/>"));
            Add("xl/workbook.xml", writer => writer.Write(
                $"<workbook xmlns:r=\"r\"><workbookPr {workbookPr}/><sheets>{before}<sheet name=\"{name}\" sheetId=\"1\" {state} r:id=\"a\"/></sheets></workbook>"));
            Add("xl/_rels/workbook.xml.rels", writer => writer.Write("<Relationships>"
                + "<Relationship Id=\"a\" Type=\"x/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
                + (texts is null ? "" : "<Relationship Id=\"b\" Type=\"x/sharedStrings\" Target=\"sharedStrings.xml\"/>")
                + (styles is null ? "" : "<Relationship Id=\"c\" Type=\"x/styles\" Target=\"/xl/styles.xml\"/>")
                + "</Relationships>"));
            Add("xl/worksheets/sheet1.xml", writer =>
            {
                writer.Write("<worksheet><sheetData>");
                rows(writer);
                writer.Write($"</sheetData>{after}</worksheet>");
            });
            if (texts is not null)
            {
                Add("xl/sharedStrings.xml", writer => writer.Write(texts));
            }

            if (styles is not null)
            {
                Add("xl/styles.xml", writer => writer.Write(styles));
            }

            foreach (var (entry, text) in more)
            {
                Add(entry, writer => writer.Write(text));
            }
        }

        return file.ToArray();
    }

    /// <summary>Changes what the archive says of a file's unpacked size, in both places that say it.</summary>
    public static byte[] Lying(byte[] file, string entry, uint size)
    {
        var name = Encoding.UTF8.GetBytes(entry);
        for (var at = 0; (at = file.AsSpan(at).IndexOf(name) is >= 0 and var found ? at + found : -1) >= 0; at += name.Length)
        {
            var isCentral = file.AsSpan(at - 46, 4).SequenceEqual("PK\u0001\u0002"u8);
            BitConverter.TryWriteBytes(file.AsSpan(isCentral ? at - 46 + 24 : at - 30 + 22), size);
        }

        return file;
    }
}
