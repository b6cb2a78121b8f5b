using System.IO.Compression;
using System.Text;
using Wuwei.Assessment.EvidenceFiles;
using Wuwei.Assessment.Reports;
using Wuwei.Assessment.Scores;
using static Wuwei.Assessment.Tests.Given;

namespace Wuwei.Assessment.Tests.EvidenceFiles;

/// <summary>What a file is by its content, and how it may be called.</summary>
public sealed class FileKindTests
{
    internal static readonly byte[]
        Pdf = "%PDF-1.7\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"u8.ToArray(),
        Png = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82],
        Jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 2, 0xff, 0xd9];

    private const string Main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";

    public static TheoryData<string, string?> Files => new()
    {
        { "pdf", "pdf" },
        { "png", "png" },
        { "jpeg", "jpeg" },
        { "docx of our own", "docx" },
        { "xlsx of our own", "xlsx" },
        { "pdf cut off", null },
        { "png cut off", null },
        { "jpeg cut off", null },
        { "docx cut off", null },
        { "page that is called pdf", null },
        { "program", null },
        { "old word", null },
        { "zip", null },
        { "zip of nothing", null },
        { "docx with a program", null },
        { "docx that says it is one", null },
        { "types with an entity", null },
        { "types that are no XML", null },
        { "types of a gigabyte", null },
        { "text", null },
        { "nothing", null },
    };

    [Theory, MemberData(nameof(Files))]
    public void Given_a_file_When_looked_at_Then_it_is_what_its_content_is(string what, string? kind) => Assert.Equal(kind, FileKind.Of(Of(what))?.Code);

    [Theory]
    [InlineData("台账.pdf", "台账.pdf")]
    [InlineData("台账.PDF", "台账.PDF")]
    [InlineData("台账.exe", "台账.exe.pdf")]
    [InlineData("台账", "台账.pdf")]
    public void Given_a_name_When_its_content_is_known_Then_it_ends_as_that_does(string name, string expected) => Assert.Equal(expected, FileKind.Of(Pdf)!.Named(name));

    [Theory]
    [InlineData("武威市 2025 年台账（三）.pdf", true)]
    [InlineData("𠮷😀.png", true)]
    [InlineData("", false)]
    [InlineData(" ", false)]
    [InlineData("../../etc/passwd", false)]
    [InlineData("c:台账.pdf", false)]
    [InlineData("a\r\nSet-Cookie: x=y", false)]
    [InlineData("\u202efdp.exe", false)]
    [InlineData("11010519491231002X.pdf", false)]
    public void Given_a_name_When_a_file_is_sent_Then_it_is_one_that_can_be_shown(string name, bool isName) => Assert.Equal(isName, SendEvidence.IsName(name));

    [Theory]
    [InlineData(120, true)]
    [InlineData(121, false)]
    public void Given_a_long_name_When_a_file_is_sent_Then_it_has_an_end(int length, bool isName)
    {
        Assert.Equal(isName, SendEvidence.IsName(new string('长', length)));
        Assert.False(SendEvidence.IsName($"{(char)0xd800}{new string('长', length)}")); // half of a character
    }

    [Fact]
    public void Given_a_file_When_verified_Then_it_is_by_another_and_before_its_record_is_decided()
    {
        var file = new EvidenceFile(Guid.NewGuid(), "appeals/1", Minqin, "台账.pdf", "pdf", 1, "00", "county", "assessment", Noon);
        var finding = new EvidenceFinding { Accepted = false, Note = "不清楚" };
        Assert.True(VerifyEvidence.Decide(file, isOpen: true, finding, "county", Noon).IsRefused(out var refusal, out _));
        Assert.Equal("evidence.own_file", refusal.Code);
        Assert.True(VerifyEvidence.Decide(file, isOpen: false, finding, "office", Noon).IsRefused(out refusal, out _));
        Assert.Equal("evidence.closed", refusal.Code);
        Assert.False(VerifyEvidence.Decide(file, isOpen: true, finding, "office", Noon).IsRefused(out _, out var found));
        Assert.Equal((2, false, "office"), (found.Revision, found.Accepted, found.FoundBy));
    }

    private static byte[] Of(string what) => what switch
    {
        "pdf" => Pdf,
        "png" => Png,
        "jpeg" => Jpeg,
        "docx of our own" => Docx(),
        "xlsx of our own" => Sheets.Xlsx(new SheetTable("表", ["列"], [["值"]])),
        "pdf cut off" => Pdf[..^8],
        "png cut off" => Png[..^1],
        "jpeg cut off" => Jpeg[..^1],
        "docx cut off" => Docx()[..^30],
        "page that is called pdf" => "<html><script>alert(1)</script>%PDF-1.7 %%EOF</html>"u8.ToArray(),
        "program" => [(byte)'M', (byte)'Z', .. new byte[100]],
        "old word" => [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, .. new byte[1000]],
        "zip" => Zip(("readme.txt", "x")),
        "zip of nothing" => Zip(),
        "docx with a program" => Zip(("[Content_Types].xml", Types("application/vnd.ms-word.document.macroEnabled.main+xml"))),
        "docx that says it is one" => Zip(("[Content_Types].xml", Types(Main, "application/vnd.ms-office.vbaProject"))),
        "types with an entity" => Zip(("[Content_Types].xml", $"<!DOCTYPE t [<!ENTITY a \"a\">]>{Types(Main)}")),
        "types that are no XML" => Zip(("[Content_Types].xml", "{}")),
        "types of a gigabyte" => Zip(("[Content_Types].xml", $"<Types>{new string(' ', 20_000_000)}{Types(Main)}</Types>")),
        "text" => "你好"u8.ToArray(),
        _ => [],
    };

    internal static byte[] Docx()
    {
        using var file = new MemoryStream();
        WordDocument.Write(file, [new Paragraph("甲")], null);
        return file.ToArray();
    }

    private static string Types(params string[] types) =>
        $"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">{string.Concat(types.Select((type, at) => $"<Override PartName=\"/part{at}\" ContentType=\"{type}\"/>"))}</Types>";

    private static byte[] Zip(params (string Name, string Text)[] parts)
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in parts)
            {
                using var part = archive.CreateEntry(name).Open();
                part.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return file.ToArray();
    }
}
