using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Scores;

/// <summary>Which scores: of which month, by which scheme, as known when.</summary>
/// <param name="Month">Null: the latest month that has data.</param>
/// <param name="AsOf">Null: as known now.</param>
internal sealed record ScoreQuestion(Period? Month, string Scheme, DateTimeOffset? AsOf)
{
    /// <summary>By this version of the scheme, whichever applies to the month; null: the one that applies.</summary>
    public int? Version { get; init; }

    /// <summary>Asks of a month that has no data yet: what is known so far, and the targets.</summary>
    public bool IsAhead { get; init; }

    public static readonly Refusal BadPeriod = Refusal.Invalid(
        "assessment.bad_period", "期别须为月份，如 2025-06（亦可写作 202506、2025-M06）。", "/period");

    public static readonly Refusal BadAsOf = new(
        "assessment.bad_as_of", "asOf 须为带时区的时刻，如 2025-07-01T08:00:00+08:00。", StatusCodes.Status400BadRequest, "/asOf");

    public static readonly Refusal FutureAsOf = Refusal.Invalid("assessment.future_as_of", "asOf 不能晚于现在。", "/asOf");

    public static readonly Refusal UnknownScheme = new("assessment.unknown_scheme", "没有这个考核方案。", StatusCodes.Status404NotFound);

    public static readonly Refusal UnknownRegion = new("assessment.unknown_region", "没有这个地区的得分。", StatusCodes.Status404NotFound);

    public static readonly Refusal UnknownItem = new("assessment.unknown_item", "方案中没有这项指标。", StatusCodes.Status404NotFound);

    public static readonly Refusal NoData = new("assessment.no_data", "当时尚无任何数据，无法计分。", StatusCodes.Status404NotFound);

    public static Refusal OutsidePlan(string from, string to) => new(
        "assessment.period_outside_plan", $"期别不在方案适用的期间内（{from} 至 {to}）。", StatusCodes.Status404NotFound, "/period");

    public static Refusal BeyondData(Period latest) => new(
        "assessment.period_without_data", $"该月尚无数据，最新数据为 {latest}。", StatusCodes.Status404NotFound, "/period");

    /// <summary>Reads a question as callers put it.</summary>
    public static Decision<ScoreQuestion> Read(string? period, string? scheme, string? asOf, DateTimeOffset now)
    {
        Period? month = null;
        if (period is not null)
        {
            if (!Period.TryParse(period, out var read) || read.Kind is not PeriodKind.Month)
            {
                return BadPeriod;
            }

            month = read;
        }

        DateTimeOffset? instant = null;
        if (asOf is not null)
        {
            if (!Instants.TryParse(asOf, out var read))
            {
                return BadAsOf;
            }

            if (read > now)
            {
                return FutureAsOf;
            }

            instant = read;
        }

        return scheme is null || Schemes.Scheme.IsId(scheme)
            ? new ScoreQuestion(month, scheme ?? Schemes.Scheme.Default, instant)
            : UnknownScheme;
    }
}
