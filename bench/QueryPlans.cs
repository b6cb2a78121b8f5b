using System.Text.RegularExpressions;
using Npgsql;

namespace Wuwei.Bench;

/// <summary>The plans that the server really used, as its own auto_explain writes them into its log.</summary>
internal sealed partial class QueryPlans(Platform platform)
{
    /// <summary>Does something and keeps the plan of each statement of the service that it led to.</summary>
    public async Task KeepAsync(NpgsqlDataSource service, string file, Func<Task> work)
    {
        var log = Path.Combine(platform.Data, "logs", "postgres.log");
        await SetAsync(service, "session_preload_libraries = 'auto_explain'", "auto_explain.log_min_duration = 0", "auto_explain.log_analyze = on", "auto_explain.log_buffers = on");
        await work(); // once more for those whose connection has just been taken from them
        var from = new FileInfo(log).Length;
        await work();
        await Task.Delay(1000);
        await SetAsync(service);
        await using var stream = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = from;
        using var reader = new StreamReader(stream);
        var plans = Plan().Matches(await reader.ReadToEndAsync())
            .Where(plan => Facts().IsMatch(plan.Value))
            .DistinctBy(plan => plan.Groups["query"].Value)
            .Select(plan => plan.Value.Trim());
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, string.Join("\n\n", plans) + "\n");
    }

    private static async Task SetAsync(NpgsqlDataSource service, params string[] settings)
    {
        // A setting of a library is known only where the library is loaded.
        string[] statements = ["load 'auto_explain'", "alter system reset session_preload_libraries", .. settings.Select(setting => $"alter system set {setting}"), "select pg_reload_conf()"];
        await using (var administrator = await service.OpenConnectionAsync())
        {
            foreach (var statement in statements)
            {
                await using var command = new NpgsqlCommand(statement, administrator);
                await command.ExecuteNonQueryAsync();
            }
        }

        if (settings.Length > 0)
        {
            // Only a new connection loads the library.
            await Task.Delay(500);
            await service.ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'indicator'");
        }
    }

    [GeneratedRegex(@"Query Text: (?<query>(?:.|\n)*?)\n(?=\t\S.*\(cost=)(?:\t.*\n?)*")]
    private static partial Regex Plan();

    [GeneratedRegex("fact_head|fact_history|measure_total|county_total|observation")]
    private static partial Regex Facts();
}
