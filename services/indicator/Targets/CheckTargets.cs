using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Decisions;
using Wuwei.Indicator.Ledger;
using Wuwei.Indicator.Observations;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Targets;

public static class CheckTargets
{
    public static void Map(IEndpointRouteBuilder targets) => targets
        .MapGet("/check", HandleAsync)
        .WithName(nameof(CheckTargets))
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>
    /// Whether targets fit together: a year's counties add up to the city, a level is nowhere easier than the city's, and the
    /// years add up to the plan.
    /// </summary>
    internal static async Task<Results<Pulled<TargetChecks>, ProblemHttpResult>> HandleAsync(
        string? asOf, Caller caller, IndicatorCatalogue catalogue, Database db, CancellationToken cancellation)
    {
        if (!caller.Covers(RegionCode.City))
        {
            return ObservationQuery.RegionNotFound.ToProblem();
        }

        if ((await LedgerClock.KnownAtAsync(db, asOf, cancellation)).IsRefused(out var refusal, out var knowledge))
        {
            return refusal.ToProblem();
        }

        var rows = await db.ListAsync<TargetRow>(caller.Scope, ListTargets.CurrentSql,
            new { indicator = (string?)null, region = (string?)null, year = (int?)null, knowledge.AsOf }, cancellation);
        var indicators = (await catalogue.AllAsync(knowledge.AsOf, cancellation)).Where(found => found.Derivation is null).ToArray();
        return new Pulled<TargetChecks>(new(knowledge.AsOf, [.. indicators.SelectMany(indicator => Check(indicator, rows))], [.. indicators.SelectMany(DecisionNote.Of)]));
    }

    /// <summary>What is to be said of an indicator's targets: years that do not fit, and the plan.</summary>
    internal static IEnumerable<TargetCheck> Check(PlanIndicator indicator, IEnumerable<TargetRow> rows)
    {
        var own = rows.Where(row => row.Indicator == indicator.Code && row.Value is not null).ToLookup(row => row.Year);
        var city = new Dictionary<int, decimal>();
        for (var year = PlanYears.First; year <= PlanYears.Last; year++)
        {
            var set = own[year].ToDictionary(row => row.Region, row => row.Value!.Value);
            decimal? whole = set.TryGetValue(RegionCode.City, out var value) ? value : null;
            if (whole is { } known)
            {
                city[year] = known;
            }

            if (!indicator.CityOnly)
            {
                yield return OfYear(indicator, year, whole, set);
            }
        }

        if (indicator.Cumulative && indicator.Target.Value * indicator.Scale is { } plan)
        {
            decimal? sum = city.Count == PlanYears.Last - PlanYears.First + 1 ? city.Values.Sum() : null;
            yield return new(indicator.Code, "plan", sum is null ? "incomplete" : sum == plan ? "fits" : "differs", plan, sum, sum - plan, null);
        }
    }

    private static TargetCheck OfYear(PlanIndicator indicator, int year, decimal? city, Dictionary<string, decimal> set)
    {
        var counties = RegionCode.Counties.Where(county => set.ContainsKey(county.Code)).ToArray();
        if (city is not { } whole || counties.Length < RegionCode.Counties.Count)
        {
            return new(indicator.Code, $"{year}", "incomplete", city, null, null,
                [.. RegionCode.Counties.Select(county => county.Code).Prepend(RegionCode.City).Where(region => !set.ContainsKey(region))]);
        }

        if (indicator.Cumulative)
        {
            var sum = counties.Sum(county => set[county.Code]);
            return new(indicator.Code, $"{year}", sum == whole ? "fits" : "differs", whole, sum, sum - whole, null);
        }

        // When every county just reaches a level, so does the city, as long as none is easier.
        var easier = counties.Where(county => indicator.Direction == "up" ? set[county.Code] < whole : set[county.Code] > whole).Select(county => county.Code).ToArray();
        return new(indicator.Code, $"{year}", easier is [] ? "fits" : "differs", whole, null, null, easier);
    }
}

/// <summary>Whether targets fit together.</summary>
/// <param name="AsOf">State of knowledge; null: now.</param>
/// <param name="Decisions">What the plan leaves open about these indicators, and how it is read.</param>
public sealed record TargetChecks(DateTimeOffset? AsOf, IReadOnlyList<TargetCheck> Items, IReadOnlyList<DecisionNote> Decisions);

/// <summary>What was found.</summary>
/// <param name="Of">A year, or <c>plan</c>: the city's years against the five-year total.</param>
/// <param name="Status"><c>fits</c>, <c>differs</c> or <c>incomplete</c>.</param>
/// <param name="Whole">The city's target of the year, or the plan's.</param>
/// <param name="Sum">Of the counties, or of the years; null: a level, or not all are set.</param>
/// <param name="Difference">Sum less whole.</param>
/// <param name="Regions">Those without a target, or with an easier one.</param>
public sealed record TargetCheck(
    string Indicator, string Of, string Status, decimal? Whole, decimal? Sum, decimal? Difference, IReadOnlyList<string>? Regions);
