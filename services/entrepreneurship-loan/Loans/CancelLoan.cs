using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox.Idempotency;
using Wuwei.Register;
using Wuwei.ServiceDefaults;

namespace Wuwei.EntrepreneurshipLoan.Loans;

public static class CancelLoan
{
    public static void Map(IEndpointRouteBuilder loans) => loans
        .MapPost("/{id:guid}/cancellation", HandleAsync)
        .WithIdempotencyKey()
        .WithName(nameof(CancelLoan))
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);

    /// <summary>Makes a loan count no more (If-Match). Final; the first reason stays.</summary>
    internal static async Task<Results<Ok<LoanShown>, Created<LoanShown>, ProblemHttpResult>> HandleAsync(
        Guid id, Cancellation cancellation, OnceOnly once, Caller caller, LoanRegister register, HttpContext http, CancellationToken aborted) =>
        await register.ApplyOnceAsync(
            register.Cancellation(id, cancellation, http.IfMatch), once, caller, http, LoanShown.Of, LoanShown.LinkOf(id), aborted);
}
