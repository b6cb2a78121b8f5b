using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Expressions;
using Wuwei.Indicator.Observations;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Validation;

public static class Predict
{
    public static void Map(IEndpointRouteBuilder validation)
    {
        validation.MapGet("/predictors", ListAsync).WithName("ListPredictors");
        validation.MapGet("/predictions", HandleAsync).WithName(nameof(Predict))
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>What figures are expected to be from their own past; those that are out of use too.</summary>
    internal static async Task<Pulled<IReadOnlyList<Predictor>>> ListAsync(Database db, CancellationToken cancellation) =>
        new([.. (await db.ListAsync<PredictorRow>(s_scope, PredictorRow.CurrentSql, null, cancellation)).Select(row => row.ToPredictor())]);

    /// <summary>Every predictor in use, in every region that the caller covers, for one period: what is expected, beside what is known.</summary>
    /// <param name="period">A month, or a year for annual indicators.</param>
    /// <param name="region">One region only.</param>
    internal static async Task<Results<Ok<IReadOnlyList<Prediction>>, ProblemHttpResult>> HandleAsync(
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

        var nameable = await catalogue.NameableAsync(cancellation);
        var definitions = await catalogue.DefinitionsAsync(cancellation);
        var predictions = new List<Prediction>();
        foreach (var predictor in (await db.ListAsync<PredictorRow>(s_scope, PredictorRow.CurrentSql, null, cancellation)).Select(row => row.ToPredictor()).Where(one => one.Active))
        {
            var indicator = nameable.Indicators[predictor.Indicator];
            if (indicator.Frequency == "year" != (asked.Kind == PeriodKind.Year))
            {
                continue;
            }

            var skip = predictor.Skip is { } text ? Definitions.Stored(text, MissingValues.SkipIfAny, nameable, definitions, condition: true) : null;
            PlanIndicator[] looked = skip is null ? [indicator] : [indicator, Definitions.ToIndicator(s_skip, skip, nameable)];
            var cells = await db.TotalsAsync(caller.Scope, looked, regions.Length == 1 ? regions[0] : RegionCode.City, Forecasting.Reach(predictor, asked), 6, null, cancellation);
            predictions.AddRange(regions.Where(indicator.AppliesTo).Select(place => Forecasting.Of(predictor, indicator, skip, place, asked, cells)));
        }

        return TypedResults.Ok<IReadOnlyList<Prediction>>(predictions);
    }

    private static readonly Scope s_scope = Scope.System("validation");

    private static readonly DefinitionRow s_skip = new("", 0, "", "", "", "", "", "", "up", null, null, null, "", "", "", default);
}
