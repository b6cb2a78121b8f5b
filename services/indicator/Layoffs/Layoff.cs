using System.ComponentModel.DataAnnotations;
using Wuwei.Indicator.Enterprises;
using Wuwei.Indicator.Observations;
using Wuwei.Register;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Layoffs;

/// <summary>劳动合同法 art. 41: 依照企业破产法重整, 生产经营发生严重困难, 转产、重大技术革新或者经营方式调整, 其他客观经济情况发生重大变化.</summary>
public enum LayoffReason { Reorganisation, SeriousDifficulty, Conversion, ChangedCircumstances }

/// <summary>Where a layoff stands.</summary>
public enum LayoffState { Planned, CarriedOut, Withdrawn }

/// <summary>A layoff of any enterprise, in the sample or not.</summary>
public sealed record LayoffForm
{
    public static readonly Refusal CodeMalformed = Refusal.Invalid("layoff.credit_code", "统一社会信用代码须为 18 位且校验位正确，请核对。", "/creditCode");
    public static readonly Refusal RegionUnknown = Refusal.Invalid("layoff.unknown_region", "企业须属于一个县区。", "/region");
    public static readonly Refusal IndustryUnknown = Refusal.Invalid("layoff.unknown_industry", "行业须为国民经济行业分类的门类代码 A 至 T。", "/industry");
    public static readonly Refusal MoreThanStaff = Refusal.Invalid("layoff.more_than_staff", "裁减人数不能多于职工总数。", "/persons");
    public static readonly Refusal EndRequired = Refusal.Invalid("layoff.end_required", "已实施的须填实施日期和实际裁减人数，撤回的须填撤回日期。", "/endedOn");
    public static readonly Refusal EndUnexpected = Refusal.Invalid("layoff.end_unexpected", "尚未实施的不填实施日期和实际裁减人数，撤回的不填人数。", "/endedOn");
    public static readonly Refusal InFuture = Refusal.Invalid("layoff.in_future", "已经发生的事项，日期不能晚于今天。", "");

    [TextLength(40, ErrorMessage = "统一社会信用代码须为 18 位。")] public required string CreditCode { get; init; }

    [Required(ErrorMessage = "请填写企业名称。"), TextLength(100, ErrorMessage = "企业名称最多 100 个字。")] public required string Name { get; init; }

    /// <summary>County.</summary>
    public required string Region { get; init; }

    /// <summary>Section of GB/T 4754-2017: A to T.</summary>
    public required string Industry { get; init; }

    /// <summary>Staff of the enterprise when the layoff is planned.</summary>
    [Range(1, 1_000_000, ErrorMessage = "人数须在 1 到 100 万之间。")] public required int Headcount { get; init; }

    /// <summary>Persons who are to leave.</summary>
    [Range(1, 1_000_000, ErrorMessage = "人数须在 1 到 100 万之间。")] public required int Persons { get; init; }

    public required LayoffReason Reason { get; init; }

    /// <summary>Day on which union or all staff were told; absent: they have not been.</summary>
    public DateOnly? NoticedOn { get; init; }

    /// <summary>Day on which the plan was reported to the labour bureau; absent: it has not been.</summary>
    public DateOnly? ReportedOn { get; init; }

    /// <summary>Day on which the first person is to leave.</summary>
    public required DateOnly PlannedOn { get; init; }

    public LayoffState State { get; init; }

    /// <summary>Day on which it was carried out (the first person left) or withdrawn.</summary>
    public DateOnly? EndedOn { get; init; }

    /// <summary>Persons who left; of a layoff that was carried out.</summary>
    [Range(0, 1_000_000, ErrorMessage = "人数须在 0 到 100 万之间。")] public int? LaidOff { get; init; }

    [TextLength(500, ErrorMessage = "备注最多 500 个字。")] public string? Note { get; init; }

    /// <summary>The layoff, when each member can be right on its own. One that breaks the law is recorded all the same.</summary>
    internal Decision<StoredLayoff> Read(Guid id, DateOnly today)
    {
        var code = ServiceDefaults.CreditCode.Read(CreditCode);
        return code is null ? CodeMalformed
            : RegionCode.Counties.All(county => county.Code != Region) ? RegionUnknown
            : !Industries.Names.ContainsKey(Industry) ? IndustryUnknown
            : Persons > Headcount ? MoreThanStaff
            : LaidOff > Headcount ? MoreThanStaff with { Pointer = "/laidOff" }
            : State != LayoffState.Planned && EndedOn is null || State == LayoffState.CarriedOut && LaidOff is null ? EndRequired
            : State == LayoffState.Planned && EndedOn is not null || State != LayoffState.CarriedOut && LaidOff is not null ? EndUnexpected
            : NoticedOn > today ? InFuture with { Pointer = "/noticedOn" }
            : ReportedOn > today ? InFuture with { Pointer = "/reportedOn" }
            : EndedOn > today ? InFuture with { Pointer = "/endedOn" }
            : new StoredLayoff(
                id, Region, code, Name, Industry, Headcount, Persons, Codes.Of(Reason), NoticedOn, ReportedOn, PlannedOn, Codes.Of(State), EndedOn, LaidOff,
                Note is { Length: > 0 } ? Note : null, 0, "", default);
    }
}

/// <summary>A layoff as stored.</summary>
internal sealed record StoredLayoff(
    Guid LayoffId, string Region, string CreditCode, string Name, string Industry, int Headcount, int Persons, string Reason, DateOnly? NoticedOn,
    DateOnly? ReportedOn, DateOnly PlannedOn, string State, DateOnly? EndedOn, int? LaidOff, string? Note, int Revision, string ChangedBy, DateTimeOffset ChangedAt)
{
    public const string Columns = """
        l.layoff_id, l.region, l.credit_code, l.name, l.industry, l.headcount, l.persons, l.reason, l.noticed_on, l.reported_on, l.planned_on,
        l.state, l.ended_on, l.laid_off, l.note, l.revision, l.changed_by, l.changed_at
        """;

    /// <summary>Whether the other says the same, whoever said it when.</summary>
    public bool Says(StoredLayoff other) => this == other with { Revision = Revision, ChangedBy = ChangedBy, ChangedAt = ChangedAt };
}

/// <summary>A layoff, and how it stands to the law.</summary>
/// <param name="Statutory">Whether notice and report are due: 20 persons or more, or 10 % of the staff or more.</param>
/// <param name="EarliestOn">First day on which somebody may leave: 30 days after the notice; null: nobody has been told.</param>
/// <param name="DaysToPlanned">Calendar days from today to the planned day, negative when it is over; null: it is no longer planned.</param>
/// <param name="Breaches">What the law asks and is not so; empty when all is well.</param>
/// <param name="Revision">Also the ETag.</param>
public sealed record Layoff(
    Guid Id, string Region, string CreditCode, string Name, string Industry, int Headcount, int Persons, LayoffReason Reason, DateOnly? NoticedOn,
    DateOnly? ReportedOn, DateOnly PlannedOn, LayoffState State, DateOnly? EndedOn, int? LaidOff, string? Note, bool Statutory, DateOnly? EarliestOn,
    int? DaysToPlanned, IReadOnlyList<LayoffBreach> Breaches, int Revision, string ChangedBy, DateTimeOffset ChangedAt, string Link)
{
    internal static Layoff Of(StoredLayoff l, DateOnly today) => new(
        l.LayoffId, l.Region, l.CreditCode, l.Name, l.Industry, l.Headcount, l.Persons, Codes.Parse<LayoffReason>(l.Reason), l.NoticedOn, l.ReportedOn,
        l.PlannedOn, Codes.Parse<LayoffState>(l.State), l.EndedOn, l.LaidOff, l.Note, LayoffRule.IsStatutory(l.Persons, l.Headcount),
        LayoffRule.EarliestOn(l.NoticedOn), l.State == "planned" ? l.PlannedOn.DayNumber - today.DayNumber : null, LayoffRule.Breaches(l, today),
        l.Revision, l.ChangedBy, l.ChangedAt, Links.Record("indicator", $"layoffs/{l.LayoffId}"));
}
