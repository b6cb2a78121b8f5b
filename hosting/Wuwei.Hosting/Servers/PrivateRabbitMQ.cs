using System.Globalization;
using System.Security.Cryptography;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Wuwei.Hosting;

/// <summary>
/// Runs the installed RabbitMQ as a node of our own, with its own port mapper (epmd), cookie, name, ports and data,
/// on loopback only, as user <c>rabbitmq</c> when the host is root. A system's own node is never touched.
/// </summary>
internal sealed class PrivateRabbitMQ(RabbitMQServerResource server)
{
    public const string Management = "management";

    private const string Programs = "/usr/lib/rabbitmq/bin";

    // Without its own epmd the node would start one that outlives it, on every address and the system's port.
    private const string LoopbackNode = "-kernel inet_dist_use_interface {127,0,0,1} -start_epmd false";

    public async Task<Plan> PlanAsync(RunContext context)
    {
        var program = Path.Combine(Programs, "rabbitmq-server");
        if (!File.Exists(program))
        {
            throw new DistributedApplicationException(
                "RabbitMQ is not installed (Debian: apt-get install --no-install-recommends rabbitmq-server).");
        }

        var user = ServerUser.Choose("rabbitmq", "postgres");
        var home = ServerPrograms.Folder(context.Folder, server.Name, user);
        ServerData.ForgetWithoutVolume(context, Path.Combine(home, "mnesia"));
        _mapperPort ??= context.Ports.Take($"{server.Name}/epmd", null);
        _nodePort ??= context.Ports.Take($"{server.Name}/node", null);
        await WriteConfigurationAsync(home, user, context.Cancellation).ConfigureAwait(false);
        var launch = new Launch
        {
            Name = context.InstanceId,
            Command = [program, .. await context.ArgumentsAsync().ConfigureAwait(false)],
            WorkingDirectory = home,
            Environment = Environment(home),
            LogFile = context.LogFile,
            User = user,
            StopSignal = context.Folder.IsThrowAway ? StopSignal.KILL : StopSignal.TERM,
            StopPatience = TimeSpan.FromSeconds(20),
            Level = context.Level,
        };
        return new(launch, launch with
        {
            Name = $"{context.InstanceId}-epmd",
            Command = ["epmd", "-port", Text(_mapperPort.Value), "-address", "127.0.0.1", "-relaxed_command_check"],
            StopSignal = StopSignal.TERM,
            StopPatience = TimeSpan.FromSeconds(6),
            Level = context.Level - 1,
        });
    }

    private int? _mapperPort;
    private int? _nodePort;

    private Dictionary<string, string> Environment(string home) => new(ServerPrograms.Environment(home))
    {
        // Makes the script become the node instead of standing beside it: signals and exit codes are the node's own.
        ["RUNNING_UNDER_SYSTEMD"] = "true",
        ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
        // Queues belong to the node's name; it must not change with the machine's.
        ["RABBITMQ_NODENAME"] = $"{server.Name}@localhost",
        ["RABBITMQ_MNESIA_BASE"] = Path.Combine(home, "mnesia"),
        ["RABBITMQ_LOG_BASE"] = Path.Combine(home, "log"),
        ["RABBITMQ_LOGS"] = "-",
        ["RABBITMQ_CONFIG_FILE"] = Path.Combine(home, "rabbitmq"),
        ["RABBITMQ_ADVANCED_CONFIG_FILE"] = Path.Combine(home, "advanced"),
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(home, "enabled_plugins"),
        ["RABBITMQ_PID_FILE"] = Path.Combine(home, "pid"),
        ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_NODE_PORT"] = Text(server.PrimaryEndpoint.Port),
        ["RABBITMQ_DIST_PORT"] = Text(_nodePort!.Value),
        ["ERL_EPMD_PORT"] = Text(_mapperPort!.Value),
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = LoopbackNode,
        ["RABBITMQ_CTL_ERL_ARGS"] = LoopbackNode,
    };

    private async Task WriteConfigurationAsync(string home, ServerUser? user, CancellationToken cancellation)
    {
        var management = new EndpointReference(server, Management);
        var name = await server.UserNameReference.GetValueAsync(cancellation).ConfigureAwait(false);
        var password = await server.PasswordParameter.GetValueAsync(cancellation).ConfigureAwait(false);
        Write("rabbitmq.conf", $"""
            listeners.tcp.local = 127.0.0.1:{server.PrimaryEndpoint.Port}
            loopback_users = none
            default_user = {name}
            default_pass = {password}
            disk_free_limit.absolute = 500MB
            vm_memory_high_watermark.absolute = 1GB
            log.console = true
            log.console.level = info
            log.file = false
            {(management.Exists ? $"management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {management.Port}" : "")}
            """);
        Write("advanced.config", "[].");
        Write("enabled_plugins", management.Exists ? "[rabbitmq_management]." : "[].");
        if (!File.Exists(Path.Combine(home, ".erlang.cookie")))
        {
            Write(".erlang.cookie", RandomNumberGenerator.GetHexString(40));
            File.SetUnixFileMode(Path.Combine(home, ".erlang.cookie"), UnixFileMode.UserRead);
        }

        void Write(string file, string text)
        {
            var path = Path.Combine(home, file);
            File.WriteAllText(path, text + "\n");
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            if (user is not null)
            {
                Native.ChangeOwner(path, user);
            }
        }
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Healthy when a client can log in and open a channel.</summary>
internal sealed class RabbitMQCheck(RabbitMQServerResource server) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var uri = await ((IResourceWithConnectionString)server).GetConnectionStringAsync(cancellationToken).ConfigureAwait(false);
            var factory = new ConnectionFactory
            {
                Uri = new(uri!),
                ClientProvidedName = "wuwei-host",
                AutomaticRecoveryEnabled = false,
                RequestedConnectionTimeout = TimeSpan.FromSeconds(5),
            };
            await using var connection = await factory.CreateConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Healthy();
        }
        catch (Exception error) when (error is RabbitMQClientException or OperationCanceledException or IOException or TimeoutException)
        {
            return HealthCheckResult.Unhealthy(error.Message);
        }
    }
}
