using System.Net.Mime;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Wuwei.ServiceDefaults;

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

    /// <summary>A region's combined score and items for one month. A county sees its own.</summary>
    internal static async Task<IResult> HandleAsync(
        string region, string period, [FromQuery] string? scheme, [FromQuery] string? asOf,
        HttpContext http, Caller caller, ScoreDocuments documents, TimeProvider clock, CancellationToken cancellation)
    {
        if (Find(region, caller, ScoreQuestion.Read(period, scheme, asOf, clock.GetUtcNow())).IsRefused(out var refusal, out var question))
        {
            return refusal.ToProblem();
        }

        var answer = await documents.GetAsync(
            question,
            region,
            scoring => JsonSerializer.SerializeToUtf8Bytes(
                RegionScoreDocument.Of(scoring, scoring.Table.Regions.Single(result => result.Region.Code == region), documents.Demonstration),
                Json.Options),
            cancellation);
        return answer.ToResult(http, MediaTypeNames.Application.Json);
    }

    /// <summary>Another county's page does not exist for the caller, like one of a place that is not assessed.</summary>
    internal static Decision<ScoreQuestion> Find(string region, Caller caller, Decision<ScoreQuestion> question) =>
        ScoreTable.Assessed.Any(assessed => assessed.Code == region) && caller.Covers(region) ? question : ScoreQuestion.UnknownRegion;
}
