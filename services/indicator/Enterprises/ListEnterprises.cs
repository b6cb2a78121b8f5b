using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Enterprises;

public static class ListEnterprises
{
    public static readonly Refusal NotFound = new("enterprise.not_found", "样本中没有这家企业。", StatusCodes.Status404NotFound);

    public static void Map(IEndpointRouteBuilder enterprises)
    {
        enterprises.MapGet("/", HandleAsync).WithName(nameof(ListEnterprises));
        enterprises.MapGet("/{creditCode}", ReadAsync).WithName("ReadEnterprise")
            .Produces(StatusCodes.Status304NotModified).ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>The sample of the caller's region, by county, industry, size and ownership; those that have left it too.</summary>
    internal static async Task<Results<Ok<Page<Enterprise>>, ProblemHttpResult>> HandleAsync(
        string? region, string? industry, string? size, string? ownership, [AsParameters] PageQuery page,
        Caller caller, Database db, HttpContext http, CancellationToken cancellation)
    {
        if (!page.TryKey<EnterpriseCursor>(out var after))
        {
            return PageQuery.BadCursor.ToProblem();
        }

        var rows = await db.ListAsync<StoredEnterprise>(
            caller.Scope, ListSql, new { region, industry, size, ownership, after = after?.CreditCode ?? "", limit = page.Fetch }, cancellation);
        var cut = page.Page(rows, row => new EnterpriseCursor(row.CreditCode), http);
        return TypedResults.Ok(new Page<Enterprise>([.. cut.Items.Select(Enterprise.Of)], cut.Next));
    }

    /// <summary>An enterprise of the sample.</summary>
    internal static async Task<Results<Ok<Enterprise>, StatusCodeHttpResult, ProblemHttpResult>> ReadAsync(
        string creditCode, Caller caller, Database db, HttpContext http, CancellationToken cancellation)
    {
        if (CreditCode.Read(creditCode) is not { } code
            || await db.FindAsync<StoredEnterprise>(caller.Scope, RecordEnterprise.ReadSql, new { code }, cancellation) is not { } stored)
        {
            return NotFound.ToProblem();
        }

        return http.IsNotModified(ETags.Of(stored.Revision)) ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.Ok(Enterprise.Of(stored));
    }

    private const string ListSql = $"""
        select {StoredEnterprise.Columns}
        from enterprise e
        where e.credit_code > @after
          and (@region::text is null or e.region = @region) and (@industry::text is null or e.industry = @industry)
          and (@size::text is null or e.size = @size) and (@ownership::text is null or e.ownership = @ownership)
        order by e.credit_code
        limit @limit
        """;

    private sealed record EnterpriseCursor(string CreditCode);
}
