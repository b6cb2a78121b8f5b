using Wuwei.Demonstration.Plan;
using Wuwei.ServiceDefaults;

namespace Wuwei.Demonstration.Generator;

/// <summary>An enterprise of the unemployment watch's sample.</summary>
/// <param name="Staff">At the end of December 2024, and of each month of 2025.</param>
public sealed record Enterprise(string CreditCode, string County, string Name, string Industry, string Size, string Ownership, IReadOnlyList<int> Staff);

/// <summary>The sample of 2025: four enterprises a county, one of which is shrinking since October. Made up, and named so.</summary>
public static class Watch
{
    public const int Year = 2025, Shrinking = 10;

    private static readonly (string Industry, string Word)[] s_industries = [("C", "制造"), ("E", "建筑"), ("F", "商贸"), ("A", "农业")];

    public static IEnumerable<Enterprise> Make()
    {
        var random = new SeededRandom("watch");
        foreach (var (county, c) in Census.Counties.Select((county, c) => (county.Region, c)))
        {
            foreach (var (industry, i) in s_industries.Select((industry, i) => (industry, i)))
            {
                var staff = new List<int> { random.Between(60, 240) };
                for (var month = 1; month <= 12; month++)
                {
                    // One chemical works of 古浪 loses a tenth of its staff each month from October on.
                    var change = (c, i) == (2, 0) && month >= Shrinking ? -staff[^1] / 10 : random.Between(-2, 3);
                    staff.Add(staff[^1] + change);
                }

                yield return new(CodeOf(c * s_industries.Length + i + 1), county, $"演示{industry.Word}企业{i + 1}号", industry.Industry,
                    staff[0] > 200 ? "medium" : "small", random.Chance(0.3) ? "state-owned" : "private", staff);
            }
        }
    }

    // A registration authority that there is not, so that no real enterprise has the code.
    private static string CodeOf(int number)
    {
        var body = $"91620699MADEM0{number:000}";
        return body + "0123456789ABCDEFGHJKLMNPQRTUWXY".First(check => CreditCode.Read(body + check) is not null);
    }
}
