using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Ledger;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Observations;

/// <summary>What a period's value stands for.</summary>
public enum Total
{
    /// <summary>The period's own.</summary>
    Period,

    /// <summary>From January to the period's end.</summary>
    YearToDate,

    /// <summary>From the plan's first month to the period's end.</summary>
    PlanToDate,
}

/// <summary>The plan's years.</summary>
public static class PlanYears
{
    /// <summary>First year of 武威市“十四五”就业促进规划.</summary>
    public const int First = 2021;

    /// <summary>Last year of it.</summary>
    public const int Last = 2025;
}

/// <summary>A question for values, its parts checked.</summary>
internal sealed record Question(PlanIndicator Indicator, string Region, Total Total, Knowledge Knowledge)
{
    /// <summary>The months that a period's value is made of.</summary>
    public Window WindowOf(Period period)
    {
        var to = new DateOnly(period.End.Year, period.End.Month, 1);
        return Total switch
        {
            Total.Period => new(period.Start, to),
            Total.YearToDate => new(new(to.Year, 1, 1), to),
            _ => new(new(PlanYears.First, 1, 1), to, OfPlan: true),
        };
    }

    /// <summary>Whether values exist there at all: city-wide ones only for the city, reported ones not for townships.</summary>
    public bool Applies => Indicator.AppliesTo(Region) && (Region.Length == 6 || Indicator.Origins[^1].Origin == Origin.Derived);
}

internal static class ObservationQuery
{
    public static readonly Refusal RegionNotFound = new("region.not_found", "没有这个地区，或不在您的管辖区域内。", StatusCodes.Status404NotFound);
    public static readonly Refusal PeriodMalformed = Refusal.Invalid(
        "period.malformed", "期间须为 2000 至 2099 年间的 2025、2025-S1、2025-Q2 或 2025-06。", "/period");
    public static readonly Refusal TotalUnknown = Refusal.Invalid("observation.unknown_total", "total 须为 period、year-to-date 或 plan-to-date。", "/total");

    /// <summary>Checks what every question for values has.</summary>
    public static async Task<Decision<Question>> ReadAsync(
        string indicator, string region, string? total, string? asOf, Caller caller, IndicatorCatalogue catalogue, Database db, CancellationToken cancellation)
    {
        if (!(region == RegionCode.City || RegionCode.IsCountyOrTownship(region)) || !caller.Covers(region))
        {
            return RegionNotFound;
        }

        return (await KnownAsync(total, asOf, db, cancellation)).IsRefused(out var refusal, out var known) ? refusal
            : await catalogue.FindAsync(indicator, known.Knowledge.AsOf, cancellation) is not { } found ? IndicatorCatalogue.NotFound
            : new Question(found, region, known.Total, known.Knowledge);
    }

    /// <summary>What values stand for, and what they are known from.</summary>
    public static async Task<Decision<Known>> KnownAsync(string? total, string? asOf, Database db, CancellationToken cancellation)
    {
        Total? named = total switch
        {
            null or "period" => Total.Period,
            "year-to-date" => Total.YearToDate,
            "plan-to-date" => Total.PlanToDate,
            _ => null,
        };
        return named is null ? TotalUnknown
            : (await LedgerClock.KnownAtAsync(db, asOf, cancellation)).IsRefused(out var refusal, out var knowledge) ? refusal
            : new Known(named.Value, knowledge);
    }

    internal sealed record Known(Total Total, Knowledge Knowledge);

    /// <summary>Reads a period of the ledger's years.</summary>
    public static bool TryPeriod(string? code, out Period period) => Period.TryParse(code, out period) && period.Year is >= 2000 and <= 2099;
}
