using System.Diagnostics;
using System.Text.Json;
using Npgsql;

namespace Wuwei.Bench;

/// <summary>A platform of its own that is measured: real processes, started by the one script, on a port of its own.</summary>
/// <param name="root">The repository's folder.</param>
/// <param name="data">Its data folder; emptied at the beginning.</param>
/// <param name="port">Of the gateway.</param>
internal sealed class Platform(string root, string data, int port)
{
    public string Root => root;

    public string Data => data;

    public Uri Gateway => new($"http://127.0.0.1:{port}");

    /// <summary>Begins with nothing.</summary>
    public async Task StartAfreshAsync()
    {
        await StopAsync();
        if (Directory.Exists(data))
        {
            Directory.Delete(data, recursive: true);
        }

        await StartAsync();
    }

    /// <summary>Starts it; says how long that took until everything was healthy.</summary>
    public async Task<TimeSpan> StartAsync()
    {
        var started = Stopwatch.GetTimestamp();
        await ScriptAsync(["run", "--detach", "--no-demo"]);
        return Stopwatch.GetElapsedTime(started);
    }

    public Task StopAsync() => ScriptAsync(["stop"]);

    /// <summary>A new token; it is good for ten minutes.</summary>
    public async Task<string> TokenAsync(string client) => (await ScriptAsync(["token", client])).Trim();

    /// <summary>The private address of a service.</summary>
    public Uri AddressOf(string service) => new(Resource(service).GetProperty("Urls")[0].GetString()!);

    /// <summary>Opens pooled connections to a service's database (or to the server) as its administrator.</summary>
    public NpgsqlDataSource OpenDatabase(string service, string? database = null, int connections = 100)
    {
        var settings = new NpgsqlConnectionStringBuilder(Connection(database is null ? $"{service}-db" : service)) { MaxPoolSize = connections };
        settings.Database = database ?? settings.Database;
        return NpgsqlDataSource.Create(settings);
    }

    public string Connection(string resource) =>
        Read("connections.json").RootElement.GetProperty(resource).GetProperty("ConnectionString").GetString()!;

    /// <summary>Watches the CPU of resources, and of this process, which is the load.</summary>
    /// <param name="others">Processes that are no resources.</param>
    public CpuClock Watch(IReadOnlyDictionary<string, int> others, params IEnumerable<string> resources) => new(resources
        .Select(name => KeyValuePair.Create(name, ProcessOf(name)))
        .Concat(others)
        .Append(new("load", Environment.ProcessId))
        .ToDictionary());

    public CpuClock Watch(params IEnumerable<string> resources) => Watch(new Dictionary<string, int>(), resources);

    public int ProcessOf(string resource) => Resource(resource).GetProperty("ProcessId").GetInt32();

    /// <summary>Every resource that runs as a process.</summary>
    public IReadOnlyList<string> Processes() =>
    [
        .. Read("state.json").RootElement.GetProperty("Resources").EnumerateArray()
            .Where(resource => resource.GetProperty("State").GetString() == "Running" && resource.GetProperty("ProcessId").ValueKind == JsonValueKind.Number)
            .Select(resource => resource.GetProperty("Name").GetString()!),
    ];

    public int HostProcess => Read("state.json").RootElement.GetProperty("Host").GetInt32();

    private JsonElement Resource(string name) => Read("state.json").RootElement.GetProperty("Resources").EnumerateArray()
        .Single(resource => resource.GetProperty("Name").GetString() == name);

    private JsonDocument Read(string file) => JsonDocument.Parse(File.ReadAllText(Path.Combine(data, file)));

    private async Task<string> ScriptAsync(string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(root, "wuwei"), [.. arguments, "--data", data])
        {
            RedirectStandardOutput = true,
            Environment =
            {
                ["WUWEI_PORT"] = $"{port}",
                // One client's load is the whole load here.
                ["Limits__RequestsPerSecond"] = "1000000",
                ["Limits__Burst"] = "1000000",
            },
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"wuwei {arguments[0]} failed: {output}");
    }
}
