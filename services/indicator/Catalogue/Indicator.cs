using Wuwei.Indicator.Decisions;
using Wuwei.Indicator.Expressions;

namespace Wuwei.Indicator.Catalogue;

/// <summary>How monthly values become those of longer periods, and of the plan.</summary>
public enum Counting
{
    /// <summary>A flow: months and regions are added.</summary>
    Sum,

    /// <summary>A flow of persons, each counted once per calendar year; across years it is person-times.</summary>
    Persons,

    /// <summary>A flow of person-times.</summary>
    PersonTimes,

    /// <summary>A stock at period end; months are never added, the plan's total is that of the year-ends.</summary>
    YearEndStocks,

    /// <summary>100 × numerator ÷ denominator, each added first.</summary>
    Ratio,

    /// <summary>A published figure, never computed; the last known one of the period.</summary>
    Level,

    /// <summary>Computed from others when it is read.</summary>
    Expression,
}

/// <summary>Where values come from: the registers' facts, the counties' locked reports, or the statistics bureau.</summary>
public enum Origin { Derived, Reported, Imported }

/// <summary>What a measure is to its indicator.</summary>
public enum MeasureRole { Sum, Numerator, Denominator }

/// <summary>An indicator of the plan, or one that is computed from others.</summary>
/// <param name="Code">Catalogue code, e.g. <c>6</c>.</param>
/// <param name="NameZh">As the plan prints it.</param>
/// <param name="NameEn">English name.</param>
/// <param name="Definition">What is counted.</param>
/// <param name="Unit">Unit of observations, reports and targets, e.g. <c>人</c>.</param>
/// <param name="PrintedUnit">Unit of the table's figures, e.g. <c>万人</c>; null where the table prints none.</param>
/// <param name="Scale">Base units in one printed unit: 10000 for 万人.</param>
/// <param name="Base">The base of 2020.</param>
/// <param name="Target">The target of 2025.</param>
/// <param name="Cumulative">Whether the target is a total of 2021 to 2025, printed in 〔〕.</param>
/// <param name="Attribute"><c>binding</c> (约束性), <c>expected</c> (预期性) or <c>text</c>: named outside the table, without a kind.</param>
/// <param name="Direction"><c>up</c>: higher is better; <c>down</c>: lower is.</param>
/// <param name="Counting">How months and regions are put together.</param>
/// <param name="Frequency"><c>month</c> or <c>year</c>.</param>
/// <param name="CityOnly">Not applicable in a county.</param>
/// <param name="Document">Number of the document.</param>
/// <param name="SourceTable">Table in it.</param>
/// <param name="SourceDepartment">Who answers for the figures.</param>
/// <param name="Origins">Where values come from, by date.</param>
/// <param name="Measures">What facts it is made of.</param>
/// <param name="Seasons">Shares of a year's target expected by each month's end, by first year.</param>
/// <param name="Decisions">What the plan leaves open, and how it is read: the figures above are by the readings in force.</param>
/// <param name="Formula">How it is computed from others; null: it is counted.</param>
public sealed record PlanIndicator(
    string Code,
    string NameZh,
    string NameEn,
    string Definition,
    string Unit,
    string? PrintedUnit,
    decimal Scale,
    PrintedFigure Base,
    PrintedFigure Target,
    bool Cumulative,
    string Attribute,
    string Direction,
    Counting Counting,
    string Frequency,
    bool CityOnly,
    string Document,
    string SourceTable,
    string SourceDepartment,
    IReadOnlyList<DatedOrigin> Origins,
    IReadOnlyList<IndicatorMeasure> Measures,
    IReadOnlyList<Season> Seasons,
    IReadOnlyList<PlanDecision> Decisions,
    Formula? Formula = null)
{
    /// <summary>The formula, read; null: it is counted.</summary>
    internal Derivation? Derivation { get; init; }

    /// <summary>How a value must stand to a target: as the plan says, else by the direction.</summary>
    internal string Comparison => Target.Comparator ?? (Direction == "up" ? "≥" : "≤");

    /// <summary>Where the values of a period that begins on <paramref name="day"/> come from.</summary>
    public Origin OriginOn(DateOnly day)
    {
        for (var i = Origins.Count - 1; i > 0; i--)
        {
            if (Origins[i].ValidFrom <= day)
            {
                return Origins[i].Origin;
            }
        }

        return Origins[0].Origin;
    }

    /// <summary>The season of a year.</summary>
    public Season SeasonOf(int year) => Seasons.LastOrDefault(season => season.ValidFrom <= year) ?? Seasons[0];

    /// <summary>Whether the indicator exists in the region: city-wide ones only in the city, others everywhere below.</summary>
    public bool AppliesTo(string region) => !CityOnly || region == ServiceDefaults.Regions.RegionCode.City;
}

/// <summary>A figure as the table prints it.</summary>
/// <param name="Comparator">e.g. <c>≥</c>, <c>≈</c>; null where there is no figure.</param>
/// <param name="Value">In the printed unit; null for <c>—</c>.</param>
/// <param name="Printed">Verbatim, e.g. <c>〔7.5〕</c>.</param>
public sealed record PrintedFigure(string? Comparator, decimal? Value, string Printed);

/// <summary>Where values come from, from a day on.</summary>
/// <param name="Mark">How sure: P plan, S public source, L law, I inference, D design proposal, U unverified.</param>
public sealed record DatedOrigin(DateOnly ValidFrom, Origin Origin, string Mark, string Reason);

/// <summary>A measure of an indicator.</summary>
/// <param name="Mode">How the measure itself is counted: <c>sum</c>, <c>persons</c>, <c>person-times</c>, <c>stock</c>, <c>level</c>.</param>
/// <param name="Source">The service whose facts they are.</param>
public sealed record IndicatorMeasure(string Measure, MeasureRole Role, string Mode, string Unit, string Source, string Name);

/// <summary>Twelve cumulative shares (0 to 1) of a year's target, expected by each month's end.</summary>
/// <param name="ValidFrom">First year.</param>
/// <param name="Verified">Whether the office has confirmed them.</param>
public sealed record Season(int ValidFrom, IReadOnlyList<decimal> Shares, string Mark, bool Verified, string Source);

/// <summary>How an indicator is computed from others.</summary>
/// <param name="Missing">What is done about items without a value.</param>
/// <param name="Revision">Also the ETag.</param>
public sealed record Formula(string Expression, MissingValues Missing, int Revision, string Reason, DateTimeOffset KnownAt);
