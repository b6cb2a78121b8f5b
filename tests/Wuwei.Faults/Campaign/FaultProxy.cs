using System.Net;
using System.Net.Sockets;

namespace Wuwei.Faults.Campaign;

/// <summary>What a network does to those who talk over it.</summary>
internal enum Network
{
    Open,

    /// <summary>Nothing passes, nobody is told; what was sent arrives when the network is open again.</summary>
    Blackhole,

    /// <summary>Questions arrive, answers do not; such connections are cut at the end.</summary>
    OneWay,

    /// <summary>Everything takes a fifth of a second more, give or take.</summary>
    Slow,

    /// <summary>Nobody listens any more, and who was connected is cut off.</summary>
    Refuse,

    /// <summary>Somebody answers every packet with a reset.</summary>
    Reset,
}

/// <summary>A leg of the network between two processes, on which everything can happen that happens on networks.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly HashSet<Connection> _connections = [];
    private readonly IPEndPoint _address;
    private Socket? _listener;
    private TaskCompletionSource _passable = Passable();
    private volatile Network _state = Network.Open;

    public FaultProxy()
    {
        _listener = Listen(new(IPAddress.Loopback, 0));
        _address = (IPEndPoint)_listener.LocalEndPoint!;
        _ = AcceptAsync(_listener);
    }

    /// <summary>Where to connect instead of <see cref="Target"/>.</summary>
    public int Port => _address.Port;

    public IPEndPoint? Target { get; set; }

    public Network State
    {
        get => _state;
        set
        {
            lock (_lock)
            {
                var before = _state;
                _state = value;
                if (value is Network.Blackhole && _passable.Task.IsCompleted)
                {
                    _passable = new(TaskCreationOptions.RunContinuationsAsynchronously);
                }
                else if (value is not Network.Blackhole)
                {
                    _passable.TrySetResult();
                }

                if (value is Network.Refuse)
                {
                    _listener?.Dispose();
                    _listener = null;
                }
                else if (_listener is null)
                {
                    _listener = Listen(_address);
                    _ = AcceptAsync(_listener);
                }

                foreach (var connection in _connections.Where(c => value is Network.Refuse or Network.Reset || before is Network.OneWay && c.HasLostAnswers).ToArray())
                {
                    connection.Cut();
                }
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        State = Network.Refuse;
        return default;
    }

    private static TaskCompletionSource Passable()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }

    private static Socket Listen(IPEndPoint address)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(address);
        listener.Listen(512);
        return listener;
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptAsync());
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Refused from now on.
        }
    }

    private async Task ServeAsync(Socket near)
    {
        var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.NoDelay = true;
        var connection = new Connection(near, far);
        lock (_lock)
        {
            _connections.Add(connection);
            if (_state is Network.Reset)
            {
                connection.Cut();
            }
        }

        try
        {
            await _passable.Task;
            await far.ConnectAsync(Target!);
            await Task.WhenAll(PumpAsync(near, far, connection, areAnswers: false), PumpAsync(far, near, connection, areAnswers: true));
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // One side is gone; so is the other.
        }

        lock (_lock)
        {
            _connections.Remove(connection);
        }

        connection.Cut();
    }

    private async Task PumpAsync(Socket from, Socket to, Connection connection, bool areAnswers)
    {
        var buffer = new byte[32 * 1024];
        try
        {
            while (true)
            {
                var length = await from.ReceiveAsync(buffer);
                await _passable.Task;
                if (_state is Network.Slow)
                {
                    await Task.Delay(Random.Shared.Next(100, 300));
                }

                if (areAnswers && _state is Network.OneWay)
                {
                    connection.HasLostAnswers = true;
                }

                if (length == 0)
                {
                    to.Shutdown(SocketShutdown.Send);
                    return;
                }

                for (var sent = 0; sent < length && !(areAnswers && connection.HasLostAnswers);)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, length - sent));
                }
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            connection.Cut(); // the other direction too
        }
    }

    private sealed class Connection(Socket near, Socket far)
    {
        public volatile bool HasLostAnswers;

        /// <summary>With a reset, not with a farewell.</summary>
        public void Cut()
        {
            foreach (var socket in new[] { near, far })
            {
                try
                {
                    socket.LingerState = new(true, 0);
                }
                catch (Exception error) when (error is SocketException or ObjectDisposedException)
                {
                    // Closed already.
                }

                socket.Dispose();
            }
        }
    }
}
