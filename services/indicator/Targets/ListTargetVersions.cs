using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Targets;

public static class ListTargetVersions
{
    public static readonly Refusal NotFound = new("target.not_found", "没有这个目标。", StatusCodes.Status404NotFound);

    public static void Map(IEndpointRouteBuilder targets) => targets
        .MapGet("/{indicator}/{region}/{year:int}/versions", HandleAsync)
        .WithName(nameof(ListTargetVersions))
        .ProducesProblem(StatusCodes.Status404NotFound);

    /// <summary>Every version of a target, the latest first, and who set it.</summary>
    internal static async Task<Results<Ok<IReadOnlyList<TargetVersion>>, ProblemHttpResult>> HandleAsync(
        string indicator, string region, int year, Caller caller, Database db, CancellationToken cancellation)
    {
        var versions = await db.ListAsync<TargetVersion>(caller.Scope, VersionsSql, new { indicator, region, year }, cancellation);
        return versions is [] ? NotFound.ToProblem() : TypedResults.Ok(versions);
    }

    private const string VersionsSql = """
        select revision, value, note, set_by, known_at
        from target
        where indicator = @indicator and region = @region and year = @year
        order by revision desc
        """;
}

/// <summary>A version of a target.</summary>
/// <param name="Value">In the indicator's unit; null: not applicable.</param>
public sealed record TargetVersion(int Revision, decimal? Value, string? Note, string SetBy, DateTimeOffset KnownAt);
