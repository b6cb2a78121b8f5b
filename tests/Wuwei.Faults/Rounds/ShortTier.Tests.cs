using Wuwei.Faults.Campaign;
using Xunit.Abstractions;

namespace Wuwei.Faults.Rounds;

/// <summary>
/// What every run of the tests is to strike: one cluster, departments at work from the first round to the last. Asked for
/// with --long until its time is known to fit beside the other tests.
/// </summary>
[Collection(SharedCluster.Name)]
public sealed class ShortTier(SharedCluster shared, ITestOutputHelper output)
{
    [LongFact]
    public async Task Given_departments_at_work_When_processes_are_killed_all_over_Then_nothing_is_lost_or_doubled()
    {
        await using var round = await shared.BeginAsync(output);
        var random = new Random(round.Seed);
        string[] targets = [.. Cluster.Services, "gateway", "identity"];
        for (var i = 0; i < 20; i++)
        {
            await round.StrikeAsync(round.Nemesis.Killed(targets[i < targets.Length ? i : random.Next(targets.Length)]));
        }

        await round.EndAsync();
    }

    [LongFact]
    public async Task Given_departments_at_work_When_the_broker_is_killed_Then_nothing_is_lost_or_doubled()
    {
        await using var round = await shared.BeginAsync(output);
        await round.StrikeAsync(round.Nemesis.Killed("rabbitmq"));
        await round.EndAsync();
    }

    [LongFact]
    public async Task Given_departments_at_work_When_the_database_is_killed_Then_nothing_is_lost_or_doubled()
    {
        await using var round = await shared.BeginAsync(output);
        await round.StrikeAsync(round.Nemesis.Killed("postgres"));
        await round.EndAsync();
    }

    [LongFact]
    public async Task Given_departments_at_work_When_a_register_dies_at_each_point_of_a_request_Then_nothing_is_lost_or_doubled() =>
        await CrashAsync("loans", "pre-tx", "pre-commit", "post-commit");

    [LongFact]
    public async Task Given_departments_at_work_When_a_register_dies_at_each_point_of_sending_Then_nothing_is_lost_or_doubled() =>
        await CrashAsync("labour-transfer", "relay-claimed", "relay-published", "relay-confirmed");

    [LongFact]
    public async Task Given_departments_at_work_When_the_ledger_dies_at_each_point_of_hearing_Then_nothing_is_lost_or_doubled() =>
        await CrashAsync("indicator", "consume-before-inbox", "consume-before-commit", "consume-before-ack");

    private async Task CrashAsync(string service, params string[] points)
    {
        await using var round = await shared.BeginAsync(output);
        var random = new Random(round.Seed);
        foreach (var point in points)
        {
            await round.StrikeAsync(round.Nemesis.Crash(service, point, passage: random.Next(1, 10)));
        }

        await round.EndAsync();
    }
}
