using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Register;
using Wuwei.ServiceDefaults;

namespace Wuwei.Training.CertifiedTrainings;

public static class CancelCertifiedTraining
{
    public static void Map(IEndpointRouteBuilder trainings) => trainings
        .MapPost("/{id:guid}/cancellation", HandleAsync)
        .WithName(nameof(CancelCertifiedTraining))
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);

    /// <summary>Makes a training count no more (If-Match). Final; the first reason stays.</summary>
    internal static async Task<Results<Ok<CertifiedTrainingShown>, Created<CertifiedTrainingShown>, ProblemHttpResult>> HandleAsync(
        Guid id, Cancellation cancellation, Caller caller, TrainingRegister register, HttpContext http, CancellationToken aborted)
    {
        var outcome = await register.ApplyAsync(register.Cancellation(id, cancellation, http.IfMatch), caller, aborted);
        return Answers.Of(outcome, http, CertifiedTrainingShown.Of, CertifiedTrainingShown.LinkOf(id));
    }
}
