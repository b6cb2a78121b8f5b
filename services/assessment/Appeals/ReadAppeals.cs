using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Appeals;

/// <summary>Reads appeals: a county its own, the city all.</summary>
public static class ReadAppeals
{
    public static void Map(IEndpointRouteBuilder appeals)
    {
        appeals.MapGet("", ListAsync).WithName("ListAppeals").ProducesValidationProblem();
        appeals.MapGet("/{id:guid}", FindAsync).WithName("GetAppeal").Produces(StatusCodes.Status304NotModified).ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>Appeals, the latest first.</summary>
    internal static async Task<Results<Ok<Page<Appeal>>, ProblemHttpResult>> ListAsync(
        [AsParameters] PageQuery query, HttpContext http, Caller caller, Database db, CancellationToken cancellation)
    {
        if (!query.TryKey<AppealKey>(out var after))
        {
            return PageQuery.BadCursor.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        return TypedResults.Ok(query.Page(await AppealStore.ListAsync(work, after?.Id, query.Fetch), appeal => new AppealKey(appeal.Id), http));
    }

    /// <summary>An appeal with the contested row. Its entity tag is what a decision must name in If-Match.</summary>
    internal static async Task<Results<Ok<Appeal>, StatusCodeHttpResult, ProblemHttpResult>> FindAsync(
        Guid id, HttpContext http, Caller caller, Database db, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        return await AppealStore.FindAsync(work, id) is not { } appeal ? Appeal.Unknown.ToProblem()
            : http.IsNotModified(ETags.Of(appeal.Revision)) ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(appeal);
    }

    private sealed record AppealKey(Guid Id);
}
