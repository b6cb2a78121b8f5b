using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Entries;

/// <summary>An entered value with its history.</summary>
/// <param name="Entry">The latest version.</param>
/// <param name="Versions">All, the latest first.</param>
public sealed record EntryDocument(Entry Entry, IReadOnlyList<Entry> Versions);

/// <summary>Reads what was entered by hand.</summary>
public static class ReadEntries
{
    public static readonly Refusal Unknown = new("assessment.unknown_entry", "没有录入这个数。", StatusCodes.Status404NotFound);

    public static void Map(IEndpointRouteBuilder entries) => entries
        .MapGet("/{unit}/{item}/{period}", HandleAsync).WithName("GetEntry")
        .Produces(StatusCodes.Status304NotModified).ProducesProblem(StatusCodes.Status404NotFound);

    /// <summary>An entered value with its evidence and all its versions. A county sees its own.</summary>
    internal static async Task<Results<Ok<EntryDocument>, StatusCodeHttpResult, ProblemHttpResult>> HandleAsync(
        string unit, string item, string period, HttpContext http, Caller caller, Database db, CancellationToken cancellation)
    {
        if (PutEntry.MonthOf(unit, item, period) is not { } month)
        {
            return Unknown.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        return await VersionsAsync(work, unit, item, month.ToString()) is not [var latest, ..] versions ? Unknown.ToProblem()
            : http.IsNotModified(ETags.Of(latest.Version)) ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(new EntryDocument(latest, versions));
    }

    internal static Task<IReadOnlyList<Entry>> VersionsAsync(UnitOfWork work, string unit, string item, string period) => work.ListAsync<Entry>(
        """
        select unit, item, period, version, value, evidence, entered_by, known_at from entry_version
        where (unit, item, period) = (@unit, @item, @period)
        order by version desc
        """,
        new { unit, item, period });
}
