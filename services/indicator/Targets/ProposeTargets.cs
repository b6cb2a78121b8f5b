using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Decisions;
using Wuwei.Indicator.Observations;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Targets;

public static class ProposeTargets
{
    public static readonly Refusal ByUnknown = Refusal.Invalid("target.unknown_by", "by 须为 population（按人口）或 last-year（按上年完成数）。", "/by");
    public static readonly Refusal CityTotalUnknown = Refusal.Invalid("target.city_total_unknown", "该年没有全市目标，请用 total 给出。", "/total");
    public static readonly Refusal NothingToShareBy = Refusal.Invalid("target.nothing_to_share_by", "上年没有各县区的完成数，无法按其分解。", "/by");

    public static void Map(IEndpointRouteBuilder targets) => targets
        .MapGet("/proposal", HandleAsync)
        .WithName(nameof(ProposeTargets))
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>
    /// Proposes the counties' targets of a year: a total shared by inhabitants or by what each did the year before, adding up
    /// exactly; a level the same everywhere. Nothing is set: the office sends what it takes of it to PUT /targets.
    /// </summary>
    /// <param name="by"><c>population</c> (when absent) or <c>last-year</c>.</param>
    /// <param name="total">The city's figure; its target of the year when absent.</param>
    internal static async Task<Results<Ok<TargetProposal>, ProblemHttpResult>> HandleAsync(
        string indicator, int year, string? by, decimal? total, Caller caller, IndicatorCatalogue catalogue, Database db, CancellationToken cancellation)
    {
        if (!caller.Covers(RegionCode.City))
        {
            return ObservationQuery.RegionNotFound.ToProblem();
        }

        if (await catalogue.FindAsync(indicator, null, cancellation) is not { Derivation: null } found)
        {
            return IndicatorCatalogue.NotFound.ToProblem();
        }

        if (Check(found, year, by, total) is { } invalid)
        {
            return invalid.ToProblem();
        }

        if (total is null)
        {
            var set = await db.ListAsync<TargetRow>(caller.Scope, ListTargets.CurrentSql,
                new { indicator, region = RegionCode.City, year = (int?)year, asOf = (DateTimeOffset?)null }, cancellation);
            total = set is [{ Value: { } value }] ? Aggregation.Plain(value) : null;
        }

        if (total is not { } whole)
        {
            return CityTotalUnknown.ToProblem();
        }

        if (!found.Cumulative)
        {
            return TypedResults.Ok(new TargetProposal(indicator, year, "same", whole,
                [.. RegionCode.Counties.Select(county => new ProposedTarget(county.Code, whole, null, null))])
            {
                Decisions = DecisionNote.Of(found),
            });
        }

        var weights = by == "last-year"
            ? await LastYearAsync(found, year - 1, caller, db, cancellation)
            : (await db.ListAsync<Weight>(caller.Scope, PopulationSql, new { year }, cancellation)).ToDictionary(row => row.Region);
        return weights.Values.Sum(row => row.Value) == 0 || weights.Count < RegionCode.Counties.Count
            ? NothingToShareBy.ToProblem()
            : TypedResults.Ok(Propose(found, year, by ?? "population", whole, [.. RegionCode.Counties.Select(county => weights[county.Code])]) with { Decisions = DecisionNote.Of(found) });
    }

    /// <summary>What can never be proposed.</summary>
    internal static Refusal? Check(PlanIndicator indicator, int year, string? by, decimal? total) => 0 switch
    {
        _ when indicator.CityOnly => SetTargets.NotApplicable with { Pointer = "/indicator" },
        _ when year is < PlanYears.First or > PlanYears.Last => SetTargets.YearOutOfPlan,
        _ when by is not (null or "population" or "last-year") => ByUnknown,
        _ when total is { } given && (!Values.Fits(indicator.Unit, given) || (Values.IsWhole(indicator.Unit) && given != decimal.Truncate(given))) =>
            SetTargets.ValueOutOfRange with { Pointer = "/total" },
        _ => null,
    };

    /// <summary>Shares a total.</summary>
    internal static TargetProposal Propose(PlanIndicator indicator, int year, string by, decimal total, IReadOnlyList<Weight> weights)
    {
        var parts = Apportionment.Share(total, [.. weights.Select(row => row.Value)], Values.IsWhole(indicator.Unit) ? 1 : 0.0001m);
        var sum = weights.Sum(row => row.Value);
        return new(indicator.Code, year, by, total,
            [.. weights.Zip(parts, (row, part) => new ProposedTarget(row.Region, part, decimal.Round(row.Value / sum, 4), row.Mark))]);
    }

    private static async Task<Dictionary<string, Weight>> LastYearAsync(
        PlanIndicator indicator, int year, Caller caller, Database db, CancellationToken cancellation)
    {
        var window = new Window(new(year, 1, 1), new(year, 12, 1));
        var cells = await db.TotalsAsync(caller.Scope, indicator, RegionCode.City, window, 6, null, cancellation);
        return (from county in RegionCode.Counties
                let value = Aggregation.Of(indicator, county.Code, window, cells).Value
                where value is not null
                select new Weight(county.Code, value.Value, null)).ToDictionary(row => row.Region);
    }

    private const string PopulationSql = """
        select distinct on (region) region, persons::numeric as value, mark
        from population
        where year <= @year
        order by region, year desc
        """;

    internal sealed record Weight(string Region, decimal Value, string? Mark);
}

/// <summary>Targets proposed for the counties.</summary>
/// <param name="By"><c>population</c>, <c>last-year</c>, or <c>same</c> for a level.</param>
/// <param name="Total">The city's figure, which the parts of a total add up to.</param>
public sealed record TargetProposal(string Indicator, int Year, string By, decimal Total, IReadOnlyList<ProposedTarget> Items)
{
    /// <summary>What the plan leaves open about the indicator, and how it is read.</summary>
    public IReadOnlyList<DecisionNote> Decisions { get; init; } = [];
}

/// <summary>A county's part.</summary>
/// <param name="Share">0 to 1; null for a level.</param>
/// <param name="Mark">How sure the number of inhabitants is: S public source, I inference, U unverified.</param>
public sealed record ProposedTarget(string Region, decimal Value, decimal? Share, string? Mark);
