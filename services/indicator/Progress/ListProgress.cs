using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Observations;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Progress;

public static class ListProgress
{
    public static void Map(IEndpointRouteBuilder progress) => progress
        .MapGet("/", HandleAsync)
        .WithName(nameof(ListProgress))
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>All indicators of a region against the plan: status, what is due, how fast it must go, when it is reached, and a forecast.</summary>
    /// <param name="region">City or county.</param>
    /// <param name="month">e.g. <c>2025-06</c>; the last one that is over when absent.</param>
    /// <param name="asOf">Instant with offset: facts, targets, readings and rule as they were known then.</param>
    internal static async Task<Results<Pulled<ProgressTable>, ProblemHttpResult>> HandleAsync(
        string region, string? month, string? asOf,
        Caller caller, IndicatorCatalogue catalogue, Provenance provenance, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        if ((await PlanProgress.LookAsync(region, month, asOf, null, caller, catalogue, db, clock.Today(), cancellation)).IsRefused(out var refusal, out var look))
        {
            return refusal.ToProblem();
        }

        return new Pulled<ProgressTable>(new(region, Period.MonthOf(look.Month).ToString(), look.Knowledge.AsOf, look.Rule,
            [.. look.Indicators.Select(indicator => PlanProgress.Of(look, indicator))], provenance.Demonstration));
    }
}

/// <summary>A region's progress.</summary>
/// <param name="Rule">What the statuses are judged by.</param>
/// <param name="Demonstration">The platform holds synthetic records: no real figures.</param>
public sealed record ProgressTable(
    string Region, string Month, DateTimeOffset? AsOf, ProgressRule Rule, IReadOnlyList<IndicatorProgress> Items, bool Demonstration);
