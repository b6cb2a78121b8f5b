using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Decisions;
using Wuwei.Indicator.Ledger;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Targets;

public static class ListTargets
{
    public static void Map(IEndpointRouteBuilder targets) => targets
        .MapGet("/", HandleAsync)
        .WithName(nameof(ListTargets))
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>Targets by indicator, region and year; as set now or at an instant. At most some hundred, so there are no pages.</summary>
    internal static async Task<Results<Pulled<TargetList>, ProblemHttpResult>> HandleAsync(
        string? indicator, string? region, int? year, string? asOf,
        Caller caller, IndicatorCatalogue catalogue, Database db, CancellationToken cancellation)
    {
        if ((await LedgerClock.KnownAtAsync(db, asOf, cancellation)).IsRefused(out var refusal, out var knowledge))
        {
            return refusal.ToProblem();
        }

        var rows = await db.ListAsync<TargetRow>(caller.Scope, CurrentSql, new { indicator, region, year, knowledge.AsOf }, cancellation);
        var decisions = await catalogue.NotesAsync(rows.Select(row => row.Indicator), knowledge.AsOf, cancellation);
        return new Pulled<TargetList>(new([.. rows.Select(row => new Target(
            row.Indicator, row.Region, row.Year, row.Value is { } value ? Observations.Aggregation.Plain(value) : null, row.Note, row.Revision, row.KnownAt))], decisions));
    }

    internal const string CurrentSql = """
        select distinct on (t.indicator, t.region, t.year) t.indicator, t.region, t.year, t.revision, t.value, t.note, t.known_at
        from target t
        where (@indicator::text is null or t.indicator = @indicator) and (@region::text is null or t.region = @region)
          and (@year::integer is null or t.year = @year) and (@AsOf::timestamptz is null or t.known_at <= @AsOf)
        order by t.indicator, t.region, t.year, t.revision desc
        """;
}

/// <summary>A target as stored.</summary>
internal sealed record TargetRow(string Indicator, string Region, int Year, int Revision, decimal? Value, string? Note, DateTimeOffset KnownAt);

/// <summary>Targets.</summary>
/// <param name="Decisions">What the plan leaves open about these indicators, and how it is read.</param>
public sealed record TargetList(IReadOnlyList<Target> Items, IReadOnlyList<DecisionNote> Decisions);

/// <summary>A region's target for a year.</summary>
/// <param name="Value">In the indicator's unit; the year's own share of a five-year total, else the level to hold at its end; null: not applicable.</param>
/// <param name="Revision">From 1; the highest holds.</param>
/// <param name="KnownAt">When it was set.</param>
public sealed record Target(string Indicator, string Region, int Year, decimal? Value, string? Note, int Revision, DateTimeOffset KnownAt);
