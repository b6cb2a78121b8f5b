using Wuwei.Faults.Campaign;
using Xunit.Abstractions;

namespace Wuwei.Faults.Rounds;

/// <summary>
/// What every run of the tests strikes: one cluster, departments at work in each round, if not as hard as for an hour, so
/// that what was struck comes back soon.
/// </summary>
[Collection(SharedCluster.Name)]
public sealed class ShortTier(SharedCluster shared, ITestOutputHelper output)
{
    [Fact]
    public async Task Given_departments_at_work_When_processes_are_killed_all_over_Then_nothing_is_lost_or_doubled()
    {
        await using var round = await BeginAsync();
        var random = new Random(round.Seed);
        string[] targets = [.. Cluster.Services, "gateway", "identity"];
        for (var i = 0; i < 20; i++)
        {
            await round.StrikeAsync(round.Nemesis.Killed(targets[i < targets.Length ? i : random.Next(targets.Length)]));
        }

        await round.EndAsync();
    }

    [Fact]
    public async Task Given_departments_at_work_When_the_broker_is_killed_Then_nothing_is_lost_or_doubled()
    {
        await using var round = await BeginAsync();
        await round.StrikeAsync(round.Nemesis.Killed("rabbitmq"));
        await round.EndAsync();
    }

    [Fact]
    public async Task Given_departments_at_work_When_the_database_is_killed_Then_nothing_is_lost_or_doubled()
    {
        await using var round = await BeginAsync();
        await round.StrikeAsync(round.Nemesis.Killed("postgres"));
        await round.EndAsync();
    }

    [Fact]
    public async Task Given_departments_at_work_When_a_register_dies_at_each_point_of_a_request_Then_nothing_is_lost_or_doubled() =>
        await CrashAsync("loans", "pre-tx", "pre-commit", "post-commit");

    [Fact]
    public async Task Given_departments_at_work_When_a_register_dies_at_each_point_of_sending_Then_nothing_is_lost_or_doubled() =>
        await CrashAsync("labour-transfer", "relay-claimed", "relay-published", "relay-confirmed");

    [Fact]
    public async Task Given_departments_at_work_When_the_ledger_dies_at_each_point_of_hearing_Then_nothing_is_lost_or_doubled() =>
        await CrashAsync("indicator", "consume-before-inbox", "consume-before-commit", "consume-before-ack");

    private Task<Round> BeginAsync(int pause = 300) => BeginAsync(shared, output, pause);

    // Light: a small machine is soon busy, and then what was killed takes long to come back.
    internal static Task<Round> BeginAsync(SharedCluster shared, ITestOutputHelper output, int pause = 300) => shared.BeginAsync(output, load => load with
    {
        Writers = 1,
        Pause = TimeSpan.FromMilliseconds(pause),
        PauseWhileMending = TimeSpan.FromMilliseconds(300),
        BatchPause = TimeSpan.FromSeconds(3),
    });

    private async Task CrashAsync(string service, params string[] points)
    {
        // A point is passed by itself, at an instant when somebody must be at work.
        await using var round = await BeginAsync(pause: 20);
        var random = new Random(round.Seed);
        foreach (var point in points)
        {
            await round.StrikeAsync(round.Nemesis.Crash(service, point, passage: random.Next(1, 10)));
        }

        await round.EndAsync();
    }
}
