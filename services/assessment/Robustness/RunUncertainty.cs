using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Wuwei.Assessment.Scores;

namespace Wuwei.Assessment.Robustness;

/// <summary>Asks how far ranks hold when weights and methods are drawn by lot.</summary>
public sealed record UncertaintyDraft : ExperimentDraft
{
    [Range(100, RunUncertainty.MostDraws, ErrorMessage = "抽取次数须在 100 到 200000 之间。")] public int Draws { get; init; } = 10_000;
}

/// <summary>A unit's ranks over all draws.</summary>
/// <param name="Rank">Official.</param>
/// <param name="Low">Rank that 5 % of the draws do not fall short of.</param>
/// <param name="High">Rank that 95 % do not exceed.</param>
/// <param name="Held">Share of the draws with the official rank, 0–1.</param>
/// <param name="Counts">Draws by rank, the first first.</param>
public sealed record RankInterval(
    string Unit, string Name, int Rank, double Score, double MeanScore, int Low, int Median, int High, double Held, IReadOnlyList<long> Counts);

/// <summary>How far ranks hold.</summary>
public sealed record UncertaintyAnswer(ScoreHeading Heading, string Peers, long Draws, long Seed, IReadOnlyList<RankInterval> Units);

/// <summary>Runs an uncertainty analysis.</summary>
public static class RunUncertainty
{
    public const int MostDraws = 200_000;

    public static void Map(IEndpointRouteBuilder robustness) => robustness
        .MapPost("/{period}/uncertainty", HandleAsync)
        .WithName(nameof(RunUncertainty))
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>Rank intervals under noisy weights and alternative methods. Changes nothing; the same seed gives the same answer.</summary>
    internal static async Task<Results<Ok<UncertaintyAnswer>, ProblemHttpResult>> HandleAsync(
        string period, [FromQuery] string? scheme, [FromQuery] string? asOf, UncertaintyDraft draft,
        ScoreReader reader, ScoreDocuments documents, AnalysisTurns turns, TimeProvider clock, CancellationToken cancellation)
    {
        if ((await RobustnessQuestion.ReadAsync(reader, period, scheme, asOf, draft, clock.GetUtcNow(), cancellation)).IsRefused(out var refusal, out var drawable))
        {
            return refusal.ToProblem();
        }

        var units = await turns.RunAsync(() => drawable.Runner.Uncertainty(draft.Draws, cancellation), cancellation);
        return TypedResults.Ok(Answer(drawable, units, draft.Draws, draft.Seed, documents.Demonstration));
    }

    internal static UncertaintyAnswer Answer(Drawable drawable, IReadOnlyList<UnitDraws> units, long draws, long seed, bool demonstration)
    {
        var looked = drawable.Looked;
        var names = looked.Units.ToDictionary(unit => unit.Region.Code, unit => unit.Region.Name);
        return new(
            ScoreHeading.Of(looked.Scoring, demonstration), looked.Peers, draws, seed,
            [.. drawable.Model.Units.Zip(units, (unit, drawn) => Interval(unit, names[unit], drawn, draws))]);
    }

    private static RankInterval Interval(string unit, string name, UnitDraws drawn, long draws) => new(
        unit, name, drawn.Nominal, drawn.NominalScore, drawn.MeanScore,
        RankAt(drawn.Counts, draws, 0.05), RankAt(drawn.Counts, draws, 0.5), RankAt(drawn.Counts, draws, 0.95),
        (double)drawn.Counts[drawn.Nominal - 1] / draws, drawn.Counts);

    /// <summary>The first rank that this share of the draws reaches.</summary>
    internal static int RankAt(IReadOnlyList<long> counts, long draws, double share)
    {
        long reached = 0;
        for (var rank = 0; rank < counts.Count; rank++)
        {
            reached += counts[rank];
            if (reached >= share * draws)
            {
                return rank + 1;
            }
        }

        return counts.Count;
    }
}

/// <summary>One analysis at a time: it uses every core, and pulls of scores must go on.</summary>
internal sealed class AnalysisTurns : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    public void Dispose() => _turn.Dispose();

    public async Task<T> RunAsync<T>(Func<T> run, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            return await Task.Run(run, cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }
}
