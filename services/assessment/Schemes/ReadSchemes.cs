using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Schemes;

/// <summary>A scheme in the list.</summary>
/// <param name="Version">The latest.</param>
public sealed record SchemeSummary(string Id, string Name, int Version, string ValidFrom, bool Unverified, string Link);

/// <summary>A version in a scheme's history.</summary>
public sealed record SchemeVersion(int Version, string Name, string ValidFrom, DateTimeOffset KnownAt, string SetBy, string Link);

/// <summary>A scheme as it is now, and the versions that led to it.</summary>
public sealed record SchemeDocument(Scheme Scheme, IReadOnlyList<SchemeVersion> Versions);

/// <summary>Reads schemes and their versions.</summary>
public static class ReadSchemes
{
    public static readonly Refusal Unknown = new("assessment.unknown_scheme", "没有这个考核方案或版本。", StatusCodes.Status404NotFound);

    public static void Map(IEndpointRouteBuilder schemes)
    {
        schemes.MapGet("", ListAsync).WithName("ListSchemes")
            .Produces(StatusCodes.Status304NotModified).ProducesValidationProblem();
        schemes.MapGet("/{id}", FindAsync).WithName("GetScheme")
            .Produces(StatusCodes.Status304NotModified).ProducesProblem(StatusCodes.Status404NotFound);
        schemes.MapGet("/{id}/versions/{version:int}", FindVersionAsync).WithName("GetSchemeVersion")
            .Produces(StatusCodes.Status304NotModified).ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>The latest version of every scheme.</summary>
    internal static async Task<Results<Ok<Page<SchemeSummary>>, StatusCodeHttpResult, ProblemHttpResult>> ListAsync(
        [AsParameters] PageQuery query, HttpContext http, Caller caller, Database db, CancellationToken cancellation)
    {
        if (!query.TryKey<string>(out var after))
        {
            return PageQuery.BadCursor.ToProblem();
        }

        var rows = await db.ListAsync<SchemeSummary>(caller.Scope, ListSql, new { after, query.Fetch }, cancellation);
        var page = query.Page(rows, row => row.Id, http);
        return http.IsNotModified(ETags.Of(JsonSerializer.SerializeToUtf8Bytes(page, Json.Options)))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(page);
    }

    /// <summary>A scheme's latest version and its history. The entity tag is what a change must name in If-Match.</summary>
    internal static async Task<Results<Ok<SchemeDocument>, StatusCodeHttpResult, ProblemHttpResult>> FindAsync(
        string id, HttpContext http, Caller caller, Database db, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        var versions = Scheme.IsId(id) ? await work.ListAsync<SchemeVersion>(VersionsSql, new { id }) : [];
        if (versions is not [var latest, ..])
        {
            return Unknown.ToProblem();
        }

        return http.IsNotModified(ETags.Of(latest.Version))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(new SchemeDocument((await SchemeStore.FindAsync(work, id, latest.Version))!, versions));
    }

    /// <summary>One version of a scheme; it never changes.</summary>
    internal static async Task<Results<Ok<Scheme>, StatusCodeHttpResult, ProblemHttpResult>> FindVersionAsync(
        string id, int version, HttpContext http, Caller caller, Database db, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        if (!Scheme.IsId(id) || await SchemeStore.FindAsync(work, id, version) is not { } scheme)
        {
            return Unknown.ToProblem();
        }

        return http.IsNotModified(ETags.Of(version)) ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.Ok(scheme);
    }

    private const string ListSql = """
        select distinct on (scheme) scheme as id, name, version, to_char(valid_from, 'YYYY-MM') as valid_from, unverified,
               '/api/assessment/v1/schemes/' || scheme as link
        from scheme_version
        where scheme > coalesce(@after, '')
        order by scheme, version desc
        limit @Fetch
        """;

    private const string VersionsSql = """
        select version, name, to_char(valid_from, 'YYYY-MM') as valid_from, known_at, set_by,
               '/api/assessment/v1/schemes/' || scheme || '/versions/' || version as link
        from scheme_version
        where scheme = @id
        order by version desc
        """;
}
