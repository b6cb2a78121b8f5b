using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Demonstration.Plan;

/// <summary>What a region is to reach in a year.</summary>
/// <param name="Indicator">Catalogue code, <c>1</c> to <c>12</c>.</param>
/// <param name="Value">In the indicator's base unit (人, 人次, %, 年).</param>
/// <param name="Note">Where the figure comes from, in Chinese.</param>
public sealed record PlanTarget(string Indicator, string Region, int Year, decimal Value, string Note);

/// <summary>
/// The targets of 武政办发〔2022〕10号, 专栏1, by year. The plan sets them for 2025 or for five years together and for the
/// city only: how they fall on years and counties is this loader's proposal, and the office can change it.
/// </summary>
public static class PlanTargets
{
    public const int FirstYear = 2021;
    public const int LastYear = 2025;
    private const string Document = "武政办发〔2022〕10号 专栏1";

    // Five-year totals 〔〕: a fifth each year.
    private static readonly (string Indicator, int FiveYears, string Printed)[] Totals =
    [
        ("1", 75_000, "〔7.5〕万人"), ("6", 2_000_000, "〔200〕万人"), ("7", 25_000, "〔2.5〕万人"),
        ("8", 500_000, "〔50〕，单位按万人理解，为五个年末数之和"), ("10", 125_000, "〔12.5〕万人次"), ("11", 30_000, "〔3〕万人"),
    ];

    // Levels to hold: the same every year. Those of the statistics bureau have no county value.
    private static readonly (string Indicator, decimal Level, string Printed, bool CityOnly)[] Levels =
    [
        ("2", 6m, "<6%", true), ("3", 50m, "50%", true), ("4", 45m, "45%", true),
        ("5", 90m, "≥90%", false), ("12", 99m, ">99%", false),
    ];

    /// <summary>Every target of the city and its counties, 2021 to 2025.</summary>
    public static IEnumerable<PlanTarget> All() => Enumerable.Range(FirstYear, LastYear - FirstYear + 1).SelectMany(OfYear);

    private static IEnumerable<PlanTarget> OfYear(int year)
    {
        foreach (var (indicator, fiveYears, printed) in Totals)
        {
            var city = fiveYears / 5;
            yield return new(indicator, RegionCode.City, year, city, $"{Document}：{printed}，按五年均分（建议值）");
            foreach (var (county, part) in Census.Share(city))
            {
                yield return new(indicator, county, year, part, $"{Document}：全市目标按2020年人口比重分解（建议值）");
            }
        }

        foreach (var (indicator, level, printed, cityOnly) in Levels)
        {
            yield return new(indicator, RegionCode.City, year, level, $"{Document}：{printed}，每年相同（建议值）");
            foreach (var (county, _) in cityOnly ? [] : Census.Counties)
            {
                yield return new(indicator, county, year, level, $"{Document}：{printed}，与全市相同（建议值）");
            }
        }

        // From 10.5 in 2020 to 11.1 in 2025, 0.12 a year.
        yield return new("9", RegionCode.City, year, 10.5m + 0.12m * (year - 2020), $"{Document}：10.5→11.1年，逐年等差（建议值）");
    }
}
