using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox.Idempotency;
using Wuwei.Register;
using Wuwei.ServiceDefaults;

namespace Wuwei.Training.CertifiedTrainings;

public static class CancelCertifiedTraining
{
    public static void Map(IEndpointRouteBuilder trainings) => trainings
        .MapPost("/{id:guid}/cancellation", HandleAsync)
        .WithIdempotencyKey()
        .WithName(nameof(CancelCertifiedTraining))
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);

    /// <summary>Makes a training count no more (If-Match). Final; the first reason stays.</summary>
    internal static async Task<Results<Ok<CertifiedTrainingShown>, Created<CertifiedTrainingShown>, ProblemHttpResult>> HandleAsync(
        Guid id, Cancellation cancellation, OnceOnly once, Caller caller, TrainingRegister register, HttpContext http, CancellationToken aborted) =>
        await register.ApplyOnceAsync(
            register.Cancellation(id, cancellation, http.IfMatch), once, caller, http, CertifiedTrainingShown.Of, CertifiedTrainingShown.LinkOf(id), aborted);
}
