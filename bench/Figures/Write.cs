using Wuwei.Bench.Floors;
using Wuwei.Bench.Load;

namespace Wuwei.Bench.Figures;

/// <summary>One record through gateway, service and commit, against PostgreSQL inserting the same row.</summary>
internal static class Write
{
    private const string Ours = "PUT a certified training", Floor = "pgbench, the record's row";

    // What pgbench is known to reach on this machine with one row.
    private static readonly (int Clients, double Known)[] s_loads = [(1, 1_900), (8, 7_200), (32, 4_700)];

    public static async Task RunAsync(Platform platform, Settings settings, Report report)
    {
        var pgBench = new PgBench(platform);
        await pgBench.PrepareAsync();
        var cpu = platform.Watch("gateway", "training", "indicator", "assessment", "postgres", "rabbitmq");
        var token = await platform.TokenAsync("training-620600");
        var trainings = new Trainings("/api/training/v1", token);
        var rows = new List<IReadOnlyList<string>>();
        var notes = "";
        var stages = new List<KeyValuePair<string, Sample>>();
        foreach (var (clients, known) in s_loads)
        {
            Console.Error.WriteLine($"write, {clients} clients");
            var samples = await Rounds.RunAsync(settings.Rounds,
                new(Floor, () => pgBench.RunAsync(clients, settings.Time, cpu)),
                new(Ours, () => ClosedLoop.RunAsync(platform.Gateway, clients, settings.WarmUp, settings.Time, trainings.Next, 201, cpu)));
            var (ours, floor) = (samples[Ours], samples[Floor]);
            rows.Add([$"{clients}", Report.Number(floor.Rate), Report.Number(ours.Rate), Report.Number(ours.Rate / floor.Rate),
                Report.Number(floor.P50), Report.Number(ours.P50), Report.Number(ours.P99)]);
            stages.Add(new($"{clients} clients, ours", ours));
            stages.Add(new($"{clients} clients, floor", floor));
            notes += Report.Floor($"pgbench, {clients} clients", floor.Rate, known);
            if (clients == 32)
            {
                notes = Report.Aim("32 clients, ours ÷ pgbench", ours.Rate / floor.Rate, 0.3) + notes;
            }
        }

        report.Write("write", Report.Table(
            ["clients", "pgbench rows/s", "records/s", "ratio", "pgbench mean, ms", "p50, ms", "p99, ms"], rows)
            + "\n" + Report.CpuTable("record", stages) + "\n" + notes);
    }
}
