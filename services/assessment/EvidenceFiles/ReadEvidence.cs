using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.EvidenceFiles;

/// <summary>Reads files of evidence: a county its own, a department its own, the office all.</summary>
public static class ReadEvidence
{
    public static void Map(IEndpointRouteBuilder evidence)
    {
        evidence.MapGet("", ListAsync).WithName("ListEvidence").ProducesValidationProblem();
        evidence.MapGet("/{id:guid}", FindAsync).WithName("GetEvidence").Produces(StatusCodes.Status304NotModified).ProducesProblem(StatusCodes.Status404NotFound);
        evidence.MapGet("/{id:guid}/content", ContentAsync).WithName("GetEvidenceContent")
            .Produces<byte[]>(StatusCodes.Status200OK, "application/octet-stream", [.. FileKind.All.Select(kind => kind.MediaType)])
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>Files of a record and of what is part of it, in the order in which they were sent: who sent which, its hash, and what was found of it.</summary>
    /// <param name="record">Address of the record, or of what it is part of, e.g. <c>tasks/b5.1.1</c> or <c>evaluations/midterm-2023/units/620621</c>.</param>
    internal static async Task<Results<Ok<Page<EvidenceFile>>, ProblemHttpResult>> ListAsync(
        [FromQuery] string record, [AsParameters] PageQuery query, HttpContext http, Caller caller, Database db, CancellationToken cancellation)
    {
        if (!query.TryKey<EvidenceKey>(out var after))
        {
            return PageQuery.BadCursor.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        return TypedResults.Ok(query.Page(await EvidenceStore.PageAsync(work, record, after?.Id, query.Fetch), file => new EvidenceKey(file.Id), http));
    }

    /// <summary>A file, all but its content. Its entity tag is what a finding must name in If-Match.</summary>
    internal static async Task<Results<Ok<EvidenceFile>, StatusCodeHttpResult, ProblemHttpResult>> FindAsync(
        Guid id, HttpContext http, Caller caller, Database db, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        return await EvidenceStore.FindAsync(work, id) is not { } file ? EvidenceFile.Unknown.ToProblem()
            : http.IsNotModified(ETags.Of(file.Revision)) ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(file);
    }

    /// <summary>A file as it was sent, to be saved: no browser shows it, takes it for something else, or keeps it.</summary>
    internal static async Task<Results<FileContentHttpResult, ProblemHttpResult>> ContentAsync(
        Guid id, HttpContext http, Caller caller, Database db, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        if (await EvidenceStore.FindAsync(work, id) is not { } file)
        {
            return EvidenceFile.Unknown.ToProblem();
        }

        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        return TypedResults.File(
            (await work.FindAsync<byte[]>("select content from evidence_file where evidence_id = @id", new { id }))!,
            FileKind.All.Single(kind => kind.Code == file.Kind).MediaType, file.Name);
    }

    private sealed record EvidenceKey(Guid Id);
}
