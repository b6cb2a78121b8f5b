using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Observations;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Expressions;

public static class TryExpression
{
    public static void Map(IEndpointRouteBuilder app) => app
        .MapPost("/expressions/try", HandleAsync)
        .WithName(nameof(TryExpression))
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>Computes an expression in a region and period without storing it, or says where it stops making sense.</summary>
    internal static async Task<Results<Ok<TriedExpression>, ProblemHttpResult>> HandleAsync(
        ExpressionTrial trial, Caller caller, IndicatorCatalogue catalogue, Database db, CancellationToken cancellation)
    {
        if (!(trial.Region == RegionCode.City || RegionCode.Counties.Any(county => county.Code == trial.Region)) || !caller.Covers(trial.Region))
        {
            return ObservationQuery.RegionNotFound.ToProblem();
        }

        if (!ObservationQuery.TryPeriod(trial.Period, out var period))
        {
            return ObservationQuery.PeriodMalformed.ToProblem();
        }

        var nameable = await catalogue.NameableAsync(cancellation);
        var known = await catalogue.DefinitionsAsync(cancellation);
        if (Definitions.Derive(trial.Expression, trial.Missing, null, nameable, known).IsRefused(out var refusal, out var derivation))
        {
            return refusal.ToProblem();
        }

        var row = new DefinitionRow("", 0, "", "", "", trial.Expression, "", "", "up", null, null, null, "", "", "", default);
        var indicator = Definitions.ToIndicator(row, derivation, nameable);
        var window = new Window(period.Start, new(period.End.Year, period.End.Month, 1));
        var cells = await db.TotalsAsync(caller.Scope, indicator, trial.Region, window, 6, null, cancellation);
        return TypedResults.Ok(new TriedExpression(
            derivation.Expression.ToString(), derivation.Of(trial.Region, window, cells).Value,
            [.. derivation.Expression.Items.Select(item => new TriedItem(item.ToString(), derivation.Look(item, trial.Region, window, cells).Value))]));
    }
}

/// <summary>What to try.</summary>
public sealed record ExpressionTrial
{
    /// <summary>As in a definition.</summary>
    [Required(ErrorMessage = "须写明表达式。"), TextLength(ExpressionParser.MaxLength, MinimumLength = 1, ErrorMessage = "表达式须为 1 到 1000 字。")]
    public required string Expression { get; init; }

    /// <summary>What to do about items without a value.</summary>
    public required MissingValues Missing { get; init; }

    /// <summary>City or county.</summary>
    public required string Region { get; init; }

    /// <summary>e.g. <c>2025-06</c>.</summary>
    public required string Period { get; init; }
}

/// <summary>What came of it.</summary>
/// <param name="Read">The expression as it was understood, with every bracket.</param>
/// <param name="Value">Null: missing, a division by zero, or too large.</param>
/// <param name="Items">What it names, with their values.</param>
public sealed record TriedExpression(string Read, decimal? Value, IReadOnlyList<TriedItem> Items);

/// <summary>An item and its value.</summary>
public sealed record TriedItem(string Item, decimal? Value);
