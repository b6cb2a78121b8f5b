using System.Collections.Frozen;
using System.ComponentModel.DataAnnotations;
using Wuwei.Indicator.Observations;
using Wuwei.Register;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Enterprises;

/// <summary>As 统计上大中小微型企业划分 has it.</summary>
public enum EnterpriseSize { Large, Medium, Small, Micro }

/// <summary>国有、集体、民营、港澳台和外商投资、其他.</summary>
public enum Ownership { StateOwned, Collective, Private, Foreign, Other }

/// <summary>An enterprise of the sample as it is to be recorded.</summary>
public sealed record EnterpriseForm
{
    public static readonly Refusal RegionUnknown = Refusal.Invalid("enterprise.unknown_region", "监测企业须属于一个县区。", "/region");
    public static readonly Refusal IndustryUnknown = Refusal.Invalid("enterprise.unknown_industry", "行业须为国民经济行业分类的门类代码 A 至 T。", "/industry");
    public static readonly Refusal NotAMonth = Refusal.Invalid("enterprise.not_a_month", "须填月份，如 2025-06。", "");
    public static readonly Refusal UntilBeforeFrom = Refusal.Invalid("enterprise.until_before_from", "退出样本的月份不能早于进入的月份。", "/sampledUntil");

    /// <summary>County.</summary>
    public required string Region { get; init; }

    [Required(ErrorMessage = "请填写企业名称。"), TextLength(100, ErrorMessage = "企业名称最多 100 个字。")] public required string Name { get; init; }

    /// <summary>Section of GB/T 4754-2017: A to T.</summary>
    public required string Industry { get; init; }

    public required EnterpriseSize Size { get; init; }

    public required Ownership Ownership { get; init; }

    /// <summary>The month against which changes are told (建档期).</summary>
    public required string BasePeriod { get; init; }

    /// <summary>Staff at the end of the base period.</summary>
    [Range(0, 1_000_000, ErrorMessage = "人数须在 0 到 100 万之间。")] public required int BaseHeadcount { get; init; }

    /// <summary>First month that is returned.</summary>
    public required string SampledFrom { get; init; }

    /// <summary>Last month that is returned; absent: it goes on.</summary>
    public string? SampledUntil { get; init; }

    [TextLength(500, ErrorMessage = "备注最多 500 个字。")] public string? Note { get; init; }

    /// <summary>The enterprise, when each member can be right on its own.</summary>
    internal Decision<StoredEnterprise> Read(string code) =>
        RegionCode.Counties.All(county => county.Code != Region) ? RegionUnknown
        : !Industries.Names.ContainsKey(Industry) ? IndustryUnknown
        : Months.Read(BasePeriod) is not { } basePeriod ? NotAMonth with { Pointer = "/basePeriod" }
        : Months.Read(SampledFrom) is not { } from ? NotAMonth with { Pointer = "/sampledFrom" }
        : SampledUntil is not null && Months.Read(SampledUntil) is null ? NotAMonth with { Pointer = "/sampledUntil" }
        : Months.Read(SampledUntil) < from ? UntilBeforeFrom
        : new StoredEnterprise(
            code, Region, Name, Industry, Codes.Of(Size), Codes.Of(Ownership), basePeriod.ToString(), BaseHeadcount, from.ToString(),
            Months.Read(SampledUntil)?.ToString(), Note is { Length: > 0 } ? Note : null, 0, "", default);
}

/// <summary>An enterprise as stored.</summary>
internal sealed record StoredEnterprise(
    string CreditCode, string Region, string Name, string Industry, string Size, string Ownership, string BasePeriod, int BaseHeadcount,
    string SampledFrom, string? SampledUntil, string? Note, int Revision, string ChangedBy, DateTimeOffset ChangedAt)
{
    public const string Columns = """
        e.credit_code, e.region, e.name, e.industry, e.size, e.ownership, e.base_period, e.base_headcount, e.sampled_from, e.sampled_until,
        e.note, e.revision, e.changed_by, e.changed_at
        """;

    /// <summary>Whether the other says the same, whoever said it when.</summary>
    public bool Says(StoredEnterprise other) => this == other with { Revision = Revision, ChangedBy = ChangedBy, ChangedAt = ChangedAt };
}

/// <summary>An enterprise of the sample.</summary>
/// <param name="CreditCode">Unified social credit code.</param>
/// <param name="IndustryName">In Chinese.</param>
/// <param name="SampledUntil">Last month that is returned; null: it goes on.</param>
/// <param name="Revision">Also the ETag.</param>
public sealed record Enterprise(
    string CreditCode, string Region, string Name, string Industry, string IndustryName, EnterpriseSize Size, Ownership Ownership,
    string BasePeriod, int BaseHeadcount, string SampledFrom, string? SampledUntil, string? Note, int Revision, string ChangedBy,
    DateTimeOffset ChangedAt, string Link)
{
    internal static Enterprise Of(StoredEnterprise e) => new(
        e.CreditCode, e.Region, e.Name, e.Industry, Industries.Names[e.Industry], Codes.Parse<EnterpriseSize>(e.Size), Codes.Parse<Ownership>(e.Ownership),
        e.BasePeriod, e.BaseHeadcount, e.SampledFrom, e.SampledUntil, e.Note, e.Revision, e.ChangedBy, e.ChangedAt,
        Links.Record("indicator", $"enterprises/{e.CreditCode}"));
}

/// <summary>Sections of 国民经济行业分类.</summary>
internal static class Industries
{
    /// <summary>By letter.</summary>
    /// <remarks>Source: GB/T 4754-2017, 20 门类.</remarks>
    public static readonly FrozenDictionary<string, string> Names = new Dictionary<string, string>
    {
        ["A"] = "农、林、牧、渔业",
        ["B"] = "采矿业",
        ["C"] = "制造业",
        ["D"] = "电力、热力、燃气及水生产和供应业",
        ["E"] = "建筑业",
        ["F"] = "批发和零售业",
        ["G"] = "交通运输、仓储和邮政业",
        ["H"] = "住宿和餐饮业",
        ["I"] = "信息传输、软件和信息技术服务业",
        ["J"] = "金融业",
        ["K"] = "房地产业",
        ["L"] = "租赁和商务服务业",
        ["M"] = "科学研究和技术服务业",
        ["N"] = "水利、环境和公共设施管理业",
        ["O"] = "居民服务、修理和其他服务业",
        ["P"] = "教育",
        ["Q"] = "卫生和社会工作",
        ["R"] = "文化、体育和娱乐业",
        ["S"] = "公共管理、社会保障和社会组织",
        ["T"] = "国际组织",
    }.ToFrozenDictionary();
}

/// <summary>Months as callers write them.</summary>
internal static class Months
{
    /// <summary>The month; null when it is none, or there is no text.</summary>
    public static Period? Read(string? text) =>
        text is not null && ObservationQuery.TryPeriod(text, out var period) && period.Kind == PeriodKind.Month ? period : null;
}
