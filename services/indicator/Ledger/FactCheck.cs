using System.Text.RegularExpressions;
using Wuwei.Contracts.Facts;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Ledger;

/// <summary>A measure that facts may be of.</summary>
/// <param name="Source">The one service that records it.</param>
/// <param name="Mode"><c>persons</c>: each person key once per calendar year; else quantities are added.</param>
internal sealed record Measure(string Code, string Source, string Mode)
{
    public bool CountsPersons => Mode == "persons";
}

/// <summary>Why a fact is set aside.</summary>
/// <param name="Reason">Stable code, also a dimension of the metric.</param>
/// <param name="Detail">Chinese sentence for the operator.</param>
internal sealed record Parking(string Reason, string Detail);

/// <summary>Whether a fact can be counted at all. Depends on nothing but the fact and the catalogue: no clock, no order.</summary>
internal static partial class FactCheck
{
    /// <summary>The same revision came with other content than before: the source's bug.</summary>
    public static readonly Parking Conflict = new("revision_conflict", "同一修订号的内容与先前收到的不同；先前的保持不变。");

    /// <summary>Largest quantity of one fact, in the measure's unit: more than the country's people.</summary>
    public const decimal MaxQuantity = 10_000_000_000m;

    private static readonly DateOnly Earliest = new(2000, 1, 1);
    private static readonly DateOnly Latest = new(2099, 12, 31);

    /// <summary>Null when the fact can be counted.</summary>
    /// <param name="source">Who says so.</param>
    /// <param name="measures">By code.</param>
    public static Parking? Problem(string source, Fact? fact, IReadOnlyDictionary<string, Measure> measures)
    {
        if (fact is null || !RecordId().IsMatch(fact.RecordId ?? ""))
        {
            return new("record_malformed", "记录编号缺失或格式不正确。");
        }

        if (!measures.TryGetValue(fact.Measure ?? "", out var measure))
        {
            return new("measure_unknown", "没有这个计量项目。");
        }

        return fact switch
        {
            _ when measure.Source != source => new("measure_foreign", "计量项目不属于该来源。"),
            { Revision: < 1 } => new("revision_out_of_range", "修订号须从 1 起。"),
            _ when !IsKnown(fact.Region) => new("region_unknown", "没有这个行政区划代码。"),
            _ when fact.EventDate < Earliest || fact.EventDate > Latest => new("date_out_of_range", "发生日期超出 2000 至 2099 年。"),
            { PersonKey: { } key } when !PersonKey().IsMatch(key) => new("person_malformed", "人员键须为 32 位十六进制。"),
            { Quantity: < 0 or > MaxQuantity } => new("quantity_out_of_range", "数量为负或过大。"),
            { Quantity: { } quantity } when decimal.Round(quantity, 4) != quantity => new("quantity_out_of_range", "数量最多四位小数。"),
            { Quantity: not (null or 1), PersonKey: not null } when measure.CountsPersons => new("quantity_out_of_range", "一人只能计一。"),
            _ => null,
        };
    }

    private static bool IsKnown(string? region) => region is not null && (region == RegionCode.City || RegionCode.IsCountyOrTownship(region));

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}\z")]
    private static partial Regex RecordId();

    [GeneratedRegex(@"\A[0-9a-f]{32}\z")]
    private static partial Regex PersonKey();
}
