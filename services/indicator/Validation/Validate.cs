using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Observations;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Validation;

public static class Validate
{
    public static void Map(IEndpointRouteBuilder validation) => validation
        .MapGet("/", HandleAsync)
        .WithName(nameof(Validate))
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>Every rule in use, in every region that the caller covers, for one period: those that do not hold, the gravest first.</summary>
    /// <param name="period">e.g. <c>2025-06</c>.</param>
    /// <param name="region">One region only.</param>
    internal static async Task<Results<Ok<Validated>, ProblemHttpResult>> HandleAsync(
        string period, string? region, Caller caller, IndicatorCatalogue catalogue, Database db, CancellationToken cancellation)
    {
        if (!ObservationQuery.TryPeriod(period, out var asked))
        {
            return ObservationQuery.PeriodMalformed.ToProblem();
        }

        string[] regions = [.. RegionCode.Counties.Select(county => county.Code).Prepend(RegionCode.City)
            .Where(code => caller.Covers(code) && (region is null || code == region))];
        if (regions is [])
        {
            return ObservationQuery.RegionNotFound.ToProblem();
        }

        var scope = Scope.System("validation");
        var nameable = await catalogue.NameableAsync(cancellation);
        var definitions = await catalogue.DefinitionsAsync(cancellation);
        var rules = (await db.ListAsync<RuleRow>(scope, RuleRow.CurrentSql, null, cancellation)).Select(row => row.ToRule()).Where(rule => rule.Active)
            .Select(rule => (rule, left: Definitions.Stored(rule.Left, rule.Missing, nameable, definitions), right: Definitions.Stored(rule.Right, rule.Missing, nameable, definitions))).ToArray();
        var window = new Window(asked.Start, new(asked.End.Year, asked.End.Month, 1));
        var sides = rules.SelectMany(rule => new[] { rule.left, rule.right }).Select(side => Definitions.ToIndicator(s_side, side, nameable)).ToArray();
        var cells = await db.TotalsAsync(caller.Scope, sides, regions.Length == 1 ? regions[0] : RegionCode.City, window, 6, null, cancellation);
        var judged = (from rule in rules
                      from place in regions
                      let left = Judgement.Side(rule.left, rule.rule.Operator, place, window, cells)
                      let right = Judgement.Side(rule.right, rule.rule.Operator, place, window, cells)
                      let holds = Judgement.Holds(rule.rule.Operator, left, right)
                      where holds is not null
                      select (holds, violation: new Violation(rule.rule.Code, rule.rule.NameZh, rule.rule.Severity, place, asked.ToString(), left,
                          rule.rule.Operator, right, rule.rule.Instruction))).ToArray();
        return TypedResults.Ok(new Validated(asked.ToString(), rules.Length, judged.Length,
            [.. judged.Where(one => one.holds == false).Select(one => one.violation).OrderBy(one => one.Severity).ThenBy(one => one.Rule, StringComparer.Ordinal).ThenBy(one => one.Region, StringComparer.Ordinal)]));
    }

    private static readonly DefinitionRow s_side = new("", 0, "", "", "", "", "", "", "up", null, null, null, "", "", "", default);
}

/// <summary>What came of a period's rules.</summary>
/// <param name="Rules">In use.</param>
/// <param name="Judged">Rules × regions that could be judged.</param>
/// <param name="Violations">Those that do not hold.</param>
public sealed record Validated(string Period, int Rules, int Judged, IReadOnlyList<Violation> Violations);
