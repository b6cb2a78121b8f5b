using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Register;
using Wuwei.ServiceDefaults;

namespace Wuwei.EntrepreneurshipLoan.Loans;

/// <summary>When a loan was paid back.</summary>
public sealed record Settlement
{
    /// <summary>Day the whole principal was paid back.</summary>
    public required DateOnly SettledOn { get; init; }
}

public static class SettleLoan
{
    public static void Map(IEndpointRouteBuilder loans) => loans
        .MapPut("/{id:guid}/settlement", HandleAsync)
        .WithName(nameof(SettleLoan))
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);

    /// <summary>Records that a loan was paid back, or corrects the day (If-Match with the loan's revision). The fund answers for it no more.</summary>
    internal static async Task<Results<Ok<LoanShown>, Created<LoanShown>, ProblemHttpResult>> HandleAsync(
        Guid id, Settlement settlement, Caller caller, LoanRegister register, HttpContext http, CancellationToken cancellation)
    {
        var change = register.Amendment(id, loan => loan with { SettledOn = settlement.SettledOn }, http.IfMatch);
        return Answers.Of(await register.ApplyAsync(change, caller, cancellation), http, LoanShown.Of, LoanShown.LinkOf(id));
    }
}
