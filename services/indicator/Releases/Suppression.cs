namespace Wuwei.Indicator.Releases;

/// <summary>Which of a city's and its counties' counts are withheld; pure.</summary>
internal static class Suppression
{
    /// <summary>
    /// Withholds counts above zero and below the least, and as many more as keep these from being computed: whoever knows the
    /// city's figure and the counties shown can still not tell a withheld count from any other below the least.
    /// </summary>
    /// <param name="city">Sum of the counties; null: not known, so nothing follows from it.</param>
    /// <param name="counties">Null: not known.</param>
    /// <param name="least">Least count that is shown.</param>
    /// <param name="before">Counties (and the city, last) that were withheld when the period was published before: two patterns over one figure would tell it.</param>
    /// <returns>Of each county whether it is withheld, and last of the city.</returns>
    public static bool[] Of(decimal? city, IReadOnlyList<decimal?> counties, decimal least, IReadOnlyList<bool> before)
    {
        bool[] withheld = [.. counties.Append(city).Select((count, i) => count is > 0 && count < least || (count is not null && before[i]))];
        while (city is not null && !withheld[^1] && !IsSafe())
        {
            // The next smallest, so that the least is lost; when there is none, the sum itself.
            var next = counties.Index().Where(county => county.Item is > 0 && !withheld[county.Index]).OrderBy(county => county.Item).Select(county => (int?)county.Index).FirstOrDefault();
            withheld[next ?? counties.Count] = true;
        }

        return withheld;

        // Withheld counts are one or more each, and their sum is known: n of them leave each at least sum − n + 1 possible values.
        bool IsSafe()
        {
            var hidden = counties.Where((count, i) => withheld[i] && count > 0).Select(count => count!.Value).ToArray();
            return hidden is [] || (hidden.Length > 1 && hidden.Sum() - hidden.Length >= least);
        }
    }
}
