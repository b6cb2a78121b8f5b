namespace Wuwei.Indicator.Catalogue;

public static class ListIndicators
{
    public static void Map(IEndpointRouteBuilder indicators) => indicators
        .MapGet("/", HandleAsync)
        .WithName(nameof(ListIndicators));

    /// <summary>Every indicator as it is read: the twelve of the plan's table, those that only its text names, and those computed from others; with what the plan leaves open.</summary>
    internal static async Task<Pulled<IReadOnlyCollection<PlanIndicator>>> HandleAsync(
        IndicatorCatalogue catalogue, CancellationToken cancellation) => new(await catalogue.AllAsync(null, cancellation));
}
