using System.Diagnostics;
using Wuwei.Bench.Load;

namespace Wuwei.Bench.Figures;

/// <summary>What ten times the facts cost: folding, and every kind of pull that looks at facts or totals.</summary>
internal static class Growth
{
    private const double Aim = 1.3;

    private static readonly (string Name, string Path)[] s_pulls =
    [
        ("totals: series of the city by month", "/observations?indicator=6&region=620600&from=2021-01&to=2025-12"),
        ("totals: the city's plan to date, opened", "/observations/10/620600/2025-12?total=plan-to-date"),
        ("totals: a township's year", "/observations/6/620602001/2024"),
        ("totals: the series as known a second ago", "/observations?indicator=10&region=620600&from=2021-01&to=2025-12&asOf={now}"),
        ("facts: first page of a county's month", "/observations/6/620602/2024-05/facts?limit=50"),
        ("facts: first page of the city's plan to date", "/observations/10/620600/2025-12/facts?total=plan-to-date&limit=50"),
    ];

    public static async Task RunAsync(Platform platform, Settings settings, Report report)
    {
        await using var indicator = platform.OpenDatabase("indicator");
        await using var training = platform.OpenDatabase("training");
        var way = new Pipeline.Way(training, indicator, new TaskCompletionSource().Task);
        var results = new List<IReadOnlyDictionary<string, Sample>>();
        var plans = new QueryPlans(platform);
        long[] sizes = [settings.Scaled(1_000_000), settings.Scaled(10_000_000)];
        foreach (var size in sizes)
        {
            Console.Error.WriteLine($"growth, {size:N0} facts");
            var started = Stopwatch.GetTimestamp();
            await Filling.FillAsync(indicator, size);
            Console.Error.WriteLine($"  filled in {Stopwatch.GetElapsedTime(started).TotalSeconds:N0} s");
            results.Add(await MeasureAsync(platform, settings, way));
            await plans.KeepAsync(indicator, Path.Combine(platform.Root, settings.Quick ? "artifacts" : "docs/evidence", $"plans-{size / 1_000}k.txt"),
                async () =>
                {
                    await Pipeline.RateAsync(way, 1, 100, platform.Watch());
                    var token = await platform.TokenAsync("assessment-office");
                    foreach (var (_, path) in s_pulls)
                    {
                        await PullAsync(platform.AddressOf("indicator"), token, path);
                    }
                });
        }

        var (small, large) = (results[0], results[1]);
        var ratios = small.Keys.ToDictionary(name => name, name => small[name].P50 is double.NaN
            ? small[name].Rate / large[name].Rate
            : large[name].P50 / small[name].P50);
        report.Write("growth", Report.Table(
                ["", $"{sizes[0]:N0} facts", $"{sizes[1]:N0} facts", "× as much"],
                small.Keys.Select(name => (IReadOnlyList<string>)[name, Shown(small[name]), Shown(large[name]), Report.Number(ratios[name])]))
            + "\n" + string.Concat(ratios.Select(ratio => Report.Aim(ratio.Key, ratio.Value, Aim, atLeast: false))));

        static string Shown(Sample sample) => double.IsNaN(sample.P50) ? $"{Report.Number(sample.Rate)}/s" : $"{Report.Number(sample.P50)} ms";
    }

    private static async Task<IReadOnlyDictionary<string, Sample>> MeasureAsync(Platform platform, Settings settings, Pipeline.Way way)
    {
        var cpu = platform.Watch("indicator", "postgres");
        var service = platform.AddressOf("indicator");
        var token = await platform.TokenAsync("assessment-office");
        await Pipeline.RateAsync(way, settings.Scaled(500), 100, cpu); // warms up
        return await Rounds.RunAsync(settings.Rounds,
        [
            new("fold, a hundred facts a message", () => Pipeline.RateAsync(way, settings.Scaled(1_000), 100, cpu)),
            .. s_pulls.Select(pull => new Contender(pull.Name, () => ClosedLoop.RunAsync(
                service, 1, settings.WarmUp, settings.WarmUp, () => Request(pull.Path, token), 200, cpu))),
        ]);
    }

    public static ReadOnlyMemory<byte> Request(string path, string token) => Trainings.Request(
        "GET", path.Replace("{now}", $"{DateTimeOffset.UtcNow.AddSeconds(-1):yyyy-MM-ddTHH:mm:ss}Z", StringComparison.Ordinal), token);

    public static async Task PullAsync(Uri service, string token, string path)
    {
        using var connection = await HttpConnection.OpenAsync(service, CancellationToken.None);
        await connection.SendAsync(Request(path, token), CancellationToken.None);
    }
}
