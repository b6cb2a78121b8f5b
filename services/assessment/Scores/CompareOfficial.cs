using System.Net.Mime;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using Wuwei.Assessment.Publications;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Scores;

/// <summary>Pulls provisional scores beside official ones.</summary>
public static class CompareOfficial
{
    public static readonly Refusal NotPublished = new("assessment.not_published", "该方案该期尚未发布，没有正式得分可对照。", StatusCodes.Status404NotFound);

    public static void Map(IEndpointRouteBuilder scores) => scores
        .MapGet("/{period}/official", HandleAsync)
        .WithName(nameof(CompareOfficial))
        .Produces<BesideOfficialDocument>(StatusCodes.Status200OK, MediaTypeNames.Application.Json, MediaTypeNames.Text.Csv, GetScores.Xlsx)
        .Produces(StatusCodes.Status304NotModified)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status406NotAcceptable)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>A month's scores as they are now, by the scheme's version of the publication that counts, beside those that it froze.</summary>
    internal static async Task<IResult> HandleAsync(
        string period, [FromQuery] string? scheme, HttpContext http, ScoreReader reader, ScoreDocuments documents, Database db, TimeProvider clock,
        CancellationToken cancellation)
    {
        http.Response.Headers.Vary = HeaderNames.Accept;
        if (ScoreQuestion.Read(period, scheme, null, clock.GetUtcNow()).IsRefused(out var refusal, out var question))
        {
            return refusal.ToProblem();
        }

        if (GetScores.Negotiate(http.Request.Headers.Accept!) is not { Extension: var extension, MediaType: var mediaType })
        {
            return GetScores.NotAcceptable.ToProblem();
        }

        await using var work = await db.BeginAsync(ScoreReader.Scope, cancellation);
        var standing = await Standing.ReadAsync(work, question.Scheme, question.Month!.Value.Start);
        if (standing.Current is not { } number || await PublicationStore.FindAsync(work, number) is not { } publication)
        {
            return NotPublished.ToProblem();
        }

        var official = (await PublicationStore.DocumentAsync(work, number))!;
        if ((await reader.ComputeAsync(question with { Version = publication.SchemeVersion }, cancellation)).IsRefused(out refusal, out var scoring))
        {
            return refusal.ToProblem();
        }

        var document = BesideOfficialDocument.Of(scoring, documents.Demonstration, publication, official);
        var body = extension switch
        {
            "csv" => BesideSheets.Csv(document),
            "xlsx" => BesideSheets.Xlsx(document),
            _ => JsonSerializer.SerializeToUtf8Bytes(document, Json.Options),
        };
        return ((Decision<ScoreDocument>)new ScoreDocument(question.Month.Value.Start, ETags.Of(body), body)).ToResult(
            http, mediaType, extension is "json" ? null : extension);
    }
}
