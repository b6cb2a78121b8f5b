using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Register;
using Wuwei.ServiceDefaults;

namespace Wuwei.Training.CertifiedTrainings;

public static class GetCertifiedTraining
{
    public static readonly Refusal NotFound = new("training.not_found", "没有这条培训记录。", StatusCodes.Status404NotFound);

    public static void Map(IEndpointRouteBuilder trainings) => trainings
        .MapGet("/{id:guid}", HandleAsync)
        .WithName(nameof(GetCertifiedTraining))
        .Produces(StatusCodes.Status304NotModified)
        .ProducesProblem(StatusCodes.Status404NotFound);

    /// <summary>A certified training, the person masked, with what it says to the ledger.</summary>
    internal static Task<Results<Ok<CertifiedTrainingShown>, StatusCodeHttpResult, ProblemHttpResult>> HandleAsync(
        Guid id, Caller caller, TrainingRegister register, HttpContext http, CancellationToken cancellation) =>
        register.ReadAsync(id, CertifiedTrainingShown.Of, caller, http, cancellation);
}
