namespace Wuwei.Tables.Reading;

/// <summary>
/// Reads one file inside a workbook and gives up when it turns out larger than it may be, or when it goes on for too long
/// without a tag: an XML reader takes a whole name, value or text into memory.
/// </summary>
internal sealed class BoundedStream(Stream inner, long most) : Stream
{
    // The longest cell in characters that each take a reference of ten bytes.
    private const int LongestText = 400_000;

    private long _read;
    private int _sinceTag;

    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        if ((_read += read) > most)
        {
            throw new UnreadableTableException(TableProblem.TooLarge);
        }

        var tag = buffer[..read].LastIndexOf((byte)'<');
        _sinceTag = tag < 0 ? _sinceTag + read : read - tag;
        return _sinceTag <= LongestText ? read : throw new UnreadableTableException(TableProblem.CellTooLong);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Flush()
    {
        // Nothing is written.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
