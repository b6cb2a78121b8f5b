using Wuwei.Outbox;

namespace Wuwei.Indicator.Cases;

/// <summary>
/// Fills in last days that could not be counted when their cases were recorded. Holidays come with a release, so the start is
/// the moment to look.
/// </summary>
internal sealed partial class FillDueDays(Database db, ILogger<FillDueDays> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield(); // the service's port opens whether or not the database answers
        while (true)
        {
            try
            {
                await RunAsync(stoppingToken);
                return;
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(error);
                await Task.Delay(TimeSpan.FromMinutes(1), stoppingToken);
            }
        }
    }

    private async Task RunAsync(CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(Scope.System("cases"), cancellation);
        var open = await work.ListAsync<Undated>("select case_id, filed_on, extended_on from labour_case where due_on is null for update");
        var dated = open.Select(c => (c.CaseId, Due: CaseClock.DueOn(c.FiledOn, c.ExtendedOn).IsRefused(out _, out var due) ? null : due.On)).Where(c => c.Due is not null).ToArray();
        if (dated.Length > 0)
        {
            work.Write(
                "update labour_case c set due_on = k.due from unnest(@ids, @days) as k (id, due) where c.case_id = k.id",
                new { ids = dated.Select(c => c.CaseId).ToArray(), days = dated.Select(c => c.Due!.Value).ToArray() });
            await work.CommitAsync();
        }
    }

    private sealed record Undated(Guid CaseId, DateOnly FiledOn, DateOnly? ExtendedOn);

    [LoggerMessage(LogLevel.Error, "Last days of cases could not be filled in; trying again in a minute")]
    private partial void LogFailed(Exception error);
}
