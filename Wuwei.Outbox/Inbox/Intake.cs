using System.Diagnostics;
using System.Threading.Channels;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Wuwei.Contracts;
using Wuwei.Outbox.Faults;

namespace Wuwei.Outbox.Inbox;

/// <summary>
/// Turns single deliveries of one queue into batches: whatever has arrived while the last batch was handled is the next
/// one. Nobody waits for a batch to fill, and the busier the queue the larger the batches.
/// A batch that fails is tried message by message; one that keeps failing is set aside, and the others go on meanwhile.
/// </summary>
internal sealed partial class Intake<TMessage, THandler>(
    Subscription subscription,
    IInbox<TMessage> inbox,
    OutboxMetrics metrics,
    IOptions<OutboxOptions> options,
    TimeProvider clock,
    IHostApplicationLifetime lifetime,
    ILogger<Intake<TMessage, THandler>> logger) : BackgroundService
    where TMessage : class
    where THandler : class, IBatchHandler<TMessage>
{
    private static readonly TimeSpan s_longestAwayWait = TimeSpan.FromSeconds(2);

    private readonly OutboxOptions _options = options.Value;
    private readonly KeyValuePair<string, object?> _queueTag = new("queue", subscription.Queue);
    private readonly Channel<Arrival<TMessage>> _arrivals = Channel.CreateUnbounded<Arrival<TMessage>>(new() { SingleReader = true });

    /// <summary>Takes a delivery, and completes when its effect is committed; throws to have it set aside or put back.</summary>
    public Task TakeAsync(ConsumeContext<TMessage> context) => TakeAsync(Arrival<TMessage>.Of(context));

    internal Task TakeAsync(Arrival<TMessage> arrival)
    {
        Queue(arrival);
        return arrival.Settled;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunAsync(stoppingToken);

    /// <summary>Handles what arrives until it is told to stop.</summary>
    internal async Task RunAsync(CancellationToken stoppingToken)
    {
        // The bus stops first and waits for what it has delivered, so that by now nothing is left.
        await using var leaving = stoppingToken.Register(() => _arrivals.Writer.TryComplete());
        while (await _arrivals.Reader.WaitToReadAsync(CancellationToken.None))
        {
            await HandleAsync(TakeBatch());
        }
    }

    private void Queue(Arrival<TMessage> arrival)
    {
        if (!_arrivals.Writer.TryWrite(arrival))
        {
            arrival.PutBack();
        }
    }

    private List<Arrival<TMessage>> TakeBatch()
    {
        var batch = new List<Arrival<TMessage>>();
        for (long bytes = 0; batch.Count < _options.Prefetch && bytes < _options.BatchBytes && _arrivals.Reader.TryRead(out var arrival);)
        {
            batch.Add(arrival);
            bytes += arrival.Bytes;
        }

        return batch;
    }

    private async Task HandleAsync(List<Arrival<TMessage>> batch)
    {
        List<Arrival<TMessage>> fresh = [.. batch.Where(a => a.Failures == 0).OrderBy(a => a.DeliveryTag)];
        var alone = batch.Where(a => a.Failures > 0);
        if (fresh.Count > 1)
        {
            if (await TryAsync(fresh) is { } error)
            {
                LogBatchFailed(error, subscription.Queue, fresh.Count);
                alone = fresh.Concat(alone);
            }
        }
        else
        {
            alone = fresh.Concat(alone);
        }

        foreach (var arrival in alone)
        {
            if (await TryAsync([arrival]) is { } error)
            {
                Failed(arrival, error);
            }
        }
    }

    /// <summary>Handles messages in one transaction, waiting while the database is away; null when it is done with them.</summary>
    private async Task<Exception?> TryAsync(List<Arrival<TMessage>> arrivals)
    {
        for (var wait = TimeSpan.FromMilliseconds(250); ; wait = wait * 2 < s_longestAwayWait ? wait * 2 : s_longestAwayWait)
        {
            try
            {
                using var limit = new CancellationTokenSource(_options.HandleLimit, clock);
                arrivals.ForEach(arrival => _ = PlantedBug.AckBeforeCommit && arrival.Done());
                await HandleOnceAsync(arrivals, limit.Token);
                foreach (var arrival in arrivals)
                {
                    arrival.Done();
                }

                return null;
            }
            catch (Exception error)
            {
                if (!await inbox.IsAwayAsync(error))
                {
                    return error;
                }

                LogDatabaseAway(error, subscription.Queue, arrivals.Count);
            }

            try
            {
                await Task.Delay(wait, clock, lifetime.ApplicationStopping);
            }
            catch (OperationCanceledException)
            {
                foreach (var arrival in arrivals)
                {
                    arrival.PutBack();
                }

                return null;
            }
        }
    }

    private async Task HandleOnceAsync(List<Arrival<TMessage>> arrivals, CancellationToken cancellation)
    {
        using var activity = StartActivity(arrivals);
        await using var transaction = await inbox.BeginAsync(cancellation);
        FaultPoint.At("consume-before-inbox");
        Guid[] ids = [.. arrivals.Select(a => a.Message.MessageId)];
        HashSet<Guid> unseen = [.. await transaction.FirstSeenAsync(ids), .. PlantedBug.NoInbox ? ids : []];
        List<Received<TMessage>> messages = [.. arrivals.Select(a => a.Message).Where(m => unseen.Remove(m.MessageId))];
        if (messages.Count > 0)
        {
            await transaction.HandleAsync(messages, cancellation);
            FaultPoint.At("consume-before-commit");
            await transaction.CommitAsync();
            FaultPoint.At("consume-before-ack");
        }

        metrics.BatchSize.Record(arrivals.Count, _queueTag);
        metrics.Consumed.Add(messages.Count, _queueTag);
        metrics.Repeated.Add(arrivals.Count - messages.Count, _queueTag);
    }

    private void Failed(Arrival<TMessage> arrival, Exception error)
    {
        if (arrival.Failed() >= _options.Attempts)
        {
            metrics.SetAside.Add(1, _queueTag);
            LogSetAside(error, arrival.Message.MessageId, subscription.Queue, arrival.Failures);
            arrival.SetAside(error);
            return;
        }

        var delay = _options.RetryDelay * Math.Pow(4, arrival.Failures - 1);
        LogFailed(error, arrival.Message.MessageId, subscription.Queue, delay);
        _ = LaterAsync();

        async Task LaterAsync()
        {
            try
            {
                await Task.Delay(delay, clock, lifetime.ApplicationStopping);
                Queue(arrival);
            }
            catch (OperationCanceledException)
            {
                arrival.PutBack();
            }
        }
    }

    private Activity? StartActivity(List<Arrival<TMessage>> arrivals) => OutboxMetrics.Traces.StartActivity(
        ActivityKind.Consumer,
        arrivals[0].Trace,
        [new("messaging.destination.name", subscription.Queue), new("messaging.batch.message_count", arrivals.Count)],
        [.. arrivals.Skip(1).Where(a => a.Trace != default).Select(a => new ActivityLink(a.Trace))],
        name: $"handle {subscription.Queue}");

    [LoggerMessage(LogLevel.Warning, "A batch of {Count} messages of {Queue} failed; they are tried one by one")]
    private partial void LogBatchFailed(Exception error, string queue, int count);

    [LoggerMessage(LogLevel.Warning, "The database is away; {Count} messages of {Queue} wait for it")]
    private partial void LogDatabaseAway(Exception error, string queue, int count);

    [LoggerMessage(LogLevel.Warning, "Message {MessageId} of {Queue} failed; next attempt in {Delay}")]
    private partial void LogFailed(Exception error, Guid messageId, string queue, TimeSpan delay);

    [LoggerMessage(LogLevel.Error, "Message {MessageId} of {Queue} failed {Attempts} times and is moved to the error queue")]
    private partial void LogSetAside(Exception error, Guid messageId, string queue, int attempts);
}
