namespace Wuwei.Indicator.Targets;

/// <summary>Shares a figure by weights so that the parts add up to it exactly; pure.</summary>
internal static class Apportionment
{
    /// <param name="total">In steps of <paramref name="step"/>.</param>
    /// <param name="weights">Not negative, not all zero.</param>
    /// <param name="step">1 for what is whole, else e.g. 0.01.</param>
    /// <returns>Each rounded down; what is left goes, a step each, to the largest remainders, the first of equals first.</returns>
    public static decimal[] Share(decimal total, IReadOnlyList<decimal> weights, decimal step)
    {
        var sum = weights.Sum();
        var exact = weights.Select(weight => total * weight / sum).ToArray();
        var parts = exact.Select(part => Math.Floor(part / step) * step).ToArray();
        var left = (int)((total - parts.Sum()) / step);
        foreach (var i in Enumerable.Range(0, parts.Length).OrderByDescending(i => exact[i] - parts[i]).ThenBy(i => i).Take(left))
        {
            parts[i] += step;
        }

        return parts;
    }
}
