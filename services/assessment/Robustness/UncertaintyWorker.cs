using Wuwei.Assessment.Scores;
using Wuwei.Outbox;

namespace Wuwei.Assessment.Robustness;

/// <summary>
/// Works at long runs, part by part. A part is one transaction that keeps the run from other replicas; one that falls is drawn
/// again, by whoever comes next. Between parts others have their turn.
/// </summary>
internal sealed partial class UncertaintyWorker(
    Database db, ScoreReader reader, AnalysisTurns turns, TimeProvider clock, ILogger<UncertaintyWorker> logger) : BackgroundService
{
    private static readonly Scope s_scope = Scope.System("uncertainty");

    private readonly SemaphoreSlim _signal = new(0);

    /// <summary>There is something to do.</summary>
    public void Wake() => _signal.Release();

    public override void Dispose()
    {
        _signal.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await StepAsync(stoppingToken))
                {
                }
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(error); // the database is away, or will not have us: try again
            }

            await ((Task)_signal.WaitAsync(TimeSpan.FromSeconds(10), stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Draws the next part of the oldest run; false when there is none.</summary>
    internal async Task<bool> StepAsync(CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(s_scope, cancellation);
        if (await StoredRun.NextAsync(work) is not { } run)
        {
            return false;
        }

        var asked = run.Asked;
        if ((await reader.ComputeAsync(run.Question, cancellation)).IsRefused(out var refusal, out var scoring)
            || RobustnessQuestion.Ready(scoring, asked).IsRefused(out refusal, out var drawable))
        {
            StoredRun.Write(work, run with { State = RunState.Refused, Message = refusal.Title, FinishedAt = clock.GetUtcNow() });
        }
        else
        {
            var draws = (int)Math.Min(StoredRun.Part, run.Draws - run.Done);
            var part = await turns.RunAsync(() => drawable.Runner.Uncertainty(run.Done, draws, cancellation), cancellation);
            StoredRun.Write(work, run.With(part, draws, clock.GetUtcNow()));
        }

        await work.CommitAsync();
        return true;
    }

    [LoggerMessage(LogLevel.Warning, "A part of an uncertainty run failed; trying again")]
    private partial void LogFailed(Exception error);
}
