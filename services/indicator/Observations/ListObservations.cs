using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Decisions;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Observations;

public static class ListObservations
{
    /// <summary>Most points of one series: twenty years of months.</summary>
    public const int MaxPoints = 240;

    public static readonly Refusal ByUnknown = Refusal.Invalid("observation.unknown_by", "by 须为 month、quarter、half-year 或 year。", "/by");
    public static readonly Refusal RangeReversed = new("observation.range_reversed", "from 不能晚于 to。", StatusCodes.Status400BadRequest, "/from");
    public static readonly Refusal RangeTooLong = Refusal.Invalid("observation.range_too_long", $"一次最多 {MaxPoints} 个期间。", "/to");

    public static void Map(IEndpointRouteBuilder observations) => observations
        .MapGet("/", HandleAsync)
        .WithName(nameof(ListObservations))
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>
    /// A series of values: months, or rolled up; each the period's own, or the year or plan to date; as known now or at an instant.
    /// Periods without a value are listed too.
    /// </summary>
    internal static async Task<Results<Pulled<ObservationSeries>, ProblemHttpResult>> HandleAsync(
        [AsParameters] SeriesQuery query, Caller caller, IndicatorCatalogue catalogue, Provenance provenance, Database db,
        CancellationToken cancellation)
    {
        if ((await ObservationQuery.ReadAsync(query.Indicator, query.Region, query.Total, query.AsOf, caller, catalogue, db, cancellation))
            .IsRefused(out var refusal, out var question))
        {
            return refusal.ToProblem();
        }

        if (Points(query.From, query.To, query.By ?? question.Indicator.Frequency).IsRefused(out refusal, out var periods))
        {
            return refusal.ToProblem();
        }

        var cells = await db.TotalsAsync(caller.Scope, question.Indicator, question.Region,
            new(question.WindowOf(periods[0]).From, question.WindowOf(periods[^1]).To), 6, question.Knowledge.Position, cancellation);
        return new Pulled<ObservationSeries>(new(question.Indicator.Code, question.Region, question.Indicator.Unit, question.Total,
            question.Knowledge.AsOf, [.. periods.Select(period => Observation.Of(question, period, cells))],
            DecisionNote.Of(question.Indicator), provenance.Demonstration));
    }

    /// <summary>The periods asked for; the plan's years when none are named.</summary>
    internal static Decision<Period[]> Points(string? first, string? last, string unit)
    {
        PeriodKind? by = unit switch
        {
            "month" => PeriodKind.Month,
            "quarter" => PeriodKind.Quarter,
            "half-year" => PeriodKind.HalfYear,
            "year" => PeriodKind.Year,
            _ => null,
        };
        if (by is not { } kind)
        {
            return ByUnknown;
        }

        if (!ObservationQuery.TryPeriod(first ?? $"{PlanYears.First}", out var from))
        {
            return ObservationQuery.PeriodMalformed with { Pointer = "/from" };
        }

        if (!ObservationQuery.TryPeriod(last ?? $"{PlanYears.Last}", out var to))
        {
            return ObservationQuery.PeriodMalformed with { Pointer = "/to" };
        }

        if (from.Start > to.End)
        {
            return RangeReversed;
        }

        var months = kind switch { PeriodKind.Month => 1, PeriodKind.Quarter => 3, PeriodKind.HalfYear => 6, _ => 12 };
        var earliest = new Period(kind, from.Start.Year, (from.Start.Month - 1) / months + 1);
        var periods = Enumerable.Range(0, MaxPoints + 1).Select(earliest.Add).TakeWhile(period => period.Start <= to.End).ToArray();
        return periods.Length > MaxPoints ? RangeTooLong : periods;
    }
}

/// <summary>Which series.</summary>
public sealed record SeriesQuery
{
    /// <summary>Catalogue code.</summary>
    [FromQuery(Name = "indicator")] public required string Indicator { get; init; }

    /// <summary>City, county or township.</summary>
    [FromQuery(Name = "region")] public required string Region { get; init; }

    /// <summary>First period; the plan's first year when absent.</summary>
    [FromQuery(Name = "from")] public string? From { get; init; }

    /// <summary>Last period; the plan's last year when absent.</summary>
    [FromQuery(Name = "to")] public string? To { get; init; }

    /// <summary><c>month</c>, <c>quarter</c>, <c>half-year</c> or <c>year</c>; the indicator's own when absent.</summary>
    [FromQuery(Name = "by")] public string? By { get; init; }

    /// <summary><c>period</c> (when absent), <c>year-to-date</c> or <c>plan-to-date</c>.</summary>
    [FromQuery(Name = "total")] public string? Total { get; init; }

    /// <summary>Instant with offset: the state of knowledge to answer from; now when absent.</summary>
    [FromQuery(Name = "asOf")] public string? AsOf { get; init; }
}

/// <summary>A series of values.</summary>
/// <param name="Decisions">What the plan leaves open about the indicator, and how it is read.</param>
/// <param name="Demonstration">The platform holds synthetic records: no real figures.</param>
public sealed record ObservationSeries(
    string Indicator, string Region, string Unit, Total Total, DateTimeOffset? AsOf, IReadOnlyList<Observation> Items,
    IReadOnlyList<DecisionNote> Decisions, bool Demonstration);
