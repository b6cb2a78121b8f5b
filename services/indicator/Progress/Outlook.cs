namespace Wuwei.Indicator.Progress;

/// <summary>How a forecast would have done: the last year was left out and forecast from what was before it.</summary>
/// <param name="Months">That were left out.</param>
/// <param name="ErrorPercent">Sum of the absolute errors ÷ sum of the values (WAPE), in percent.</param>
/// <param name="TotalErrorPercent">Of the year's total: forecast ÷ truth − 1, in percent.</param>
/// <param name="Within">Months whose value was within the interval.</param>
public sealed record BackTest(string Method, int Months, decimal ErrorPercent, decimal TotalErrorPercent, int Within);

/// <summary>A method fitted to what is known of a series.</summary>
/// <param name="BackTests">Of every method that there was history enough to try, the chosen one first.</param>
internal sealed record Fitted(string Method, Smoothing Smoothing, IReadOnlyList<BackTest> BackTests);

/// <summary>Which method a series is forecast by: the one that would have been nearer in the last year.</summary>
internal static class Outlook
{
    public const string HoltWinters = "holt-winters-additive", Naive = "seasonal-naive-with-drift", Drift = "random-walk-with-drift";

    /// <summary>Quantile of the normal distribution for a two-sided interval.</summary>
    public static double Quantile(int confidence) => confidence switch
    {
        80 => 1.2816,
        90 => 1.6449,
        95 => 1.9600,
        _ => throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "No such interval."),
    };

    /// <summary>Null: too short a history for any method.</summary>
    public static Fitted? Of(double[] series, int confidence)
    {
        if (series.Length < Smoothing.LeastNaive)
        {
            return null;
        }

        // What cannot be tried on the past is not trusted: Holt–Winters only where a year can be left out.
        var tests = new List<BackTest>();
        if (series.Length >= Smoothing.LeastNaive + Smoothing.Year)
        {
            tests.Add(Try(Naive, series, confidence, known => Smoothing.Naive(known)));
        }

        if (series.Length >= Smoothing.LeastFitted + Smoothing.Year)
        {
            tests.Add(Try(HoltWinters, series, confidence, known => Smoothing.Fit(known)));
        }

        tests.Sort((one, other) => one.ErrorPercent.CompareTo(other.ErrorPercent));
        return tests is [{ Method: HoltWinters }, ..]
            ? new(HoltWinters, Smoothing.Fit(series), tests)
            : new(Naive, Smoothing.Naive(series), tests);
    }

    /// <summary>A yearly value some years on, from the mean change of a year.</summary>
    /// <remarks>Source: Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 5.2 and 5.5.</remarks>
    /// <returns>Expected value and standard deviation; null: fewer than three years.</returns>
    public static (double Expected, double Deviation)? OfYears(double[] years, int ahead)
    {
        if (years.Length < 3)
        {
            return null;
        }

        var changes = years.Length - 1;
        var drift = (years[^1] - years[0]) / changes;
        var squares = Enumerable.Range(1, changes).Sum(t => Math.Pow(years[t] - years[t - 1] - drift, 2));
        var sigma = Math.Sqrt(squares / (changes - 1));
        return (years[^1] + ahead * drift, sigma * Math.Sqrt(ahead * (1 + (double)ahead / changes)));
    }

    private delegate Smoothing Method(ReadOnlySpan<double> known);

    private static BackTest Try(string name, double[] series, int confidence, Method method)
    {
        var fitted = method(series.AsSpan(0, series.Length - Smoothing.Year));
        var truth = series[^Smoothing.Year..];
        double errors = 0, magnitude = 0, expected = 0;
        var within = 0;
        for (var h = 1; h <= Smoothing.Year; h++)
        {
            var (value, off) = (fitted.At(h), Math.Abs(fitted.At(h) - truth[h - 1]));
            errors += off;
            magnitude += Math.Abs(truth[h - 1]);
            expected += value;
            within += off <= Quantile(confidence) * fitted.Deviation([h]) ? 1 : 0;
        }

        return new(name, Smoothing.Year, Percent(errors, magnitude), Percent(expected - truth.Sum(), Math.Abs(truth.Sum())), within);
    }

    // A year of nothing has no percentages; 999 says "not to be relied on" without being infinite.
    private static decimal Percent(double part, double whole) =>
        whole == 0 ? (part == 0 ? 0 : 999) : Math.Round((decimal)Math.Clamp(100 * part / whole, -999, 999), 2);
}
