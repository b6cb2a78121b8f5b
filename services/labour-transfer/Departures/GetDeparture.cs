using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Register;
using Wuwei.ServiceDefaults;

namespace Wuwei.LabourTransfer.Departures;

public static class GetDeparture
{
    public static readonly Refusal NotFound = new("departure.not_found", "没有这条外出务工记录。", StatusCodes.Status404NotFound);

    public static void Map(IEndpointRouteBuilder departures) => departures
        .MapGet("/{id:guid}", HandleAsync)
        .WithName(nameof(GetDeparture))
        .Produces(StatusCodes.Status304NotModified)
        .ProducesProblem(StatusCodes.Status404NotFound);

    /// <summary>A departure, the person masked, with what it says to the ledger.</summary>
    internal static Task<Results<Ok<DepartureShown>, StatusCodeHttpResult, ProblemHttpResult>> HandleAsync(
        Guid id, Caller caller, DepartureRegister register, HttpContext http, CancellationToken cancellation) =>
        register.ReadAsync(id, DepartureShown.Of, caller, http, cancellation);
}
