using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;

namespace Wuwei.Indicator.Catalogue;

public static class ListIndicatorVersions
{
    public static void Map(IEndpointRouteBuilder indicators) => indicators
        .MapGet("/{indicator}/versions", HandleAsync)
        .WithName(nameof(ListIndicatorVersions))
        .ProducesProblem(StatusCodes.Status404NotFound);

    /// <summary>Every version of an indicator that is defined by an expression, the latest first. The plan's own have none.</summary>
    internal static async Task<Results<Ok<IReadOnlyList<IndicatorVersion>>, ProblemHttpResult>> HandleAsync(
        string indicator, IndicatorCatalogue catalogue, Database db, CancellationToken cancellation)
    {
        var rows = await db.ListAsync<IndicatorVersion>(Scope.System("catalogue"), HistorySql, new { indicator }, cancellation);
        return rows is [] && await catalogue.FindPrintedAsync(indicator, cancellation) is null
            ? IndicatorCatalogue.NotFound.ToProblem()
            : TypedResults.Ok(rows);
    }

    private const string HistorySql = """
        select revision, name_zh, definition, expression, missing, unit, direction, comparator, target, document, source_department, reason, set_by, known_at
        from indicator_definition
        where code = @indicator
        order by revision desc
        """;
}

/// <summary>A version of a definition.</summary>
public sealed record IndicatorVersion(
    int Revision, string NameZh, string Definition, string Expression, string Missing, string Unit, string Direction, string? Comparator, decimal? Target,
    string? Document, string SourceDepartment, string Reason, string SetBy, DateTimeOffset KnownAt);
