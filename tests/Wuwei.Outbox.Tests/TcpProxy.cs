using System.Net;
using System.Net.Sockets;

namespace Wuwei.Outbox.Tests;

/// <summary>A door to a server that can be shut: no new connections, and those that were open are cut.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly (string Host, int Port) _target;
    private readonly List<TcpClient> _open = [];
    private readonly Lock _lock = new();
    private TcpListener? _listener;

    public TcpProxy(string host, int port)
    {
        _target = (host, port);
        Open();
    }

    public int Port { get; private set; }

    public void Open()
    {
        _listener = new(IPAddress.Loopback, Port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync(_listener);
    }

    public void Shut()
    {
        _listener?.Dispose();
        lock (_lock)
        {
            _open.ForEach(client => client.Dispose());
            _open.Clear();
        }
    }

    public ValueTask DisposeAsync()
    {
        Shut();
        return default;
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                _ = ForwardAsync(await listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Shut.
        }
    }

    private async Task ForwardAsync(TcpClient near)
    {
        var far = new TcpClient();
        lock (_lock)
        {
            _open.Add(near);
            _open.Add(far);
        }

        try
        {
            await far.ConnectAsync(_target.Host, _target.Port);
            await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream()), far.GetStream().CopyToAsync(near.GetStream()));
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // One side is gone; so is the other.
        }

        near.Dispose();
        far.Dispose();
    }
}
