using System.Net.Mime;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using Wuwei.Assessment.Scores;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Publications;

/// <summary>Reads the official scores. Those under <c>/scores</c> are provisional.</summary>
public static class ReadPublications
{
    public static readonly Refusal Unknown = new("assessment.unknown_publication", "没有这个发布。", StatusCodes.Status404NotFound);

    public static void Map(IEndpointRouteBuilder publications)
    {
        publications.MapGet("", ListAsync).WithName("ListPublications").ProducesValidationProblem();
        publications.MapGet("/{number:long}", FindAsync).WithName("GetPublication")
            .Produces<PublicationFile>(StatusCodes.Status200OK, MediaTypeNames.Application.Json, MediaTypeNames.Text.Csv, GetScores.Xlsx)
            .Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status406NotAcceptable);
    }

    /// <summary>Publications, the last first.</summary>
    internal static async Task<Results<Ok<Page<Publication>>, ProblemHttpResult>> ListAsync(
        [AsParameters] PageQuery query, HttpContext http, Caller caller, Database db, CancellationToken cancellation)
    {
        if (!query.TryKey<PublicationNumber>(out var after))
        {
            return PageQuery.BadCursor.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        var rows = await PublicationStore.ListAsync(work, after?.Number, query.Fetch);
        return TypedResults.Ok(query.Page(rows, row => new PublicationNumber(row.Number), http));
    }

    /// <summary>
    /// A publication as a file: JSON to keep and to verify (docs/publications.md), which never changes, nor does its entity tag;
    /// CSV and XLSX to work with.
    /// </summary>
    internal static async Task<IResult> FindAsync(long number, HttpContext http, Caller caller, Database db, CancellationToken cancellation)
    {
        http.Response.Headers.Vary = HeaderNames.Accept;
        if (GetScores.Negotiate(http.Request.Headers.Accept!) is not { } format)
        {
            return GetScores.NotAcceptable.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        if (await PublicationStore.FindAsync(work, number) is not { } publication)
        {
            return Unknown.ToProblem();
        }

        http.Response.Headers.CacheControl = "private, no-cache";
        if (http.IsNotModified(ETag(publication, format.Extension)))
        {
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        }

        var document = (await PublicationStore.DocumentAsync(work, number))!;
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"publication-{number}.{format.Extension}\"";
        return format.Extension switch
        {
            "csv" => TypedResults.Bytes(PublicationSheets.Csv(publication, document), "text/csv; charset=utf-8"),
            "xlsx" => TypedResults.Bytes(PublicationSheets.Xlsx(publication, document), format.MediaType),
            _ => TypedResults.Bytes(document.ToBytes(), format.MediaType),
        };
    }

    /// <summary>The document is what was signed; a table is what this build makes of it, and says whether it was corrected.</summary>
    internal static string ETag(Publication publication, string extension) => extension is "json"
        ? $"\"{publication.Root}-json\""
        : $"\"{publication.Root}-{extension}-{publication.CorrectedBy}-{typeof(PublicationSheets).Module.ModuleVersionId:n}\"";

    internal sealed record PublicationNumber(long Number);
}

/// <summary>A publication as it is downloaded: canonical JSON, every byte of which counts.</summary>
/// <param name="Format"><c>wuwei-publication/1</c>.</param>
/// <param name="KeyId">Which key signed it.</param>
/// <param name="PublicKey">That key, SubjectPublicKeyInfo, base64.</param>
/// <param name="Rows">Each the canonical JSON of a key and its content; the first says which publication it is.</param>
public sealed record PublicationFile(string Algorithm, string Format, string KeyId, string PublicKey, string Root, IReadOnlyList<string> Rows, string Signature);
