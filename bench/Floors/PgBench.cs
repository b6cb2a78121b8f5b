using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Wuwei.Bench.Floors;

/// <summary>PostgreSQL's own load program inserting the record's row, indexes and checks and all, in the same server.</summary>
internal sealed partial class PgBench(Platform platform)
{
    // The row as the service makes it, with the time in the id, so that both go to the right-hand end of the key's index.
    private const string Script = """
        insert into certified_training (certified_training_id, revision, person_key, person, region, occupation, occupation_name, level,
            certificate_kind, certificate_number, institution, started_on, finished_on, certified_on, hours, subsidised, synthetic, recorded_by)
        select encode(substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) || substring(uuid_send(id) from 7), 'hex')::uuid,
            1, md5(id::text), decode(repeat(md5(id::text), 4), 'hex'), '620602', '4-10-01-05', '养老护理员', 'elementary', 'skill-level', 'B' || id,
            '武威职业学院', '2025-03-01', '2025-03-15', '2025-03-20', 80, true, true, 'bench'
        from (select gen_random_uuid() as id) as made;
        """;

    private const string Database = "bench_write";

    /// <summary>Makes an empty database with the register's tables.</summary>
    public async Task PrepareAsync()
    {
        await Databases.CreateAsync(platform, Database, typeof(Training.CertifiedTrainings.RecordCertifiedTraining).Assembly);
        await File.WriteAllTextAsync(ScriptFile, Script);
    }

    public async Task<Sample> RunAsync(int clients, TimeSpan time, CpuClock cpu)
    {
        var server = new NpgsqlConnectionStringBuilder(platform.Connection("postgres"));
        var start = new ProcessStartInfo("/usr/lib/postgresql/15/bin/pgbench",
        [
            "-n", "-M", "prepared", "-c", $"{clients}", "-j", $"{Math.Min(clients, 2)}", "-T", $"{(int)time.TotalSeconds}", "-f", ScriptFile,
            "-h", server.Host!, "-p", $"{server.Port}", "-U", server.Username!, Database,
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PGPASSWORD"] = server.Password },
        };
        var before = cpu.Read();
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var after = cpu.Read();
        if (process.ExitCode != 0 || !Rate().IsMatch(output))
        {
            throw new InvalidOperationException($"pgbench failed: {await errors}{output}");
        }

        var rate = Number(Rate(), output);
        var count = (long)Number(Count(), output);
        return Sample.Of(count, TimeSpan.FromSeconds(count / rate), CpuClock.Between(before, after)) with { P50 = Number(Latency(), output) };
    }

    private string ScriptFile => Path.Combine(platform.Data, "bench-write.sql");

    private static double Number(Regex what, string output) => double.Parse(what.Match(output).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"tps = ([\d.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"actually processed: (\d+)")]
    private static partial Regex Count();

    [GeneratedRegex(@"latency average = ([\d.]+)")]
    private static partial Regex Latency();
}
