using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Demonstration.Plan;

/// <summary>How a figure of the city is shared among its counties.</summary>
public static class Census
{
    /// <summary>
    /// Inhabitants by county. Source: census of 2020, city 1,464,955, 天祝 151,031; 民勤 and 古浪 are rounded figures
    /// not verified, 凉州 is what remains.
    /// </summary>
    public static readonly IReadOnlyList<(string Region, int Persons)> Counties =
        [("620602", 885_924), ("620621", 178_000), ("620622", 250_000), ("620623", 151_031)];

    /// <summary>Shares a whole number among the counties by inhabitants; the parts add up to it exactly.</summary>
    public static IEnumerable<(string Region, int Part)> Share(int total) =>
        Share(total, [.. Counties.Select(county => (double)county.Persons)]);

    /// <summary>Shares a whole number among the counties by weights, in the order of <see cref="Counties"/>.</summary>
    public static IEnumerable<(string Region, int Part)> Share(int total, IReadOnlyList<double> weights) =>
        Counties.Zip(Apportion(total, weights), (county, part) => (county.Region, part));

    /// <summary>The counties' townships and streets, by code.</summary>
    public static readonly ILookup<string, string> Townships = RegionCode.Wuwei.Values
        .Where(region => region.Level == "township")
        .OrderBy(region => region.Code, StringComparer.Ordinal)
        .ToLookup(region => region.Parent, region => region.Code);

    /// <summary>Shares a whole number by weights: rounded down first, what is left goes to the largest remainders.</summary>
    public static int[] Apportion(int total, IReadOnlyList<double> weights)
    {
        var sum = weights.Sum();
        var exact = weights.Select(weight => total * weight / sum).ToArray();
        var parts = exact.Select(part => (int)Math.Floor(part)).ToArray();
        var largest = Enumerable.Range(0, parts.Length).OrderByDescending(i => exact[i] - parts[i]).ThenBy(i => i);
        foreach (var i in largest.Take(total - parts.Sum()))
        {
            parts[i]++;
        }

        return parts;
    }
}
