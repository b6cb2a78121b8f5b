using System.Globalization;

namespace Wuwei.Bench.Figures;

/// <summary>Starting on existing data, and the memory of what then runs.</summary>
internal static class Start
{
    public static async Task RunAsync(Platform platform, Settings settings, Report report)
    {
        Console.Error.WriteLine("start");
        var times = new List<double>();
        for (var round = 0; round < settings.Rounds; round++)
        {
            await platform.StopAsync();
            times.Add((await platform.StartAsync()).TotalSeconds);
            Console.Error.WriteLine(FormattableString.Invariant($"  {round + 1}/{settings.Rounds} {times[^1]:0.0} s"));
        }

        await Task.Delay(TimeSpan.FromSeconds(5)); // what only the start needs is given back
        var all = ProcessStat.All();
        var memory = platform.Processes().Select(name => (Name: name, Process: platform.ProcessOf(name)))
            .Append(("host", platform.HostProcess))
            .Select(root => (root.Item1, Sizes: Own(all, platform, root.Item1, root.Item2).Select(MemoryOf).ToArray()))
            .Select(one => (Name: one.Item1, Processes: one.Sizes.Length, Rss: one.Sizes.Sum(size => size.Rss), Pss: one.Sizes.Sum(size => size.Pss)))
            .ToArray();
        var (start, together) = (Sample.Median(times), memory.Sum(process => process.Pss));
        report.Write("start", Report.Table(
                ["resident memory after the start, MiB", "processes", "RSS", "PSS"],
                memory.Append(("together", memory.Sum(process => process.Processes), memory.Sum(process => process.Rss), together))
                    .Select(process => (IReadOnlyList<string>)
                        [process.Item1, process.Item2.ToString(CultureInfo.InvariantCulture), Report.Number(process.Item3), Report.Number(process.Item4)]))
            + "\n" + Report.Aim("`./wuwei run --detach` on existing data until all is healthy, s", start, 25, atLeast: false)
            + Report.Aim("memory of all processes together (PSS), MiB", together, 2048, atLeast: false));
    }

    // Everything the host started is below it; that is not counted twice.
    private static IEnumerable<int> Own(IReadOnlyList<ProcessStat> all, Platform platform, string name, int root)
    {
        var others = name == "host" ? platform.Processes().Select(platform.ProcessOf).ToHashSet() : [];
        return ProcessStat.Tree(all, root, others).Select(stat => stat.Id);
    }

    // PSS: pages that several processes map are shared out among them. PostgreSQL's processes map the same shared memory,
    // which the sum of their RSS would count once for each.
    private static (double Rss, double Pss) MemoryOf(int process)
    {
        try
        {
            var lines = File.ReadAllLines($"/proc/{process}/smaps_rollup");
            return (MiB("Rss:"), MiB("Pss:"));

            double MiB(string key) => double.Parse(
                lines.First(line => line.StartsWith(key, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
                CultureInfo.InvariantCulture) / 1024;
        }
        catch (IOException)
        {
            return (0, 0); // it has just ended
        }
    }
}
