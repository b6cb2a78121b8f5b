using Wuwei.Faults.Campaign;
using Xunit.Abstractions;

namespace Wuwei.Faults.Rounds;

/// <summary>A register and the ledger run twice, with a short lease, so that outliving it takes seconds.</summary>
public sealed class ReplicatedCluster : IAsyncLifetime
{
    internal Cluster Cluster { get; private set; } = null!;

    public async Task InitializeAsync() => Cluster = LongTier.IsOn
        ? await Cluster.StartAsync(new()
        {
            Replicated = ["labour-transfer", "indicator"],
            Variables = new Dictionary<string, string> { ["Outbox__Lease"] = "00:00:05", ["Outbox__PublishLimit"] = "00:00:03" },
        })
        : null!;

    public async Task DisposeAsync()
    {
        if (Cluster is not null)
        {
            await Cluster.DisposeAsync();
        }
    }
}

/// <summary>Deployments, and leaders that sleep past their lease: F31, F32.</summary>
public sealed class ReplicaRounds(ReplicatedCluster replicated, ITestOutputHelper output) : IClassFixture<ReplicatedCluster>
{
    [LongFact]
    public async Task F31_Given_two_replicas_When_all_are_deployed_anew_under_load_Then_no_request_fails()
    {
        await using var round = await Round.BeginAsync(replicated.Cluster, output);
        foreach (var instance in new[] { "labour-transfer-0", "labour-transfer-1", "indicator-0", "indicator-1" })
        {
            await round.StrikeAsync(round.Nemesis.Terminated(instance));
            await replicated.Cluster.HealthyAsync(instance);
            await Task.Delay(TimeSpan.FromSeconds(6)); // until the gateway has seen it too, as a deployment waits
        }

        Assert.DoesNotContain(round.Client.AnswersOf("labour-transfer").Keys, status => status is 0 or >= 500);
        await round.EndAsync();
    }

    [LongFact]
    public async Task F32_Given_two_relays_and_two_consumers_When_each_sleeps_past_its_lease_Then_the_others_take_over_and_it_does_no_harm()
    {
        await using var round = await Round.BeginAsync(replicated.Cluster, output);
        foreach (var instance in new[] { "labour-transfer-0", "labour-transfer-1", "indicator-0", "indicator-1" })
        {
            await round.StrikeAsync(round.Nemesis.Frozen(instance, TimeSpan.FromSeconds(25)));
        }

        await round.EndAsync();
    }
}
