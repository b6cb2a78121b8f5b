using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Wuwei.Faults.Campaign;
using Xunit.Abstractions;

namespace Wuwei.Faults.Rounds;

/// <summary>
/// An hour (<c>WUWEI_LONG_MINUTES</c>) of departments at work, in bulk, while everything that can fail fails. What it finds
/// is written to <c>docs/evidence/reliability.md</c>, and every minute a line to <c>artifacts/faults/campaign.log</c>.
/// </summary>
public sealed class LongCampaign(ITestOutputHelper output)
{
    private const int Facts = 1_000_000, Faults = 200;

    private static readonly int s_minutes = int.Parse(
        Environment.GetEnvironmentVariable("WUWEI_LONG_MINUTES") is { Length: > 0 } given ? given : "60", CultureInfo.InvariantCulture);

    private static readonly string s_root = Path.GetFullPath(Path.Combine(Projects.Wuwei_AppHost.ProjectPath, ".."));

    private readonly string _progress = Path.Combine(s_root, "artifacts", "faults", "campaign.log");

    [LongFact]
    public async Task F08_Given_departments_at_work_for_an_hour_When_everything_that_can_fail_fails_Then_nothing_is_lost_or_doubled()
    {
        await using var cluster = await Cluster.StartAsync();
        await using var round = await Round.BeginAsync(cluster, output, load => load with
        {
            BatchWriters = 3,
            BatchSize = 500,
            BatchPause = TimeSpan.FromSeconds(2),
        });
        Say($"seed {round.Seed}, {s_minutes} minutes, data in {cluster.Root}");
        using var told = new CancellationTokenSource();
        var telling = TellAsync(round, told.Token);
        var deck = new FaultDeck(cluster, round.Nemesis, new(round.Seed));
        var clock = Stopwatch.StartNew();
        var (faults, facts) = (Faults * s_minutes / 60, Facts * s_minutes / 60);
        try
        {
            while (clock.Elapsed < TimeSpan.FromMinutes(s_minutes) || round.Strikes.Count < faults || round.Client.Facts < facts)
            {
                Assert.True(clock.Elapsed < TimeSpan.FromMinutes(s_minutes * 2), $"Too slow: {round.Strikes.Count} faults, {round.Client.Facts} facts.");
                for (var i = 0; i < 10; i++)
                {
                    var fault = deck.Deal();
                    Say($"{fault} …");
                    var strike = await round.StrikeAsync(fault);
                    Say($"{fault}: {strike.InFlight} in flight, works again after {strike.Recovery.TotalSeconds:0.0} s");
                }

                await round.RestAsync(thoroughly: round.Strikes.Count % 50 == 0);
                Say($"rested after {round.Strikes.Count} faults: everything arrived within {round.Convergences[^1].TotalSeconds:0.0} s");
                round.Client.Start();
            }

            await round.EndAsync();
            var recoveries = round.Strikes.Select(strike => strike.Recovery).Order().ToArray();
            Assert.True(recoveries[recoveries.Length / 2] < TimeSpan.FromSeconds(30), "Recovery takes too long (I11).");
            var page = Page(round, clock.Elapsed);
            Say(page);
            var evidence = s_minutes >= 60 ? Path.Combine(s_root, "docs", "evidence", "reliability.md") : Path.ChangeExtension(_progress, ".md");
            Directory.CreateDirectory(Path.GetDirectoryName(evidence)!);
            await File.WriteAllTextAsync(evidence, page);
        }
        catch (Exception error)
        {
            Say($"FAILED, seed {round.Seed}: {error.Message}");
            throw;
        }
        finally
        {
            await told.CancelAsync();
            await telling;
        }
    }

    private async Task TellAsync(Round round, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMinutes(1), cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Say($"{round.Client.Facts} facts acknowledged, {round.Client.Attempts} attempts, {round.Strikes.Count} faults");
        }
    }

    private void Say(string line)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_progress)!);
        File.AppendAllText(_progress, $"{DateTime.Now:yyyy-MM-dd HH:mm:ss} {line}\n");
    }

    private static string Page(Round round, TimeSpan took)
    {
        var answers = Cluster.Registers.SelectMany(service => round.Client.AnswersOf(service)).ToLookup(answer => answer.Key, answer => answer.Value);
        var page = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"""
            # Reliability: an hour of faults

            Written by `WUWEI_LONG=1` `Wuwei.Faults.Rounds.LongCampaign` (`tests/Wuwei.Faults/README.md`) when it passes. The same seed
            deals the same faults: `WUWEI_SEED={round.Seed}`.

            | what | figure |
            |---|---|
            | date | {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC |
            | machine | {Machine()} |
            | length | {took.TotalMinutes:0} minutes |
            | facts acknowledged | {round.Client.Facts:N0} |
            | attempts (requests) | {round.Client.Attempts:N0} |
            | of these answered 2xx | {Sum(answers, status => status is >= 200 and < 300):N0} |
            | refused rightly (4xx asked for on purpose) | {Sum(answers, status => status is >= 400 and < 500 and not 429):N0} |
            | told to come again (429, 502, 503, 504) | {Sum(answers, status => status is 429 or >= 502):N0} |
            | not answered (the gateway itself was struck) | {Sum(answers, status => status == 0):N0} |
            | faults | {round.Strikes.Count} |
            | lost | 0 |
            | doubled | 0 |
            | stored and never asked for | 0 |
            | ledger = registers = recount | yes |
            | longest until all had arrived after a rest began | {round.Convergences.Max().TotalSeconds:0.0} s |
            | largest process | {round.Checker.MostMemory >> 20} MiB, {round.Checker.MostFiles} open files |

            Each fault struck while writes were in flight. Recovery: from the end of the fault until every register has acknowledged a
            new write and ledger and assessment have handled a new message.

            | fault | times | in flight, median | recovery, median | recovery, worst |
            |---|---:|---:|---:|---:|

            """));
        foreach (var kind in round.Strikes.GroupBy(strike => strike.Fault.Target is "rabbitmq" or "postgres" ? strike.Fault.ToString() : strike.Fault.Kind).OrderBy(kind => kind.Key, StringComparer.Ordinal))
        {
            var recoveries = kind.Select(strike => strike.Recovery.TotalSeconds).Order().ToArray();
            var inFlight = kind.Select(strike => strike.InFlight).Order().ToArray();
            page.Append(CultureInfo.InvariantCulture,
                $"| {kind.Key} | {recoveries.Length} | {inFlight[inFlight.Length / 2]} | {recoveries[recoveries.Length / 2]:0.0} s | {recoveries[^1]:0.0} s |\n");
        }

        return page.ToString();
    }

    private static int Sum(ILookup<int, int> answers, Func<int, bool> of) => answers.Where(answer => of(answer.Key)).Sum(answer => answer.Sum());

    private static string Machine()
    {
        var cpu = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim();
        var memory = long.Parse(File.ReadLines("/proc/meminfo").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        return $"{Environment.ProcessorCount} × {cpu ?? RuntimeInformation.ProcessArchitecture.ToString()}, {memory >> 20} GiB, {RuntimeInformation.OSDescription}, .NET {Environment.Version}";
    }
}
