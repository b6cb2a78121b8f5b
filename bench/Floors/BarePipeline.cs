using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Wuwei.Assessment.Observations;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Ledger;
using Wuwei.Outbox;

namespace Wuwei.Bench.Floors;

/// <summary>
/// The way of a fact from outbox to ledger to scores as one would write it by hand: RabbitMQ.Client and Npgsql, confirms,
/// quorum queues, inbox, the same fold. No lease, no retries, no error queue, no traces, no metrics.
/// </summary>
internal sealed class BarePipeline : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ServiceProvider _metrics = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly List<Task> _running = [];
    private readonly List<IAsyncDisposable> _open = [];

    private BarePipeline(NpgsqlDataSource training, NpgsqlDataSource indicator, NpgsqlDataSource assessment) =>
        (Training, Indicator, Assessment) = (training, indicator, assessment);

    public NpgsqlDataSource Training { get; }

    public NpgsqlDataSource Indicator { get; }

    public NpgsqlDataSource Assessment { get; }

    /// <summary>Wakes the first relay.</summary>
    public OutboxSignal Signal { get; } = new();

    public static async Task<BarePipeline> StartAsync(Platform platform)
    {
        var pipeline = new BarePipeline(
            NpgsqlDataSource.Create(await Databases.CreateAsync(platform, "bench_training", typeof(Training.CertifiedTrainings.RecordCertifiedTraining).Assembly)),
            NpgsqlDataSource.Create(await Databases.CreateAsync(platform, "bench_indicator", typeof(Fold).Assembly)),
            NpgsqlDataSource.Create(await Databases.CreateAsync(platform, "bench_assessment", typeof(StoreObservations).Assembly)));
        var observed = new OutboxSignal();
        var ledger = new Database(pipeline.Indicator, observed);
        var fold = new Fold(new(ledger), new(new IndicatorCatalogue(ledger)), new(pipeline._metrics.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>()), NullLogger<Fold>.Instance);
        var broker = new ConnectionFactory { Uri = new(platform.Connection("rabbitmq")) };
        await pipeline.ConsumeAsync(broker, "bench.facts", ledger, new FoldFacts(fold));
        await pipeline.ConsumeAsync(broker, "bench.observations", new(pipeline.Assessment, new()), new StoreObservations());
        await pipeline.RelayAsync(broker, "bench.facts", pipeline.Training, pipeline.Signal);
        await pipeline.RelayAsync(broker, "bench.observations", pipeline.Indicator, observed);
        return pipeline;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var open in Enumerable.Reverse(_open).Concat([Training, Indicator, Assessment, _metrics]))
        {
            await open.DisposeAsync();
        }

        _stop.Dispose();
    }

    private async Task RelayAsync(ConnectionFactory broker, string queue, NpgsqlDataSource source, OutboxSignal signal)
    {
        var channel = await OpenAsync(broker, new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: null));
        _running.Add(Task.Run(async () =>
        {
            var pass = new List<(long Position, Guid Id, string Body)>();
            while (true)
            {
                pass.Clear();
                await using (var waiting = source.CreateCommand("select position, message_id, body from outbox_message where sent_at is null and parked_reason is null order by position limit 500"))
                await using (var rows = await waiting.ExecuteReaderAsync(_stop.Token))
                {
                    while (await rows.ReadAsync(_stop.Token))
                    {
                        pass.Add((rows.GetInt64(0), rows.GetGuid(1), rows.GetString(2)));
                    }
                }

                if (pass.Count == 0)
                {
                    await signal.WaitAsync(TimeSpan.FromMilliseconds(500), TimeProvider.System, _stop.Token);
                    continue;
                }

                await Task.WhenAll(pass.Select(message => channel.BasicPublishAsync("", queue, mandatory: true,
                    new BasicProperties { MessageId = $"{message.Id}", DeliveryMode = DeliveryModes.Persistent },
                    System.Text.Encoding.UTF8.GetBytes(message.Body), _stop.Token).AsTask()));
                await using var mark = source.CreateCommand("update outbox_message set sent_at = now() where position = any($1)");
                mark.Parameters.Add(new() { Value = pass.Select(message => message.Position).ToArray() });
                await mark.ExecuteNonQueryAsync(_stop.Token);
            }
        }));
    }

    private async Task ConsumeAsync<T>(ConnectionFactory broker, string queue, Database database, IBatchHandler<T> handler) where T : class
    {
        var channel = await OpenAsync(broker, null);
        await channel.QueueDeleteAsync(queue);
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        await channel.BasicQosAsync(0, 256, global: false);
        var arrivals = Channel.CreateUnbounded<(ulong Tag, Received<T> Message)>();
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            arrivals.Writer.TryWrite((delivery.DeliveryTag,
                new(Guid.Parse(delivery.BasicProperties.MessageId!), JsonSerializer.Deserialize<T>(delivery.Body.Span, JsonSerializerOptions.Web)!)));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue, autoAck: false, consumer);
        _running.Add(Task.Run(async () =>
        {
            while (await arrivals.Reader.WaitToReadAsync(_stop.Token))
            {
                var batch = new List<(ulong Tag, Received<T> Message)>();
                while (batch.Count < 256 && arrivals.Reader.TryRead(out var arrival))
                {
                    batch.Add(arrival);
                }

                await using (var work = await database.BeginAsync(Scope.System("bench"), _stop.Token))
                {
                    var unseen = await work.FirstSeenAsync([.. batch.Select(arrival => arrival.Message.MessageId)], queue);
                    await handler.HandleAsync([.. batch.Select(arrival => arrival.Message).Where(message => unseen.Contains(message.MessageId))], work, _stop.Token);
                    await work.CommitAsync();
                }

                await channel.BasicAckAsync(batch[^1].Tag, multiple: true);
            }
        }));
    }

    private async Task<IChannel> OpenAsync(ConnectionFactory broker, CreateChannelOptions? options)
    {
        var connection = await broker.CreateConnectionAsync("bench");
        var channel = await connection.CreateChannelAsync(options);
        _open.Add(connection);
        _open.Add(channel);
        return channel;
    }

    /// <summary>What ended before its time is told, not waited for.</summary>
    public Task Failure => Task.WhenAny(_running).Unwrap();
}
