using Npgsql;

namespace Wuwei.Outbox.Inbox;

/// <summary>Tells a database that cannot work now from a message that it cannot take.</summary>
internal static class DatabaseAway
{
    /// <summary>Whether the error would hit any message: the server is gone, full, read-only or refuses the login.</summary>
    public static async Task<bool> IsCauseOfAsync(Exception error, NpgsqlDataSource source)
    {
        var doubtful = false;
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            // Full disk or memory, shutting down, cannot connect, I/O error, read-only standby.
            if (cause is PostgresException { SqlState: ['5', '3', ..] or ['5', '7', 'P', ..] or ['5', '8', ..] or ['0', '8', ..] or "25006" })
            {
                return true;
            }

            doubtful |= cause is NpgsqlException or TimeoutException or OperationCanceledException or IOException;
        }

        // A broken connection or a timeout may have been this message's own; an honest question tells.
        return doubtful && !await AnswersAsync(source);
    }

    private static async Task<bool> AnswersAsync(NpgsqlDataSource source)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await using var connection = await source.OpenConnectionAsync(limit.Token);
            await using var command = new NpgsqlCommand("select 1", connection);
            await command.ExecuteScalarAsync(limit.Token);
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }
}
