using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Npgsql;
using Wuwei.Bench.Floors;
using Wuwei.Bench.Load;
using Wuwei.Contracts.Facts;

namespace Wuwei.Bench.Figures;

/// <summary>
/// How long a fact is on its way at a steady rate. It counts from the beginning of the transaction that recorded it (a little
/// too long, never too short) until someone who keeps looking has seen it. All clocks are this machine's.
/// </summary>
internal sealed class Delay(Platform platform, TimeSpan time, int perSecond)
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(2);

    /// <summary>Through the training service, into the ledger and into the scores; and of the last, from the transaction on that says the changed observation.</summary>
    public async Task<(Sample Ledger, Sample Score, Sample Event)> PlatformAsync(NpgsqlDataSource indicator, NpgsqlDataSource training)
    {
        var trainings = new Trainings("", await platform.TokenAsync("training-620600"));
        var scoreToken = await platform.TokenAsync("assessment-office");
        await Facts.UntilStillAsync(platform);
        var from = await indicator.ScalarAsync<long>("select position from ledger");
        using var done = new CancellationTokenSource();
        var ledger = WatchLedgerAsync(indicator, done.Token);
        var scores = WatchScoresAsync(platform.AddressOf("assessment"), scoreToken, done.Token);
        var service = platform.AddressOf("training");
        await SteadilyAsync(async () =>
        {
            var connection = await HttpConnection.OpenAsync(service, CancellationToken.None);
            return (async () =>
            {
                if (await connection.SendAsync(trainings.Next(), CancellationToken.None) is var status and not 201)
                {
                    throw new InvalidOperationException($"{service} answered {status}: {connection.LastAnswer}");
                }
            }, connection);
        });
        await Facts.UntilStillAsync(platform);
        await Task.Delay(500);
        await done.CancelAsync();

        var committed = await ReadAsync(training, "select ordering_key, created_at from outbox_message where ordering_key like 'certified-trainings/%'", row => row.GetDateTime(1));
        var folded = await ReadAsync(indicator, $"select record_id, position, known_at from fact_history where position > {from}", row => (Position: row.GetInt64(1), KnownAt: row.GetDateTime(2)));
        return (
            Of(folded.Select(fact => (committed[fact.Key], fact.Value.Position)), await ledger),
            Of(folded.Select(fact => (committed[fact.Key], fact.Value.KnownAt.Ticks)), await scores),
            Of(folded.Values.Select(fact => (fact.KnownAt, fact.KnownAt.Ticks)), await scores));
    }

    /// <summary>A row in the bare pipeline's outbox, into its ledger.</summary>
    public async Task<Sample> BareAsync(BarePipeline bare)
    {
        var from = await bare.Indicator.ScalarAsync<long>("select position from ledger");
        using var done = new CancellationTokenSource();
        var ledger = WatchLedgerAsync(bare.Indicator, done.Token);
        await SteadilyAsync(async () =>
        {
            var connection = await bare.Training.OpenConnectionAsync();
            return (async () =>
            {
                var message = Pipeline.Made(1);
                await using var insert = new NpgsqlCommand("insert into outbox_message (message_id, message_type, body, ordering_key) values ($1, $2, $3, $4)", connection)
                {
                    Parameters =
                    {
                        new() { Value = Guid.CreateVersion7() }, new() { Value = typeof(FactsRecorded).FullName },
                        new() { Value = JsonSerializer.Serialize(message, JsonSerializerOptions.Web) }, new() { Value = message.Facts[0].RecordId },
                    },
                };
                await insert.ExecuteNonQueryAsync();
                bare.Signal.Set();
            }, connection);
        });
        await Task.Delay(1000);
        await done.CancelAsync();
        var committed = await ReadAsync(bare.Training, "select ordering_key, created_at from outbox_message where ordering_key is not null", row => row.GetDateTime(1));
        var folded = await ReadAsync(bare.Indicator, $"select record_id, position from fact_history where position > {from}", row => row.GetInt64(1));
        return Of(folded.Select(fact => (committed[fact.Key], fact.Value)), await ledger);
    }

    // An open loop: the next one is due whether or not the last one is answered.
    private async Task SteadilyAsync(Func<Task<(Func<Task> Send, IDisposable Connection)>> open)
    {
        var (started, sent, all) = (Stopwatch.GetTimestamp(), 0, (int)(time.TotalSeconds * perSecond));
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            var (send, connection) = await open();
            using var _ = connection;
            while (Interlocked.Increment(ref sent) is var number && number <= all)
            {
                var wait = TimeSpan.FromSeconds((double)number / perSecond) - Stopwatch.GetElapsedTime(started);
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait);
                }

                await send();
            }
        })));
    }

    private static async Task<List<(DateTime At, long Mark)>> WatchLedgerAsync(NpgsqlDataSource indicator, CancellationToken done)
    {
        await using var connection = await indicator.OpenConnectionAsync(CancellationToken.None);
        await using var look = new NpgsqlCommand("select position from ledger", connection);
        await look.PrepareAsync(CancellationToken.None);
        return await WatchAsync(async () => (long)(await look.ExecuteScalarAsync(CancellationToken.None))!, done);
    }

    private static async Task<List<(DateTime At, long Mark)>> WatchScoresAsync(Uri assessment, string token, CancellationToken done)
    {
        using var http = new HttpClient { BaseAddress = assessment, DefaultRequestHeaders = { { "Authorization", $"Bearer {token}" } } };
        var (etag, known) = ((string?)null, 0L);
        return await WatchAsync(async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/scores") { Headers = { { "If-None-Match", etag } } };
            using var answer = await http.SendAsync(request, CancellationToken.None);
            if (answer.StatusCode == HttpStatusCode.NotModified)
            {
                return known;
            }

            using var document = JsonDocument.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(CancellationToken.None));
            etag = answer.Headers.ETag!.ToString();
            return known = Find(document.RootElement)!.Value.UtcTicks;
        }, done);
    }

    // Wherever in the document it stands.
    private static DateTimeOffset? Find(JsonElement element) => element.ValueKind is not JsonValueKind.Object ? null : element.EnumerateObject()
        .Select(member => member.NameEquals("dataKnownAt") ? DateTimeOffset.Parse(member.Value.GetString()!, CultureInfo.InvariantCulture) : Find(member.Value))
        .FirstOrDefault(found => found is not null);

    private static async Task<List<(DateTime At, long Mark)>> WatchAsync(Func<Task<long>> look, CancellationToken done)
    {
        var seen = new List<(DateTime, long)>();
        while (!done.IsCancellationRequested)
        {
            var mark = await look();
            if (seen is [] || seen[^1].Item2 != mark)
            {
                seen.Add((DateTime.UtcNow, mark));
            }

            await Task.Delay(s_look, CancellationToken.None);
        }

        return seen;
    }

    private static Sample Of(IEnumerable<(DateTime Committed, long Mark)> facts, List<(DateTime At, long Mark)> seen)
    {
        var all = facts.ToArray();
        var delays = all.Select(fact => (FirstAt(seen, fact.Mark) - fact.Committed).TotalMilliseconds).ToArray();
        var span = all.Max(fact => fact.Committed) - all.Min(fact => fact.Committed);
        return Sample.Of(delays, span, new Dictionary<string, double>());
    }

    private static DateTime FirstAt(List<(DateTime At, long Mark)> seen, long mark)
    {
        var (low, high) = (0, seen.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = seen[middle].Mark >= mark ? (low, middle) : (middle + 1, high);
        }

        return low < seen.Count ? seen[low].At : throw new InvalidOperationException("A fact was never seen.");
    }

    private static async Task<Dictionary<string, T>> ReadAsync<T>(NpgsqlDataSource source, string sql, Func<NpgsqlDataReader, T> value)
    {
        var found = new Dictionary<string, T>();
        await using var command = source.CreateCommand(sql);
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
        {
            found[row.GetString(0)] = value(row);
        }

        return found;
    }
}
