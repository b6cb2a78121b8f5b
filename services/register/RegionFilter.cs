using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Register;

/// <summary>Regions as a pattern for <c>like</c>.</summary>
internal static class RegionFilter
{
    /// <summary>The region and all in it; everything for the city, or when there is none; nothing when the code is none of ours.</summary>
    public static string Of(string? region) => region switch
    {
        null or RegionCode.City => "%",
        _ when RegionCode.IsCountyOrTownship(region) => $"{region}%",
        _ => "",
    };
}
