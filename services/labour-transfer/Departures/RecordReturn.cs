using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Register;
using Wuwei.ServiceDefaults;

namespace Wuwei.LabourTransfer.Departures;

/// <summary>When a worker came back.</summary>
public sealed record WorkerReturn
{
    public required DateOnly ReturnedOn { get; init; }
}

public static class RecordReturn
{
    public static void Map(IEndpointRouteBuilder departures) => departures
        .MapPut("/{id:guid}/return", HandleAsync)
        .WithName(nameof(RecordReturn))
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);

    /// <summary>Records that the worker of a departure came back, or corrects the day (If-Match with the departure's revision).</summary>
    internal static async Task<Results<Ok<DepartureShown>, Created<DepartureShown>, ProblemHttpResult>> HandleAsync(
        Guid id, WorkerReturn returned, Caller caller, DepartureRegister register, HttpContext http, CancellationToken cancellation)
    {
        var change = register.Amendment(id, departure => departure with { ReturnedOn = returned.ReturnedOn }, http.IfMatch);
        return Answers.Of(await register.ApplyAsync(change, caller, cancellation), http, DepartureShown.Of, DepartureShown.LinkOf(id));
    }
}
