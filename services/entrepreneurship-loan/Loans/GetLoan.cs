using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Register;
using Wuwei.ServiceDefaults;

namespace Wuwei.EntrepreneurshipLoan.Loans;

public static class GetLoan
{
    public static readonly Refusal NotFound = new("loan.not_found", "没有这笔贷款记录。", StatusCodes.Status404NotFound);

    public static void Map(IEndpointRouteBuilder loans) => loans
        .MapGet("/{id:guid}", HandleAsync)
        .WithName(nameof(GetLoan))
        .Produces(StatusCodes.Status304NotModified)
        .ProducesProblem(StatusCodes.Status404NotFound);

    /// <summary>A loan, the person masked, with what it says to the ledger.</summary>
    internal static Task<Results<Ok<LoanShown>, StatusCodeHttpResult, ProblemHttpResult>> HandleAsync(
        Guid id, Caller caller, LoanRegister register, HttpContext http, CancellationToken cancellation) =>
        register.ReadAsync(id, LoanShown.Of, caller, http, cancellation);
}
