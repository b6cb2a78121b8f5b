using System.ComponentModel.DataAnnotations;
using Wuwei.Indicator.Observations;
using Wuwei.Indicator.Watch;
using Wuwei.Register;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;
using Wuwei.ServiceDefaults.WorkingDays;

namespace Wuwei.Indicator.Cases;

/// <summary>举报、投诉、拖欠工资.</summary>
public enum CaseKind { Report, Complaint, Arrears }

/// <summary>责令改正后履行、行政处理或处罚、移送、撤案.</summary>
public enum CaseOutcome { Corrected, Sanctioned, Transferred, Dismissed }

/// <summary>Wages that are owed.</summary>
public sealed record ArrearsForm
{
    [Range(1, 1_000_000, ErrorMessage = "人数须在 1 到 100 万之间。")] public required int Workers { get; init; }

    /// <summary>Yuan owed, two decimals.</summary>
    [Range(typeof(decimal), "0.01", "100000000000", ErrorMessage = "金额须大于 0。")] public required decimal Amount { get; init; }

    /// <summary>Day on which the oldest unpaid wage was due.</summary>
    public required DateOnly OwedSince { get; init; }

    /// <summary>Whether people gathered (群体性事件).</summary>
    public bool MassEvent { get; init; }

    /// <summary>Yuan paid so far.</summary>
    [Range(typeof(decimal), "0", "100000000000", ErrorMessage = "金额不能为负。")] public decimal? Recovered { get; init; }
}

/// <summary>A case of labour inspection, from filing on.</summary>
public sealed record CaseForm
{
    public static readonly Refusal RegionUnknown = Refusal.Invalid("case.unknown_region", "案件须属于一个县区。", "/region");
    public static readonly Refusal CodeMalformed = Refusal.Invalid("case.credit_code", "统一社会信用代码须为 18 位且校验位正确，请核对。", "/creditCode");
    public static readonly Refusal InFuture = Refusal.Invalid("case.in_future", "已经发生的事项，日期不能晚于今天。", "");
    public static readonly Refusal BeforeFiling = Refusal.Invalid("case.before_filing", "延长和结案日期不能早于立案日期。", "");
    public static readonly Refusal ExtendedTooLate = Refusal.Invalid("case.extended_too_late", "延长须在原期限内批准。", "/extendedOn");
    public static readonly Refusal OutcomeRequired = Refusal.Invalid("case.outcome_required", "结案日期和处理结果须同时填写。", "/outcome");
    public static readonly Refusal ArrearsRequired = Refusal.Invalid("case.arrears_required", "拖欠工资案件须填欠薪情况，其他案件不填。", "/arrears");
    public static readonly Refusal Precision = Refusal.Invalid("case.amount_precision", "金额最多保留两位小数。", "/arrears/amount");

    /// <summary>County.</summary>
    public required string Region { get; init; }

    public required CaseKind Kind { get; init; }

    /// <summary>Employer that the case is about.</summary>
    [Required(ErrorMessage = "请填写用人单位。"), TextLength(100, ErrorMessage = "用人单位最多 100 个字。")] public required string Respondent { get; init; }

    [TextLength(40, ErrorMessage = "统一社会信用代码须为 18 位。")] public string? CreditCode { get; init; }

    /// <summary>立案.</summary>
    public required DateOnly FiledOn { get; init; }

    /// <summary>Day on which 30 working days more were approved.</summary>
    public DateOnly? ExtendedOn { get; init; }

    public DateOnly? ClosedOn { get; init; }

    public CaseOutcome? Outcome { get; init; }

    public ArrearsForm? Arrears { get; init; }

    [TextLength(500, ErrorMessage = "备注最多 500 个字。")] public string? Note { get; init; }

    /// <summary>The case, when each member can be right on its own.</summary>
    internal Decision<StoredCase> Read(Guid id, DateOnly today)
    {
        var code = CreditCode is { Length: > 0 } text ? ServiceDefaults.CreditCode.Read(text) : null;
        var wrong = RegionCode.Counties.All(county => county.Code != Region) ? RegionUnknown
            : CreditCode is { Length: > 0 } && code is null ? CodeMalformed
            : FiledOn > today ? InFuture with { Pointer = "/filedOn" }
            : ExtendedOn > today ? InFuture with { Pointer = "/extendedOn" }
            : ClosedOn > today ? InFuture with { Pointer = "/closedOn" }
            : ExtendedOn < FiledOn ? BeforeFiling with { Pointer = "/extendedOn" }
            : ClosedOn < FiledOn ? BeforeFiling with { Pointer = "/closedOn" }
            : ClosedOn is null != Outcome is null ? OutcomeRequired
            : Kind == CaseKind.Arrears != Arrears is not null ? ArrearsRequired
            : Arrears?.OwedSince > today ? InFuture with { Pointer = "/arrears/owedSince" }
            : Arrears is { } owed && (decimal.Round(owed.Amount, 2) != owed.Amount || owed.Recovered is { } paid && decimal.Round(paid, 2) != paid) ? Precision
            : null;
        return wrong is not null ? wrong
            : CaseClock.DueOn(FiledOn, ExtendedOn).IsRefused(out var refusal, out var due) ? refusal
            : new StoredCase(
                id, Region, Codes.Of(Kind), Respondent, code, FiledOn, ExtendedOn, due.On, ClosedOn, Outcome is { } outcome ? Codes.Of(outcome) : null, Arrears?.Workers,
                Arrears?.Amount, Arrears?.OwedSince, Arrears?.MassEvent ?? false, Arrears?.Recovered, Note is { Length: > 0 } ? Note : null, 0, "", default);
    }
}

/// <summary>How long an inspection may take.</summary>
/// <remarks>
/// Source: 劳动保障监察条例 art. 17 [L]: 应当自立案之日起60个工作日内完成；对情况复杂的，经劳动保障行政部门负责人批准，可以延长30个工作日. The
/// law knows no pause of it, so there is none here.
/// </remarks>
internal static class CaseClock
{
    public const int Days = 60;
    public const int MoreDays = 30;

    /// <param name="On">Last day; null: it takes a year whose holidays are not known yet, and a case is recorded all the same.</param>
    internal sealed record Due(DateOnly? On);

    /// <summary>Until when; refused when the extension came after the first sixty days.</summary>
    public static Decision<Due> DueOn(DateOnly filedOn, DateOnly? extendedOn)
    {
        var first = LastOf(filedOn, Days);
        return extendedOn > first ? CaseForm.ExtendedTooLate : new Due(extendedOn is null ? first : LastOf(filedOn, Days + MoreDays));
    }

    private static DateOnly? LastOf(DateOnly filedOn, int days) =>
        new WorkingClock(filedOn, days).Read(filedOn).IsRefused(out _, out var reading) ? null : reading.DueOn;
}

/// <summary>A case as stored.</summary>
internal sealed record StoredCase(
    Guid CaseId, string Region, string Kind, string Respondent, string? CreditCode, DateOnly FiledOn, DateOnly? ExtendedOn, DateOnly? DueOn, DateOnly? ClosedOn,
    string? Outcome, int? Workers, decimal? Amount, DateOnly? OwedSince, bool MassEvent, decimal? Recovered, string? Note, int Revision, string ChangedBy, DateTimeOffset ChangedAt)
{
    public const string Columns = """
        c.case_id, c.region, c.kind, c.respondent, c.credit_code, c.filed_on, c.extended_on, c.due_on, c.closed_on, c.outcome, c.workers, c.amount, c.owed_since,
        c.mass_event, c.recovered, c.note, c.revision, c.changed_by, c.changed_at
        """;

    /// <summary>Whether the other says the same, whoever said it when.</summary>
    public bool Says(StoredCase other) => this == other with { Revision = Revision, ChangedBy = ChangedBy, ChangedAt = ChangedAt };
}

/// <summary>How grave arrears are.</summary>
internal static class ArrearsRule
{
    /// <summary>By how long wages have been owed; red at once when many are concerned, much is owed or people gather. Null: nothing is owed any more.</summary>
    public static WarningLevel? LevelOf(StoredCase arrears, DateOnly today, PolicyParameters policy)
    {
        if (arrears.OwedSince is not { } since || arrears.ClosedOn is not null || arrears.Recovered >= arrears.Amount)
        {
            return null;
        }

        return IsMajor(arrears, policy, today) ? WarningLevel.Red
            : Enum.GetValues<WarningLevel>().Reverse().Cast<WarningLevel?>().FirstOrDefault(level =>
                policy.Value("arrears.months_owed", Codes.Of(level!.Value), today) is { } months && months < 1200 && since < today.AddMonths(-(int)months));
    }

    /// <summary>重大欠薪.</summary>
    public static bool IsMajor(StoredCase arrears, PolicyParameters policy, DateOnly on) =>
        arrears.MassEvent || arrears.Workers >= policy.Value("arrears.major_workers", on) || arrears.Amount >= policy.Value("arrears.major_amount", on);
}

/// <summary>Wages that are owed.</summary>
/// <param name="Level">By time owed and size; null: nothing is owed any more.</param>
/// <param name="Major">重大欠薪: reported level by level at once.</param>
public sealed record Arrears(int Workers, decimal Amount, DateOnly OwedSince, bool MassEvent, decimal? Recovered, WarningLevel? Level, bool Major);

/// <summary>A case of labour inspection.</summary>
/// <param name="DueOn">Last day: 60 working days from filing, 90 when extended; null: it takes a year whose holidays are not known yet.</param>
/// <param name="Overdue">Whether it is open after that day, or was closed after it.</param>
/// <param name="Revision">Also the ETag.</param>
public sealed record LabourCase(
    Guid Id, string Region, CaseKind Kind, string Respondent, string? CreditCode, DateOnly FiledOn, DateOnly? ExtendedOn, DateOnly? DueOn, bool Overdue,
    DateOnly? ClosedOn, CaseOutcome? Outcome, Arrears? Arrears, string? Note, int Revision, string ChangedBy, DateTimeOffset ChangedAt, string Link)
{
    internal static LabourCase Of(StoredCase c, DateOnly today, PolicyParameters policy) => new(
        c.CaseId, c.Region, Codes.Parse<CaseKind>(c.Kind), c.Respondent, c.CreditCode, c.FiledOn, c.ExtendedOn, c.DueOn, (c.ClosedOn ?? today) > c.DueOn,
        c.ClosedOn, c.Outcome is null ? null : Codes.Parse<CaseOutcome>(c.Outcome),
        c.OwedSince is { } since
            ? new(c.Workers!.Value, Aggregation.Plain(c.Amount!.Value), since, c.MassEvent, c.Recovered is { } paid ? Aggregation.Plain(paid) : null,
                ArrearsRule.LevelOf(c, today, policy), ArrearsRule.IsMajor(c, policy, today))
            : null,
        c.Note, c.Revision, c.ChangedBy, c.ChangedAt, Links.Record("indicator", $"cases/{c.CaseId}"));
}
