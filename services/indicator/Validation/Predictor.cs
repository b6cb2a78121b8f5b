using System.ComponentModel.DataAnnotations;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Expressions;
using Wuwei.Indicator.Observations;
using Wuwei.Indicator.Quality;
using Wuwei.Register;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Validation;

/// <summary>What of a sample is expected.</summary>
public enum PredictorStatistic { Mean, Median }

/// <summary>What a figure is expected to be from its own past, in every region.</summary>
/// <param name="Indicator">Code, of the plan.</param>
/// <param name="Sequential">So many periods just before are sampled.</param>
/// <param name="Annual">And the same period of so many years before.</param>
/// <param name="Skip">A condition over indicators and measures; a period in which it holds is left out of the sample.</param>
/// <param name="Tolerance">From which distance a figure is unusual, in percent; in percentage points for shares.</param>
/// <param name="Mark">How sure: P plan, S public source, L law, I inference, D design proposal, U unverified.</param>
/// <param name="Revision">Also the ETag.</param>
public sealed record Predictor(
    string Code, int Revision, string NameZh, string Indicator, PredictorStatistic Statistic, int Sequential, int Annual, string? Skip, decimal Tolerance,
    bool Active, string Mark, string Reason, DateTimeOffset KnownAt)
{
    internal PredictorForm ToForm() => new()
    {
        NameZh = NameZh,
        Indicator = Indicator,
        Statistic = Statistic,
        Sequential = Sequential,
        Annual = Annual,
        Skip = Skip,
        Tolerance = Tolerance,
        Active = Active,
        Reason = Reason,
    };
}

/// <summary>A figure beside what was expected of it.</summary>
/// <param name="Expected">Null: fewer than three periods are known.</param>
/// <param name="Difference">In percent of what was expected; in percentage points for shares.</param>
/// <param name="Unusual">The difference is beyond the predictor's tolerance.</param>
/// <param name="Sample">The periods that it comes from.</param>
/// <param name="Skipped">Those that were left out.</param>
public sealed record Prediction(
    string Predictor, string NameZh, string Indicator, string Region, string Period, decimal? Expected, decimal? Value, decimal? Difference, bool Unusual,
    IReadOnlyList<string> Sample, IReadOnlyList<string> Skipped);

/// <summary>Predicts; pure.</summary>
internal static class Forecasting
{
    // From two figures nobody tells what is usual.
    private const int LeastSample = 3;

    /// <summary>The months that a predictor looks at, and its skip condition with it.</summary>
    public static Window Reach(Predictor predictor, Period period)
    {
        var first = new[] { period.Add(-predictor.Sequential), period with { Year = period.Year - predictor.Annual } }.Min(one => one.Start);
        return new(first, new(period.End.Year, period.End.Month, 1));
    }

    /// <param name="skip">Null: no period is left out.</param>
    /// <param name="cells">Totals of what is looked at.</param>
    public static Prediction Of(Predictor predictor, PlanIndicator indicator, Derivation? skip, string region, Period period, IReadOnlyCollection<Cell> cells)
    {
        var known = Enumerable.Range(1, predictor.Sequential).Select(ago => period.Add(-ago))
            .Concat(Enumerable.Range(1, predictor.Annual).Select(years => period with { Year = period.Year - years }))
            .Distinct().Select(one => (Period: one, Value: ValueOf(one))).Where(one => one.Value is not null).OrderBy(one => one.Period.Start).ToArray();
        var skipped = known.Where(one => skip?.Of(region, WindowOf(one.Period), cells).Value is { } holds && holds != 0).Select(one => one.Period).ToArray();
        var sample = known.Where(one => !skipped.Contains(one.Period)).ToArray();
        decimal? expected = sample.Length < LeastSample ? null : decimal.Round(predictor.Statistic == PredictorStatistic.Mean
            ? sample.Average(one => one.Value!.Value) : (decimal)Outliers.Median([.. sample.Select(one => (double)one.Value!.Value)]), 2, MidpointRounding.AwayFromZero);
        var value = ValueOf(period);
        var difference = Pivot.Change(value, expected, indicator.Unit == "%");
        return new(
            predictor.Code, predictor.NameZh, indicator.Code, region, period.ToString(), expected, value, difference, Math.Abs(difference ?? 0) >= predictor.Tolerance,
            [.. sample.Select(one => one.Period.ToString())], [.. skipped.Select(one => one.ToString())]);

        decimal? ValueOf(Period one) => Aggregation.Of(indicator, region, WindowOf(one), cells).Value is { } counted ? decimal.Round(counted, 4) : null;
    }

    private static Window WindowOf(Period period) => new(period.Start, new(period.End.Year, period.End.Month, 1));
}

/// <summary>A predictor to set.</summary>
public sealed record PredictorForm
{
    public static readonly Refusal SampleEmpty = Refusal.Invalid("predictor.no_sample", "至少须有一个前期或往年同期。", "/sequential");

    /// <summary>What is expected, in one sentence.</summary>
    [Required(ErrorMessage = "须写明名称。"), TextLength(100, MinimumLength = 1, ErrorMessage = "名称须为 1 到 100 字。")] public required string NameZh { get; init; }

    /// <summary>Of the plan.</summary>
    public required string Indicator { get; init; }

    public required PredictorStatistic Statistic { get; init; }

    /// <summary>0 to 24 periods just before.</summary>
    [Range(0, 24, ErrorMessage = "前期数须在 0 到 24 之间。")] public required int Sequential { get; init; }

    /// <summary>0 to 5 years before.</summary>
    [Range(0, 5, ErrorMessage = "年数须在 0 到 5 之间。")] public required int Annual { get; init; }

    /// <summary>e.g. <c>[7] = 0 or [7] > 3 * [7]@-12</c>: such periods are no sample.</summary>
    [TextLength(ExpressionParser.MaxLength, MinimumLength = 1, ErrorMessage = "跳过条件须为 1 到 1000 字。")] public string? Skip { get; init; }

    /// <summary>Percent, or percentage points for shares: from where on a figure is unusual.</summary>
    [Range(typeof(decimal), "0.01", "10000", ErrorMessage = "容差须在 0.01 到 10000 之间。")] public required decimal Tolerance { get; init => field = decimal.Round(value, 4); }

    /// <summary>Whether it is in use.</summary>
    public required bool Active { get; init; }

    /// <summary>Why it is set or changed.</summary>
    [Required(ErrorMessage = "须写明理由。"), TextLength(500, MinimumLength = 1, ErrorMessage = "理由须为 1 到 500 字。")] public required string Reason { get; init; }
}

/// <summary>A predictor as stored.</summary>
internal sealed record PredictorRow(
    string Code, int Revision, string NameZh, string Indicator, string Statistic, int Sequential, int Annual, string? Skip, decimal Tolerance,
    bool Active, string Mark, string Reason, string SetBy, DateTimeOffset KnownAt)
{
    public const string Columns = "code, revision, name_zh, indicator, statistic, sequential, annual, skip, tolerance, active, mark, reason, set_by, known_at";

    public const string CurrentSql = $"""
        select distinct on (code) {Columns}
        from predictor
        order by code, revision desc
        """;

    public Predictor ToPredictor() => new(
        Code, Revision, NameZh, Indicator, Codes.Parse<PredictorStatistic>(Statistic), Sequential, Annual, Skip, Aggregation.Plain(Tolerance), Active, Mark, Reason, KnownAt);
}
