using System.Net.Mime;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Scores;

/// <summary>Pulls the combined scores of the counties and the city.</summary>
public static class GetScores
{
    internal const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    public static readonly Refusal NotAcceptable = new(
        "request.not_acceptable", "只提供 application/json、text/csv 与 XLSX。", StatusCodes.Status406NotAcceptable);

    public static void Map(IEndpointRouteBuilder scores) => scores
        .MapGet("", HandleAsync)
        .WithName(nameof(GetScores))
        .Produces<ScoreTableDocument>(StatusCodes.Status200OK, MediaTypeNames.Application.Json, MediaTypeNames.Text.Csv, Xlsx)
        .Produces(StatusCodes.Status304NotModified)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status406NotAcceptable)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>Combined scores and items of all counties and the city: plan to date at the end of a month.</summary>
    /// <param name="period">Month, e.g. <c>2025-06</c>; the latest with data when absent.</param>
    /// <param name="scheme">Id of a scheme; <c>plan-12</c> when absent.</param>
    /// <param name="asOf">Instant with offset: the scores as they were known then.</param>
    internal static async Task<IResult> HandleAsync(
        [FromQuery] string? period, [FromQuery] string? scheme, [FromQuery] string? asOf,
        HttpContext http, ScoreDocuments documents, TimeProvider clock, CancellationToken cancellation)
    {
        http.Response.Headers.Vary = HeaderNames.Accept;
        if (ScoreQuestion.Read(period, scheme, asOf, clock.GetUtcNow()).IsRefused(out var refusal, out var question))
        {
            return refusal.ToProblem();
        }

        if (Negotiate(http.Request.Headers.Accept!) is not { } format)
        {
            return NotAcceptable.ToProblem();
        }

        var answer = await documents.GetAsync(
            question, $"table.{format.Extension}", scoring => format.Render(ScoreTableDocument.Of(scoring, documents.Demonstration)), cancellation);
        return answer.ToResult(http, format.MediaType, format.Extension is "json" ? null : format.Extension);
    }

    /// <summary>A form the table is served in.</summary>
    internal sealed record Format(string MediaType, string Extension, Func<ScoreTableDocument, byte[]> Render);

    private static readonly Format[] s_formats =
    [
        new(MediaTypeNames.Application.Json, "json", table => JsonSerializer.SerializeToUtf8Bytes(table, Json.Options)),
        new(MediaTypeNames.Text.Csv, "csv", ScoreSheets.Csv),
        new(Xlsx, "xlsx", ScoreSheets.Xlsx),
    ];

    /// <summary>The form that the caller prefers; JSON when it does not say; null when there is none it accepts.</summary>
    internal static Format? Negotiate(IList<string> accept)
    {
        if (accept is [] || !MediaTypeHeaderValue.TryParseList(accept, out var wanted))
        {
            return accept is [] ? s_formats[0] : null;
        }

        return wanted
            .Where(type => type.Quality is null or > 0)
            .OrderByDescending(type => type.Quality ?? 1)
            .Select(type => s_formats.FirstOrDefault(format => MediaTypeHeaderValue.Parse(format.MediaType).IsSubsetOf(new(type.MediaType))))
            .FirstOrDefault(format => format is not null);
    }
}

/// <summary>How a rendered answer is served.</summary>
internal static class ScoreAnswers
{
    /// <summary>The bytes with their tag, 304 to whom holds them already, or the refusal.</summary>
    /// <param name="download">Extension of the file to save it as; null: to be shown.</param>
    public static IResult ToResult(this Decision<ScoreDocument> answer, HttpContext http, string mediaType, string? download = null)
    {
        if (answer.IsRefused(out var refusal, out var document))
        {
            return refusal.ToProblem();
        }

        http.Response.Headers.CacheControl = "private, no-cache"; // keep it, but ask whether it is still the one
        if (http.IsNotModified(document.Etag))
        {
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        }

        if (download is not null)
        {
            http.Response.Headers.ContentDisposition = $"attachment; filename=\"scores-{document.Month:yyyy-MM}.{download}\"";
        }

        return TypedResults.Bytes(document.Body, mediaType is MediaTypeNames.Text.Csv ? "text/csv; charset=utf-8" : mediaType);
    }
}
