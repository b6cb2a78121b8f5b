using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using static Wuwei.Tables.Tests.Given;

namespace Wuwei.Tables.Tests;

/// <summary>Files made to harm whoever reads them. Each is refused in less than a tenth of a second.</summary>
public sealed class HostileFileTests
{
    private const string Good = Xlsx.Header + "<row r=\"2\"><c t=\"inlineStr\"><is><t>A1</t></is></c><c t=\"inlineStr\"><is><t>2026-01-05</t></is></c><c><v>80</v></c></row>";

    static HostileFileTests()
    {
        // Compiled before it is timed.
        for (var i = 0; i < 3; i++)
        {
            Assert.Empty(Assert.Single(Read(Xlsx.Of(Good), Three)).Errors);
            Assert.Equal("table.merged_cells", Refusal(Xlsx.Of(writer => writer.Write(Good), "<mergeCells><mergeCell ref=\"A1:B2\"/></mergeCells>"), Three));
        }
    }

    public static TheoryData<string, string> Files => new()
    {
        { "sparse", "table.too_many_columns" },
        { "sparse-row", "table.too_many_rows" },
        { "tiny-rows", "table.too_large" },
        { "shared-strings", "table.too_large" },
        { "one-cell", "table.too_large" },
        { "one-cell-smaller", "table.ratio" },
        { "one-cell-lying", "table.damaged" },
        { "one-cell-incompressible", "table.cell_too_long" },
        { "one-attribute-incompressible", "table.cell_too_long" },
        { "cell-of-33000", "table.cell_too_long" },
        { "entries", "table.too_many_entries" },
        { "dtd", "table.dtd" },
        { "entities", "table.dtd" },
        { "zip-slip", "table.entry_name" },
        { "absolute", "table.entry_name" },
        { "backslash", "table.entry_name" },
        { "macros", "table.macros" },
        { "external-links", "table.external_links" },
        { "connections", "table.external_links" },
        { "xls", "table.old_excel" },
        { "encrypted", "table.encrypted" },
        { "ods", "table.open_document" },
        { "xlsb", "table.binary_workbook" },
        { "zip", "table.unknown_kind" },
        { "truncated", "table.damaged" },
        { "half", "table.damaged" },
        { "not-utf8", "table.damaged" },
        { "empty", "table.empty" },
        { "png", "table.encoding" },
        { "long-line", "table.line_too_long" },
        { "open-quote", "table.open_quote" },
        { "hidden", "table.hidden_sheet" },
        { "merged", "table.merged_cells" },
    };

    [Theory, MemberData(nameof(Files))]
    public void Given_a_hostile_file_When_read_Then_it_is_refused_at_once_for_its_own_reason(string kind, string code)
    {
        var file = File(kind);
        var limits = new TableLimits { Rows = 1000 };

        // The best of three: others work on this machine too.
        var fastest = Enumerable.Range(0, 3).Min(_ =>
        {
            var began = Stopwatch.GetTimestamp();
            Assert.Equal(code, Refusal(file, Three, limits));
            return Stopwatch.GetElapsedTime(began);
        });

        Assert.True(fastest < TimeSpan.FromMilliseconds(100), $"{kind} took {fastest.TotalMilliseconds:0.0} ms.");
    }

    [Fact]
    public void Given_a_lying_size_When_read_Then_no_more_memory_is_taken_than_for_the_file_itself()
    {
        var file = File("one-cell-lying");
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refusal(file, Three);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
    }

    [Fact]
    public void Given_a_million_empty_rows_and_a_format_on_the_last_one_When_read_Then_they_do_not_count()
    {
        var file = Xlsx.Of(writer =>
        {
            writer.Write(Good);
            for (var row = 3; row < 1_000_000; row++)
            {
                writer.Write($"<row r=\"{row}\"/>");
            }

            writer.Write("<row r=\"1048576\"><c r=\"XFD1048576\" s=\"1\"/></row>");
        });

        Assert.Equal(2, Assert.Single(Read(file, Three, new() { Ratio = 2000 })).Number);
    }

    private static byte[] File(string kind) => kind switch
    {
        "sparse" => Xlsx.Of(Good + "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>"),
        "sparse-row" => Xlsx.Of(Good + "<row r=\"1048576\"><c r=\"A1048576\"><v>1</v></c></row>"),
        "tiny-rows" => Xlsx.Of(writer =>
        {
            for (var row = 0; row < 12_000_000; row++)
            {
                writer.Write("<row><c><v>1</v></c></row>");
            }
        }),
        "shared-strings" => Xlsx.Of(_ => { }, texts: $"<sst>{new string(' ', 500_000_000)}</sst>"),
        "one-cell" => Xlsx.Of(LongCell(400_000_000)),
        "one-cell-smaller" => Xlsx.Of(LongCell(200_000_000)),
        "one-cell-lying" => Xlsx.Lying(Xlsx.Of(LongCell(400_000_000)), "xl/worksheets/sheet1.xml", 1000),
        "one-cell-incompressible" => Xlsx.Of(writer => writer.Write($"{Xlsx.Header}<row r=\"2\"><c t=\"inlineStr\"><is><t>{Noise(10_000_000)}</t></is></c></row>")),
        "one-attribute-incompressible" => Xlsx.Of(writer => writer.Write($"{Xlsx.Header}<row r=\"2\" spans=\"{Noise(10_000_000)}\"/>")),
        "cell-of-33000" => Xlsx.Of($"{Xlsx.Header}<row r=\"2\"><c t=\"inlineStr\"><is><t>{Noise(33_000)}</t></is></c></row>"),
        "entries" => Xlsx.Of(Good, [.. Enumerable.Range(0, 300).Select(i => ($"xl/media/{i}.png", ""))]),
        "dtd" => Xlsx.Of(_ => { }, texts: "<!DOCTYPE sst SYSTEM \"http://127.0.0.1/x.dtd\"><sst/>"),
        "entities" => Xlsx.Of(_ => { }, texts: "<!DOCTYPE l [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;\">]><sst><si><t>&b;</t></si></sst>"),
        "zip-slip" => Xlsx.Of(Good, ("xl/../../../etc/cron.d/x", "x")),
        "absolute" => Xlsx.Of(Good, ("/etc/x", "x")),
        "backslash" => Xlsx.Of(Good, ("xl\\..\\..\\x", "x")),
        "macros" => Xlsx.Of(Good, ("xl/vbaProject.bin", "x")),
        "external-links" => Xlsx.Of(Good, ("xl/externalLinks/externalLink1.xml", "<externalLink/>")),
        "connections" => Xlsx.Of(Good, ("xl/connections.xml", "<connections/>")),
        "xls" => [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, .. new byte[5000]],
        "encrypted" => [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, .. new byte[5000], .. Encoding.Unicode.GetBytes("EncryptedPackage")],
        "ods" => Zip("mimetype", "content.xml", "META-INF/manifest.xml"),
        "xlsb" => Zip("xl/workbook.bin"),
        "zip" => Zip("readme.txt"),
        "truncated" => Xlsx.Of(Good)[..^30],
        "half" => Xlsx.Of(writer => writer.Write($"{Xlsx.Header}<row r=\"2\"><c><v>1</row>")),
        "not-utf8" => Xlsx.Of(writer =>
        {
            writer.Write($"{Xlsx.Header}<row r=\"2\"><c t=\"inlineStr\"><is><t>");
            writer.Flush();
            writer.BaseStream.Write([0xff, 0xfe, 0x41]);
            writer.Write("</t></is></c></row>");
        }),
        "empty" => [],
        "png" => [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x01, 0xff],
        "long-line" => Encoding.UTF8.GetBytes($"号码,日期,课时\r\n{Noise(3_000_000)}"),
        "open-quote" => Encoding.UTF8.GetBytes("号码,日期,课时\r\n\"A1,2026-01-05,80\r\n"),
        "hidden" => Xlsx.Of(writer => writer.Write(Good), state: "state=\"veryHidden\""),
        "merged" => Xlsx.Of(writer => writer.Write(Good), "<mergeCells><mergeCell ref=\"A2:A3\"/></mergeCells>"),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static Action<StreamWriter> LongCell(int length) => writer =>
    {
        writer.Write($"{Xlsx.Header}<row r=\"2\"><c t=\"inlineStr\"><is><t>");
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
