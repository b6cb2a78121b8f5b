using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox.Idempotency;
using Wuwei.Register;
using Wuwei.ServiceDefaults;

namespace Wuwei.LabourTransfer.Departures;

public static class CancelDeparture
{
    public static void Map(IEndpointRouteBuilder departures) => departures
        .MapPost("/{id:guid}/cancellation", HandleAsync)
        .WithIdempotencyKey()
        .WithName(nameof(CancelDeparture))
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);

    /// <summary>Makes a departure count no more (If-Match). Final; the first reason stays.</summary>
    internal static async Task<Results<Ok<DepartureShown>, Created<DepartureShown>, ProblemHttpResult>> HandleAsync(
        Guid id, Cancellation cancellation, OnceOnly once, Caller caller, DepartureRegister register, HttpContext http, CancellationToken aborted) =>
        await register.ApplyOnceAsync(
            register.Cancellation(id, cancellation, http.IfMatch), once, caller, http, DepartureShown.Of, DepartureShown.LinkOf(id), aborted);
}
