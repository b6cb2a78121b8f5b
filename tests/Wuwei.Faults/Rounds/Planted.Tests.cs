using Wuwei.Faults.Campaign;
using Xunit.Abstractions;

namespace Wuwei.Faults.Rounds;

/// <summary>
/// Who checks the checkers: a mistake is planted in the running platform, the fault that brings it out is struck, and the
/// checker must find it. Each on a cluster of its own, since what it breaks stays broken. Three show only in an order that the
/// wire does not keep (no lease epoch, now instead of position, a chain that does not wait) and are caught by the simulation or on
/// PostgreSQL alone; so is the lack of an inbox, which does no harm here, since the ledger takes a revision once however often it
/// hears of it.
/// </summary>
public sealed class PlantedOnThePlatform(ITestOutputHelper output)
{
    [LongTheory]
    [InlineData("ack-before-commit", "indicator", "I1")]
    [InlineData("drop-returned", "labour-transfer", "I1")]
    [InlineData("publish-before-commit", "labour-transfer", "I3")]
    [InlineData("highest-revision-ignored", "indicator", "I6")]
    [InlineData("forget-answers", "loans", "I4")]
    [InlineData("no-audit-entry", "labour-transfer", "I9")]
    public async Task Given_a_planted_bug_When_the_fault_that_brings_it_out_is_struck_Then_the_checker_finds_it(string bug, string service, string law)
    {
        await using var cluster = await Cluster.StartAsync();
        await using var round = await Round.BeginAsync(cluster, output);
        Directory.CreateDirectory(Path.Combine(cluster.FaultsPath, service));
        await File.WriteAllTextAsync(Path.Combine(cluster.FaultsPath, service, $"bug-{bug}"), "");
        await StrikeAsync(bug, round);

        await round.Client.StopAsync();
        await round.Checker.ConvergeAsync(20);
        var violations = await round.Checker.CheckAsync();
        output.WriteLine(string.Join('\n', violations));
        Assert.Contains(violations, violation => violation.Law == law);
    }

    private static async Task StrikeAsync(string bug, Round round)
    {
        switch (bug)
        {
            case "ack-before-commit":
                await round.StrikeAsync(round.Nemesis.Crash("indicator", "consume-before-commit", passage: 3));
                break;
            case "forget-answers" or "no-audit-entry":
                // Nothing need be struck; but of what clerks do, asking again under a name is a fortieth.
                await Until.TrueAsync(() => Task.FromResult(round.Client.AnswersOf("loans").Values.Sum() > 600), "clerks have asked again", 120);
                break;
            case "publish-before-commit":
                await round.StrikeAsync(round.Nemesis.Crash("labour-transfer", "pre-commit", passage: 3));
                break;
            default:
                await using (var tap = await Tap.OpenAsync(round.Cluster))
                {
                    if (bug == "drop-returned")
                    {
                        await tap.CloseEarsAsync(); // now nobody takes the facts, and the broker returns them
                        await tap.DivertAsync();
                        await Task.Delay(TimeSpan.FromSeconds(5));
                        await tap.RestoreAsync();
                    }
                    else
                    {
                        await tap.DivertAsync();
                        await Task.Delay(TimeSpan.FromSeconds(15));
                        await round.Client.StopAsync();
                        await Task.Delay(TimeSpan.FromSeconds(3));
                        await tap.DeliverAsync(new(round.Seed));
                    }
                }

                break;
        }
    }
}
