using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Publications;

/// <summary>Reads what is proposed. The office's alone: what is not published is not known.</summary>
public static class ReadProposals
{
    public static readonly Refusal Unknown = new("assessment.unknown_proposal", "没有这个发布提案。", StatusCodes.Status404NotFound);

    public static void Map(IEndpointRouteBuilder publications)
    {
        publications.MapGet("/proposals", ListAsync).WithName("ListProposals").RequireAnyRole(CallerRoles.Assessor).RequireOffice().RequirePrerelease().ProducesValidationProblem().ProducesProblem(StatusCodes.Status403Forbidden);
        publications.MapGet("/proposals/{id:guid}", FindAsync).WithName("GetProposal").RequireAnyRole(CallerRoles.Assessor).RequireOffice().RequirePrerelease()
            .Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>Proposals, the latest first.</summary>
    internal static async Task<Results<Ok<Page<Proposal>>, ProblemHttpResult>> ListAsync(
        [AsParameters] PageQuery query, HttpContext http, Caller caller, Database db, CancellationToken cancellation)
    {
        if (!query.TryKey<ProposalKey>(out var after))
        {
            return PageQuery.BadCursor.ToProblem();
        }

        var rows = await db.ListAsync<Proposal>(caller.Scope, ListSql, new { before = after?.Id, query.Fetch }, cancellation);
        return TypedResults.Ok(query.Page(rows, row => new ProposalKey(row.Id), http));
    }

    /// <summary>A proposal with every row that would be published. The entity tag is what publishing it must name in If-Match.</summary>
    internal static async Task<Results<Ok<ProposalDocument>, StatusCodeHttpResult, ProblemHttpResult>> FindAsync(
        Guid id, HttpContext http, Caller caller, Database db, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        if (await FindProposalAsync(work, id) is not { } proposal)
        {
            return Unknown.ToProblem();
        }

        return http.IsNotModified(ETags.Of(proposal.Revision))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(new ProposalDocument(proposal, [.. (await RowsAsync(work, id)).Select(row => row.Text)]));
    }

    internal static Task<Proposal?> FindProposalAsync(UnitOfWork work, Guid id) => work.FindAsync<Proposal>(FindSql, new { id });

    internal static Task<IReadOnlyList<SnapshotRow>> RowsAsync(UnitOfWork work, Guid id) => work.ListAsync<SnapshotRow>(RowsSql, new { id });

    private sealed record ProposalKey(Guid Id);

    // Ids are made in the order of time.
    private const string ListSql = $"""
        select {Proposal.Columns} from publication_proposal
        where @before::uuid is null or proposal_id < @before
        order by proposal_id desc
        limit @Fetch
        """;

    private const string FindSql = $"select {Proposal.Columns} from publication_proposal where proposal_id = @id";

    private const string RowsSql = """
        select row.key, row.text
        from publication_proposal, unnest(keys, texts) with ordinality as row (key, text, ordinal)
        where proposal_id = @id
        order by row.ordinal
        """;
}
