using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.ServiceDefaults;

namespace Wuwei.Register.Jobs;

public static class CancelJob
{
    public static readonly Refusal Finished = new("job.finished", "任务已经结束，不能再取消；已写入的记录如有错误，请逐条更正或撤销。");

    public static void Map(IEndpointRouteBuilder jobs) => jobs
        .MapPost("/{id:guid}/cancellation", HandleAsync)
        .WithName(nameof(CancelJob))
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict);

    /// <summary>
    /// Stops a job. One that nobody works on is cancelled with the answer; otherwise its worker stops within seconds. What an
    /// import of the valid rows has stored stays; of the other kinds nothing is stored.
    /// </summary>
    internal static async Task<Results<Accepted<JobShown>, ProblemHttpResult>> HandleAsync(
        Guid id, Caller caller, JobRows rows, RegisterIdentity register, CancellationToken cancellation) =>
        await rows.CancelAsync(id, caller, cancellation) is { } job
            ? TypedResults.Accepted(JobShown.LinkOf(register.Name, id), JobShown.Of(job, register.Name))
            : (await rows.FindAsync(id, caller, cancellation) is null ? ReadJob.NotFound : Finished).ToProblem();
}
