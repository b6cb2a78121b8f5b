using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.ServiceDefaults;

namespace Wuwei.Register.Jobs;

public static class ReadJob
{
    public static readonly Refusal NotFound = new("job.not_found", "没有这个任务，或保留期已过，请核对任务编号。", StatusCodes.Status404NotFound);

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(500), s_sign = TimeSpan.FromSeconds(10);

    public static void Map(IEndpointRouteBuilder jobs)
    {
        jobs.MapGet("/{id:guid}", HandleAsync)
            .WithName(nameof(ReadJob))
            .ProducesProblem(StatusCodes.Status404NotFound);
        jobs.MapGet("/{id:guid}/events", HandleEventsAsync)
            .WithName("WatchJob")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>How far a job is. Jobs of the own department and region; kept for 90 days after they are finished.</summary>
    internal static async Task<Results<Ok<JobShown>, ProblemHttpResult>> HandleAsync(
        Guid id, Caller caller, JobRows rows, RegisterIdentity register, CancellationToken cancellation) =>
        await rows.FindAsync(id, caller, cancellation) is { } job ? TypedResults.Ok(JobShown.Of(job, register.Name)) : NotFound.ToProblem();

    /// <summary>Tells of a job's progress as it happens (server-sent events), each time the job as it is; ends when it is finished.</summary>
    internal static async Task<Results<ServerSentEventsResult<JobShown>, ProblemHttpResult>> HandleEventsAsync(
        Guid id, Caller caller, JobRows rows, RegisterIdentity register, CancellationToken cancellation) =>
        await rows.FindAsync(id, caller, cancellation) is { } job
            ? TypedResults.ServerSentEvents(WatchAsync(job, caller, rows, register.Name, cancellation))
            : NotFound.ToProblem();

    private static async IAsyncEnumerable<SseItem<JobShown>> WatchAsync(
        Job job, Caller caller, JobRows rows, string service, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var told = Environment.TickCount64;
        for (Job? seen = null, now = job; now is not null; now = await rows.FindAsync(job.JobId, caller, cancellation))
        {
            // The same again now and then: who passes it on closes what is silent.
            if (now.State != seen?.State || now.Done != seen.Done || now.Refused != seen.Refused || Environment.TickCount64 - told > s_sign.TotalMilliseconds)
            {
                (seen, told) = (now, Environment.TickCount64);
                yield return new(JobShown.Of(now, service), now.IsFinished ? "finished" : "progress");
            }

            if (now.IsFinished)
            {
                yield break;
            }

            await Task.Delay(s_look, cancellation);
        }
    }
}
