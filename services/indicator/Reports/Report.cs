using Wuwei.Contracts.Facts;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Observations;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Reports;

/// <summary>Where a report is on its way: a county writes, submits and approves; the city locks, or returns with a reason.</summary>
public enum ReportState { Draft, Submitted, Approved, Locked, Returned }

/// <summary>What a report says.</summary>
public sealed record ReportFigures
{
    /// <summary>In the indicator's unit; the period's own for flows, as of its end for stocks and levels; null for rates.</summary>
    public decimal? Value { get; init; }

    /// <summary>Of rates: what is in the share.</summary>
    public decimal? Numerator { get; init; }

    /// <summary>Of rates: the whole.</summary>
    public decimal? Denominator { get; init; }

    /// <summary>Remark, up to 500 characters.</summary>
    public string? Note { get; init; }

    /// <summary>Made by the generator of demonstration records.</summary>
    public bool Synthetic { get; init; }
}

/// <summary>Which report.</summary>
internal readonly record struct ReportKey(string Indicator, string Region, string Period)
{
    /// <summary>Its path in this service, and the record id of its facts.</summary>
    public string RecordId => $"reports/{Indicator}/{Region}/{Period}";

    /// <summary>Its period; a key that was checked has one.</summary>
    public ServiceDefaults.Period At => ServiceDefaults.Period.TryParse(Period, out var period) ? period : throw new InvalidOperationException("A checked period is canonical.");
}

/// <summary>A report as stored.</summary>
internal sealed record StoredReport(
    string Indicator, string Region, string Period, decimal? Value, decimal? Numerator, decimal? Denominator,
    string? Note, bool Synthetic, string State, string? Reason, int Revision, int LockedTimes, string ChangedBy, DateTimeOffset ChangedAt)
{
    public ReportKey Key => new(Indicator, Region, Period);

    public ReportState At => Enum.Parse<ReportState>(State, ignoreCase: true);

    public ReportFigures Figures => new() { Value = Value, Numerator = Numerator, Denominator = Denominator, Note = Note, Synthetic = Synthetic };

    /// <summary>The next revision, with these figures.</summary>
    public StoredReport With(ReportFigures figures, Caller caller, DateTimeOffset now) => this with
    {
        Value = figures.Value,
        Numerator = figures.Numerator,
        Denominator = figures.Denominator,
        Note = figures.Note,
        Synthetic = figures.Synthetic,
        Revision = Revision + 1,
        ChangedBy = caller.Subject,
        ChangedAt = now,
    };

    /// <summary>The next revision, moved on.</summary>
    public StoredReport To(ReportState state, string? reason, Caller caller, DateTimeOffset now) => this with
    {
        State = state.ToString().ToLowerInvariant(),
        Reason = reason ?? Reason,
        LockedTimes = LockedTimes + (state == ReportState.Locked ? 1 : 0),
        Revision = Revision + 1,
        ChangedBy = caller.Subject,
        ChangedAt = now,
    };

    public static StoredReport New(ReportKey key) => new(key.Indicator, key.Region, key.Period, null, null, null, null, false, "draft", null, 0, 0, "", default);

    /// <summary>The facts that a locked report is; none where facts come from elsewhere and the report is a control figure.</summary>
    public IEnumerable<Fact> Facts(PlanIndicator indicator)
    {
        var countsOn = Key.At.End;
        return indicator.Measures.Where(measure => measure.Source == "indicator").Select(measure => new Fact(
            Key.RecordId, measure.Measure, LockedTimes, Region, countsOn, null,
            measure.Role switch { MeasureRole.Numerator => Numerator, MeasureRole.Denominator => Denominator, _ => Value }));
    }
}

/// <summary>What can be reported, where and when.</summary>
internal static class ReportRules
{
    public static readonly Refusal NotReportedThere = Refusal.Invalid("report.not_applicable", "该指标不由该地区上报。", "/region");
    public static readonly Refusal PeriodKind = Refusal.Invalid("report.period_kind", "按月指标须报月份（如 2025-06），按年指标须报年份（如 2025）。", "/period");
    public static readonly Refusal OutOfPlan = Refusal.Invalid("report.period_out_of_plan", $"期间须在 {PlanYears.First} 到 {PlanYears.Last} 年之间。", "/period");
    public static readonly Refusal Future = Refusal.Invalid("report.future_period", "不能上报尚未开始的期间。", "/period");
    public static readonly Refusal ValueRequired = Refusal.Invalid("report.value_required", "须填数值，不填分子和分母。", "/value");
    public static readonly Refusal RateRequired = Refusal.Invalid("report.rate_required", "比率须填分子和分母，不填数值。", "/numerator");
    public static readonly Refusal Negative = Refusal.Invalid("report.negative", "数值不能为负。", "/value");
    public static readonly Refusal OutOfRange = Refusal.Invalid("report.value_out_of_range", "数值超出该指标的合理范围。", "/value");
    public static readonly Refusal NotWhole = Refusal.Invalid("report.not_whole", "人数、人次和件数须为整数。", "/value");
    public static readonly Refusal NumeratorExceeds = Refusal.Invalid("report.numerator_exceeds_denominator", "分子不能大于分母。", "/numerator");
    public static readonly Refusal NoteTooLong = Refusal.Invalid("report.note_too_long", "备注最多 500 字。", "/note");

    /// <summary>Whether there is such a report: its region and period.</summary>
    public static Refusal? CheckPlace(PlanIndicator indicator, string region, Period period, DateOnly today) => 0 switch
    {
        _ when (region == RegionCode.City) != indicator.CityOnly || (region != RegionCode.City && RegionCode.Counties.All(c => c.Code != region)) => NotReportedThere,
        _ when period.Kind != (indicator.Frequency == "year" ? ServiceDefaults.PeriodKind.Year : ServiceDefaults.PeriodKind.Month) => PeriodKind,
        _ => CheckPeriod(period, today),
    };

    /// <summary>Whether anything is reported of a period, by now.</summary>
    public static Refusal? CheckPeriod(Period period, DateOnly today) =>
        period.Year is < PlanYears.First or > PlanYears.Last ? OutOfPlan : period.Start > today ? Future : null;

    /// <summary>Whether figures can be right at all.</summary>
    public static Refusal? CheckFigures(PlanIndicator indicator, ReportFigures figures)
    {
        if (figures.Note?.EnumerateRunes().Count() > 500)
        {
            return NoteTooLong;
        }

        if (indicator.Counting != Counting.Ratio)
        {
            return figures is not { Value: { } value, Numerator: null, Denominator: null } ? ValueRequired : Check(indicator.Unit, value, "/value");
        }

        return figures is not { Value: null, Numerator: { } numerator, Denominator: { } denominator } ? RateRequired
            : Check("件", numerator, "/numerator") ?? Check("件", denominator, "/denominator") ?? (numerator > denominator ? NumeratorExceeds : null);
    }

    private static Refusal? Check(string unit, decimal value, string pointer) =>
        (value < 0 ? Negative : !Values.Fits(unit, value) ? OutOfRange : Values.IsWhole(unit) && decimal.Truncate(value) != value ? NotWhole : null)
            is { } refusal ? refusal with { Pointer = pointer } : null;
}
