using System.IO.Compression;
using System.Xml;
using System.Xml.Linq;
using Wuwei.Assessment.Reports;
using Wuwei.Assessment.Scores;

namespace Wuwei.Assessment.EvidenceFiles;

/// <summary>What a file is by its content; what it is called and declared to be proves nothing.</summary>
/// <param name="Code">As stored.</param>
/// <param name="Extensions">That its name may have; the first is added to a name that has none of them.</param>
internal sealed record FileKind(string Code, string MediaType, params IReadOnlyList<string> Extensions)
{
    // An archive of a document has some dozens of parts; the list of their types is a few kilobytes.
    private const int MostParts = 2000, MostTypesBytes = 256 * 1024;

    private static readonly FileKind
        s_pdf = new("pdf", "application/pdf", ".pdf"),
        s_png = new("png", "image/png", ".png"),
        s_jpeg = new("jpeg", "image/jpeg", ".jpg", ".jpeg"),
        s_docx = new("docx", WriteReport.Docx, ".docx"),
        s_xlsx = new("xlsx", GetScores.Xlsx, ".xlsx");

    public static IReadOnlyList<FileKind> All { get; } = [s_pdf, s_png, s_jpeg, s_docx, s_xlsx];

    /// <summary>The kind of a content; null: none that is taken, or cut off, or with a program in it.</summary>
    public static FileKind? Of(byte[] content) => content.AsSpan() switch
    {
        [(byte)'%', (byte)'P', (byte)'D', (byte)'F', (byte)'-', ..] => content.AsSpan(Math.Max(0, content.Length - 1024)).IndexOf("%%EOF"u8) >= 0 ? s_pdf : null,
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a, .., (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xae, 0x42, 0x60, 0x82] => s_png,
        [0xff, 0xd8, 0xff, .., 0xff, 0xd9] => s_jpeg,
        [(byte)'P', (byte)'K', 0x03, 0x04, ..] => OfPackage(content),
        _ => null,
    };

    /// <summary>The name with an extension that fits.</summary>
    public string Named(string name) => Extensions.Any(extension => name.EndsWith(extension, StringComparison.OrdinalIgnoreCase)) ? name : name + Extensions[0];

    // Which document an archive is says its list of content types; nothing else of it is unpacked.
    private static FileKind? OfPackage(byte[] content)
    {
        try
        {
            using var package = new ZipArchive(new MemoryStream(content, writable: false), ZipArchiveMode.Read);
            if (package.Entries.Count > MostParts || package.GetEntry("[Content_Types].xml") is not { } types)
            {
                return null;
            }

            using var unpacked = types.Open();
            var text = new byte[MostTypesBytes];
            var length = unpacked.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
            using var reader = XmlReader.Create(new MemoryStream(text, 0, length), new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            var declared = XDocument.Load(reader).Root!.Elements().Select(part => (string?)part.Attribute("ContentType") ?? "").ToHashSet(StringComparer.OrdinalIgnoreCase);
            return declared.Any(type => type.Contains("macroEnabled", StringComparison.OrdinalIgnoreCase) || type.Contains("vbaProject", StringComparison.OrdinalIgnoreCase)) ? null
                : declared.Contains($"{s_docx.MediaType}.main+xml") ? s_docx
                : declared.Contains($"{s_xlsx.MediaType}.main+xml") ? s_xlsx
                : null;
        }
        catch (Exception broken) when (broken is InvalidDataException or XmlException or IOException or NotSupportedException)
        {
            return null;
        }
    }
}
