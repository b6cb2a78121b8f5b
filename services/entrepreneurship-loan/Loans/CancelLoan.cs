using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Register;
using Wuwei.ServiceDefaults;

namespace Wuwei.EntrepreneurshipLoan.Loans;

public static class CancelLoan
{
    public static void Map(IEndpointRouteBuilder loans) => loans
        .MapPost("/{id:guid}/cancellation", HandleAsync)
        .WithName(nameof(CancelLoan))
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);

    /// <summary>Makes a loan count no more (If-Match). Final; the first reason stays.</summary>
    internal static async Task<Results<Ok<LoanShown>, Created<LoanShown>, ProblemHttpResult>> HandleAsync(
        Guid id, Cancellation cancellation, Caller caller, LoanRegister register, HttpContext http, CancellationToken aborted)
    {
        var outcome = await register.ApplyAsync(register.Cancellation(id, cancellation, http.IfMatch), caller, aborted);
        return Answers.Of(outcome, http, LoanShown.Of, LoanShown.LinkOf(id));
    }
}
