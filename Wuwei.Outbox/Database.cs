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

    /// <summary>Begins a transaction. Costs no round trip: BEGIN travels with the first statement.</summary>
    public async Task<UnitOfWork> BeginAsync(CancellationToken cancellation)
    {
        FaultPoint.At("pre-tx");
        var connection = await source.OpenConnectionAsync(cancellation);
        try
        {
            return new UnitOfWork(connection, await connection.BeginTransactionAsync(cancellation), signal, cancellation);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads rows outside any transaction.</summary>
    public async Task<IReadOnlyList<T>> ListAsync<T>(string sql, object? args, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        return [.. await connection.QueryAsync<T>(new CommandDefinition(sql, args, cancellationToken: cancellation))];
    }

    /// <summary>Reads one row, or null when there is none.</summary>
    public async Task<T?> FindAsync<T>(string sql, object? args, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        return await connection.QuerySingleOrDefaultAsync<T>(new CommandDefinition(sql, args, cancellationToken: cancellation));
    }
}
