using System.Net.Mime;
using System.Text;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Schemes;

/// <summary>Prints how a version of a scheme scores.</summary>
public static class PrintMethodCard
{
    public static void Map(IEndpointRouteBuilder schemes) => schemes
        .MapGet("/{id}/versions/{version:int}/method-card", HandleAsync)
        .WithName(nameof(PrintMethodCard))
        .Produces<string>(StatusCodes.Status200OK, MediaTypeNames.Text.Html)
        .Produces(StatusCodes.Status304NotModified)
        .ProducesProblem(StatusCodes.Status404NotFound);

    /// <summary>The method card (方法卡) of a version: units, tree, items, rules, points and grades as a page to print.</summary>
    internal static async Task<IResult> HandleAsync(string id, int version, HttpContext http, Caller caller, Database db, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        if (!Scheme.IsId(id) || await SchemeStore.FindAsync(work, id, version) is not { } scheme)
        {
            return ReadSchemes.Unknown.ToProblem();
        }

        var page = Encoding.UTF8.GetBytes(MethodCard.Html(scheme, await ApproveScheme.FindAsync(work, id, version)));
        return http.IsNotModified(ETags.Of(page))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Bytes(page, "text/html; charset=utf-8");
    }
}
