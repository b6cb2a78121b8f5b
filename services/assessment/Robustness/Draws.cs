namespace Wuwei.Assessment.Robustness;

/// <summary>
/// Random numbers that only depend on the seed, the draw and the factor: the same on one core or many, whatever order draws
/// are made in, and a draw can be repeated alone.
/// </summary>
/// <remarks>SplitMix64's finaliser over a counter (Steele, Lea, Flood 2014).</remarks>
internal static class Draws
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>A draw's numbers, from 0 to below 1, one for each factor.</summary>
    public static void Fill(long seed, long draw, Span<double> factors)
    {
        var counter = Mix(Mix((ulong)seed + Golden) ^ ((ulong)draw * 0xD1342543DE82EF95));
        for (var factor = 0; factor < factors.Length; factor++)
        {
            counter += Golden;
            factors[factor] = (Mix(counter) >> 11) * (1.0 / (1UL << 53));
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
