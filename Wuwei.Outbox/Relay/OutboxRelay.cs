using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Wuwei.Outbox.Faults;

namespace Wuwei.Outbox.Relay;

/// <summary>
/// Sends stored messages. Every replica runs one; only the holder of the lease sends, and it can mark rows only while
/// nobody has taken the lease from it. A message is therefore sent at least once; the inbox makes that once in effect.
/// </summary>
internal sealed partial class OutboxRelay(
    NpgsqlDataSource source,
    OutboxSignal signal,
    Sender sender,
    OutboxMetrics metrics,
    IOptions<OutboxOptions> options,
    TimeProvider clock,
    ILogger<OutboxRelay> logger) : BackgroundService
{
    // Short: whoever waits for the broker's return is one small message.
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_measureInterval = TimeSpan.FromSeconds(5);

    private readonly OutboxOptions _options = options.Value;
    private readonly Lease _lease = new(source, options.Value.Lease, clock);
    private long? _measuredAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
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
                    await signal.WaitAsync(_options.PollInterval, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception error)
            {
                LogDatabaseFailed(error);
                await Task.Delay(Growing(++failures, s_longestPause), clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
        var rows = await ReadAsync(limit, stopping);
        if (rows.Count == 0)
        {
            return (0, null);
        }

        FaultPoint.At("relay-claimed");
        // Not cancelled by a shutdown: what is in flight is confirmed and marked before the process ends.
        var results = (await Task.WhenAll(rows.GroupBy(row => row.OrderingKey ?? row.MessageId.ToString()).Select(SendInOrderAsync)))
            .SelectMany(group => group)
            .ToList();
        FaultPoint.At("relay-confirmed");
        await MarkAsync(results);
        return (
            results.Count(r => r.Outcome is Outcome.Sent or Outcome.Unsendable),
            results.Select(r => r.Outcome).OfType<Outcome.Failed>().FirstOrDefault()?.Error);
    }

    private async Task<List<(WaitingMessage Row, Outcome Outcome)>> SendInOrderAsync(IEnumerable<WaitingMessage> rows)
    {
        var results = new List<(WaitingMessage, Outcome)>();
        foreach (var row in rows)
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

    private async Task<IReadOnlyList<WaitingMessage>> ReadAsync(int limit, CancellationToken stopping)
    {
        await using var connection = await source.OpenConnectionAsync(stopping);
        return [.. await connection.QueryAsync<WaitingMessage>(new CommandDefinition(
            """
            select position, message_id, message_type, body, ordering_key, traceparent, attempts
            from (
                select *, sum(octet_length(body)) over (order by position) as bytes
                from (
                    select position, message_id, message_type, body, ordering_key, traceparent, attempts
                    from outbox_message waiting
                    where sent_at is null and parked_reason is null and (not_before is null or not_before <= now())
                      and not exists (
                        select from outbox_message earlier
                        where earlier.ordering_key = waiting.ordering_key and earlier.position < waiting.position
                          and earlier.sent_at is null and earlier.parked_reason is null and earlier.not_before > now())
                    order by position
                    limit @limit) first_ones) measured
            where bytes - octet_length(body) < @SendBytes
            order by position
            """,
            new { limit, _options.SendBytes },
            cancellationToken: stopping))];
    }

    /// <summary>Writes down what happened, in one statement that changes nothing once the epoch has been raised.</summary>
    private async Task MarkAsync(List<(WaitingMessage Row, Outcome Outcome)> results)
    {
        await using var connection = await source.OpenConnectionAsync(CancellationToken.None);
        var marked = await connection.ExecuteAsync(
            """
            update outbox_message m
            set attempts = m.attempts + 1,
                sent_at = case when r.sent then now() end,
                parked_reason = r.reason,
                not_before = now() + r.wait
            from unnest(@positions, @sent, @reasons, @waits) r (position, sent, reason, wait),
                 (select from outbox_lease where (holder = @Holder and epoch = @Epoch) or @unfenced for share) fence
            where m.position = r.position and m.sent_at is null and m.parked_reason is null
            """,
            new
            {
                positions = results.Select(r => r.Row.Position).ToArray(),
                sent = results.Select(r => r.Outcome is Outcome.Sent).ToArray(),
                reasons = results.Select(r => (r.Outcome as Outcome.Unsendable)?.Reason).ToArray(),
                waits = results.Select(r => r.Outcome is Outcome.Returned ? Growing(r.Row.Attempts + 1, _options.LongestWait) : (TimeSpan?)null).ToArray(),
                _lease.Holder,
                _lease.Epoch,
                unfenced = PlantedBug.NoLeaseEpoch,
            });
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
        await using var connection = await source.OpenConnectionAsync(stopping);
        var (waiting, oldest) = await connection.QuerySingleAsync<(long, double)>(new CommandDefinition(
            """
            select count(*), coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::float8
            from outbox_message where sent_at is null and parked_reason is null
            """,
            cancellationToken: stopping));
        metrics.Waiting(waiting, oldest);
    }

    private async Task ReleaseAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
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
