using System.IO.Compression;
using System.Text;

namespace Wuwei.Testing.Files;

/// <summary>Files made to harm whoever reads them, or only not what was asked for; each by its name.</summary>
/// <param name="sheet">Name of the sheet that is read.</param>
/// <param name="headers">Its first row.</param>
/// <param name="good">A row that is right.</param>
public sealed class HostileFiles(string sheet, IReadOnlyList<string> headers, IReadOnlyList<string> good)
{
    private readonly string _header = Xlsx.Row(1, headers), _right = Xlsx.Row(1, headers) + Xlsx.Row(2, good);

    public byte[] Of(string kind) => kind switch
    {
        "sparse" => Book(_right + "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>"),
        "sparse-row" => Book(_right + "<row r=\"1048576\"><c r=\"A1048576\"><v>1</v></c></row>"),
        "tiny-rows" => Book(writer =>
        {
            for (var row = 0; row < 12_000_000; row++)
            {
                writer.Write("<row><c><v>1</v></c></row>");
            }
        }),
        "shared-strings" => Book(_ => { }, texts: $"<sst>{new string(' ', 500_000_000)}</sst>"),
        "one-cell" => Book(LongCell(400_000_000)),
        "one-cell-smaller" => Book(LongCell(200_000_000)),
        "one-cell-lying" => Xlsx.Lying(Book(LongCell(400_000_000)), "xl/worksheets/sheet1.xml", 1000),
        "one-cell-incompressible" => Book($"{_header}<row r=\"2\"><c t=\"inlineStr\"><is><t>{Noise(10_000_000)}</t></is></c></row>"),
        "one-attribute-incompressible" => Book($"{_header}<row r=\"2\" spans=\"{Noise(10_000_000)}\"/>"),
        "cell-of-33000" => Book($"{_header}<row r=\"2\"><c t=\"inlineStr\"><is><t>{Noise(33_000)}</t></is></c></row>"),
        "declared-large" => Xlsx.Lying(Book(_right), "xl/worksheets/sheet1.xml", uint.MaxValue - 1),
        "entries" => Book(_right, [.. Enumerable.Range(0, 300).Select(i => ($"xl/media/{i}.png", ""))]),
        "dtd" => Book(_ => { }, texts: "<!DOCTYPE sst SYSTEM \"http://127.0.0.1/x.dtd\"><sst/>"),
        "entities" => Book(_ => { }, texts: "<!DOCTYPE l [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;\">]><sst><si><t>&b;</t></si></sst>"),
        "zip-slip" => Book(_right, ("xl/../../../etc/cron.d/x", "x")),
        "absolute" => Book(_right, ("/etc/x", "x")),
        "backslash" => Book(_right, ("xl\\..\\..\\x", "x")),
        "macros" => Book(_right, ("xl/vbaProject.bin", "x")),
        "external-links" => Book(_right, ("xl/externalLinks/externalLink1.xml", "<externalLink/>")),
        "connections" => Book(_right, ("xl/connections.xml", "<connections/>")),
        "xls" => [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, .. new byte[5000]],
        "encrypted" => [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, .. new byte[5000], .. Encoding.Unicode.GetBytes("EncryptedPackage")],
        "ods" => Zip("mimetype", "content.xml", "META-INF/manifest.xml"),
        "xlsb" => Zip("xl/workbook.bin"),
        "zip" => Zip("readme.txt"),
        "truncated" => Book(_right)[..^30],
        "half" => Book($"{_header}<row r=\"2\"><c><v>1</row>"),
        "not-utf8" => Book(writer =>
        {
            writer.Write($"{_header}<row r=\"2\"><c t=\"inlineStr\"><is><t>");
            writer.Flush();
            writer.BaseStream.Write([0xff, 0xfe, 0x41]);
            writer.Write("</t></is></c></row>");
        }),
        "empty" => [],
        "png" => [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x01, 0xff],
        "text" => "你好"u8.ToArray(),
        "long-line" => Csv(Noise(3_000_000)),
        "open-quote" => Csv($"\"{string.Join(',', good)}"),
        "hidden" => Book(writer => writer.Write(_right), state: "state=\"veryHidden\""),
        "merged" => Book(writer => writer.Write(_right), "<mergeCells><mergeCell ref=\"A2:A3\"/></mergeCells>"),
        "second-sheet" => Book(writer => writer.Write(_right), before: "<sheet name=\"别的\" sheetId=\"2\" r:id=\"z\"/>"),
        "header-missing" => Book(Xlsx.Row(1, headers.Skip(1)) + Xlsx.Row(2, good.Skip(1))),
        "header-renamed" => Book(Xlsx.Row(1, headers.Select((header, i) => i == 0 ? "别的" : header)) + Xlsx.Row(2, good)),
        "header-twice" => Book(Xlsx.Row(1, headers.Append(headers[0])) + Xlsx.Row(2, good.Append(good[0]))),
        "header-extra" => Book(Xlsx.Row(1, headers.Append("备注")) + Xlsx.Row(2, good.Append("x"))),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private byte[] Book(string rows, params (string Name, string Text)[] more) => Book(writer => writer.Write(rows), more: more);

    private byte[] Book(
        Action<StreamWriter> rows, string after = "", string? texts = null, string state = "", string before = "", params (string Name, string Text)[] more) =>
        Xlsx.Of(rows, after, texts, state: state, name: sheet, before: before, more: more);

    private byte[] Csv(string line) => Encoding.UTF8.GetBytes($"{string.Join(',', headers)}\r\n{line}\r\n");

    private Action<StreamWriter> LongCell(int length) => writer =>
    {
        writer.Write($"{_header}<row r=\"2\"><c t=\"inlineStr\"><is><t>");
        var block = new string('a', 1_000_000);
        for (var written = 0; written < length; written += block.Length)
        {
            writer.Write(block);
        }

        writer.Write("</t></is></c></row>");
    };

    private static string Noise(int length)
    {
        var random = new Random(1);
        return string.Create(length, random, (text, random) => random.GetItems("abcdefghijklmnopqrstuvwxyz0123456789ABCDEF", text));
    }

    private static byte[] Zip(params string[] names)
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var name in names)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write("x"u8);
            }
        }

        return file.ToArray();
    }
}
