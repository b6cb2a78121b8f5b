using Wuwei.ServiceDefaults.Regions;
using Wuwei.Tables;

namespace Wuwei.Register.Files;

/// <summary>The city's counties and townships as a list to choose from: 凉州区, 凉州区黄羊镇.</summary>
internal static class RegionChoices
{
    public static readonly IReadOnlyList<CodeName> All =
    [
        .. RegionCode.Wuwei.Values.Where(region => region.Level is "county" or "township").OrderBy(region => region.Code, StringComparer.Ordinal)
            .Select(region => new CodeName(region.Code, region.Level == "county" ? region.Name : $"{RegionCode.Wuwei[region.Parent].Name}{region.Name}")),
    ];
}
