using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Wuwei.Assessment.Scores;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Robustness;

/// <summary>How units stood over the years of the plan.</summary>
/// <param name="Periods">Every December before the month, and the month.</param>
/// <param name="Units">Each with one point a period.</param>
public sealed record ScoreHistory(ScoreHeading Heading, string Peers, IReadOnlyList<string> Periods, IReadOnlyList<UnitHistory> Units);

/// <summary>A unit over the years.</summary>
/// <param name="Change">Of the combined score from the period before to the last one; null: one of them has none.</param>
public sealed record UnitHistory(string Unit, string Name, IReadOnlyList<HistoryPoint> Points, decimal? Change);

/// <summary>Where a unit stood.</summary>
/// <param name="Score">Two decimals; null: none.</param>
public sealed record HistoryPoint(string Period, decimal? Score, int? Rank, string? Grade);

/// <summary>Shows how units stood over the years.</summary>
public static class ShowHistory
{
    public static void Map(IEndpointRouteBuilder robustness) => robustness
        .MapGet("/{period}/history", HandleAsync)
        .WithName(nameof(ShowHistory))
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>
    /// Scores and ranks of every December of the plan up to a month, all by the version of the scheme that applies to the month and as
    /// known at one instant, so that they can be compared.
    /// </summary>
    internal static async Task<Results<Ok<ScoreHistory>, ProblemHttpResult>> HandleAsync(
        string period, [FromQuery] string? scheme, [FromQuery] string? asOf, [FromQuery] string? peers,
        ScoreReader reader, ScoreDocuments documents, TimeProvider clock, CancellationToken cancellation)
    {
        if ((await RobustnessQuestion.ReadAsync(reader, period, scheme, asOf, peers, clock.GetUtcNow(), cancellation)).IsRefused(out var refusal, out var looked))
        {
            return refusal.ToProblem();
        }

        var (by, last) = (looked.Scoring.Table.Scheme, looked.Scoring.Table.Month);
        List<LookedAt> years = [];
        for (var year = by.PlanFrom; year < last.Year; year++)
        {
            var question = new ScoreQuestion(new(PeriodKind.Month, year, 12), by.Id, looked.Scoring.AsOf) { Version = by.Version };
            // A scheme may begin later than the plan: then so does its history.
            if (!(await reader.ComputeAsync(question, cancellation)).IsRefused(out _, out var scoring))
            {
                years.Add(new(scoring, looked.Peers));
            }
        }

        return TypedResults.Ok(Of([.. years, looked], documents.Demonstration));
    }

    /// <param name="years">In the order of their months; the last one is asked for.</param>
    internal static ScoreHistory Of(IReadOnlyList<LookedAt> years, bool demonstration)
    {
        var last = years[^1];
        return new(
            ScoreHeading.Of(last.Scoring, demonstration), last.Peers, [.. years.Select(year => year.Scoring.Table.Month.ToString())],
            [.. last.Units.Select(unit =>
            {
                HistoryPoint[] points = [.. years.Select(year => (year.Scoring.Table.Month, Unit: year.Units.Single(own => own.Region.Code == unit.Region.Code)))
                    .Select(year => new HistoryPoint(year.Month.ToString(), ScoreText.Rounded(year.Unit.Combined), year.Unit.Rank, year.Unit.Grade))];
                return new UnitHistory(unit.Region.Code, unit.Region.Name, points, points.Length < 2 ? null : points[^1].Score - points[^2].Score);
            })]);
    }
}
