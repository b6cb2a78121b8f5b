using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Wuwei.Outbox.Faults;

namespace Wuwei.Outbox.Relay;

/// <summary>
/// Sends stored messages. Every replica runs one; only the holder of the lease sends, and it can mark rows only while
/// nobody has taken the lease from it. A message is therefore sent at least once; the inbox makes that once in effect.
/// </summary>
internal sealed partial class OutboxRelay(
    IOutboxRows rows,
    OutboxSignal signal,
    ISender sender,
    OutboxMetrics metrics,
    IOptions<OutboxOptions> options,
    TimeProvider clock,
    ILogger<OutboxRelay> logger) : BackgroundService
{
    // Short: whoever waits for the broker's return is one small message.
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_measureInterval = TimeSpan.FromSeconds(5);

    private readonly OutboxOptions _options = options.Value;
    private readonly Lease _lease = new(rows, options.Value.Lease, clock);
    private long? _measuredAt;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunAsync(stoppingToken);

    /// <summary>Sends until it is told to stop.</summary>
    internal async Task RunAsync(CancellationToken stoppingToken)
    {
        await Task.Yield(); // the service's port opens whether or not anybody answers here
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // After a failure one message goes ahead alone and finds out whether the broker is back.
                var (sent, error) = await PassAsync(failures == 0 ? _options.SendBatch : 1, stoppingToken);
                if (error is not null)
                {
                    LogSendingFailed(error);
                    await Task.Delay(Growing(++failures, s_longestPause), clock, stoppingToken);
                    continue;
                }

                failures = 0;
                if (sent == 0)
                {
                    await signal.WaitAsync(_options.PollInterval, clock, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception error)
            {
                LogDatabaseFailed(error);
                await Task.Delay(Growing(++failures, s_longestPause), clock, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
        }

        await ReleaseAsync();
    }

    /// <summary>Reads, sends and marks one batch; says how many rows it settled, and what the broker complained of.</summary>
    private async Task<(int Settled, Exception? Error)> PassAsync(int limit, CancellationToken stopping)
    {
        if (!await _lease.HoldAsync(stopping))
        {
            metrics.Waiting(0, 0); // the holder's figures count
            return (0, null);
        }

        await MeasureAsync(stopping);
        var waiting = await rows.ReadAsync(limit, stopping);
        if (waiting.Count == 0)
        {
            return (0, null);
        }

        FaultPoint.At("relay-claimed");
        // Not cancelled by a shutdown: what is in flight is confirmed and marked before the process ends.
        var results = (await Task.WhenAll(waiting.GroupBy(row => row.OrderingKey ?? row.MessageId.ToString()).Select(SendInOrderAsync)))
            .SelectMany(group => group)
            .ToList();
        FaultPoint.At("relay-confirmed");
        await MarkAsync(results);
        return (
            results.Count(r => r.Outcome is Outcome.Sent or Outcome.Unsendable),
            results.Select(r => r.Outcome).OfType<Outcome.Failed>().FirstOrDefault()?.Error);
    }

    private async Task<List<(WaitingMessage Row, Outcome Outcome)>> SendInOrderAsync(IEnumerable<WaitingMessage> messages)
    {
        var results = new List<(WaitingMessage, Outcome)>();
        foreach (var row in messages)
        {
            if (!_lease.Lasts && !PlantedBug.NoLeaseEpoch)
            {
                break; // another relay may be at it by now
            }

            var outcome = await sender.SendAsync(row);
            outcome = PlantedBug.DropReturned && outcome is Outcome.Returned ? new Outcome.Sent() : outcome;
            results.Add((row, outcome));
            if (outcome is Outcome.Returned or Outcome.Failed)
            {
                break; // those behind it keep their order
            }
        }

        return results;
    }

    private async Task MarkAsync(List<(WaitingMessage Row, Outcome Outcome)> results)
    {
        var marked = await rows.MarkAsync(
            [.. results.Select(result => new Mark(
                result.Row.Position,
                result.Outcome is Outcome.Sent,
                (result.Outcome as Outcome.Unsendable)?.Reason,
                result.Outcome is Outcome.Returned ? Growing(result.Row.Attempts + 1, _options.LongestWait) : null))],
            _lease.Holder,
            _lease.Epoch);
        if (marked == 0)
        {
            LogLeaseLost(results.Count);
            _lease.Lost();
            return;
        }

        metrics.Published.Add(results.Count(r => r.Outcome is Outcome.Sent));
        foreach (var (row, outcome) in results)
        {
            if (outcome is Outcome.Unsendable unsendable)
            {
                metrics.Parked.Add(1);
                LogParked(row.MessageId, unsendable.Reason);
            }
            else if (outcome is Outcome.Returned)
            {
                metrics.Returned.Add(1);
                LogReturned(row.MessageId, row.MessageType);
            }
        }
    }

    private async Task MeasureAsync(CancellationToken stopping)
    {
        if (_measuredAt is { } at && clock.GetElapsedTime(at) < s_measureInterval)
        {
            return;
        }

        _measuredAt = clock.GetTimestamp();
        var (waiting, oldest) = await rows.WaitingAsync(stopping);
        metrics.Waiting(waiting, oldest);
    }

    private async Task ReleaseAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2), clock);
            await _lease.ReleaseAsync(limit.Token);
        }
        catch (Exception error)
        {
            LogDatabaseFailed(error); // then the lease runs out by itself
        }
    }

    private static TimeSpan Growing(int failures, TimeSpan longest)
    {
        var wait = TimeSpan.FromMilliseconds(500 * Math.Pow(2, Math.Min(failures - 1, 20)));
        return wait < longest ? wait : longest;
    }

    [LoggerMessage(LogLevel.Warning, "The broker does not take messages; they are kept and tried again")]
    private partial void LogSendingFailed(Exception error);

    [LoggerMessage(LogLevel.Warning, "The outbox cannot be read or marked; trying again")]
    private partial void LogDatabaseFailed(Exception error);

    [LoggerMessage(LogLevel.Warning, "Another relay took over while {Count} messages were sent; it sends them again")]
    private partial void LogLeaseLost(int count);

    [LoggerMessage(LogLevel.Error, "Message {MessageId} can never be sent and was parked: {Reason}")]
    private partial void LogParked(Guid messageId, string reason);

    [LoggerMessage(LogLevel.Warning, "Message {MessageId} ({MessageType}) found no queue; it is kept and tried again")]
    private partial void LogReturned(Guid messageId, string messageType);
}
