using Wuwei.Demonstration.Gateway;

namespace Wuwei.Demonstration.Loading;

/// <summary>Sends many records, some at a time, several requests in flight.</summary>
public static class Batches
{
    /// <summary>As many as one request may carry.</summary>
    public const int Size = 500;

    private const int InFlight = 4;

    /// <summary>Sends each group as its own client, in batches.</summary>
    /// <param name="what">Named in the progress lines.</param>
    /// <param name="body">The body for the records of one request.</param>
    /// <exception cref="GatewayException">A record was refused.</exception>
    public static async Task SendAsync<T>(
        this GatewayClient gateway, string what, string path, IEnumerable<IGrouping<string, T>> byClient, Func<T[], object> body,
        CancellationToken cancellation)
    {
        var batches = byClient.SelectMany(group => group.Chunk(Size).Select(items => (Client: group.Key, Items: items))).ToArray();
        await EachAsync(what, batches, batch => batch.Items.Length, async (batch, cancelled) =>
        {
            var answer = await gateway.SendAsync<Answer>(batch.Client, HttpMethod.Post, path, body(batch.Items), cancelled);
            if (answer.Refused > 0)
            {
                var reasons = answer.Results.Where(result => result.Code is not null).CountBy(result => $"{result.Code} {result.Title}");
                throw new GatewayException($"{what}: {answer.Refused} refused: {string.Join("; ", reasons.Select(reason => $"{reason.Value} × {reason.Key}"))}");
            }
        }, cancellation);
    }

    /// <summary>Does something for each item, several at a time, and tells how far it is.</summary>
    /// <param name="weight">How much an item adds to the progress.</param>
    public static async Task EachAsync<T>(
        string what, IReadOnlyList<T> items, Func<T, int> weight, Func<T, CancellationToken, Task> send, CancellationToken cancellation)
    {
        var (total, done, told) = (items.Sum(weight), 0, 0);
        var options = new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancellation };
        await Parallel.ForEachAsync(items, options, async (item, cancelled) =>
        {
            await send(item, cancelled);
            var now = Interlocked.Add(ref done, weight(item));
            // A line for each tenth.
            if (now * 10L / total is var tenth && Interlocked.Exchange(ref told, (int)tenth) < tenth)
            {
                Progress.Say($"{what}: {now:N0} of {total:N0}");
            }
        });
    }

    private sealed record Answer(int Accepted, int Refused, IReadOnlyList<Result> Results);

    private sealed record Result(string? Code, string? Title);
}
