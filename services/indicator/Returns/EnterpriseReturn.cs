using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Wuwei.Indicator.Enterprises;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Returns;

/// <summary>扩大生产、新项目投产、补充空缺、季节性用工、其他.</summary>
public enum HireReason { Expansion, NewProject, Replacement, Seasonal, Other }

/// <summary>关闭破产、停业整顿、裁员、解除合同、合同到期、主动离职、退休或死亡、其他.</summary>
public enum LossType { Closure, Suspension, Layoff, Dismissal, Expiry, Resignation, Retirement, Other }

/// <summary>订单不足、成本上升、资金困难、转型升级、政策性、搬迁、季节性、个人原因、其他.</summary>
public enum LossReason { Orders, Costs, Funds, Upgrading, Policy, Relocation, Seasonal, Personal, Other }

/// <summary>Persons who came.</summary>
public sealed record Hire(HireReason Reason, int Persons);

/// <summary>Persons who left.</summary>
public sealed record Loss(LossType Type, LossReason Reason, int Persons);

/// <summary>What an enterprise of the sample says of a month.</summary>
public sealed record ReturnForm
{
    /// <summary>Most lines of hires, and of losses.</summary>
    public const int MaxLines = 50;

    public static readonly Refusal Lines = Refusal.Invalid("return.lines", $"增加和减少各最多 {MaxLines} 行，每行人数须在 1 到 100 万之间。", "");
    public static readonly Refusal DoesNotAddUp = Refusal.Invalid("return.does_not_add_up", "上期末人数加增加人数减减少人数须等于本期末人数。", "/headcountNow");

    /// <summary>Staff at the end of the month before.</summary>
    [Range(0, 1_000_000, ErrorMessage = "人数须在 0 到 100 万之间。")] public required int HeadcountLast { get; init; }

    /// <summary>Staff at the end of the month.</summary>
    [Range(0, 1_000_000, ErrorMessage = "人数须在 0 到 100 万之间。")] public required int HeadcountNow { get; init; }

    public required IReadOnlyList<Hire> Hires { get; init; }

    public required IReadOnlyList<Loss> Losses { get; init; }

    /// <summary>Why figures that look odd are right.</summary>
    [TextLength(500, ErrorMessage = "说明最多 500 个字。")] public string? Explanation { get; init; }

    /// <summary>The return, when it is right in itself: last + hires − losses = now.</summary>
    internal Decision<StoredReturn> Read(StoredEnterprise enterprise, Period period)
    {
        // Arrays may hold null whatever their type says.
        if (Hires.Count > MaxLines || Hires.Any(hire => hire is not { Persons: > 0 and <= 1_000_000 }))
        {
            return Lines with { Pointer = "/hires" };
        }

        if (Losses.Count > MaxLines || Losses.Any(loss => loss is not { Persons: > 0 and <= 1_000_000 }))
        {
            return Lines with { Pointer = "/losses" };
        }

        var (hired, lost) = (Hires.Sum(hire => hire.Persons), Losses.Sum(loss => loss.Persons));
        return HeadcountLast + hired - lost != HeadcountNow
            ? DoesNotAddUp with { Detail = $"{HeadcountLast} + {hired} − {lost} = {HeadcountLast + hired - lost}，填报为 {HeadcountNow}。" }
            : new StoredReturn(
                enterprise.CreditCode, enterprise.Region, period.ToString(), HeadcountLast, HeadcountNow, hired, lost,
                JsonSerializer.Serialize(Hires, Json.Options), JsonSerializer.Serialize(Losses, Json.Options), Explanation is { Length: > 0 } ? Explanation : null,
                default, 0, "", default);
    }
}

/// <summary>A return as stored.</summary>
internal sealed record StoredReturn(
    string CreditCode, string Region, string Period, int HeadcountLast, int HeadcountNow, int Hired, int Lost, string Hires, string Losses,
    string? Explanation, DateOnly ReceivedOn, int Revision, string ChangedBy, DateTimeOffset ChangedAt)
{
    public const string Columns = """
        r.credit_code, r.region, r.period, r.headcount_last, r.headcount_now, r.hired, r.lost, r.hires::text as hires, r.losses::text as losses,
        r.explanation, r.received_on, r.revision, r.changed_by, r.changed_at
        """;

    public IReadOnlyList<Hire> HireLines => JsonSerializer.Deserialize<Hire[]>(Hires, Json.Options)!;

    public IReadOnlyList<Loss> LossLines => JsonSerializer.Deserialize<Loss[]>(Losses, Json.Options)!;

    /// <summary>Whether the other says the same, whoever said it when. The database spells JSON its own way, so lines are compared.</summary>
    public bool Says(StoredReturn other) =>
        this == other with { Hires = Hires, Losses = Losses, ReceivedOn = ReceivedOn, Revision = Revision, ChangedBy = ChangedBy, ChangedAt = ChangedAt }
        && HireLines.SequenceEqual(other.HireLines) && LossLines.SequenceEqual(other.LossLines);
}

/// <summary>A return.</summary>
/// <param name="DueOn">Last day in time.</param>
/// <param name="ReceivedOn">Day of its first version.</param>
/// <param name="Hints">What looks odd; to be explained or corrected.</param>
/// <param name="Revision">Also the ETag.</param>
public sealed record EnterpriseReturn(
    string CreditCode, string Region, string Period, int HeadcountLast, int HeadcountNow, int Hired, int Lost, IReadOnlyList<Hire> Hires,
    IReadOnlyList<Loss> Losses, string? Explanation, DateOnly DueOn, DateOnly ReceivedOn, bool Late, IReadOnlyList<ReturnHint> Hints,
    int Revision, string ChangedBy, DateTimeOffset ChangedAt)
{
    internal static EnterpriseReturn Of(StoredReturn r, DateOnly dueOn, IReadOnlyList<ReturnHint> hints) => new(
        r.CreditCode, r.Region, r.Period, r.HeadcountLast, r.HeadcountNow, r.Hired, r.Lost, r.HireLines, r.LossLines, r.Explanation, dueOn,
        r.ReceivedOn, r.ReceivedOn > dueOn, hints, r.Revision, r.ChangedBy, r.ChangedAt);
}
