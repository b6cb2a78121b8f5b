using RabbitMQ.Client;

namespace Wuwei.Faults.Campaign;

/// <summary>
/// Listens in on the facts that registers publish, and can deliver them to the ledger again, or, when it diverts them, in
/// the place of the broker: as often and in whatever order it likes.
/// </summary>
internal sealed class Tap : IAsyncDisposable
{
    public const string Queue = "indicator.facts";

    private const string Exchange = "Wuwei.Contracts.Facts:FactsRecorded";
    private const string Heard = "faults.tap";

    private readonly IConnection _connection;
    private readonly IChannel _channel;

    private Tap(IConnection connection, IChannel channel) => (_connection, _channel) = (connection, channel);

    public static async Task<Tap> OpenAsync(Cluster cluster)
    {
        var connection = await new ConnectionFactory { Uri = cluster.Broker }.CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync(new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await channel.QueueDeclareAsync(Heard, durable: true, exclusive: false, autoDelete: false);
        await channel.QueueBindAsync(Heard, Exchange, "");
        return new(connection, channel);
    }

    /// <summary>From now on the ledger hears only what is delivered by <see cref="DeliverAsync"/>.</summary>
    public Task DivertAsync() => _channel.ExchangeUnbindAsync(Queue, Exchange, "");

    /// <summary>Hears nothing any more.</summary>
    public Task CloseEarsAsync() => _channel.QueueUnbindAsync(Heard, Exchange, "");

    /// <summary>The ledger hears everything itself again.</summary>
    public Task RestoreAsync() => _channel.ExchangeBindAsync(Queue, Exchange, "");

    /// <summary>Delivers what was heard so far, each message several times, all of them shuffled.</summary>
    /// <returns>How many different messages these were.</returns>
    public async Task<int> DeliverAsync(Random random, int times = 3)
    {
        var heard = new List<BasicGetResult>();
        while (await _channel.BasicGetAsync(Heard, autoAck: true) is { } message)
        {
            heard.Add(message);
        }

        var all = Enumerable.Repeat(heard, times).SelectMany(messages => messages).ToArray();
        random.Shuffle(all);
        foreach (var some in all.Chunk(200))
        {
            await Task.WhenAll(some.Select(message => SendAsync(new(message.BasicProperties), message.Body).AsTask()));
        }

        return heard.Count;
    }

    /// <summary>Puts anything at all into the ledger's queue.</summary>
    public ValueTask SendAsync(BasicProperties properties, ReadOnlyMemory<byte> body) =>
        _channel.BasicPublishAsync(Queue, "", mandatory: true, properties, body);

    public Task DeleteQueueAsync() => _channel.QueueDeleteAsync(Queue);

    public Task PurgeErrorsAsync() => _channel.QueuePurgeAsync($"{Queue}_error");

    public async ValueTask DisposeAsync()
    {
        await RestoreAsync();
        await _channel.QueueDeleteAsync(Heard);
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
