namespace Wuwei.Indicator.Catalogue;

public static class ListIndicators
{
    public static void Map(IEndpointRouteBuilder indicators) => indicators
        .MapGet("/", HandleAsync)
        .WithName(nameof(ListIndicators));

    /// <summary>The plan's twelve indicators as its table prints them, with our readings of what it leaves open.</summary>
    internal static async Task<Pulled<IReadOnlyCollection<PlanIndicator>>> HandleAsync(
        IndicatorCatalogue catalogue, CancellationToken cancellation) => new(await catalogue.AllAsync(null, cancellation));
}
