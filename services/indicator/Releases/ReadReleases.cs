using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Releases;

/// <summary>Releases as those see them who have access before publication: with those under embargo, and every revision.</summary>
public static class ReadReleases
{
    public static readonly Refusal NotFound = new("release.not_found", "该期间没有公布数据。", StatusCodes.Status404NotFound);

    public static void Map(IEndpointRouteBuilder releases)
    {
        releases.MapGet("", HandleAsync).WithName("ListReleases");
        releases.MapGet("/{period}", ReadAsync).WithName(nameof(ReadReleases)).ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>The latest revision of every period, the latest period first. At most some seventy, so there are no pages.</summary>
    internal static async Task<Pulled<IReadOnlyList<Release>>> HandleAsync(Caller caller, Database db, CancellationToken cancellation) =>
        new(await db.ListAsync<Release>(caller.Scope, ListSql, null, cancellation));

    /// <summary>Every revision of a period, the latest first, and the figures of that one, as far as they are of the caller's region.</summary>
    internal static async Task<Results<Pulled<ReleaseHistory>, ProblemHttpResult>> ReadAsync(string period, Caller caller, Database db, CancellationToken cancellation)
    {
        var revisions = await db.ListAsync<Release>(caller.Scope, OfPeriodSql, new { period }, cancellation);
        return revisions is [] ? NotFound.ToProblem()
            : new Pulled<ReleaseHistory>(new(revisions, await db.ListAsync<ReleasedValue>(caller.Scope, ValuesSql, new { period, revisions[0].Revision }, cancellation)));
    }

    internal const string OfPeriodSql = $"select {Release.Columns} from release r where r.period = @period order by r.revision desc";

    internal const string ValuesSql = """
        select v.indicator, v.region, v.value, v.status
        from release_value v
        join indicator i on i.code = v.indicator
        where v.period = @period and v.revision = @Revision
        order by i.position, v.region
        """;

    private const string ListSql = $"""
        select distinct on (r.period) {Release.Columns}
        from release r
        order by r.period desc, r.revision desc
        """;
}

/// <summary>How a period was released.</summary>
/// <param name="Values">Of the latest revision.</param>
public sealed record ReleaseHistory(IReadOnlyList<Release> Revisions, IReadOnlyList<ReleasedValue> Values);
