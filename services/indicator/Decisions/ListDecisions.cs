using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Ledger;
using Wuwei.Outbox;

namespace Wuwei.Indicator.Decisions;

public static class ListDecisions
{
    public static void Map(IEndpointRouteBuilder decisions) => decisions
        .MapGet("/", HandleAsync)
        .WithName(nameof(ListDecisions))
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>
    /// What the plan leaves open: units, comparators, contradictions of text and table. Each with its owner, the options and
    /// the reading in force, now or at an instant.
    /// </summary>
    /// <param name="indicator">Of one indicator only.</param>
    /// <param name="decided">Only what is decided, or only what is not.</param>
    internal static async Task<Results<Pulled<DecisionList>, ProblemHttpResult>> HandleAsync(
        string? indicator, bool? decided, string? asOf, IndicatorCatalogue catalogue, Database db, CancellationToken cancellation)
    {
        if ((await LedgerClock.KnownAtAsync(db, asOf, cancellation)).IsRefused(out var refusal, out var knowledge))
        {
            return refusal.ToProblem();
        }

        var all = (await catalogue.AllAsync(knowledge.AsOf, cancellation)).SelectMany(found => found.Decisions)
            .Where(found => (indicator is null || found.Indicator == indicator) && (decided is null || found.Decided == decided));
        return new Pulled<DecisionList>(new(knowledge.AsOf, [.. all]));
    }
}

/// <summary>Decisions, by indicator.</summary>
/// <param name="AsOf">State of knowledge; null: now.</param>
public sealed record DecisionList(DateTimeOffset? AsOf, IReadOnlyList<PlanDecision> Items);
