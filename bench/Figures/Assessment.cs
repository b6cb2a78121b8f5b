using System.Diagnostics;
using System.Globalization;
using Wuwei.Assessment.Observations;
using Wuwei.Assessment.Robustness;
using Wuwei.Assessment.Schemes;
using Wuwei.Assessment.Scores;
using Wuwei.Assessment.Targets;
using Wuwei.Bench.Floors;
using Wuwei.ServiceDefaults;

namespace Wuwei.Bench.Figures;

/// <summary>
/// Computing scores and how far they hold, without any server: a full recomputation of a province (86 units, 60 items), ten
/// thousand draws and a sensitivity analysis of 51 units and 49 items, beside the plain loop on one thread. Then, on a platform, how
/// long an event is on its way into a score that can be pulled, and the pull itself beside constant bytes.
/// </summary>
internal static class Assessment
{
    private static readonly Experiment s_experiment = new(
        0.25, [Normalisation.Scheme, Normalisation.MinMax, Normalisation.Rank], [null, Aggregation.Geometric], 42);

    public static Task RunAsync(Settings settings, Report report)
    {
        Console.Error.WriteLine("assessment");
        var (scheme, month, observations, targets) = World(86, 60);
        var recomputation = Time(settings, () => ScoreTable.Of(scheme, month, observations, targets));

        var (small, _, fewer, aims) = World(51, 49);
        var table = ScoreTable.Of(small, month, fewer, aims);
        var model = DrawModel.Of(table, "县", s_experiment.Normalisations);
        var (ours, alone, plain) = (new DrawRunner(model, s_experiment), new DrawRunner(model, s_experiment, cores: 1), new ScalarDraws(table, model, s_experiment));
        int draws = settings.Scaled(10_000), rows = settings.Scaled(1000);
        var same = ours.Uncertainty(draws, default).SelectMany(unit => unit.Counts).Zip(plain.Run(draws)).Sum(pair => Math.Abs(pair.First - pair.Second));
        // Where two units are equal to the last digit, the order of a sum decides; that is a handful in half a million.
        if (same > draws * 51 / 1000)
        {
            throw new InvalidOperationException($"The plain loop counts otherwise: {same} of {draws * 51}.");
        }

        var factors = ours.Factors();
        var computations = rows * (factors.Count + 2.0);
        // Contenders take turns, so that what the machine does meanwhile befalls all of them.
        double[][] times = [.. Enumerable.Range(0, settings.Rounds).Select(_ => new[]
        {
            Time(settings, () => ours.Uncertainty(draws, default)), Time(settings, () => alone.Uncertainty(draws, default)), Time(settings, () => plain.Run(draws)),
            Time(settings, () => ours.Sobol(rows, default)), Time(settings, () => alone.Sobol(rows, default)),
            Time(settings, () =>
            {
                plain.RunSobol(rows, [.. factors.Select(factor => factor.Factor)]);
                return 0;
            }),
        })];
        double Median(int contender) => Sample.Median(times.Select(round => round[contender]));
        IReadOnlyList<string> Row(string name, int contender, int floor, double count) =>
        [
            name, Report.Number(Median(contender)), Report.Number(count / Median(contender) * 1000), Report.Number(Median(floor) / Median(contender)),
        ];
        report.Write("assessment", Report.Table(
                ["51 units, 49 items in 7 groups", "ms", "computations/s", "× plain loop"],
                [
                    Row(string.Create(CultureInfo.InvariantCulture, $"uncertainty, {draws:N0} draws, {Environment.ProcessorCount} cores"), 0, 2, draws),
                    Row("the same, one core", 1, 2, draws), Row("the same, plain loop", 2, 2, draws),
                    Row(string.Create(CultureInfo.InvariantCulture, $"Sobol, {rows:N0} rows, {factors.Count} factors, {Environment.ProcessorCount} cores"), 3, 5, computations),
                    Row("the same, one core", 4, 5, computations), Row("the same, plain loop", 5, 5, computations),
                ])
            + "\n" + Report.Table(["86 units × 60 items, " + observations.Count.ToString("N0", CultureInfo.InvariantCulture) + " observations", "ms"],
                [["full recomputation, exact", Report.Number(recomputation)]])
            + "\n" + Report.Aim("10,000 draws, ms", Median(0) * 10_000 / draws, 1000, atLeast: false)
            + Report.Aim("full recomputation of 86 units × 60 items, ms", recomputation, 1000, atLeast: false));
        return Task.CompletedTask;
    }

    /// <summary>Events and pulls.</summary>
    public static async Task RunLiveAsync(Platform platform, Settings settings, Report report)
    {
        const int PerSecond = 50;
        await using var indicator = platform.OpenDatabase("indicator");
        await using var training = platform.OpenDatabase("training");
        await Facts.RecordOneAsync(platform);
        Console.Error.WriteLine($"assessment, {PerSecond} events a second");
        await new Delay(platform, settings.WarmUp, PerSecond).PlatformAsync(indicator, training);
        var (_, recorded, changed) = await new Delay(platform, settings.Time * 4, PerSecond).PlatformAsync(indicator, training);
        IReadOnlyList<string> Row(string name, Sample sample) => [name, Report.Number(sample.Rate), Report.Number(sample.P50), Report.Number(sample.P99)];
        report.Write("assessment-live", Report.Table(
                [$"on their way, {PerSecond} a second", "a second", "p50, ms", "p99, ms"],
                [Row("observation changed → pullable score", changed), Row("record committed → pullable score", recorded)])
            + "\n" + Report.Aim("p99 from the event to the pullable score, ms", changed.P99, 1000, atLeast: false)
            + "\n" + await Pull.ScoresAsync(platform, settings));
    }

    // Milliseconds of one run: the middle of as many as fit into the time.
    private static double Time<T>(Settings settings, Func<T> run)
    {
        var warm = Stopwatch.StartNew();
        do
        {
            run();
        }
        while (warm.Elapsed < settings.WarmUp / 6);

        List<double> times = [];
        var all = Stopwatch.StartNew();
        do
        {
            var one = Stopwatch.GetTimestamp();
            run();
            times.Add(Stopwatch.GetElapsedTime(one).TotalMilliseconds);
        }
        while (all.Elapsed < settings.Time / 6);
        return Sample.Median(times);
    }

    // Half of the items are flows of four and a half years of months against targets, half are compared among the units.
    private static (Scheme Scheme, Period Month, IReadOnlyCollection<Observation> Observations, IReadOnlyCollection<Target> Targets) World(int units, int items)
    {
        var random = new Random(items);
        decimal[] season = [.. Enumerable.Range(1, 12).Select(number => number / 12m)];
        var known = new DateTimeOffset(2025, 7, 1, 0, 0, 0, TimeSpan.FromHours(8));
        string[] names = [.. Enumerable.Range(1, units).Select(unit => $"unit-{unit:00}")];
        List<Observation> observations = [];
        List<Target> targets = [];
        List<SchemeItem> scored = [];
        for (var item = 0; item < items; item++)
        {
            var (code, isFlow) = ($"i{item}", item % 2 == 0);
            scored.Add(new(code, code, "人", 1 + item % 3, false, isFlow ? Method.Proportional : Method.MinMax,
                isFlow ? Aggregate.Cumulative : Aggregate.Level, Direction.Higher, 1.2m, isFlow ? 0 : 0.01m, true, false)
            { Rule = new ItemRule($"g{item % 7}") });
            foreach (var unit in names)
            {
                for (var period = new Period(PeriodKind.Month, 2021, 1); period.Year < 2025 || period.Number <= 6; period = period.Add(1))
                {
                    if (isFlow || period is { Year: 2025, Number: 6 })
                    {
                        observations.Add(new(code, unit, period.ToString(), period.End, random.Next(500, 1500), "人", "derived", 1, 1, known));
                    }
                }

                targets.AddRange(Enumerable.Range(2021, isFlow ? 5 : 0).Select(year => new Target(code, unit, year, 12_000, "≥", season, 1, known)));
            }
        }

        return (
            new("bench", 1, "bench", "2021-01", 2021, 2025, 65, 0.99m, "", true, known, scored)
            {
                Tree = SchemeTree.Flat with
                {
                    Groups = [.. Enumerable.Range(0, 7).Select(group => new SchemeGroup($"g{group}", $"g{group}", null, 1 + group, Aggregation.Arithmetic))],
                    Units = [.. names.Select(unit => new SchemeUnit(unit, unit, "县", true))],
                },
            },
            new Period(PeriodKind.Month, 2025, 6), observations, targets);
    }
}
