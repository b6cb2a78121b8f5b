using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Wuwei.Demonstration.Gateway;

namespace Wuwei.Platform.Tests.Running;

/// <summary>
/// The real AppHost with everything in it, on random ports and a data folder of its own, with the plan's targets and the
/// demonstration records loaded through the gateway. Started once for all platform tests.
/// </summary>
public sealed class RunningPlatform : IAsyncLifetime
{
    private static readonly string s_seed = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
    private readonly ConcurrentDictionary<string, HttpClient> _clients = new();
    private IDistributedApplicationTestingBuilder _builder = null!;

    /// <summary>Server data, logs, state of this run.</summary>
    public string DataPath { get; } = Directory.CreateTempSubdirectory("wuwei-platform-").FullName;

    public DistributedApplication App { get; private set; } = null!;

    /// <summary>What the processes told the collector: spans, logs and metrics as sent.</summary>
    public TelemetryCollector Telemetry { get; } = new();

    public async Task InitializeAsync()
    {
        await Telemetry.StartAsync();
        _builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Wuwei_AppHost>(
        [
            "--Hosting:ThrowAway=false",
            $"--Hosting:DataPath={DataPath}",
            "--Demonstration=records",
            $"--Parameters:development-clients-seed={s_seed}",
            $"--OTEL_EXPORTER_OTLP_ENDPOINT={Telemetry.Address}",
            "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
        ]);
        // One service in two processes, so that one of them may go.
        Project("loans").WithReplicas(2);
        // An eighth of the people have every kind of record too.
        Project("demonstration").WithEnvironment("Demonstration__Share", "0.125");
        App = await _builder.BuildAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        await App.StartAsync(limit.Token);
        await App.ResourceNotifications.WaitForResourceHealthyAsync("gateway", limit.Token);
        var loaded = await App.ResourceNotifications.WaitForResourceAsync(
            "demonstration", e => KnownResourceStates.TerminalStates.Contains(e.Snapshot.State?.Text), limit.Token);
        if (loaded.Snapshot.ExitCode is not 0)
        {
            throw new InvalidOperationException("The demonstration failed: " + await File.ReadAllTextAsync(LogOf("demonstration"), limit.Token));
        }

        IResourceBuilder<ProjectResource> Project(string name) =>
            _builder.CreateResourceBuilder(_builder.Resources.OfType<ProjectResource>().Single(project => project.Name == name));
    }

    public async Task DisposeAsync()
    {
        await App.StopAsync();
        await _builder.DisposeAsync();
        await Telemetry.DisposeAsync();
        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }

        Directory.Delete(DataPath, recursive: true);
    }

    /// <summary>Calls the gateway with a real token of one of the development clients; null: with none.</summary>
    public async Task<HttpClient> ClientAsync(string? client)
    {
        if (_clients.TryGetValue(client ?? "", out var known))
        {
            return known;
        }

        var http = new HttpClient { BaseAddress = App.GetEndpoint("gateway"), Timeout = TimeSpan.FromMinutes(2) };
        if (client is not null)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(client));
        }

        return _clients.GetOrAdd(client ?? "", http);
    }

    /// <summary>A token as the department's own system gets it.</summary>
    public async Task<string> TokenAsync(string client)
    {
        using var http = new HttpClient { BaseAddress = App.GetEndpoint("gateway") };
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = client,
            ["client_secret"] = DevelopmentSecrets.Of(s_seed, client),
        });
        using var answer = await http.PostAsync(new Uri("/connect/token", UriKind.Relative), form);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!["access_token"]!.GetValue<string>();
    }

    /// <summary>The platform's own caller, as <c>./wuwei</c> uses it.</summary>
    public GatewayClient Gateway => field ??= new(
        new HttpClient { BaseAddress = App.GetEndpoint("gateway") }, client => DevelopmentSecrets.Of(s_seed, client));

    /// <summary>What the host says of a resource: state, health, processId …</summary>
    public JsonNode Resource(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(DataPath, "state.json")))!["Resources"]!
        .AsArray().First(resource => resource!["Resource"]!.GetValue<string>() == name)!;

    public string LogOf(string resource) => Directory.GetFiles(Path.Combine(DataPath, "logs"), $"{resource}*.log")[0];

    /// <summary>Ends a resource's process with SIGKILL, as a crash or the kernel's out-of-memory killer would.</summary>
    public async Task KillAsync(string resource)
    {
        var pid = Resource(resource)["ProcessId"]!.GetValue<int>();
        using var process = Process.GetProcessById(pid);
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }

    /// <summary>Asks a resource's process (its first) to end, with SIGTERM, and waits until it has.</summary>
    public async Task EndAsync(string resource)
    {
        using var process = Process.GetProcessById(Resource(resource)["ProcessId"]!.GetValue<int>());
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync();
    }

    /// <summary>Waits until something holds.</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds, string what, int seconds = 60)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromSeconds(seconds))
        {
            if (await holds())
            {
                return;
            }

            await Task.Delay(200);
        }

        Assert.Fail($"After {seconds} s still not: {what}");
    }

    /// <summary>Runs psql's statement as the administrator.</summary>
    public async Task<IReadOnlyList<string?>> QueryAsync(string database, string sql)
    {
        await using var source = Npgsql.NpgsqlDataSource.Create((await App.GetConnectionStringAsync($"{database}-db"))!);
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string?>();
        while (await reader.ReadAsync())
        {
            rows.Add(Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture));
        }

        return rows;
    }
}

/// <summary>All platform tests share one running platform, one test at a time.</summary>
[CollectionDefinition(Name)]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1711", Justification = "xunit's word")]
public sealed class PlatformCollection : ICollectionFixture<RunningPlatform>
{
    public const string Name = "platform";
}

internal static class Answers
{
    extension(HttpClient http)
    {
        /// <summary>Reads JSON; anything but 200 is the test's failure.</summary>
        public async Task<JsonNode> ReadAsync(string address)
        {
            using var answer = await http.GetAsync(new Uri(address, UriKind.RelativeOrAbsolute));
            var body = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.IsSuccessStatusCode, $"{address}: {(int)answer.StatusCode} {body}");
            return JsonNode.Parse(body)!;
        }

        public Task<HttpResponseMessage> PutAsync(string address, object body) =>
            http.PutAsJsonAsync(new Uri(address, UriKind.Relative), body, JsonSerializerOptions.Web);
    }
}
