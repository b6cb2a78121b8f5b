using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using Wuwei.Outbox.Faults;

namespace Wuwei.Outbox.Relay;

/// <summary>What a relay asks of the database. The simulator has rows of its own (docs/adr/0060-a-simulator-over-the-real-code.md).</summary>
internal interface IOutboxRows
{
    /// <summary>Takes the lease when it is free or already the holder's; answers its epoch, or null when another has it.</summary>
    Task<long?> HoldAsync(Guid holder, TimeSpan length, CancellationToken cancellation);

    /// <summary>Ends a tenure that is still the holder's.</summary>
    Task ReleaseAsync(Guid holder, long epoch, CancellationToken cancellation);

    /// <summary>The first messages that may be sent now, in order.</summary>
    Task<IReadOnlyList<WaitingMessage>> ReadAsync(int limit, CancellationToken cancellation);

    /// <summary>Writes down what became of messages, all or none: nothing once the epoch has been raised. Answers how many.</summary>
    Task<int> MarkAsync(IReadOnlyList<Mark> marks, Guid holder, long epoch);

    /// <summary>How many messages wait, and for how many seconds the oldest.</summary>
    Task<(long Messages, double OldestSeconds)> WaitingAsync(CancellationToken cancellation);
}

/// <summary>What became of a message.</summary>
/// <param name="ParkedReason">It can never be sent.</param>
/// <param name="Wait">Until the next attempt; null: none needed.</param>
internal sealed record Mark(long Position, bool Sent, string? ParkedReason, TimeSpan? Wait);

/// <summary>The rows of PostgreSQL.</summary>
internal sealed class OutboxRows(NpgsqlDataSource source, IOptions<OutboxOptions> options) : IOutboxRows
{
    public async Task<long?> HoldAsync(Guid holder, TimeSpan length, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        return await connection.ExecuteScalarAsync<long?>(new CommandDefinition(
            """
            update outbox_lease
            set epoch = case when holder = @holder then epoch else epoch + 1 end,
                holder = @holder,
                expires_at = clock_timestamp() + @length
            where holder = @holder or expires_at <= clock_timestamp()
            returning epoch
            """,
            new { holder, length },
            cancellationToken: cancellation));
    }

    public async Task ReleaseAsync(Guid holder, long epoch, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await connection.ExecuteAsync(new CommandDefinition(
            "update outbox_lease set expires_at = '-infinity' where holder = @holder and epoch = @epoch",
            new { holder, epoch },
            cancellationToken: cancellation));
    }

    public async Task<IReadOnlyList<WaitingMessage>> ReadAsync(int limit, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
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
            new { limit, options.Value.SendBytes },
            cancellationToken: cancellation))];
    }

    // Not cancelled by a shutdown. By the primary key: statistics are mostly of an outbox in which nothing waits, and a plan by the
    // index of what waits would read all that does for each few that were sent, just when most is waiting.
    public async Task<int> MarkAsync(IReadOnlyList<Mark> marks, Guid holder, long epoch)
    {
        await using var connection = await source.OpenConnectionAsync(CancellationToken.None);
        return await connection.ExecuteAsync(
            $"""
            update outbox_message m
            set attempts = m.attempts + 1,
                sent_at = case when r.sent then now() end,
                parked_reason = r.reason,
                not_before = now() + r.wait
            from unnest(@positions, @sent, @reasons, @waits) r (position, sent, reason, wait),
                 (select from outbox_lease {(PlantedBug.NoLeaseEpoch ? "" : "where holder = @holder and epoch = @epoch")} for share) fence
            where m.position = r.position and num_nulls(m.sent_at, m.parked_reason) = 2
            """,
            new
            {
                positions = marks.Select(mark => mark.Position).ToArray(),
                sent = marks.Select(mark => mark.Sent).ToArray(),
                reasons = marks.Select(mark => mark.ParkedReason).ToArray(),
                waits = marks.Select(mark => mark.Wait).ToArray(),
                holder,
                epoch,
            });
    }

    public async Task<(long Messages, double OldestSeconds)> WaitingAsync(CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        return await connection.QuerySingleAsync<(long, double)>(new CommandDefinition(
            """
            select count(*), coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::float8
            from outbox_message where sent_at is null and parked_reason is null
            """,
            cancellationToken: cancellation));
    }
}
