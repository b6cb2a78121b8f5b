using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Catalogue;

public static class ListRegions
{
    private static readonly IReadOnlyList<Region> All = [.. RegionCode.Wuwei.Values.OrderBy(r => r.Code.Length).ThenBy(r => r.Code, StringComparer.Ordinal)];

    public static void Map(IEndpointRouteBuilder app) => app
        .MapGet("/regions", Handle)
        .WithName(nameof(ListRegions));

    /// <summary>Province, city, counties and townships, with their codes and whom they belong to.</summary>
    internal static Pulled<IReadOnlyList<Region>> Handle() => new(All);
}
