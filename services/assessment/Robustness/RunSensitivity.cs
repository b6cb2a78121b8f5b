using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Wuwei.Assessment.Scores;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Robustness;

/// <summary>Asks which uncertainty moves ranks.</summary>
public sealed record SensitivityDraft : ExperimentDraft
{
    /// <summary>Rows of the design: each costs as many computations as there are uncertain figures, and two.</summary>
    [Range(100, 20_000, ErrorMessage = "样本行数须在 100 到 20000 之间。")] public int Rows { get; init; } = 1000;
}

/// <summary>An uncertain figure.</summary>
/// <param name="Code">An item's or a group's, <c>normalisation</c> or <c>aggregation</c>.</param>
/// <param name="First">Share of the variance that it explains by itself. An estimate: with few rows it may fall below 0.</param>
/// <param name="Total">The same with everything it acts together with.</param>
public sealed record FactorShare(string Code, string Name, double First, double Total);

/// <summary>Which uncertainty moves ranks.</summary>
/// <param name="MeanShift">Places that a unit is away from its official rank, on average over units and draws.</param>
/// <param name="Variance">Of that shift over the draws; 0: no draw moved anybody, and there is nothing to explain.</param>
public sealed record SensitivityAnswer(
    ScoreHeading Heading, string Peers, int Rows, long Computations, long Seed, double MeanShift, double Variance, IReadOnlyList<FactorShare> Factors);

/// <summary>Runs a variance-based sensitivity analysis.</summary>
public static class RunSensitivity
{
    public const long MostComputations = 2_000_000;

    public static readonly Refusal NothingUncertain = Refusal.Invalid("assessment.nothing_uncertain", "权重不扰动、方法无选择，没有可分析的不确定因素。", "/noise");

    public static readonly Refusal TooMany = Refusal.Invalid("assessment.too_many_draws", "行数 ×（因素数 + 2）不能超过 2000000。", "/rows");

    public static void Map(IEndpointRouteBuilder robustness) => robustness
        .MapPost("/{period}/sensitivity", HandleAsync)
        .WithName(nameof(RunSensitivity))
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>First-order and total Sobol shares of every uncertain weight and method in how far ranks move. Changes nothing.</summary>
    internal static async Task<Results<Ok<SensitivityAnswer>, ProblemHttpResult>> HandleAsync(
        string period, [FromQuery] string? scheme, [FromQuery] string? asOf, SensitivityDraft draft,
        ScoreReader reader, ScoreDocuments documents, AnalysisTurns turns, TimeProvider clock, CancellationToken cancellation)
    {
        if ((await RobustnessQuestion.ReadAsync(reader, period, scheme, asOf, draft, clock.GetUtcNow(), cancellation)).IsRefused(out var refusal, out var drawable))
        {
            return refusal.ToProblem();
        }

        var (looked, _, runner) = drawable;
        var computations = draft.Rows * (runner.Factors().Count + 2L);
        if (runner.Factors().Count == 0 || computations > MostComputations)
        {
            return (computations > MostComputations ? TooMany : NothingUncertain).ToProblem();
        }

        var (factors, shift, variance) = await turns.RunAsync(() => runner.Sobol(draft.Rows, cancellation), cancellation);
        return TypedResults.Ok(new SensitivityAnswer(
            ScoreHeading.Of(looked.Scoring, documents.Demonstration), looked.Peers, draft.Rows, computations, draft.Seed, shift, variance,
            [.. factors.OrderByDescending(factor => factor.Total).Select(factor => new FactorShare(factor.Code, factor.Name, factor.First, factor.Total))]));
    }
}
