using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Wuwei.Outbox.Relay;

/// <summary>Deletes what was sent, handled or answered long ago, in small transactions. Replicas do not disturb one another.</summary>
internal sealed partial class OutboxSweeper(
    NpgsqlDataSource source, IOptions<OutboxOptions> options, TimeProvider clock, ILogger<OutboxSweeper> logger) : BackgroundService
{
    private const string SentSql = """
        delete from outbox_message where position in (
            select position from outbox_message where sent_at < now() - @keep order by sent_at limit @limit for update skip locked)
        """;

    private const string HandledSql = """
        delete from inbox_message where (message_id, consumer) in (
            select message_id, consumer from inbox_message where received_at < now() - @keep
            order by received_at limit @limit for update skip locked)
        """;

    private const string AnswersSql = """
        delete from kept_answer where (client, key) in (
            select client, key from kept_answer where created_at < now() - @keep order by created_at limit @limit for update skip locked)
        """;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SweepInterval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(SentSql, options.Value.KeepSent, stoppingToken);
                await SweepAsync(HandledSql, options.Value.KeepHandled, stoppingToken);
                await SweepAsync(AnswersSql, options.Value.KeepAnswers, stoppingToken);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                LogSweepFailed(error);
            }
        }
    }

    private async Task SweepAsync(string sql, TimeSpan keep, CancellationToken stopping)
    {
        var limit = options.Value.SweepBatch;
        await using var connection = await source.OpenConnectionAsync(stopping);
        while (await connection.ExecuteAsync(new CommandDefinition(sql, new { keep, limit }, cancellationToken: stopping)) == limit)
        {
            // There is more.
        }
    }

    [LoggerMessage(LogLevel.Warning, "Old messages could not be swept; trying again later")]
    private partial void LogSweepFailed(Exception error);
}
