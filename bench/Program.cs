using System.Diagnostics;
using Wuwei.Bench;
using Wuwei.Bench.Figures;
using Wuwei.Bench.Floors;

if (args is [ConstantBytes.Command, var bytes])
{
    await ConstantBytes.ServeAsync(bytes);
    return 0;
}

var figures = new Dictionary<string, Func<Platform, Settings, Report, Task>>
{
    ["write"] = Write.RunAsync,
    ["pipeline"] = Pipeline.RunAsync,
    ["pull"] = Pull.RunAsync,
    ["growth"] = Growth.RunAsync,
    ["indicator"] = Indicator.RunAsync,
    ["start"] = Start.RunAsync,
    ["import"] = Import.RunAsync,
    ["audit"] = Audit.RunAsync,
    ["assessment"] = Assessment.RunLiveAsync,
};
// These need no platform, or not for all of it.
var alone = new Dictionary<string, Func<Settings, Report, Task>> { ["assessment"] = Assessment.RunAsync, ["personal"] = Personal.RunAsync };
var names = args.Where(argument => !argument.StartsWith("--", StringComparison.Ordinal)).ToArray();
var (root, data) = (Environment.GetEnvironmentVariable("WUWEI_ROOT") ?? Environment.CurrentDirectory, Environment.GetEnvironmentVariable("WUWEI_BENCH_DATA"));
if (names.Except(figures.Keys).Except(alone.Keys).Any() || args.Any(argument => argument.StartsWith("--", StringComparison.Ordinal) && argument != "--quick"))
{
    Console.Error.WriteLine($"Usage: ./wuwei bench [{string.Join('|', figures.Keys.Union(alone.Keys))}] [--quick]");
    return 2;
}

var settings = new Settings(Quick: args.Contains("--quick"));
var platform = new Platform(root, data ?? Path.Combine(root, "artifacts", "bench"), port: 18080);
var report = new Report(settings.Quick ? Path.Combine(root, "artifacts", "figures-quick.md") : Path.Combine(root, "docs", "evidence", "figures.md"));
var failed = false;
foreach (var name in names.Length == 0 ? [.. alone.Keys] : names.Intersect(alone.Keys))
{
    await TimedAsync(name, () => alone[name](settings, report));
}

if (names.Length > 0 && !names.Intersect(figures.Keys).Any())
{
    return 0;
}

await platform.StartAfreshAsync();
try
{
    report.Write("machine", await Machine.DescribeAsync(platform, settings));
    foreach (var name in names.Length == 0 ? [.. figures.Keys] : names.Intersect(figures.Keys))
    {
        try
        {
            await Facts.UntilStillAsync(platform);
            await TimedAsync(name, () => figures[name](platform, settings, report));
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The others are figures all the same.
            report.Write(name, $"There is no figure: {error.Message}");
            Console.Error.WriteLine(error);
            failed = true;
        }
    }
}
finally
{
    await platform.StopAsync();
}

return failed ? 1 : 0;

static async Task TimedAsync(string name, Func<Task> figure)
{
    var began = Stopwatch.GetTimestamp();
    await figure();
    Console.Error.WriteLine($"{name} took {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s");
}
