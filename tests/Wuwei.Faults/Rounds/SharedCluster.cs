using System.Globalization;
using Wuwei.Faults.Campaign;
using Xunit.Abstractions;

namespace Wuwei.Faults.Rounds;

/// <summary>One cluster for all rounds that leave it as they found it.</summary>
public sealed class SharedCluster : IAsyncLifetime
{
    public const string Name = "cluster";

    // A file that is applied in small steps is struck in the middle.
    private static readonly Dictionary<string, string> s_always = new() { ["Imports__ChunkRows"] = "20" };

    // Who died is followed sooner: the short tier waits for that a dozen times, with nothing to see meanwhile.
    private static readonly Dictionary<string, string> s_soon = new(s_always)
    {
        ["Outbox__Lease"] = "00:00:05",
        ["Outbox__PublishLimit"] = "00:00:04",
        ["Jobs__Lease"] = "00:00:05",
    };

    internal Cluster Cluster { get; private set; } = null!;

    public async Task InitializeAsync() => Cluster = await Cluster.StartAsync(new() { Variables = LongTier.IsOn ? s_always : s_soon });

    public Task DisposeAsync() => Cluster.DisposeAsync().AsTask();

    /// <summary>Departments begin to work.</summary>
    internal Task<Round> BeginAsync(ITestOutputHelper output, Func<Load, Load>? load = null) => Round.BeginAsync(Cluster, output, load);
}

[CollectionDefinition(SharedCluster.Name)]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1711", Justification = "xunit's word")]
public sealed class SharedClusterCollection : ICollectionFixture<SharedCluster>;

/// <summary>Departments at work while something is struck; whatever goes wrong, the seed is told.</summary>
internal sealed class Round : IAsyncDisposable
{
    private readonly Cluster _cluster;
    private readonly ITestOutputHelper _output;
    private readonly CampaignRun _run;

    private Round(Cluster cluster, ITestOutputHelper output, int seed, LoadClient client)
    {
        (_cluster, _output, Seed, Client) = (cluster, output, seed, client);
        _run = new(cluster, client);
        output.WriteLine($"Seed {seed} (WUWEI_SEED={seed} strikes the same again)");
    }

    public int Seed { get; }

    public LoadClient Client { get; }

    public Nemesis Nemesis => _run.Nemesis;

    public Checker Checker => _run.Checker;

    public Cluster Cluster => _cluster;

    public static Task<Round> BeginAsync(Cluster cluster, ITestOutputHelper output, Func<Load, Load>? load = null)
    {
        var seed = Environment.GetEnvironmentVariable("WUWEI_SEED") is { Length: > 0 } given
            ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next(1_000_000);
        var client = new LoadClient(cluster, load is null ? new(seed) : load(new(seed)));
        client.Start();
        return Task.FromResult(new Round(cluster, output, seed, client));
    }

    public async Task<Strike> StrikeAsync(Fault fault, Func<DateTimeOffset, Task>? meanwhile = null)
    {
        var strike = await _run.StrikeAsync(fault, meanwhile);
        _output.WriteLine($"{fault}: {strike.InFlight} in flight, works again after {strike.Recovery.TotalSeconds:0.0} s");
        return strike;
    }

    public IReadOnlyList<Strike> Strikes => _run.Strikes;

    public IReadOnlyList<TimeSpan> Convergences => _run.Convergences;

    /// <summary>Departments rest; everything must have arrived, and nothing may be wrong.</summary>
    public async Task EndAsync()
    {
        await RestAsync(thoroughly: true);
        _output.WriteLine($"{Client.Attempts} attempts, {Client.Facts} facts acknowledged; all arrived after {string.Join(", ", _run.Convergences.Select(took => $"{took.TotalSeconds:0.0} s"))}");
    }

    /// <summary>Departments rest; everything must have arrived.</summary>
    /// <param name="thoroughly">And nothing may be wrong; counting a million facts takes a while.</param>
    public async Task RestAsync(bool thoroughly)
    {
        var violations = await _run.RestAsync(thoroughly);
        Assert.True(violations.Count == 0, $"Seed {Seed}:\n{string.Join('\n', violations)}");
    }

    public async ValueTask DisposeAsync()
    {
        _cluster.OpenAllLegs();
        await Client.DisposeAsync();
    }
}
