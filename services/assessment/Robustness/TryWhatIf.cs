using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Wuwei.Assessment.Scores;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Robustness;

/// <summary>Asks what would be if.</summary>
public sealed record WhatIfDraft
{
    public required ScenarioChanges Changes { get; init; }
}

/// <summary>A unit as it is and as it would be.</summary>
/// <param name="RankChange">Places gained; below 0: lost; null where there is no rank in one of them.</param>
public sealed record WhatIfRow(
    string Unit, string Name, string Peers, decimal? Score, int? Rank, string? Grade, decimal? WouldScore, int? WouldRank, string? WouldGrade, int? RankChange);

/// <summary>What would be if, beside what is.</summary>
/// <param name="Heading">Of what is.</param>
public sealed record WhatIfAnswer(ScoreHeading Heading, ScenarioChanges Changes, IReadOnlyList<WhatIfRow> Units)
{
    internal static Decision<WhatIfAnswer> Of(Scoring scoring, ScenarioChanges changes, bool demonstration)
    {
        if (Scenario.Apply(scoring.Table.Scheme, changes).IsRefused(out var refusal, out var scheme))
        {
            return refusal;
        }

        // The units are the scheme's, in its order, in both.
        var would = scoring.Rescore(scheme).Regions;
        return new WhatIfAnswer(ScoreHeading.Of(scoring, demonstration), changes, [.. scoring.Table.Regions.Zip(would, (own, other) => new WhatIfRow(
            own.Region.Code, own.Region.Name, own.Unit.Peers, ScoreText.Rounded(own.Combined), own.Rank, own.Grade,
            ScoreText.Rounded(other.Combined), other.Rank, other.Grade, own.Rank - other.Rank))]);
    }
}

/// <summary>Tries other weights and methods.</summary>
public static class TryWhatIf
{
    public static void Map(IEndpointRouteBuilder robustness) => robustness
        .MapPost("/{period}/what-if", HandleAsync)
        .WithName(nameof(TryWhatIf))
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>Scores, ranks and grades under other weights and methods, beside the official ones; by the same code. Changes nothing.</summary>
    internal static async Task<Results<Ok<WhatIfAnswer>, ProblemHttpResult>> HandleAsync(
        string period, [FromQuery] string? scheme, [FromQuery] string? asOf, WhatIfDraft draft,
        ScoreReader reader, ScoreDocuments documents, TimeProvider clock, CancellationToken cancellation)
    {
        if (ScoreQuestion.Read(period, scheme, asOf, clock.GetUtcNow()).IsRefused(out var refusal, out var question)
            || (await reader.ComputeAsync(question, cancellation)).IsRefused(out refusal, out var scoring)
            || WhatIfAnswer.Of(scoring, draft.Changes, documents.Demonstration).IsRefused(out refusal, out var answer))
        {
            return refusal.ToProblem();
        }

        return TypedResults.Ok(answer);
    }
}
