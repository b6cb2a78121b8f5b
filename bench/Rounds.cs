namespace Wuwei.Bench;

/// <summary>One of those that are compared.</summary>
internal sealed record Contender(string Name, Func<Task<Sample>> RunAsync);

/// <summary>Contenders take turns, so that what the machine does meanwhile befalls all of them.</summary>
internal static class Rounds
{
    public static async Task<IReadOnlyDictionary<string, Sample>> RunAsync(int rounds, params Contender[] contenders)
    {
        var samples = contenders.ToDictionary(contender => contender.Name, _ => new List<Sample>());
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var contender in contenders)
            {
                var sample = await contender.RunAsync();
                samples[contender.Name].Add(sample);
                Console.Error.WriteLine(FormattableString.Invariant(
                    $"  {round}/{rounds} {contender.Name}: {sample.Rate:N0}/s, p50 {sample.P50:0.00} ms, p99 {sample.P99:0.00} ms"));
            }
        }

        return samples.ToDictionary(contender => contender.Key, contender => Sample.Median(contender.Value));
    }
}
