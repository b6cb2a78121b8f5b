using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Wuwei.Outbox.Faults;
using Xunit.Abstractions;

namespace Wuwei.Faults.Simulation;

/// <summary>
/// Thousands of histories of the real relay, intake and fold, on one thread each, with a clock of their own. One that fails
/// names its seed; <c>WUWEI_SEED=&lt;seed&gt;</c> runs that one and prints what happened.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private static readonly int s_histories = Environment.GetEnvironmentVariable("WUWEI_LONG") == "1" ? 100_000 : 2_000;
    private static readonly int? s_seed = int.TryParse(Environment.GetEnvironmentVariable("WUWEI_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : null;

    [Fact]
    public void Given_any_history_of_faults_When_at_rest_Then_nothing_is_lost_doubled_invented_or_out_of_order()
    {
        var began = Stopwatch.StartNew();
        var failed = Fail(s_seed ?? 1, s_seed ?? s_histories);
        output.WriteLine($"{s_histories} histories in {began.Elapsed.TotalSeconds:0.0} s");
        if (s_seed is { } one)
        {
            output.WriteLine(Tell(one, int.MaxValue));
        }

        Assert.True(failed is [], failed is [] ? "" : $"{failed.Count} histories fail; WUWEI_SEED={failed[0]} replays the first:\n{Tell(failed[0], 60)}");
    }

    [Fact]
    public void Given_a_seed_When_run_twice_Then_the_same_things_happen()
    {
        foreach (var history in Enumerable.Range(1, 20))
        {
            List<string> first = [], second = [];
            History.Run(history, first);
            History.Run(history, second);
            Assert.NotEmpty(first);
            Assert.Equal(first, second);
        }
    }

    [Theory]
    [InlineData("ack-before-commit")]
    [InlineData("no-inbox")]
    [InlineData("no-lease-epoch")]
    [InlineData("drop-returned")]
    [InlineData("highest-revision-ignored")]
    public void Given_a_planted_bug_When_histories_run_Then_some_fail_and_pass_without_it(string bug)
    {
        const int histories = 300;
        PlantedBug.Planted.Value = bug;
        var found = Fail(1, histories);
        PlantedBug.Planted.Value = null;
        Assert.NotEmpty(found);
        output.WriteLine($"{found.Count} of {histories}, first {found[0]}");
        Assert.Empty(Fail(1, histories));
    }

    // Seeds that fail, in order.
    private static List<int> Fail(int from, int to)
    {
        var failed = new ConcurrentBag<int>();
        Parallel.For(from, to + 1, history =>
        {
            if (History.Run(history).Count > 0)
            {
                failed.Add(history);
            }
        });
        return [.. failed.Order()];
    }

    private static string Tell(int history, int lines)
    {
        var log = new List<string>();
        var findings = History.Run(history, log);
        return string.Join('\n', log.TakeLast(lines).Concat(findings));
    }
}
