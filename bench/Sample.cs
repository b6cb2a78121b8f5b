namespace Wuwei.Bench;

/// <summary>What one contender did in one round.</summary>
/// <param name="Rate">A second.</param>
/// <param name="P50">Milliseconds.</param>
/// <param name="P99">Milliseconds.</param>
/// <param name="Cpu">Microseconds of CPU for each request or fact, by process.</param>
internal sealed record Sample(double Rate, double P50, double P99, IReadOnlyDictionary<string, double> Cpu)
{
    public static Sample Of(double[] latencies, TimeSpan elapsed, IReadOnlyDictionary<string, double> cpuSeconds)
    {
        if (latencies.Length == 0)
        {
            throw new InvalidOperationException("Nothing was answered in time; there is no figure.");
        }

        Array.Sort(latencies);
        return Of(latencies.Length, elapsed, cpuSeconds) with { P50 = At(latencies, 0.5), P99 = At(latencies, 0.99) };
    }

    public static Sample Of(long count, TimeSpan elapsed, IReadOnlyDictionary<string, double> cpuSeconds) => new(
        count / elapsed.TotalSeconds, double.NaN, double.NaN,
        cpuSeconds.ToDictionary(process => process.Key, process => process.Value * 1e6 / count));

    public static double At(double[] sorted, double share) => sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];

    /// <summary>The middle of the rounds, value by value.</summary>
    public static Sample Median(IReadOnlyCollection<Sample> rounds) => new(
        Median(rounds.Select(round => round.Rate)),
        Median(rounds.Select(round => round.P50)),
        Median(rounds.Select(round => round.P99)),
        rounds.SelectMany(round => round.Cpu.Keys).Distinct()
            .ToDictionary(process => process, process => Median(rounds.Select(round => round.Cpu.GetValueOrDefault(process)))));

    public static double Median(IEnumerable<double> values) => values.Order().ToArray() is var sorted ? sorted[sorted.Length / 2] : default;
}
