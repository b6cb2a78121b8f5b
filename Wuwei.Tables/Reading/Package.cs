using System.Collections.ObjectModel;
using System.IO.Compression;
using System.Text;
using System.Xml;

namespace Wuwei.Tables.Reading;

/// <summary>A workbook as the archive it is, looked through before anything of it is unpacked.</summary>
internal sealed class Package : IDisposable
{
    private static readonly Encoding s_utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true);

    private static readonly XmlReaderSettings s_settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        CloseInput = true,
    };

    private readonly ZipArchive _archive;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.OrdinalIgnoreCase);
    private readonly TableLimits _limits;

    /// <exception cref="UnreadableTableException">It is no workbook, or not one that is read.</exception>
    public Package(Stream file, TableLimits limits)
    {
        _limits = limits;
        try
        {
            _archive = new(file, ZipArchiveMode.Read);
            Check(_archive.Entries);
        }
        catch (InvalidDataException)
        {
            throw new UnreadableTableException(TableProblem.Damaged);
        }
        catch
        {
            _archive?.Dispose();
            throw;
        }
    }

    public bool Has(string name) => _entries.ContainsKey(name);

    /// <summary>Reads a file as XML.</summary>
    /// <remarks>Always as UTF-8, which Excel writes: in another encoding the bound on texts would not hold.</remarks>
    public XmlReader Open(string name) => _entries.TryGetValue(name, out var entry)
        ? XmlReader.Create(new StreamReader(
            new BoundedStream(entry.Open(), _limits.PartBytes), s_utf8, detectEncodingFromByteOrderMarks: false, bufferSize: 64 * 1024), s_settings)
        : throw new UnreadableTableException(TableProblem.Damaged, name);

    public void Dispose() => _archive.Dispose();

    private void Check(ReadOnlyCollection<ZipArchiveEntry> entries)
    {
        if (entries.Count > _limits.Entries)
        {
            throw new UnreadableTableException(TableProblem.TooManyEntries);
        }

        var total = 0L;
        foreach (var entry in entries)
        {
            var name = entry.FullName;
            if (name.StartsWith('/') || name.Contains('\\') || name.Contains(':') || name.Split('/').Contains("..") || name.Any(char.IsControl))
            {
                throw new UnreadableTableException(TableProblem.EntryName);
            }

            if (entry.Length > _limits.PartBytes || (total += entry.Length) > _limits.TotalBytes)
            {
                throw new UnreadableTableException(TableProblem.TooLarge);
            }

            // A small file may well be all the same.
            if (entry.Length > 100_000 && entry.Length / Math.Max(1, entry.CompressedLength) > _limits.Ratio)
            {
                throw new UnreadableTableException(TableProblem.Ratio);
            }

            if (!_entries.TryAdd(name, entry))
            {
                throw new UnreadableTableException(TableProblem.Damaged);
            }
        }

        if (Reason() is { } reason)
        {
            throw new UnreadableTableException(reason);
        }
    }

    private TableProblem? Reason() =>
        Has("xl/workbook.bin") ? TableProblem.BinaryWorkbook
        : Has("content.xml") && Has("META-INF/manifest.xml") ? TableProblem.OpenDocument
        : !Has("xl/workbook.xml") ? TableProblem.UnknownKind
        : _entries.Keys.Any(name => name.EndsWith("vbaProject.bin", StringComparison.OrdinalIgnoreCase) || IsIn(name, "xl/macrosheets/")) ? TableProblem.Macros
        : _entries.Keys.Any(name => IsIn(name, "xl/externalLinks/") || IsIn(name, "xl/queryTables/")) || Has("xl/connections.xml") ? TableProblem.ExternalLinks
        : null;

    private static bool IsIn(string name, string folder) => name.StartsWith(folder, StringComparison.OrdinalIgnoreCase);
}
