using Wuwei.Demonstration.Plan;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Demonstration.Generator;

/// <summary>A figure that cannot be derived from records: reported by a county, or brought by the statistics bureau for the city.</summary>
/// <param name="Value">In the base unit; for a ratio its numerator.</param>
/// <param name="Denominator">Of a ratio (indicators 5 and 12), else null.</param>
/// <param name="Source">In Chinese; names the public source of a real figure.</param>
/// <param name="Synthetic">False only where the figure itself is real.</param>
public sealed record Report(string Indicator, string Region, Period Period, decimal Value, decimal? Denominator, string Source, bool Synthetic);

/// <summary>Reports and imports of 2021–2025.</summary>
public static class Reports
{
    public const string Synthetic = "演示数据（固定种子生成，非真实统计）";
    private const string FirstQuarter2025 = "2025年一季度全市合计6720人为公开报道数（news.43u.com.cn/tag_457671），分月分县为演示拆分";
    private const string Insured2022 = "2022年末全市合计11.75万人为公开报道数（bx2200.com/tjgongbao/xibei/7912_3.html），分县为演示拆分";

    // 2021 to 2025. The year of 2025 makes its first quarter 6,720; that of 2024, 2.78 % less.
    private static readonly int[] UrbanJobs = [19_200, 18_600, 19_900, 20_431, 21_000];
    private static readonly int[] Reemployed = [5_900, 5_600, 6_100, 6_300, 6_400];
    // Year ends 2020 to 2025: 2020 from the plan, 2022 reported, the others between.
    private static readonly int[] Insured = [106_600, 112_000, 117_500, 119_800, 122_300, 124_600];
    private static readonly int[] Graduates = [8_600, 9_100, 9_700, 10_200, 10_500];
    private static readonly decimal[] Surveyed = [5.8m, 5.8m, 5.6m, 5.4m, 5.3m];
    private static readonly decimal[] SurveyedByMonth = [0.1m, 0.2m, 0.1m, 0, -0.1m, -0.1m, 0.2m, 0.1m, 0, -0.1m, -0.1m, 0];
    private static readonly decimal[] UrbanShare = [46.2m, 47.3m, 48.4m, 49.3m, 50.2m];
    private static readonly decimal[] ServiceShare = [41.2m, 42.0m, 43.1m, 44.3m, 45.2m];
    private static readonly decimal[] Schooling = [10.63m, 10.74m, 10.88m, 11.00m, 11.12m];

    public static IEnumerable<Report> All() =>
        Enumerable.Range(PlanTargets.FirstYear, PlanTargets.LastYear - PlanTargets.FirstYear + 1).SelectMany(OfYear);

    private static IEnumerable<Report> OfYear(int year)
    {
        var y = year - PlanTargets.FirstYear;
        var random = new SeededRandom($"reports/{year}");
        var annual = Period.YearOf(year);
        foreach (var (m, (jobs, reemployed)) in Season.Spread(UrbanJobs[y], Season.Jobs).Zip(Season.Spread(Reemployed[y], Season.Reemployed)).Index())
        {
            var month = new Period(PeriodKind.Month, year, m + 1);
            foreach (var (county, part) in Census.Share(jobs, Season.Tilted("1")))
            {
                yield return new("1", county, month, part, null, year == 2025 && m < 3 ? FirstQuarter2025 : Synthetic, true);
            }

            foreach (var (county, part) in Census.Share(reemployed, Season.Tilted("7")))
            {
                yield return new("7", county, month, part, null, Synthetic, true);
            }

            foreach (var (county, part) in Census.Share(Insured[y] + (Insured[y + 1] - Insured[y]) * (m + 1) / 12, Season.Tilted("8")))
            {
                yield return new("8", county, month, part, null, year == 2022 && m == 11 ? Insured2022 : Synthetic, true);
            }

            foreach (var (county, due) in Census.Share(random.Between(90, 150)))
            {
                var open = Enumerable.Range(0, due).Count(_ => random.Chance(0.007));
                yield return new("12", county, month, due - open, due, Synthetic, true);
            }

            yield return new("2", RegionCode.City, month, Surveyed[y] + SurveyedByMonth[m], null, Synthetic, true);
        }

        yield return new("3", RegionCode.City, annual, UrbanShare[y], null, Synthetic, true);
        yield return new("4", RegionCode.City, annual, ServiceShare[y], null, Synthetic, true);
        foreach (var (county, graduates) in Census.Share(Graduates[y]))
        {
            yield return new("5", county, annual, Math.Round(graduates * random.Between(905, 938) / 1000m), graduates, Synthetic, true);
        }

        yield return new("9", RegionCode.City, annual, Schooling[y], null, Synthetic, true);
    }
}
