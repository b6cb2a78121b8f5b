namespace Wuwei.Tables.Writing;

/// <summary>
/// Keeps what is written at once until something is written asynchronously: an archive ends its files with a few bytes in a
/// way that web servers do not allow.
/// </summary>
internal sealed class LateWrites(Stream output) : Stream
{
    private readonly MemoryStream _late = new();

    public override void Write(ReadOnlySpan<byte> buffer) => _late.Write(buffer);

    public override void Write(byte[] buffer, int offset, int count) => _late.Write(buffer, offset, count);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await DrainAsync(cancellationToken);
        await output.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        await DrainAsync(cancellationToken);
        await output.FlushAsync(cancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        await DrainAsync(CancellationToken.None);
        await base.DisposeAsync();
    }

    private async ValueTask DrainAsync(CancellationToken cancellation)
    {
        if (_late.Length > 0)
        {
            await output.WriteAsync(_late.GetBuffer().AsMemory(0, (int)_late.Length), cancellation);
            _late.SetLength(0);
        }
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Flush()
    {
        // Later.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
