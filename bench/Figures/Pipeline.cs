using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Npgsql;
using Wuwei.Bench.Floors;
using Wuwei.Contracts.Facts;

namespace Wuwei.Bench.Figures;

/// <summary>From a committed fact to the consumer's commit, and on to the score that can be pulled.</summary>
internal static class Pipeline
{
    private const string Ours = "platform", Floor = "bare client";
    private const int FactsPerSecond = 300;

    /// <summary>Where facts go in and where they come out.</summary>
    internal sealed record Way(NpgsqlDataSource Source, NpgsqlDataSource Ledger, Task Failure);

    public static async Task RunAsync(Platform platform, Settings settings, Report report)
    {
        await using var bare = await BarePipeline.StartAsync(platform);
        await using var training = platform.OpenDatabase("training");
        await using var indicator = platform.OpenDatabase("indicator");
        var (ours, floor) = (new Way(training, indicator, Never), new Way(bare.Training, bare.Indicator, bare.Failure));
        var cpu = platform.Watch("training", "indicator", "assessment", "postgres", "rabbitmq");

        Console.Error.WriteLine("pipeline, one fact a transaction");
        var single = await Rounds.RunAsync(settings.Rounds,
            new(Floor, () => RateAsync(floor, settings.Scaled(20_000), 1, cpu)),
            new(Ours, () => RateAsync(ours, settings.Scaled(20_000), 1, cpu)));
        Console.Error.WriteLine("pipeline, a hundred facts a transaction");
        var bulk = await Rounds.RunAsync(settings.Rounds,
            new(Floor, () => RateAsync(floor, settings.Scaled(2_000), 100, cpu)),
            new(Ours, () => RateAsync(ours, settings.Scaled(2_000), 100, cpu)));
        Console.Error.WriteLine($"pipeline, {FactsPerSecond} facts a second");
        var delay = new Delay(platform, settings.Time * 2, FactsPerSecond);
        var scored = new List<Sample>();
        var delays = await Rounds.RunAsync(settings.Rounds,
            new(Floor, () => delay.BareAsync(bare)),
            new(Ours, async () =>
            {
                var (ledger, score, _) = await delay.PlatformAsync(indicator, training);
                scored.Add(score);
                return ledger;
            }));
        var toScore = Sample.Median(scored);

        report.Write("pipeline", Report.Table(
            ["committed fact → ledger", "bare, facts/s", "platform, facts/s", "ratio"],
            [
                ["one fact a transaction, 16 writers", .. Compare(single)],
                ["a hundred facts a transaction, 16 writers", .. Compare(bulk)],
            ])
            + "\n" + Report.CpuTable("fact", new[] { ("one, ", single), ("hundred, ", bulk) }
                .SelectMany(one => one.Item2.Select(sample => KeyValuePair.Create(one.Item1 + sample.Key, sample.Value))))
            + "\n" + Report.Table(
                [$"delay at {FactsPerSecond} facts/s", "facts/s", "p50, ms", "p99, ms"],
                [
                    ["bare client: → ledger", .. Delays(delays[Floor])],
                    ["platform: → ledger", .. Delays(delays[Ours])],
                    ["platform: → pullable score", .. Delays(toScore)],
                ])
            + "\n"
            + Report.Aim("one fact a transaction, platform ÷ bare", single[Ours].Rate / single[Floor].Rate, 0.55)
            + Report.Aim("a hundred facts a transaction, facts/s", bulk[Ours].Rate, 15_000)
            + Report.Aim($"p99 from commit to pullable score at {FactsPerSecond} facts/s, ms", toScore.P99, 60, atLeast: false)
            + Report.Floor("bare client, one fact a transaction", single[Floor].Rate, 2_300)
            + Report.Floor("bare client, a hundred facts a transaction", bulk[Floor].Rate, 5_200));

        static string[] Compare(IReadOnlyDictionary<string, Sample> samples) =>
            [Report.Number(samples[Floor].Rate), Report.Number(samples[Ours].Rate), Report.Number(samples[Ours].Rate / samples[Floor].Rate)];

        static string[] Delays(Sample sample) => [Report.Number(sample.Rate), Report.Number(sample.P50), Report.Number(sample.P99)];
    }

    /// <summary>Sixteen writers commit messages as fast as they can; the time ends when the last fact is in the ledger.</summary>
    public static async Task<Sample> RateAsync(Way way, int messages, int factsEach, CpuClock cpu)
    {
        var before = await PositionAsync(way);
        var used = cpu.Read();
        var started = Stopwatch.GetTimestamp();
        var left = messages;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            await using var connection = await way.Source.OpenConnectionAsync();
            await using var insert = new NpgsqlCommand(
                "insert into outbox_message (message_id, message_type, body, ordering_key) values ($1, $2, $3, $4)", connection)
            {
                Parameters =
                {
                    new NpgsqlParameter<Guid>(), new NpgsqlParameter<string> { TypedValue = typeof(FactsRecorded).FullName },
                    new NpgsqlParameter<string>(), new NpgsqlParameter<string?>(),
                },
            };
            await insert.PrepareAsync();
            while (Interlocked.Decrement(ref left) >= 0)
            {
                var message = Made(factsEach);
                ((NpgsqlParameter<Guid>)insert.Parameters[0]).TypedValue = Guid.CreateVersion7();
                ((NpgsqlParameter<string>)insert.Parameters[2]).TypedValue = JsonSerializer.Serialize(message, JsonSerializerOptions.Web);
                ((NpgsqlParameter<string?>)insert.Parameters[3]).TypedValue = factsEach == 1 ? message.Facts[0].RecordId : null;
                await insert.ExecuteNonQueryAsync();
            }
        })));
        var facts = (long)messages * factsEach;
        while (await PositionAsync(way) < before + facts)
        {
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromMinutes(3))
            {
                throw new TimeoutException("The facts do not arrive in the ledger.");
            }

            await Task.WhenAny(Task.Delay(10), way.Failure).Unwrap();
        }

        return Sample.Of(facts, Stopwatch.GetElapsedTime(started), CpuClock.Between(used, cpu.Read()));
    }

    /// <summary>Facts nobody has said before.</summary>
    public static FactsRecorded Made(int count) => new("training", [.. Enumerable.Range(0, count).Select(i => OneMade())]);

    private static Fact OneMade()
    {
        var id = Guid.CreateVersion7();
        var (region, month) = (Random.Shared.Next(4) switch { 0 => "620602", 1 => "620621", 2 => "620622", _ => "620623" }, Random.Shared.Next(1, 13));
        return new($"certified-trainings/{id}", Measures.TrainingPersonTimes, 1, region, new(2025, month, 15), id.ToString("N", CultureInfo.InvariantCulture), 1);
    }

    private static Task<long> PositionAsync(Way way) => way.Ledger.ScalarAsync<long>("select position from ledger");

    private static Task Never => new TaskCompletionSource().Task;
}
