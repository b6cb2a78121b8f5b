using Wuwei.Faults.Campaign;
using Xunit.Abstractions;

namespace Wuwei.Faults.Rounds;

/// <summary>A register dies while it applies a file: F35.</summary>
[Collection(SharedCluster.Name)]
public sealed class ImportRounds(SharedCluster shared, ITestOutputHelper output)
{
    [Fact]
    public async Task Given_a_file_that_is_being_applied_When_its_register_is_killed_Then_every_row_is_there_once_or_comes_back_once()
    {
        await using var round = await ShortTier.BeginAsync(shared, output);
        await KillAsync(round, "accept-valid", new(round.Cluster, round.Client, rows: 4000, wrong: 50, new(round.Seed)), kills: 1);
        await round.EndAsync();
    }

    [LongTheory]
    [InlineData("accept-valid")]
    [InlineData("all-or-nothing")]
    public async Task F35_Given_a_file_that_is_being_applied_When_its_register_is_killed_again_and_again_Then_every_row_is_there_once_or_comes_back_once(string mode)
    {
        await using var round = await shared.BeginAsync(output);
        await KillAsync(round, mode, new(round.Cluster, round.Client, rows: 20_000, wrong: mode == "accept-valid" ? 50 : 0, new(round.Seed)), kills: 3);
        await round.EndAsync();
    }

    private static async Task KillAsync(Round round, string mode, TrainingsFile file, int kills)
    {
        var (job, _) = await file.SendAsync(mode);
        var last = await file.ProgressAsync(job);
        for (var (kill, struck) = (0, 0); kill < kills; kill++)
        {
            // A worker that has not been struck yet is in the middle of it.
            var now = last;
            await Until.TrueAsync(async () => (now = await file.ProgressAsync(job)).IsFinished || (now.Attempt > struck && now.Done != last.Done),
                "rows are being applied", seconds: 120, pause: 5);
            Assert.False(now.IsFinished, $"The file came to its end before it was struck: {now}");
            await round.StrikeAsync(round.Nemesis.Killed("training"));
            (struck, last) = (now.Attempt, await file.ProgressAsync(job));
        }

        await Until.TrueAsync(async () => (last = await file.ProgressAsync(job)).IsFinished, "the file is done", seconds: 180);
        Assert.Equal(("succeeded", file.Right + file.Wrong.Count, file.Right, file.Wrong.Count), (last.State, last.Done, last.Accepted, last.Refused));
        Assert.Equal(file.Wrong, await file.ReturnedAsync(job));
        Assert.True(last.Attempt > kills, $"Nobody was struck in the middle: {last}");

        // Sent again it is the same, and nothing more.
        Assert.Equal((job, false), await file.SendAsync(mode));
        Assert.Equal(file.Right, await file.NoteAsync());
    }
}
