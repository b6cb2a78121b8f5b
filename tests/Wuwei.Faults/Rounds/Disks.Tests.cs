using Wuwei.Faults.Campaign;
using Xunit.Abstractions;

namespace Wuwei.Faults.Rounds;

/// <summary>Disks that are full: F23. On disks of their own in memory, which only root can make.</summary>
public sealed class DiskRounds(ITestOutputHelper output)
{
    [LongTheory(Needs.Root)]
    [InlineData("logs", 32)]
    [InlineData("postgres", 1500)]
    public async Task F23_Given_a_disk_that_fills_up_under_load_Then_what_was_acknowledged_is_kept_and_work_goes_on_with_the_space(string folder, int megabytes)
    {
        await using var cluster = await Cluster.StartAsync(new() { SmallDisks = new Dictionary<string, int> { [folder] = megabytes } });
        await using var round = await Round.BeginAsync(cluster, output);
        await round.StrikeAsync(round.Nemesis.DiskFull(folder, TimeSpan.FromSeconds(15)));
        await round.EndAsync();
    }
}
