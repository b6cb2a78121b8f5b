using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Ledger;

/// <summary>Creates the history's coming partitions two years ahead, once a day.</summary>
/// <param name="db">The service's database.</param>
/// <param name="clock">What year it is.</param>
/// <param name="log">Says when it could not.</param>
public sealed partial class KeepPartitions(Database db, TimeProvider clock, ILogger<KeepPartitions> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromDays(1), clock);
        do
        {
            try
            {
                await db.ListAsync<int>(Scope.System("partitions"), "select ensure_fact_history(@through)", new { through = clock.Today().Year + 2 }, stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                LogFailed(error);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Error, "Could not create coming partitions; trying again tomorrow, there is room for two years")]
    private partial void LogFailed(Exception error);
}
