using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Wuwei.Bench.Floors;
using Wuwei.Bench.Load;
using Wuwei.Tables.Writing;
using Wuwei.Training.CertifiedTrainings;

namespace Wuwei.Bench.Figures;

/// <summary>
/// A file of people from the first byte through the gateway until its job is done, every rule asked, every entry of the audit
/// trail written, against COPY of the same columns into the same table. What follows from records, in the ledger, is the
/// figure <c>pipeline</c>: messages stay in the outbox here.
/// </summary>
internal static class Import
{
    private const string Name = "bench_import", Floor = "COPY, binary", Csv = "accept-valid, CSV", Xlsx = "accept-valid, XLSX", AsOne = "all-or-nothing, CSV";
    private const double MostMemory = 300;

    public static async Task RunAsync(Platform platform, Settings settings, Report report)
    {
        var rows = settings.Scaled(200_000);
        await using var copied = NpgsqlDataSource.Create(await Databases.CreateAsync(platform, Name, typeof(RecordCertifiedTraining).Assembly));
        await using var training = platform.OpenDatabase("training");
        var cpu = platform.Watch("gateway", "training", "postgres");
        var (answers, peaks) = (new Dictionary<string, List<double>>(), new Dictionary<string, List<double>>());
        var memory = new Memory(platform.ProcessOf("training")); // idle: nothing has been imported yet
        await HoldRelayAsync(training, TimeSpan.FromHours(2));
        IReadOnlyDictionary<string, Sample> samples;
        try
        {
            // Compiled code is what is measured.
            await SendAsync(platform, memory, "accept-valid", isXlsx: false, settings.Scaled(20_000));
            await SendAsync(platform, memory, "all-or-nothing", isXlsx: true, settings.Scaled(20_000));
            samples = await Rounds.RunAsync(settings.Rounds,
                new(Floor, () => CopyAsync(copied, rows, cpu)),
                Ours(Csv, "accept-valid", isXlsx: false),
                Ours(Xlsx, "accept-valid", isXlsx: true),
                Ours(AsOne, "all-or-nothing", isXlsx: false));
        }
        finally
        {
            await training.ExecuteAsync("delete from outbox_message where sent_at is null");
            await HoldRelayAsync(training, TimeSpan.Zero);
        }

        string[] ours = [Csv, Xlsx, AsOne];
        report.Write("import", Report.Table(
                [string.Create(CultureInfo.InvariantCulture, $"{rows:N0} rows"), "rows/s", "÷ COPY", "answered after, s", "memory above idle, MiB"],
                [
                    [Floor, Report.Number(samples[Floor].Rate), "1", "–", "–"],
                    .. ours.Select(name => (IReadOnlyList<string>)
                    [
                        name, Report.Number(samples[name].Rate), Report.Number(samples[name].Rate / samples[Floor].Rate),
                        Report.Number(Sample.Median(answers[name])), Report.Number(peaks[name].Max()),
                    ]),
                ])
            + "\n" + Report.CpuTable("row", samples) + "\n"
            + Report.Aim($"{Csv} ÷ {Floor}", samples[Csv].Rate / samples[Floor].Rate, 0.4)
            + Report.Aim("memory above idle, MiB", peaks.Values.Max(peak => peak.Max()), MostMemory, atLeast: false));

        Contender Ours(string name, string mode, bool isXlsx) => new(name, async () =>
        {
            var before = cpu.Read();
            var (answered, done, peak) = await SendAsync(platform, memory, mode, isXlsx, rows);
            answers.TryAdd(name, []);
            peaks.TryAdd(name, []);
            answers[name].Add(answered.TotalSeconds);
            peaks[name].Add(peak);
            return Sample.Of(rows, done, CpuClock.Between(before, cpu.Read()));
        });
    }

    private static async Task<(TimeSpan Answered, TimeSpan Done, double PeakMiB)> SendAsync(
        Platform platform, Memory memory, string mode, bool isXlsx, int rows)
    {
        using var client = new HttpClient { BaseAddress = new(platform.Gateway, "/api/training/v1/"), Timeout = TimeSpan.FromMinutes(5) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", await platform.TokenAsync("training-620600"));
        var header = (await client.GetStringAsync("certified-trainings/imports/template.csv")).Trim('\ufeff', '\r', '\n').Split(',');
        using var file = new ByteArrayContent(isXlsx ? await TrainingFile.XlsxAsync(header, rows) : TrainingFile.Csv(header, rows));
        file.Headers.ContentType = new MediaTypeHeaderValue(isXlsx ? XlsxRows.MediaType : "text/csv");
        memory.Reset();
        var began = Stopwatch.GetTimestamp();
        using var answer = await client.PostAsync($"certified-trainings/imports?mode={mode}", file);
        var answered = Stopwatch.GetElapsedTime(began);
        var job = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        while (job.TryGetProperty("state", out var state) && state.GetString() is "waiting" or "running")
        {
            await Task.Delay(100);
            job = JsonDocument.Parse(await client.GetStringAsync($"jobs/{job.GetProperty("id").GetString()}")).RootElement;
        }

        var done = Stopwatch.GetElapsedTime(began);
        return job.TryGetProperty("accepted", out var accepted) && accepted.GetInt32() == rows
            ? (answered, done, memory.PeakAbove())
            : throw new InvalidOperationException($"The import came to {job}");
    }

    // The rows that the import made of it, or such: as long, and new to every index.
    private static async Task<Sample> CopyAsync(NpgsqlDataSource source, int rows, CpuClock cpu)
    {
        var made = Enumerable.Range(0, rows).Select(_ => (Id: Guid.CreateVersion7(), Person: Trainings.NextPerson())).ToArray();
        var (person, day) = (RandomNumberGenerator.GetBytes(71), new DateOnly(2025, 3, 20));
        await using var connection = await source.OpenConnectionAsync();
        var (before, began) = (cpu.Read(), Stopwatch.GetTimestamp());
        await using (var copy = await connection.BeginBinaryImportAsync(
            $"copy certified_training ({TrainingRegister.Columns}, recorded_by) from stdin (format binary)"))
        {
            foreach (var (id, (_, number)) in made)
            {
                await copy.StartRowAsync();
                await copy.WriteAsync(id, NpgsqlDbType.Uuid);
                await copy.WriteAsync(1, NpgsqlDbType.Integer);
                await copy.WriteAsync(id.ToString("n"), NpgsqlDbType.Text);
                await copy.WriteAsync(person, NpgsqlDbType.Bytea);
                foreach (var text in (string[])["620602", "4-10-01-05", "养老护理员", "elementary", "skill-level", $"B{number:000000000}", "武威职业学院"])
                {
                    await copy.WriteAsync(text, NpgsqlDbType.Text);
                }

                await copy.WriteAsync(day, NpgsqlDbType.Date);
                await copy.WriteAsync(day, NpgsqlDbType.Date);
                await copy.WriteAsync(day, NpgsqlDbType.Date);
                await copy.WriteAsync(80, NpgsqlDbType.Integer);
                await copy.WriteAsync(true, NpgsqlDbType.Boolean);
                await copy.WriteAsync(true, NpgsqlDbType.Boolean);
                await copy.WriteNullAsync();
                await copy.WriteAsync("training-620600", NpgsqlDbType.Text);
            }

            await copy.CompleteAsync();
        }

        return Sample.Of(rows, Stopwatch.GetElapsedTime(began), CpuClock.Between(before, cpu.Read()));
    }

    // The lease is somebody else's for a while: the service's relay lets it be.
    private static Task<int> HoldRelayAsync(NpgsqlDataSource training, TimeSpan time) => training.ExecuteAsync(string.Create(CultureInfo.InvariantCulture,
        $"update outbox_lease set holder = gen_random_uuid(), epoch = epoch + 1, expires_at = now() + interval '{time.TotalSeconds:0} s'"));

    /// <summary>The most memory that a process had since the last reset, above what it had when this was made.</summary>
    private sealed class Memory
    {
        private readonly int _process;
        private readonly double _idle;

        public Memory(int process)
        {
            _process = process;
            Reset();
            _idle = Read();
        }

        /// <summary>From here on its peak is what it has now.</summary>
        public void Reset() => File.WriteAllText($"/proc/{_process}/clear_refs", "5");

        public double PeakAbove() => Read() - _idle;

        // MiB: resident, the highest so far.
        private double Read() => double.Parse(
            File.ReadLines($"/proc/{_process}/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture) / 1024;
    }
}
