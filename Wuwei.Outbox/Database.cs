using System.Data;
using Dapper;
using Npgsql;
using Wuwei.Outbox.Faults;

namespace Wuwei.Outbox;

/// <summary>The service's own database: plain reads, and units of work.</summary>
/// <param name="source">Pooled connections under the service's own login.</param>
/// <param name="signal">Woken after a commit that left messages to send.</param>
public sealed class Database(NpgsqlDataSource source, OutboxSignal signal)
{
    static Database() => DapperTypes.Register();

    /// <summary>Begins a transaction. Costs no round trip: BEGIN and the scope travel with the first statement.</summary>
    public async Task<UnitOfWork> BeginAsync(Scope scope, CancellationToken cancellation)
    {
        FaultPoint.At("pre-tx");
        var connection = await source.OpenConnectionAsync(cancellation);
        try
        {
            return new UnitOfWork(connection, await connection.BeginTransactionAsync(cancellation), scope, signal, cancellation);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads rows in a transaction of their own.</summary>
    public async Task<IReadOnlyList<T>> ListAsync<T>(Scope scope, string sql, object? args, CancellationToken cancellation) =>
        [.. await ReadAsync(scope, sql, args, rows => rows.ReadAsync<T>(), cancellation)];

    /// <summary>Reads one row, or null when there is none.</summary>
    public Task<T?> FindAsync<T>(Scope scope, string sql, object? args, CancellationToken cancellation) =>
        ReadAsync(scope, sql, args, rows => rows.ReadSingleOrDefaultAsync<T?>(), cancellation);

    // Statements that are sent together are one transaction, so the scope ends with them.
    private async Task<T> ReadAsync<T>(Scope scope, string sql, object? args, Func<SqlMapper.GridReader, Task<T>> read, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        return await connection.ReadManyAsync(new(scope.SelectSql + sql, args, cancellationToken: cancellation), async rows =>
        {
            await rows.ReadAsync<string>();
            return await read(rows);
        });
    }
}

internal static class Reading
{
    /// <summary>Reads the rows of several statements.</summary>
    /// <exception cref="NpgsqlException">A statement failed, or the connection was lost.</exception>
    public static async Task<T> ReadManyAsync<T>(this NpgsqlConnection connection, CommandDefinition command, Func<SqlMapper.GridReader, Task<T>> read)
    {
        try
        {
            await using var rows = await connection.QueryMultipleAsync(command);
            return await read(rows);
        }
        catch (InvalidOperationException error) when (connection.State != ConnectionState.Open)
        {
            // Between two results, what is said of a lost connection is that its reader is closed.
            throw new NpgsqlException("The connection was lost between two results.", error);
        }
    }
}
