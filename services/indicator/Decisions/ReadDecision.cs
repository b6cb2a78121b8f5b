using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Catalogue;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Decisions;

public static class ReadDecision
{
    public static readonly Refusal NotFound = new("decision.not_found", "没有这个待定事项。", StatusCodes.Status404NotFound);

    public static void Map(IEndpointRouteBuilder decisions) => decisions
        .MapGet("/{indicator}/{number:int}", HandleAsync)
        .WithName(nameof(ReadDecision))
        .Produces(StatusCodes.Status304NotModified)
        .ProducesProblem(StatusCodes.Status404NotFound);

    /// <summary>One question that the plan leaves open, with every choice there was.</summary>
    internal static async Task<Results<Ok<OpenedDecision>, StatusCodeHttpResult, ProblemHttpResult>> HandleAsync(
        string indicator, int number, IndicatorCatalogue catalogue, Database db, HttpContext http, CancellationToken cancellation)
    {
        if ((await catalogue.FindAsync(indicator, null, cancellation))?.Decisions.FirstOrDefault(found => found.Number == number) is not { } decision)
        {
            return NotFound.ToProblem();
        }

        if (http.IsNotModified(ETags.Of(decision.Revision)))
        {
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        }

        var history = await db.ListAsync<DecisionChoice>(Scope.System("decisions"), HistorySql, new { indicator, number }, cancellation);
        return TypedResults.Ok(new OpenedDecision(decision, history));
    }

    private const string HistorySql = """
        select revision, option, owner, reason, document, decided_on, decided_by, known_at
        from decision_choice
        where indicator = @indicator and number = @number
        order by revision desc
        """;
}

/// <summary>A decision and how it came about.</summary>
/// <param name="History">The latest first.</param>
public sealed record OpenedDecision(PlanDecision Decision, IReadOnlyList<DecisionChoice> History);

/// <summary>A choice that was made.</summary>
public sealed record DecisionChoice(
    int Revision, int Option, string Owner, string Reason, string? Document, DateOnly? DecidedOn, string DecidedBy, DateTimeOffset KnownAt);
