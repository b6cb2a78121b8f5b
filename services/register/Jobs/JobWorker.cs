using System.Diagnostics;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Wuwei.Register.Jobs;

/// <summary>One kind of job.</summary>
internal interface IJobKind
{
    /// <summary>As in <see cref="Job.Kind"/>.</summary>
    string Kind { get; }

    /// <summary>
    /// Does the job from its <see cref="Job.Position"/> on, and ends it with <see cref="JobRows.FinishAsync"/>. What is stored is
    /// stored in one transaction with the checkpoint, or not at all: another worker may take over at any point.
    /// </summary>
    Task RunAsync(Job job, CancellationToken cancellation);
}

/// <summary>Wakes this process's worker.</summary>
internal sealed class JobSignal : IDisposable
{
    private readonly SemaphoreSlim _signal = new(0, 1);

    public void Set()
    {
        try
        {
            _signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // Awake already.
        }
    }

    public Task WaitAsync(TimeSpan longest, CancellationToken cancellation) => _signal.WaitAsync(longest, cancellation);

    public void Dispose() => _signal.Dispose();
}

/// <summary>
/// Does what takes longer than a request: jobs, one at a time. Any number of replicas share them: a job has one worker, which
/// says that it lives (docs/adr/0062-jobs-are-rows-that-replicas-lease.md).
/// </summary>
/// <remarks>
/// <para>
/// An endpoint inserts a row into <c>job</c> with whatever the job needs, in one transaction, wakes the worker by
/// <see cref="JobSignal"/> and answers 202 with <see cref="JobShown"/>. Callers of the same department and region read it at
/// <c>/jobs/{id}</c> (state, counts, percent, a Chinese sentence), watch it at <c>/jobs/{id}/events</c> (server-sent events) and
/// cancel it by <c>POST /jobs/{id}/cancellation</c>. It acts in the name and scope of who asked for it.
/// </para>
/// <para>
/// A kind of job is an <see cref="IJobKind"/>. It goes on from <see cref="Job.Position"/>, stores each step in one transaction with
/// <see cref="JobRows.CheckpointAsync"/>, and ends with <see cref="JobRows.FinishAsync"/>. Both ask whether the job is still this
/// worker's and nobody cancelled it, and throw <see cref="LostJobException"/> otherwise: let it pass, and nothing of the step is
/// stored.
/// </para>
/// <para>
/// A worker that stops gives its job back at once; one that died is replaced when its lease (<see cref="JobOptions.Lease"/>) is
/// over; one that slept past it can store nothing. Five workers without an end are enough: the job fails, <c>job.given_up</c>, and
/// says so. A failure is tried again after half a second, and longer each time. The database away is waited for.
/// </para>
/// <para>
/// Finished jobs are kept for 90 days, what they have to give back for seven: section <c>Jobs</c>, <see cref="JobOptions"/>.
/// </para>
/// </remarks>
internal sealed partial class JobWorker(
    JobRows rows, IEnumerable<IJobKind> kinds, JobSignal signal, IOptions<JobOptions> options, ILogger<JobWorker> logger) : BackgroundService
{
    private long _swept = Environment.TickCount64;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await rows.LeaseAsync(options.Value.Lease, stoppingToken) is { } job)
                {
                    await WorkAsync(job, stoppingToken);
                    continue;
                }

                if (Environment.TickCount64 - _swept > options.Value.SweepInterval.TotalMilliseconds)
                {
                    _swept = Environment.TickCount64;
                    await rows.SweepAsync(options.Value, stoppingToken);
                }
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                LogAway(error); // the database is away, or will not have us: try again
            }

            await signal.WaitAsync(options.Value.PollInterval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WorkAsync(Job job, CancellationToken stopping)
    {
        if (job.CancelledBy is not null)
        {
            await rows.EndAsync(job, JobState.Cancelled, null, Stopped(job), stopping);
            return;
        }

        if (job.Attempt > options.Value.Attempts || kinds.FirstOrDefault(kind => kind.Kind == job.Kind) is not { } kind)
        {
            LogGivenUp(job.JobId, job.Attempt - 1);
            await rows.EndAsync(job, JobState.Failed, "job.given_up", $"多次执行都没有完成，已放弃。{Stored(job)}请稍后重新上传；仍不成功请联系管理员。", stopping);
            return;
        }

        using var trace = Traced(job);
        using var run = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var beats = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var beating = BeatAsync(job, run, beats.Token);
        try
        {
            await kind.RunAsync(job, run.Token);
        }
        catch (Exception error)
        {
            await GiveBackAsync(job, error, stopping);
        }
        finally
        {
            await beats.CancelAsync();
            await beating;
        }
    }

    // What is done is written down in the trace of the request that asked for it.
    private static Activity Traced(Job job)
    {
        var trace = new Activity(job.Kind);
        return (job.Traceparent is { } cause ? trace.SetParentId(cause) : trace).Start();
    }

    // By the row as it is now: whether it was stopped, lost, or only has to be tried again.
    private async Task GiveBackAsync(Job job, Exception error, CancellationToken stopping)
    {
        if (stopping.IsCancellationRequested)
        {
            using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await rows.ReturnAsync(job, TimeSpan.Zero, wasTried: false, soon.Token);
            return;
        }

        switch (await rows.BeatAsync(job, options.Value.Lease, stopping))
        {
            case null:
                LogLost(job.JobId, job.Attempt);
                break;
            case true:
                await rows.EndAsync(job, JobState.Cancelled, null, Stopped(job), stopping);
                break;
            default:
                LogFailed(error, job.JobId, job.Attempt);
                await rows.ReturnAsync(job, TimeSpan.FromSeconds(Math.Min(job.Attempt, 10)) / 2, wasTried: true, stopping);
                break;
        }
    }

    private async Task BeatAsync(Job job, CancellationTokenSource run, CancellationToken stopping)
    {
        // Silent for longer than the lease, it must have stopped: another has the job by then.
        var (lease, last) = (options.Value.Lease, Environment.TickCount64);
        using var timer = new PeriodicTimer(lease / 6);
        while (await NextAsync(timer, stopping))
        {
            try
            {
                using var soon = CancellationTokenSource.CreateLinkedTokenSource(stopping);
                soon.CancelAfter(lease / 3);
                var asked = Environment.TickCount64;
                if (await rows.BeatAsync(job, lease, soon.Token) is not false)
                {
                    await run.CancelAsync();
                    return;
                }

                last = asked;
            }
            catch (Exception error) when (error is NpgsqlException or OperationCanceledException or TimeoutException)
            {
                if (Environment.TickCount64 - last > lease.TotalMilliseconds * 2 / 3)
                {
                    await run.CancelAsync();
                    return;
                }
            }
        }
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static string Stopped(Job job) => $"已取消。{Stored(job)}";

    private static string Stored(Job job) => job.Mode == "accept-valid" ? "已写入的记录保留，其余没有写入。" : "没有写入任何记录。";

    [LoggerMessage(LogLevel.Warning, "Jobs cannot be taken; trying again")]
    private partial void LogAway(Exception error);

    [LoggerMessage(LogLevel.Warning, "Job {Id} failed at attempt {Attempt}; trying again")]
    private partial void LogFailed(Exception error, Guid id, int attempt);

    [LoggerMessage(LogLevel.Error, "Job {Id} was given up after {Attempts} attempts")]
    private partial void LogGivenUp(Guid id, int attempts);

    [LoggerMessage(LogLevel.Warning, "Job {Id} was taken over by another worker during attempt {Attempt}")]
    private partial void LogLost(Guid id, int attempt);
}
