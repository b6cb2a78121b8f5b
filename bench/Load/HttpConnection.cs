using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Wuwei.Bench.Load;

/// <summary>
/// One keep-alive connection that sends ready-made bytes and reads answers only as far as it must: the load comes from
/// the same two cores as what it loads, and a full HTTP client would take a third of them.
/// </summary>
internal sealed class HttpConnection : IDisposable
{
    private static readonly byte[] s_headEnd = "\r\n\r\n"u8.ToArray();

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[256 * 1024];
    private int _length;

    public static async Task<HttpConnection> OpenAsync(Uri address, CancellationToken cancellation)
    {
        var connection = new HttpConnection();
        await connection._socket.ConnectAsync(address.Host, address.Port, cancellation);
        return connection;
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>What the last answer was, for an error's text.</summary>
    public string LastAnswer => Encoding.UTF8.GetString(_buffer, 0, Math.Min(_length, 2000));

    /// <summary>Sends a request and reads its answer to the end.</summary>
    /// <returns>The answer's status.</returns>
    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> request, CancellationToken cancellation)
    {
        await _socket.SendAsync(request, cancellation);
        _length = 0;
        int head;
        while ((head = _buffer.AsSpan(0, _length).IndexOf(s_headEnd)) < 0)
        {
            await ReceiveAsync(cancellation);
        }

        var status = Number(_buffer.AsSpan(9, 3));
        var body = head + s_headEnd.Length;
        if (status is 204 or 304)
        {
            return status;
        }

        if (LengthOf(_buffer.AsSpan(0, head)) is { } length)
        {
            while (_length < body + length)
            {
                await ReceiveAsync(cancellation);
            }
        }
        else
        {
            while (!_buffer.AsSpan(0, _length).EndsWith("0\r\n\r\n"u8))
            {
                await ReceiveAsync(cancellation);
            }
        }

        return status;
    }

    private async ValueTask ReceiveAsync(CancellationToken cancellation)
    {
        var received = await _socket.ReceiveAsync(_buffer.AsMemory(_length), cancellation);
        _length += received > 0 ? received : throw new IOException("The server closed the connection.");
    }

    private static int? LengthOf(ReadOnlySpan<byte> head)
    {
        foreach (var range in head.Split("\r\n"u8))
        {
            var line = head[range];
            if (line.Length > 15 && Ascii.EqualsIgnoreCase(line[..15], "content-length:"))
            {
                return Number(line[15..][Ascii.Trim(line[15..])]);
            }
        }

        return null;
    }

    private static int Number(ReadOnlySpan<byte> digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
}
