namespace Wuwei.Indicator.Progress;

/// <summary>How quickly level, trend and season follow what is new: 0 not at all, 1 at once.</summary>
internal readonly record struct Weights(double Level, double Trend, double Season);

/// <summary>
/// Additive Holt–Winters smoothing of monthly values in error-correction form, with the analytic variance of its forecasts.
/// Seasonal naive with drift is the same model at weights (0, 0, 1).
/// </summary>
/// <remarks>
/// Source: Hyndman, Koehler, Ord, Snyder, Forecasting with Exponential Smoothing (2008), chapters 2 and 6; Hyndman and
/// Athanasopoulos, Forecasting: Principles and Practice, 8.6–8.7.
/// </remarks>
internal sealed record Smoothing(double Level, double Trend, double[] Season, Weights Weights, double Sigma, int Length)
{
    /// <summary>Months in a season.</summary>
    public const int Year = 12;

    /// <summary>Least months that Holt–Winters is fitted to: a year to begin with, and two whose errors weigh.</summary>
    public const int LeastFitted = 3 * Year;

    /// <summary>Least months that the naive method is fitted to.</summary>
    public const int LeastNaive = 2 * Year;

    private static readonly Weights[] s_grid =
    [
        .. from level in new[] { 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.8 }
           from trend in new[] { 0, 0.005, 0.02, 0.1 }
           from season in new[] { 0, 0.05, 0.15, 0.3, 0.6 }
           where trend <= level && season <= 1 - level
           select new Weights(level, trend, season),
    ];

    /// <summary>Fitted by the weights with the least squared one-step errors.</summary>
    public static Smoothing Fit(ReadOnlySpan<double> series)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(series.Length, LeastFitted);
        Smoothing? best = null;
        foreach (var weights in s_grid)
        {
            var fitted = Fit(series, weights);
            if (best is null || fitted.Sigma < best.Sigma)
            {
                best = fitted;
            }
        }

        return best!;
    }

    /// <summary>Every month is that of the year before, moved by the mean change of a year.</summary>
    public static Smoothing Naive(ReadOnlySpan<double> series)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(series.Length, LeastNaive);
        var changes = new double[series.Length - Year];
        for (var t = 0; t < changes.Length; t++)
        {
            changes[t] = series[t + Year] - series[t];
        }

        var drift = changes.Average();
        var season = new double[Year];
        for (var h = 1; h <= Year; h++)
        {
            season[(series.Length + h - 1) % Year] = series[series.Length + h - 1 - Year] + drift - h * drift / Year;
        }

        var sigma = Math.Sqrt(changes.Sum(change => Math.Pow(change - drift, 2)) / Math.Max(1, changes.Length - 1));
        return new(0, drift / Year, season, new(0, 0, 1), sigma, series.Length);
    }

    /// <summary>The value expected <paramref name="ahead"/> months after the last.</summary>
    public double At(int ahead) => Level + ahead * Trend + Season[(Length + ahead - 1) % Year];

    /// <summary>
    /// Standard deviation of the sum of the values at these horizons: one for a month, 1 to h for a total, Decembers for
    /// year-ends. An error k months ahead goes on into every later one by its weight.
    /// </summary>
    public double Deviation(IReadOnlyList<int> horizons)
    {
        var variance = 0.0;
        for (var k = 1; k <= horizons[^1]; k++)
        {
            var carried = 0.0;
            foreach (var horizon in horizons)
            {
                carried += horizon < k ? 0 : Carried(horizon - k);
            }

            variance += carried * carried;
        }

        return Sigma * Math.Sqrt(variance);
    }

    private double Carried(int months) => months == 0 ? 1
        : Weights.Level + Weights.Trend * months + (months % Year == 0 ? Weights.Season : 0);

    private static Smoothing Fit(ReadOnlySpan<double> series, Weights weights)
    {
        // The first two years give level, trend and season to begin with; errors count from the second year on.
        double first = 0, second = 0;
        for (var t = 0; t < Year; t++)
        {
            first += series[t] / Year;
            second += series[t + Year] / Year;
        }

        var trend = (second - first) / Year;
        var level = first + trend * (Year - 1) / 2.0;
        var season = new double[Year];
        for (var t = 0; t < Year; t++)
        {
            season[t] = (series[t] + series[t + Year] - first - second) / 2 - trend * (t - (Year - 1) / 2.0);
        }

        var squares = 0.0;
        for (var t = Year; t < series.Length; t++)
        {
            var error = series[t] - (level + trend + season[t % Year]);
            level += trend + weights.Level * error;
            trend += weights.Trend * error;
            season[t % Year] += weights.Season * error;
            squares += error * error;
        }

        return new(level, trend, season, weights, Math.Sqrt(squares / (series.Length - Year - 3)), series.Length);
    }
}
