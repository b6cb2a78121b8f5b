using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Data;
using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using Dapper;
using Npgsql;
using NpgsqlTypes;
using Wuwei.Contracts.Facts;
using Wuwei.Outbox.Faults;

namespace Wuwei.Outbox;

/// <summary>
/// One database transaction, and the messages that leave with it. Reads and locks run at once; writes are queued and
/// travel with COMMIT as one batch, so that a request that only writes costs one round trip.
/// </summary>
/// <example><code>
/// await using var work = await db.BeginAsync(caller.Scope, cancellation);
/// await work.ExecuteAsync(LockSql, new { id });             // lock in one statement …
/// var loan = await work.FindAsync&lt;Loan&gt;(ReadSql, new { id }); // … read in the next
/// work.Write(InsertSql, row);
/// work.PublishFacts("loans", facts);
/// await work.CommitAsync();
/// </code></example>
public sealed class UnitOfWork : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> s_properties = new();

    private static readonly FrozenDictionary<Type, NpgsqlDbType> s_typesOfNull = new Dictionary<Type, NpgsqlDbType>
    {
        [typeof(string)] = NpgsqlDbType.Text,
        [typeof(bool)] = NpgsqlDbType.Boolean,
        [typeof(short)] = NpgsqlDbType.Smallint,
        [typeof(int)] = NpgsqlDbType.Integer,
        [typeof(long)] = NpgsqlDbType.Bigint,
        [typeof(double)] = NpgsqlDbType.Double,
        [typeof(decimal)] = NpgsqlDbType.Numeric,
        [typeof(Guid)] = NpgsqlDbType.Uuid,
        [typeof(DateOnly)] = NpgsqlDbType.Date,
        [typeof(TimeOnly)] = NpgsqlDbType.Time,
        [typeof(TimeSpan)] = NpgsqlDbType.Interval,
        [typeof(DateTimeOffset)] = NpgsqlDbType.TimestampTz,
        [typeof(byte[])] = NpgsqlDbType.Bytea,
    }.ToFrozenDictionary();

    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private readonly Scope _scope;
    private readonly OutboxSignal _signal;
    private readonly CancellationToken _cancellation;
    private readonly List<NpgsqlBatchCommand> _writes = [];
    private readonly List<OutboxRow> _messages = [];
    private bool _isScoped;
    private bool _published;

    internal UnitOfWork(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Scope scope, OutboxSignal signal, CancellationToken cancellation) =>
        (_connection, _transaction, _scope, _signal, _cancellation) = (connection, transaction, scope, signal, cancellation);

    /// <summary>The open connection, for COPY into tables that no scope guards: the scope comes with the first statement here.</summary>
    public NpgsqlConnection Connection => _connection;

    /// <summary>Reads one row, or null when there is none: ask for <c>int?</c>, since the default of <c>int</c> is 0.</summary>
    /// <param name="seconds">How long it may take, 0: as long as it likes; null: the usual.</param>
    public Task<T?> FindAsync<T>(string sql, object? args = null, int? seconds = null) =>
        _connection.QuerySingleOrDefaultAsync<T>(Command(sql, args, seconds));

    /// <summary>Reads rows.</summary>
    public async Task<IReadOnlyList<T>> ListAsync<T>(string sql, object? args = null) =>
        [.. await _connection.QueryAsync<T>(Command(sql, args))];

    /// <summary>Reads rows one by one as they are asked for: however many there are, few are in memory. Nothing else runs meanwhile.</summary>
    public IAsyncEnumerable<T> StreamAsync<T>(string sql, object? args = null) => _connection.QueryUnbufferedAsync<T>(Scoped(sql), args, _transaction);

    /// <summary>Runs several statements in one round trip, each seeing what the ones before it waited for.</summary>
    /// <param name="read">Reads the rows, in the order of the statements that have any.</param>
    /// <exception cref="NpgsqlException">A statement failed, or the connection was lost.</exception>
    public Task<T> ReadManyAsync<T>(string sql, object? args, Func<SqlMapper.GridReader, Task<T>> read) =>
        _connection.ReadManyAsync(Command(sql, args), read);

    /// <summary>Runs a statement now: a lock, or a write whose row count decides what follows.</summary>
    /// <param name="seconds">As for <see cref="FindAsync"/>.</param>
    public Task<int> ExecuteAsync(string sql, object? args = null, int? seconds = null) => _connection.ExecuteAsync(Command(sql, args, seconds));

    /// <summary>Queues a write that travels with the commit. Arguments are bound by property name.</summary>
    public void Write(string sql, object? args = null)
    {
        var command = new NpgsqlBatchCommand(sql);
        if (args is not null)
        {
            foreach (var property in s_properties.GetOrAdd(args.GetType(), type => type.GetProperties()))
            {
                command.Parameters.Add(property.GetValue(args) is { } value
                    ? new NpgsqlParameter(property.Name, Utc(value))
                    : NullOf(property));
            }
        }

        _writes.Add(command);
    }

    /// <summary>Stores a message with the change; it is sent after the commit, at least once.</summary>
    /// <param name="message">A record of Wuwei.Contracts.</param>
    /// <param name="orderingKey">Messages with the same key leave in the order of their commits; null: any order.</param>
    public void Publish<T>(T message, string? orderingKey = null) where T : class => _messages.Add(new(
        Guid.CreateVersion7(),
        typeof(T).FullName!,
        JsonSerializer.Serialize(message, MessageJson.Options),
        orderingKey,
        Activity.Current?.Id));

    /// <summary>Stores facts with the change, in messages of at most <see cref="FactsRecorded.MaxFacts"/>.</summary>
    public void PublishFacts(string source, IReadOnlyList<Fact> facts)
    {
        foreach (var chunk in facts.Chunk(FactsRecorded.MaxFacts))
        {
            Publish(new FactsRecorded(source, chunk), chunk.Length == 1 ? chunk[0].RecordId : null);
        }
    }

    /// <summary>Notes received messages, and says which of them <paramref name="consumer"/> has not handled before.</summary>
    public async Task<IReadOnlySet<Guid>> FirstSeenAsync(IReadOnlyCollection<Guid> messageIds, string consumer) =>
        (await ListAsync<Guid>(
            """
            insert into inbox_message (message_id, consumer)
            select distinct id, @consumer from unnest(@messageIds) id order by id -- one order for all: no deadlock
            on conflict do nothing
            returning message_id
            """,
            new { messageIds = messageIds.ToArray(), consumer })).ToHashSet();

    /// <summary>Sends everything queued without COMMIT: a transaction of many steps neither keeps it in memory nor reads past it.</summary>
    public async Task FlushAsync()
    {
        WriteMessages();
        if (_writes.Count > 0)
        {
            await using var batch = Batch();
            await batch.ExecuteNonQueryAsync(_cancellation);
            _writes.Clear();
        }
    }

    /// <summary>Sends everything queued together with COMMIT, in one round trip, and wakes the relay.</summary>
    /// <exception cref="PostgresException">A queued write failed, or a statement before it; nothing was stored.</exception>
    public async Task CommitAsync()
    {
        WriteMessages();
        if (_writes.Count == 0)
        {
            // PostgreSQL answers the COMMIT of a failed transaction with ROLLBACK and no error; any statement before it tells.
            Write("select");
        }

        await using var batch = Batch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
        _cancellation.ThrowIfCancellationRequested();
        FaultPoint.At("pre-commit");
        // From here on a caller who hangs up no longer matters: half-sent, nobody would know the outcome.
        await batch.ExecuteNonQueryAsync(CancellationToken.None);
        FaultPoint.At("post-commit");
        if (_published)
        {
            _signal.Set();
        }
    }

    /// <summary>Rolls back what was not committed, and gives the connection back.</summary>
    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private void WriteMessages()
    {
        if (_messages.Count > 0)
        {
            Write(
                """
                insert into outbox_message (message_id, message_type, body, ordering_key, traceparent)
                select * from unnest(@ids, @types, @bodies, @keys, @traces)
                """,
                new
                {
                    ids = _messages.Select(m => m.Id).ToArray(),
                    types = _messages.Select(m => m.Type).ToArray(),
                    bodies = _messages.Select(m => m.Body).ToArray(),
                    keys = _messages.Select(m => m.OrderingKey).ToArray(),
                    traces = _messages.Select(m => m.Traceparent).ToArray(),
                });
            PlantedBug.PublishBeforeCommit(_connection, _writes);
            _messages.Clear();
            _published = true;
        }
    }

    private NpgsqlBatch Batch()
    {
        var batch = new NpgsqlBatch(_connection, _transaction);
        if (Scoped("") is { Length: > 0 } scope)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(scope));
        }

        foreach (var write in _writes)
        {
            batch.BatchCommands.Add(write);
        }

        return batch;
    }

    // timestamptz is an instant: the provider takes it in UTC only.
    private static object Utc(object value) => value switch
    {
        DateTimeOffset instant => instant.ToUniversalTime(),
        DateTimeOffset[] instants => Array.ConvertAll(instants, instant => instant.ToUniversalTime()),
        _ => value,
    };

    // A null without a type leaves "@x is null" and "coalesce(@x, ...)" ambiguous.
    private static NpgsqlParameter NullOf(PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var parameter = new NpgsqlParameter(property.Name, DBNull.Value);
        if (s_typesOfNull.TryGetValue(type, out var known))
        {
            parameter.NpgsqlDbType = known;
        }
        else if (type.IsArray && s_typesOfNull.TryGetValue(type.GetElementType()!, out var element))
        {
            parameter.NpgsqlDbType = NpgsqlDbType.Array | element;
        }

        return parameter;
    }

    private CommandDefinition Command(string sql, object? args, int? seconds = null) =>
        new(Scoped(sql), args, _transaction, seconds, cancellationToken: _cancellation);

    // The first statement brings the scope along.
    private string Scoped(string sql)
    {
        var scoped = _isScoped ? sql : _scope.SetSql + sql;
        _isScoped = true;
        return scoped;
    }

    private sealed record OutboxRow(Guid Id, string Type, string Body, string? OrderingKey, string? Traceparent);
}
