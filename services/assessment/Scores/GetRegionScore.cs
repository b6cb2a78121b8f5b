using System.Net.Mime;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Wuwei.Assessment.Schemes;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Assessment.Scores;

/// <summary>Pulls the score of one region with the links to what it is made of.</summary>
public static class GetRegionScore
{
    public static void Map(IEndpointRouteBuilder scores) => scores
        .MapGet("/{region}/{period}", HandleAsync)
        .WithName(nameof(GetRegionScore))
        .Produces<RegionScoreDocument>()
        .Produces(StatusCodes.Status304NotModified)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>A unit's combined score and items for one month. A county sees its own.</summary>
    internal static Task<IResult> HandleAsync(
        string region, string period, [FromQuery] string? scheme, [FromQuery] string? asOf,
        HttpContext http, Caller caller, ScoreDocuments documents, TimeProvider clock, CancellationToken cancellation) =>
        PageAsync(
            region, ScoreQuestion.Read(period, scheme, asOf, clock.GetUtcNow()), region, ScoreQuestion.UnknownRegion,
            scoring => scoring.Of(region) is { } result ? RegionScoreDocument.Of(scoring, result, documents.Demonstration) : null,
            http, caller, documents, cancellation);

    /// <summary>A page about one unit, for whom it is: rendered once per change.</summary>
    /// <param name="part">Names the page among those about one month.</param>
    /// <param name="absent">The answer where there is no such page.</param>
    internal static async Task<IResult> PageAsync<T>(
        string region, Decision<ScoreQuestion> asked, string part, Refusal absent, Func<Scoring, T?> of, HttpContext http, Caller caller,
        ScoreDocuments documents, CancellationToken cancellation) where T : class
    {
        if (Find(region, caller, asked).IsRefused(out var refusal, out var question))
        {
            return refusal.ToProblem();
        }

        var answer = await documents.GetAsync(
            question, part, scoring => of(scoring) is { } page ? JsonSerializer.SerializeToUtf8Bytes(page, Json.Options) : null, cancellation);
        return answer.IsRefused(out refusal, out _) && refusal == ScoreQuestion.UnknownItem
            ? absent.ToProblem()
            : answer.ToResult(http, MediaTypeNames.Application.Json);
    }

    /// <summary>
    /// Another county's page does not exist for the caller, like one of a place that is not assessed. A department's is the
    /// city's to see, and its own.
    /// </summary>
    internal static Decision<ScoreQuestion> Find(string region, Caller caller, Decision<ScoreQuestion> question) =>
        (RegionCode.Wuwei.ContainsKey(region) ? caller.Covers(region) : Scheme.IsId(region) && (caller.Covers(RegionCode.City) || caller.Department == region))
            ? question : ScoreQuestion.UnknownRegion;

    /// <summary>The unit's result; null when the scheme does not assess it.</summary>
    internal static RegionResult? Of(this Scoring scoring, string unit) => scoring.Table.Regions.FirstOrDefault(result => result.Region.Code == unit);
}
