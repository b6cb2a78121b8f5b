using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.ServiceDefaults;

namespace Wuwei.Register.Jobs;

/// <summary>What is asked of and done to the rows of jobs. Every change by a worker says which attempt it is.</summary>
internal sealed class JobRows(Database db)
{
    private static readonly Scope s_worker = Scope.System("jobs");

    /// <summary>One job, if the caller may see it: those of the own department and region.</summary>
    public Task<Job?> FindAsync(Guid id, Caller caller, CancellationToken cancellation) => db.FindAsync<Job>(
        caller.Scope, $"select {Job.Columns} from job where job_id = @id and department = @Department", new { id, caller.Department }, cancellation);

    /// <summary>Takes the oldest job that nobody works on, or whose worker fell silent.</summary>
    public Task<Job?> LeaseAsync(TimeSpan lease, CancellationToken cancellation) => db.FindAsync<Job>(
        s_worker,
        $"""
        update job set state = 'running', attempt = attempt + 1, leased_until = now() + @lease, started_at = coalesce(started_at, now())
        where job_id = (
            select job_id from job
            where state = 'waiting' or state = 'running' and leased_until < now()
            order by created_at limit 1
            for update skip locked)
        returning {Job.Columns}
        """,
        new { lease }, cancellation);

    /// <summary>Says that the worker lives.</summary>
    /// <returns>Whether a caller wants the job stopped; null: it is not this worker's any more.</returns>
    public Task<bool?> BeatAsync(Job job, TimeSpan lease, CancellationToken cancellation) => db.FindAsync<bool?>(
        s_worker,
        "update job set leased_until = now() + @lease where job_id = @JobId and attempt = @Attempt and state = 'running' returning cancelled_by is not null",
        new { job.JobId, job.Attempt, lease }, cancellation);

    /// <summary>Tells how far a job is, of which nothing is stored yet.</summary>
    public Task ReportAsync(Job job, Progress progress, CancellationToken cancellation) => db.FindAsync<Guid?>(
        s_worker,
        """
        update job set done = @Done, accepted = @Accepted, refused = @Refused
        where job_id = @JobId and attempt = @Attempt and state = 'running' returning job_id
        """,
        new { job.JobId, job.Attempt, progress.Done, progress.Accepted, progress.Refused }, cancellation);

    /// <summary>Stores how far a job is for good, together with what was done.</summary>
    /// <exception cref="LostJobException">Another worker has it, or a caller stopped it: nothing may be stored.</exception>
    public static async Task CheckpointAsync(UnitOfWork work, Job job, Progress progress, int position)
    {
        if (await work.ExecuteAsync(
            """
            update job set done = @Done, accepted = @Accepted, refused = @Refused, position = @position
            where job_id = @JobId and attempt = @Attempt and state = 'running' and cancelled_by is null
            """,
            new { job.JobId, job.Attempt, progress.Done, progress.Accepted, progress.Refused, position }) != 1)
        {
            throw new LostJobException();
        }
    }

    /// <summary>Ends a job within a transaction.</summary>
    /// <exception cref="LostJobException">Another worker has it, or a caller stopped it: nothing may be stored.</exception>
    public static async Task FinishAsync(UnitOfWork work, Job job, Progress progress, JobState state, string? code, string message)
    {
        if (await work.ExecuteAsync(
            """
            update job set state = @state, done = @Done, accepted = @Accepted, refused = @Refused, code = @code, message = @message,
                leased_until = null, finished_at = now()
            where job_id = @JobId and attempt = @Attempt and state = 'running' and cancelled_by is null
            """,
            new { job.JobId, job.Attempt, state = Codes.Of(state), progress.Done, progress.Accepted, progress.Refused, code, message }) != 1)
        {
            throw new LostJobException();
        }
    }

    /// <summary>Ends a job that came to nothing more, whatever it stored before.</summary>
    public Task EndAsync(Job job, JobState state, string? code, string message, CancellationToken cancellation) => db.FindAsync<Guid?>(
        s_worker,
        """
        update job set state = @state, code = @code, message = @message, leased_until = null, finished_at = now()
        where job_id = @JobId and attempt = @Attempt and state = 'running' returning job_id
        """,
        new { job.JobId, job.Attempt, state = Codes.Of(state), code, message }, cancellation);

    /// <summary>Gives a job back: at once for another worker, or after a while.</summary>
    /// <param name="wasTried">False: the worker only has to stop; it does not count as an attempt.</param>
    public Task ReturnAsync(Job job, TimeSpan wait, bool wasTried, CancellationToken cancellation) => db.FindAsync<Guid?>(
        s_worker,
        """
        update job set leased_until = now() + @wait, attempt = attempt - @back
        where job_id = @JobId and attempt = @Attempt and state = 'running' returning job_id
        """,
        new { job.JobId, job.Attempt, wait, back = wasTried ? 0 : 1 }, cancellation);

    /// <summary>Stops a job: at once when nobody works on it, otherwise its worker finds out.</summary>
    public async Task<Job?> CancelAsync(Guid id, Caller caller, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        if (await work.FindAsync<Job>(CancelSql, new { id, caller.Subject, caller.Department, message = "已取消，没有写入任何记录。" }) is not { } job)
        {
            return null;
        }

        work.Audit(caller, new Act("job.cancelled", job.RecordId, Region: job.Region));
        await work.CommitAsync();
        return job;
    }

    private const string CancelSql = $"""
        update job set cancelled_by = coalesce(cancelled_by, @Subject), state = case state when 'waiting' then 'cancelled' else state end,
            finished_at = case state when 'waiting' then now() end, message = case state when 'waiting' then @message else message end
        where job_id = @id and department = @Department and state in ('waiting', 'running')
        returning {Job.Columns}
        """;

    /// <summary>Deletes what is kept no longer.</summary>
    public async Task SweepAsync(JobOptions options, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(s_worker, cancellation);
        work.Write("delete from import_file where job_id in (select job_id from job where finished_at is not null)");
        work.Write("delete from import_row where job_id in (select job_id from job where finished_at < now() - @KeepRows)", new { options.KeepRows });
        work.Write("delete from job where finished_at < now() - @Keep", new { options.Keep });
        await work.CommitAsync();
    }
}

/// <summary>How far a job is.</summary>
internal readonly record struct Progress(int Done, int Accepted, int Refused)
{
    /// <summary>The same with some more done, of which some are refused.</summary>
    public Progress With(int more, int refused) => new(Done + more, Accepted + more - refused, Refused + refused);
}

/// <summary>A job that is somebody else's by now, or nobody's.</summary>
internal sealed class LostJobException() : Exception("Another worker has the job, or a caller stopped it.");
