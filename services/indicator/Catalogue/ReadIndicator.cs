using Microsoft.AspNetCore.Http.HttpResults;

namespace Wuwei.Indicator.Catalogue;

public static class ReadIndicator
{
    public static void Map(IEndpointRouteBuilder indicators) => indicators
        .MapGet("/{indicator}", HandleAsync)
        .WithName(nameof(ReadIndicator))
        .ProducesProblem(StatusCodes.Status404NotFound);

    /// <summary>One indicator by its catalogue code.</summary>
    internal static async Task<Results<Pulled<PlanIndicator>, ProblemHttpResult>> HandleAsync(
        string indicator, IndicatorCatalogue catalogue, CancellationToken cancellation) =>
        await catalogue.FindAsync(indicator, null, cancellation) is { } found
            ? new Pulled<PlanIndicator>(found)
            : IndicatorCatalogue.NotFound.ToProblem();
}
