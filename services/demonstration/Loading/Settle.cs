using Wuwei.Demonstration.Gateway;
using Wuwei.Demonstration.Generator;
using Wuwei.Demonstration.Scores;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Demonstration.Loading;

/// <summary>Waits until what was sent has become indicators and scores.</summary>
public sealed class Settle(GatewayClient gateway)
{
    // A queue that moves is waited for; one that stands still this long has lost something.
    private static readonly TimeSpan StandStill = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private static readonly (string Indicator, string[] Measures)[] Derived =
        [("6", [Totals.Persons]), ("10", [Totals.PersonTimes]), ("11", [Totals.Borrowers, Totals.Jobs])];

    /// <summary>Waits until the city's derived indicators are what the records come to, month by month, and the scores say so.</summary>
    /// <exception cref="GatewayException">Nothing moves any more and something is missing; the message names it.</exception>
    public async Task UntilCompleteAsync(Records records, CancellationToken cancellation)
    {
        var expected = records.Expected().GroupBy(cell => (Derived.Single(one => one.Measures.Contains(cell.Key.Measure)).Indicator, cell.Key.Month))
            .ToDictionary(group => group.Key, group => (decimal)group.Sum(cell => cell.Value));
        await UntilAsync("ledger", async () =>
        {
            var known = new Dictionary<(string Indicator, Period Month), decimal>();
            foreach (var (indicator, _) in Derived)
            {
                foreach (var (month, value) in await ObservationsAsync(indicator, cancellation))
                {
                    known[(indicator, month)] = value;
                }
            }

            var wrong = expected.Where(cell => known.GetValueOrDefault(cell.Key) != cell.Value).ToArray();
            return (wrong.Length == 0, known.Values.Sum(), wrong is [var first, ..]
                ? $"{wrong.Length} of {expected.Count} monthly values to come (indicator {first.Key.Indicator}, {first.Key.Month}: {known.GetValueOrDefault(first.Key)} of {first.Value})"
                : "complete");
        }, cancellation);

        var sums = expected.GroupBy(cell => cell.Key.Indicator).ToDictionary(group => group.Key, group => group.Sum(cell => cell.Value));
        await UntilAsync("scores", async () =>
        {
            var scored = await CurrentScores.CityValuesAsync(gateway, cancellation);
            var wrong = sums.Where(sum => scored.GetValueOrDefault(sum.Key) != sum.Value).ToArray();
            return (wrong.Length == 0, scored.Values.Sum(value => value ?? 0), wrong is [var first, ..]
                ? $"indicator {first.Key}: {scored.GetValueOrDefault(first.Key)} of {first.Value}"
                : "complete");
        }, cancellation);
    }

    /// <summary>Waits until the city's scores have stopped moving: what was loaded before may have been changed since, so nothing is expected.</summary>
    public async Task UntilStillAsync(CancellationToken cancellation)
    {
        var before = await CurrentScores.CityValuesAsync(gateway, cancellation);
        while (true)
        {
            await Task.Delay(Look, cancellation);
            var now = await CurrentScores.CityValuesAsync(gateway, cancellation);
            if (now.Count == before.Count && !now.Except(before).Any())
            {
                return;
            }

            before = now;
        }
    }

    private async Task<IEnumerable<(Period Month, decimal Value)>> ObservationsAsync(string indicator, CancellationToken cancellation)
    {
        var path = $"/api/indicator/v1/observations?indicator={indicator}&region={RegionCode.City}&from=2021-01&to=2025-12";
        var page = await gateway.FindAsync<Page>($"indicator-{RegionCode.City}", path, cancellation);
        return page?.Items.Where(item => item.Value is not null)
            .Select(item => (Period.TryParse(item.Period, out var month) ? month : default, item.Value!.Value)) ?? [];
    }

    private static async Task UntilAsync(string what, Func<Task<(bool Done, decimal Mark, string Text)>> look, CancellationToken cancellation)
    {
        var (last, since, told) = (decimal.MinValue, DateTimeOffset.UtcNow, "");
        while (true)
        {
            var (done, mark, text) = await look();
            if (text != told)
            {
                Progress.Say($"{what}: {told = text}");
            }

            if (done)
            {
                return;
            }

            (last, since) = mark == last ? (last, since) : (mark, DateTimeOffset.UtcNow);
            if (DateTimeOffset.UtcNow - since > StandStill)
            {
                throw new GatewayException($"{what}: {text}; nothing has moved for a minute");
            }

            await Task.Delay(Look, cancellation);
        }
    }

    private sealed record Page(IReadOnlyList<Observation> Items);

    private sealed record Observation(string Period, decimal? Value);
}
