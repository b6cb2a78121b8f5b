using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Register;
using Wuwei.ServiceDefaults;

namespace Wuwei.LabourTransfer.Departures;

public static class CancelDeparture
{
    public static void Map(IEndpointRouteBuilder departures) => departures
        .MapPost("/{id:guid}/cancellation", HandleAsync)
        .WithName(nameof(CancelDeparture))
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);

    /// <summary>Makes a departure count no more (If-Match). Final; the first reason stays.</summary>
    internal static async Task<Results<Ok<DepartureShown>, Created<DepartureShown>, ProblemHttpResult>> HandleAsync(
        Guid id, Cancellation cancellation, Caller caller, DepartureRegister register, HttpContext http, CancellationToken aborted)
    {
        var change = new Change<Departure>(id, [], departure => Decide(departure, cancellation), http.IfMatch);
        return Answers.Of(await register.ApplyAsync(change, caller, aborted), http, DepartureShown.Of, DepartureShown.LinkOf(id));
    }

    internal static Decision<Departure> Decide(Departure? departure, Cancellation cancellation) =>
        departure is null ? GetDeparture.NotFound : departure with { CancelledFor = departure.CancelledFor ?? cancellation.Reason };
}
