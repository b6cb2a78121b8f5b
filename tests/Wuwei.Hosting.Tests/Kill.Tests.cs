using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Npgsql;
using RabbitMQ.Client;
using Wuwei.Hosting.Probe;

namespace Wuwei.Hosting.Tests;

/// <summary>A real host with both servers, killed without warning: nothing stays, nothing is lost.</summary>
public sealed class KillTests : IAsyncLifetime
{
    private readonly string _data = Path.Combine(Path.GetTempPath(), $"wuwei-kill-{Guid.NewGuid():N}");

    private readonly List<Process> _hosts = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        // Also after a failed assertion nothing stays.
        foreach (var host in _hosts)
        {
            host.Kill();
            await host.WaitForExitAsync();
            host.Dispose();
        }

        await EventuallyAsync(() => Watchdog() == 0, "a watchdog remains");
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task Given_a_running_host_When_it_is_killed_Then_nothing_remains_and_a_new_one_goes_on_where_it_was()
    {
        // First run: leave something behind in both servers.
        var clock = Stopwatch.StartNew();
        var first = StartHost();
        var before = await HealthyAsync(first);
        var firstStart = clock.Elapsed;
        var connections = await File.ReadAllTextAsync(Path.Combine(_data, "connections.json"));
        await WriteAsync();
        var second = StartHost();
        Assert.Contains("Another host is running", await second.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
        await second.WaitForExitAsync();
        Assert.Equal(1, second.ExitCode);

        // kill -9 of the host alone.
        first.Kill();
        await GoneAsync(before, "the host was killed");

        // Second run: quick, same ports, same passwords, same data. Then host and watchdog are killed together.
        clock.Restart();
        var again = StartHost();
        var after = await HealthyAsync(again);
        // As quick as on an empty folder, give or take what else the machine does: nothing is waited out.
        Assert.True(clock.Elapsed < (2 * firstStart) + TimeSpan.FromSeconds(20), $"The second start took {clock.Elapsed}, the first {firstStart}.");
        Assert.Equal(before.Ports, after.Ports);
        Assert.Equal(connections, await File.ReadAllTextAsync(Path.Combine(_data, "connections.json")));
        await ReadAsync();
        var watchdog = Watchdog();
        Native.Signal(watchdog, StopSignal.KILL);
        // The killed one may be seen for a moment longer.
        var replacement = 0;
        await EventuallyAsync(() => (replacement = Watchdog()) != 0 && replacement != watchdog, "the watchdog was not replaced");
        Native.Signal(replacement, StopSignal.KILL);
        again.Kill();
        await again.WaitForExitAsync();

        // Third run: it ends the leftovers first; then a plain stop.
        var third = StartHost();
        var last = await HealthyAsync(third);
        Assert.Empty(after.Processes.Intersect(last.Processes));
        Assert.DoesNotContain(after.Processes, Applications.IsAlive);
        await ReadAsync();
        Native.Signal(third.Id, StopSignal.TERM);
        await third.WaitForExitAsync().WaitAsync(Applications.Patience);
        Assert.Equal(0, third.ExitCode);
        await GoneAsync(last, "the host was stopped");
        Assert.False(File.Exists(Path.Combine(_data, "host.pid")));
    }

    private Process StartHost()
    {
        var host = Process.Start(new ProcessStartInfo(
            "dotnet", [typeof(ProbeProject).Assembly.Location, "host", _data, "--Hosting:RestartDelaySeconds=0.2"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        _hosts.Add(host);
        return host;
    }

    /// <summary>Waits for both replicas and reads who runs where.</summary>
    private async Task<Run> HealthyAsync(Process host)
    {
        // Unread pipes fill up and stop the host.
        _ = host.StandardOutput.ReadToEndAsync();
        JsonElement[] resources = [];
        await EventuallyAsync(() =>
        {
            Assert.False(host.HasExited, "The host has ended.");
            if (!File.Exists(Path.Combine(_data, "state.json")))
            {
                return false;
            }

            using var state = JsonDocument.Parse(File.ReadAllText(Path.Combine(_data, "state.json")));
            resources = [.. state.RootElement.Clone().GetProperty("Resources").EnumerateArray()];
            return state.RootElement.GetProperty("Host").GetInt32() == host.Id
                && resources.Length == 5 && resources.All(r => r.GetProperty("Health").GetString() == "Healthy");
        }, "not everything became healthy");

        var ledger = (await File.ReadAllLinesAsync(Path.Combine(_data, "processes"))).Skip(1)
            .Select(line => int.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture)).ToList();
        // postgres, epmd, beam, two replicas; and the backends and helpers that run below them.
        Assert.Equal(5, ledger.Count);
        return new([.. ledger, .. ledger.SelectMany(Descendants)],
            [.. resources.SelectMany(r => r.GetProperty("Urls").EnumerateArray()).Select(u => new Uri(u.GetString()!).Port)]);
    }

    private async Task GoneAsync(Run run, string after)
    {
        await EventuallyAsync(() => !run.Processes.Any(Applications.IsAlive), $"processes remain after {after}");
        await EventuallyAsync(() => Watchdog() == 0, $"the watchdog remains after {after}");
        foreach (var port in run.Ports)
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
        }
    }

    private async Task WriteAsync()
    {
        await using var source = NpgsqlDataSource.Create(Connection("probe-db"));
        await source.CreateCommand("create table kept (n integer); insert into kept values (42)").ExecuteNonQueryAsync();
        await using var connection = await new ConnectionFactory { Uri = new(Connection("rabbitmq")) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true, outstandingPublisherConfirmationsRateLimiter: null));
        await channel.QueueDeclareAsync("kept", durable: true, exclusive: false, autoDelete: false, arguments: Quorum);
        await channel.BasicPublishAsync("", "kept", mandatory: true, new BasicProperties { Persistent = true }, "42"u8.ToArray());
    }

    private async Task ReadAsync()
    {
        await using var source = NpgsqlDataSource.Create(Connection("probe-db"));
        Assert.Equal(42, await source.CreateCommand("select n from kept").ExecuteScalarAsync());
        await using var connection = await new ConnectionFactory { Uri = new(Connection("rabbitmq")) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        // A quorum queue elects its leader shortly after the node is up.
        BasicGetResult? message = null;
        for (var attempt = 0; attempt < 50 && message is null; attempt++)
        {
            message = await channel.BasicGetAsync("kept", autoAck: false);
            await Task.Delay(message is null ? 100 : 0);
        }

        Assert.Equal("42"u8.ToArray(), message?.Body.ToArray());
    }

    private static readonly Dictionary<string, object?> Quorum = new() { ["x-queue-type"] = "quorum" };

    private string Connection(string name)
    {
        using var connections = JsonDocument.Parse(File.ReadAllText(Path.Combine(_data, "connections.json")));
        return connections.RootElement.GetProperty(name).GetProperty("ConnectionString").GetString()!;
    }

    /// <summary>The host's watchdog; 0 when there is none. It is found by its ledger: a dead host is nobody's parent.</summary>
    private int Watchdog() => Processes().FirstOrDefault(pid => CommandLine(pid).Contains("wuwei-watchdog", StringComparison.Ordinal)
        && CommandLine(pid).Contains(_data, StringComparison.Ordinal));

    private static IEnumerable<int> Descendants(int parent) => Processes()
        .Where(pid => ParentOf(pid) == parent).SelectMany(pid => Descendants(pid).Prepend(pid));

    private static List<int> Processes() => [.. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
        .Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!, CultureInfo.InvariantCulture))];

    private static int ParentOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static string CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static async Task EventuallyAsync(Func<bool> condition, string otherwise)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < Applications.Patience, otherwise);
            await Task.Delay(100);
        }
    }

    private sealed record Run(IReadOnlyList<int> Processes, IReadOnlyList<int> Ports);
}
