using RabbitMQ.Client;

namespace Wuwei.Outbox.Broker;

/// <summary>What the connection string <c>amqp://user:password@host:port/vhost</c> says.</summary>
internal sealed record BrokerAddress(string Host, ushort Port, string VirtualHost, string User, string Password, bool Tls)
{
    /// <summary>A broker that has not been heard of for this long is taken for dead.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    public static BrokerAddress Parse(string connectionString)
    {
        if (!Uri.TryCreate(connectionString, UriKind.Absolute, out var uri) || uri.Scheme is not ("amqp" or "amqps"))
        {
            throw new FormatException("Connection string 'rabbitmq' is not amqp://user:password@host:port/vhost.");
        }

        var tls = uri.Scheme == "amqps";
        string[] login = [.. uri.UserInfo.Split(':', 2).Select(Uri.UnescapeDataString)];
        var virtualHost = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/'));
        return new(
            uri.Host,
            (ushort)(uri.Port > 0 ? uri.Port : tls ? 5671 : 5672),
            virtualHost.Length > 0 ? virtualHost : "/",
            login is [{ Length: > 0 } user, ..] ? user : "guest",
            login is [_, var password] ? password : "guest",
            tls);
    }

    public async Task<IConnection> ConnectAsync(string purpose, CancellationToken cancellation) => await new ConnectionFactory
    {
        HostName = Host,
        Port = Port,
        VirtualHost = VirtualHost,
        UserName = User,
        Password = Password,
        Ssl = new SslOption(Host, enabled: Tls),
        RequestedHeartbeat = Heartbeat,
        AutomaticRecoveryEnabled = false,
    }.CreateConnectionAsync($"{User} {purpose}", cancellation);
}
