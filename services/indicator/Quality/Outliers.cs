namespace Wuwei.Indicator.Quality;

/// <summary>How a value is held against others of its kind.</summary>
public enum OutlierMethod
{
    /// <summary>Distance from the mean in standard deviations.</summary>
    Z,

    /// <summary>0.6745 × distance from the median ÷ median absolute deviation: one wild value does not hide another.</summary>
    ModifiedZ,

    /// <summary>Outside of the least and greatest of the others.</summary>
    MinMax,
}

/// <summary>What is unusual in a series; pure.</summary>
/// <remarks>Source: Iglewicz and Hoaglin, How to Detect and Handle Outliers (1993), for the modified z-score.</remarks>
internal static class Outliers
{
    /// <summary>Least other values that a judgement is made from.</summary>
    public const int LeastOthers = 5;

    private const double NormalQuartile = 0.6745;

    /// <summary>How far off each value is, beside the others of the series: itself is left out, so that it cannot excuse itself.</summary>
    /// <returns>Per value: the score (for min–max the distance beyond, in widths of the range); null: too few others, or all equal and it too.</returns>
    public static double?[] Scores(IReadOnlyList<double> series, OutlierMethod method) => [.. series.Select((value, i) =>
    {
        var others = series.Where((_, at) => at != i).ToArray();
        return others.Length < LeastOthers ? null : method switch
        {
            OutlierMethod.Z => Score(value - others.Average(), Deviation(others)),
            OutlierMethod.ModifiedZ => Score(NormalQuartile * (value - Median(others)), Median([.. others.Select(other => Math.Abs(other - Median(others)))])),
            _ => Score(value > others.Max() ? value - others.Max() : value < others.Min() ? value - others.Min() : 0, others.Max() - others.Min()),
        };
    })];

    /// <summary>The middle value, or the mean of the two in the middle.</summary>
    public static double Median(IReadOnlyCollection<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }

    // Against values that are all the same, any other is as far off as can be said.
    private static double? Score(double off, double scale) => off == 0 ? 0 : scale == 0 ? Math.Sign(off) * 99 : Math.Clamp(off / scale, -99, 99);

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
    }
}
