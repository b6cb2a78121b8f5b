using System.Globalization;
using System.Runtime.InteropServices;

namespace Wuwei.Bench;

/// <summary>Where the figures come from.</summary>
internal static class Machine
{
    public static async Task<string> DescribeAsync(Platform platform, Settings settings)
    {
        await using var postgres = platform.OpenDatabase("postgres", "postgres");
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024.0 * 1024 * 1024);
        return Report.Table(["machine", ""],
        [
            ["processor", $"{Environment.ProcessorCount} × {Value("/proc/cpuinfo", "model name")}"],
            ["memory", string.Create(CultureInfo.InvariantCulture, $"{memory:0.0} GiB")],
            ["system", $"{RuntimeInformation.OSDescription}; {RuntimeInformation.FrameworkDescription}"],
            ["PostgreSQL", $"{await postgres.ScalarAsync<string>("show server_version")}; fsync {await postgres.ScalarAsync<string>("show fsync")}, "
                + $"synchronous_commit {await postgres.ScalarAsync<string>("show synchronous_commit")}, shared_buffers {await postgres.ScalarAsync<string>("show shared_buffers")}"],
            ["load before the start (1, 5, 15 minutes)", string.Join(' ', (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ').Take(3))],
            ["measured", $"{DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC, {settings.Rounds} {(settings.Rounds == 1 ? "round (a rehearsal)" : "interleaved rounds, medians")}"],
        ]);
    }

    private static string Value(string file, string key) => File.ReadLines(file)
        .FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
}
