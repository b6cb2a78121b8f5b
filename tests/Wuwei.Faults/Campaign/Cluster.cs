using System.Data;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Wuwei.Faults.Campaign;

/// <summary>How a cluster differs from the one that departments use.</summary>
internal sealed record ClusterOptions
{
    /// <summary>Services that run twice.</summary>
    public IReadOnlyList<string> Replicated { get; init; } = [];

    /// <summary>Variables of services, beside the AppHost's.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Folders of the data folder that lie on a small disk of their own, and its size in megabytes.</summary>
    public IReadOnlyDictionary<string, int> SmallDisks { get; init; } = new Dictionary<string, int>();
}

/// <summary>
/// The real AppHost on random ports and a data folder of its own, durable as in production. Whatever a service says to its
/// database and its broker, and the gateway to a service, goes through a <see cref="FaultProxy"/>.
/// </summary>
internal sealed partial class Cluster : IAsyncDisposable
{
    public static readonly IReadOnlyList<string> Registers = ["training", "loans", "labour-transfer"];
    public static readonly IReadOnlyList<string> Services = [.. Registers, "indicator", "assessment"];

    private readonly string _seed = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
    private readonly Dictionary<(string From, string To), FaultProxy> _network = [];
    private readonly Dictionary<(string Resource, string Name), string> _overrides = [];
    private readonly Dictionary<string, NpgsqlDataSource> _databases = [];
    private readonly List<string> _mounts = [];
    private IDistributedApplicationTestingBuilder _builder = null!;

    private Cluster() => Root = Directory.CreateTempSubdirectory("wuwei-faults-").FullName;

    /// <summary>Everything of this cluster; the platform's own part is <see cref="DataPath"/>.</summary>
    public string Root { get; }

    /// <summary>Server data, logs, state.</summary>
    public string DataPath => Path.Combine(Root, "data");

    /// <summary>Fault points are armed here.</summary>
    public string FaultsPath => Path.Combine(Root, "faults");

    public DistributedApplication App { get; private set; } = null!;

    public Uri Gateway { get; private set; } = null!;

    /// <summary>The broker's administrator: <c>amqp://…</c></summary>
    public Uri Broker { get; private set; } = null!;

    /// <summary>The broker's HTTP API, with its administrator's login.</summary>
    public HttpClient Management { get; private set; } = null!;

    public static async Task<Cluster> StartAsync(ClusterOptions? options = null)
    {
        var cluster = new Cluster();
        try
        {
            await cluster.RunAsync(options ?? new());
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The leg of the network from one to another: a service to <c>postgres</c> or <c>rabbitmq</c>, the gateway to a service.</summary>
    public FaultProxy Leg(string from, string to) => _network[(from, to)];

    /// <summary>The legs that lead to it, from everybody.</summary>
    public IEnumerable<FaultProxy> LegsTo(string to) => _network.Where(leg => leg.Key.To == to).Select(leg => leg.Value);

    public void OpenAllLegs()
    {
        foreach (var leg in _network.Values)
        {
            leg.State = Network.Open;
        }
    }

    /// <summary>A variable of a resource from its next start on; null: as the AppHost says. A name with <c>+</c> behind it: what is added to its value.</summary>
    public void Override(string resource, string name, string? value)
    {
        lock (_overrides)
        {
            if (value is null)
            {
                _overrides.Remove((resource, name));
            }
            else
            {
                _overrides[(resource, name)] = value;
            }
        }
    }

    /// <summary>The process of an instance (a resource's name, with <c>-0</c>, <c>-1</c> where it runs twice); null while there is none.</summary>
    public int? ProcessOf(string instance) =>
        App.ResourceNotifications.TryGetCurrentState(instance, out var state)
        && state.Snapshot.State?.Text == KnownResourceStates.Running
        && state.Snapshot.Properties.FirstOrDefault(p => p.Name == "executable.pid")?.Value is int pid and > 0 ? pid : null;

    /// <summary>The instances of a resource.</summary>
    public IReadOnlyList<string> InstancesOf(string resource) =>
        App.ResourceNotifications.TryGetCurrentState(resource, out _) ? [resource] : [$"{resource}-0", $"{resource}-1"];

    /// <summary>The administrator's connections to a service's database, past all proxies.</summary>
    public NpgsqlDataSource Database(string service) => _databases[service];

    /// <summary>One value; null when there is none, or the database is away.</summary>
    public async Task<T?> AskAsync<T>(string service, string sql) where T : struct
    {
        try
        {
            await using var command = Database(service).CreateCommand(sql);
            return await command.ExecuteScalarAsync() is T value ? value : null;
        }
        catch (Exception error) when (error is NpgsqlException or TimeoutException)
        {
            return null;
        }
    }

    public async Task ExecuteAsync(string service, string sql)
    {
        await using var connection = await OpenAsync(service);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async IAsyncEnumerable<IDataRecord> RowsAsync(string service, string sql)
    {
        await using var connection = await OpenAsync(service);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 300 };
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            yield return rows;
        }
    }

    // A pooled connection may be of a server that has been killed since, or of a session that was ended.
    private async Task<NpgsqlConnection> OpenAsync(string service)
    {
        for (var attempt = 1; ; attempt++)
        {
            var connection = await Database(service).OpenConnectionAsync();
            try
            {
                await using var command = new NpgsqlCommand("select 1", connection);
                await command.ExecuteScalarAsync();
                return connection;
            }
            catch (NpgsqlException) when (attempt < 20)
            {
                await connection.DisposeAsync();
            }
        }
    }

    /// <summary>The secret of a development client.</summary>
    public string SecretOf(string client) =>
        WebEncoders.Base64UrlEncode(HMACSHA256.HashData(Encoding.UTF8.GetBytes(_seed), Encoding.UTF8.GetBytes(client)));

    /// <summary>Waits until a resource's instances are healthy.</summary>
    public async Task HealthyAsync(string resource, int seconds = 120) => await Until.TrueAsync(
        () => Task.FromResult(InstancesOf(resource).All(instance =>
            ProcessOf(instance) is { } process && Nemesis.IsAlive(process)
            && App.ResourceNotifications.TryGetCurrentState(instance, out var state)
            && state.Snapshot.HealthStatus is Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy)),
        $"{resource} is healthy", seconds);

    public async ValueTask DisposeAsync()
    {
        if (App is not null)
        {
            OpenAllLegs();
            await App.StopAsync();
            await _builder.DisposeAsync();
        }

        foreach (var leg in _network.Values)
        {
            await leg.DisposeAsync();
        }

        foreach (var database in _databases.Values)
        {
            await database.DisposeAsync();
        }

        foreach (var mount in _mounts)
        {
            await Nemesis.RunAsync("umount", "-l", mount);
        }

        Directory.Delete(Root, recursive: true);
    }

    private async Task RunAsync(ClusterOptions options)
    {
        File.SetUnixFileMode(Root, File.GetUnixFileMode(Root) | UnixFileMode.OtherExecute); // the servers run as other users
        Directory.CreateDirectory(FaultsPath);
        foreach (var (folder, megabytes) in options.SmallDisks)
        {
            var path = Directory.CreateDirectory(Path.Combine(DataPath, folder)).FullName;
            await Nemesis.RunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=0777", "tmpfs", path);
            _mounts.Add(path);
        }

        foreach (var service in Services)
        {
            foreach (var (name, value) in options.Variables)
            {
                Override(service, name, value);
            }
        }

        _builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Wuwei_AppHost>(
        [
            "--Hosting:ThrowAway=false",
            $"--Hosting:DataPath={DataPath}",
            "--Demonstration=plan",
            "--Hosting:RestartDelaySeconds=0.2", // doubled at each crash within a minute; here they are killed, not broken
            $"--Parameters:development-clients-seed={_seed}",
        ]);
        App = await _builder.BuildAsync();
        foreach (var project in App.Services.GetRequiredService<IResourceCollection>().OfType<ProjectResource>()
            .Where(project => Services.Contains(project.Name) || project.Name is "identity" or "gateway"))
        {
            var resource = _builder.CreateResourceBuilder(project).WithEnvironment(async context => await LeadAsync(project.Name, context));
            if (options.Replicated.Contains(project.Name))
            {
                resource.WithReplicas(2);
            }
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        await App.StartAsync(limit.Token);
        foreach (var service in Services.Append("identity"))
        {
            _databases[service] = NpgsqlDataSource.Create((await App.GetConnectionStringAsync($"{service}-db"))! + ";Timeout=5;Command Timeout=300");
        }

        Gateway = App.GetEndpoint("gateway");
        Broker = new((await App.GetConnectionStringAsync("rabbitmq"))!);
        Management = new() { BaseAddress = App.GetEndpoint("rabbitmq", "management"), Timeout = TimeSpan.FromSeconds(10) };
        Management.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Broker.UserInfo)));
        await App.ResourceNotifications.WaitForResourceAsync("demonstration", KnownResourceStates.Finished, limit.Token);
    }

    // The addresses that the AppHost has worked out, each led through a proxy that stays the same whatever restarts.
    private async Task LeadAsync(string resource, EnvironmentCallbackContext context)
    {
        var variables = context.EnvironmentVariables;
        variables["WUWEI_FAULTS"] = FaultsPath;
        foreach (var (name, value) in variables.ToArray())
        {
            var to = name switch
            {
                "ConnectionStrings__database" => "postgres",
                "ConnectionStrings__rabbitmq" => "rabbitmq",
                _ when resource == "gateway" && ServiceAddress().Match(name) is { Success: true } match => match.Groups[1].Value,
                _ => null,
            };
            if (to is null)
            {
                continue;
            }

            var address = value as string ?? await ((IValueProvider)value).GetValueAsync(context.CancellationToken);
            var port = Port().Match(address!);
            variables[name] = Port().Replace(address!, match => $"{match.Groups[1].Value}{ProxyTo(resource, to, name, int.Parse(port.Groups[2].Value, null)).Port}");
        }

        lock (_overrides)
        {
            foreach (var ((overridden, name), value) in _overrides)
            {
                if (overridden == resource)
                {
                    variables[name.TrimEnd('+')] = name.EndsWith('+') ? variables[name.TrimEnd('+')] + value : value;
                }
            }
        }
    }

    private FaultProxy ProxyTo(string from, string to, string variable, int port)
    {
        lock (_network)
        {
            // A second replica has a leg of its own, which nobody strikes.
            var key = (from, variable.EndsWith("__1", StringComparison.Ordinal) ? $"{to}-1" : to);
            if (!_network.TryGetValue(key, out var proxy))
            {
                _network[key] = proxy = new();
            }

            proxy.Target = new(IPAddress.Loopback, port);
            return proxy;
        }
    }

    [GeneratedRegex("^services__(.+)__http__[01]$")]
    private static partial Regex ServiceAddress();

    // Of "Host=…;Port=1;…", "amqp://user:password@host:1" and "http://host:1".
    [GeneratedRegex(@"(Port=|@[^:/@]+:|^http://[^:/]+:)(\d+)")]
    private static partial Regex Port();
}
