using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Sylvan.Data.Csv;

namespace Wuwei.Tables.Reading;

/// <summary>CSV as Excel and WPS write it: with commas or tabs, in UTF-8, UTF-16 or GB18030.</summary>
internal sealed class TextFile : IDisposable
{
    private readonly StreamReader _text;
    private readonly CsvDataReader _csv;
    private readonly TableLimits _limits;

    static TextFile() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <exception cref="UnreadableTableException">It is no text, or in none of the encodings.</exception>
    public TextFile(ArraySegment<byte> file, TableLimits limits)
    {
        _limits = limits;
        var encoding = EncodingOf(file) ?? throw new UnreadableTableException(TableProblem.Encoding);
        EncodingName = encoding.WebName;
        _text = new(new MemoryStream(file.Array!, file.Offset, file.Count, writable: false), encoding, detectEncodingFromByteOrderMarks: true);
        try
        {
            _csv = CsvDataReader.Create(_text, new CsvDataReaderOptions
            {
                HasHeaders = false,
                Delimiter = HasTabs(file, encoding) ? '\t' : ',',
                Comment = '\0',
                BufferSize = 64 * 1024,
                MaxBufferSize = 1024 * 1024,
            });
        }
        catch (CsvRecordTooLargeException)
        {
            throw new UnreadableTableException(TableProblem.LineTooLong, "1");
        }
        catch (CsvFormatException)
        {
            throw new UnreadableTableException(TableProblem.OpenQuote, "1");
        }
    }

    /// <summary>Name of the encoding that was found, e.g. <c>gb18030</c>.</summary>
    public string EncodingName { get; }

    public void Dispose()
    {
        _csv.Dispose();
        _text.Dispose();
    }

    /// <summary>The rows that have something in them. The list is reused for the next row.</summary>
    public IEnumerable<(int Number, List<Cell> Cells)> Rows()
    {
        var cells = new List<Cell>();
        for (var number = 1; Read(number); number++)
        {
            cells.Clear();
            for (var column = 0; column < _csv.RowFieldCount; column++)
            {
                var text = _csv.GetFieldSpan(column);
                if (text.Length > _limits.CellLength)
                {
                    throw new UnreadableTableException(TableProblem.CellTooLong, $"{Cell.ColumnName(column)}{number}");
                }

                // Text of the kind ="6206…" is how some have Excel leave a number alone.
                cells.Add(new(CellKind.Text, text is ['=', '"', .. var inner, '"'] && !inner.Contains('"') ? new(inner) : new(text)));
            }

            while (cells is [.., { IsEmpty: true }])
            {
                cells.RemoveAt(cells.Count - 1);
            }

            if (cells.Count == 0)
            {
                continue;
            }

            if (cells.Count > _limits.Columns)
            {
                throw new UnreadableTableException(TableProblem.TooManyColumns, $"{Cell.ColumnName(cells.Count - 1)}{number}");
            }

            if (number > _limits.Rows + 1)
            {
                throw new UnreadableTableException(TableProblem.TooManyRows, number.ToString(CultureInfo.InvariantCulture));
            }

            yield return (number, cells);
        }
    }

    private bool Read(int number)
    {
        try
        {
            return _csv.Read();
        }
        catch (CsvRecordTooLargeException)
        {
            throw new UnreadableTableException(TableProblem.LineTooLong, number.ToString(CultureInfo.InvariantCulture));
        }
        catch (CsvFormatException)
        {
            throw new UnreadableTableException(TableProblem.OpenQuote, number.ToString(CultureInfo.InvariantCulture));
        }
    }

    // Not guessed from frequencies: a short file would be anything. What is valid UTF-8 and not ASCII is hardly ever GB18030.
    private static Encoding? EncodingOf(ReadOnlySpan<byte> file) => file switch
    {
        [0xef, 0xbb, 0xbf, ..] => IsUtf8(file[3..]) ? Encoding.UTF8 : null,
        [0xff, 0xfe, ..] => Encoding.Unicode,
        [0xfe, 0xff, ..] => Encoding.BigEndianUnicode,
        _ when IsUtf16(file, bigEndian: false) => Encoding.Unicode,
        _ when IsUtf16(file, bigEndian: true) => Encoding.BigEndianUnicode,
        _ when file.Contains((byte)0) => null,
        _ when IsUtf8(file) => Encoding.UTF8,
        _ => Gb18030(file),
    };

    private static bool IsUtf8(ReadOnlySpan<byte> file) => Utf8.IsValid(file);

    // Commas, digits and line breaks have a zero byte in UTF-16, always on the same side.
    private static bool IsUtf16(ReadOnlySpan<byte> file, bool bigEndian)
    {
        var (zeros, others) = (0, 0);
        var start = file[..(Math.Min(file.Length, 4096) & ~1)];
        for (var i = 0; i < start.Length; i += 2)
        {
            zeros += start[bigEndian ? i : i + 1] == 0 ? 1 : 0;
            others += start[bigEndian ? i + 1 : i] == 0 ? 1 : 0;
        }

        return zeros > start.Length / 20 && zeros > 10 * others;
    }

    private static Encoding? Gb18030(ReadOnlySpan<byte> file)
    {
        var encoding = Encoding.GetEncoding("GB18030", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        var decoder = encoding.GetDecoder();
        var characters = ArrayPool<char>.Shared.Rent(64 * 1024);
        try
        {
            while (!file.IsEmpty)
            {
                var part = file[..Math.Min(file.Length, 32 * 1024)];
                file = file[part.Length..];
                decoder.GetChars(part, characters, flush: file.IsEmpty);
            }

            return encoding;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(characters, clearArray: true);
        }
    }

    private static bool HasTabs(ReadOnlySpan<byte> file, Encoding encoding)
    {
        // Another one of the same kind, which does not mind that the last character is cut.
        var start = Encoding.GetEncoding(encoding.CodePage).GetString(file[..(Math.Min(file.Length, 4096) & ~1)]);
        var header = start.AsSpan(0, start.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var end ? end : start.Length);
        return header.Contains('\t') && !header.Contains(',');
    }
}
