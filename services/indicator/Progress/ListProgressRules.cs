using Wuwei.Outbox;

namespace Wuwei.Indicator.Progress;

public static class ListProgressRules
{
    public static void Map(IEndpointRouteBuilder progress) => progress
        .MapGet("/rules", HandleAsync)
        .WithName(nameof(ListProgressRules));

    /// <summary>From which share of what is due a status begins, by the first month each rule holds for.</summary>
    internal static async Task<Pulled<IReadOnlyList<ProgressRule>>> HandleAsync(Database db, CancellationToken cancellation) =>
        new(await db.ListAsync<ProgressRule>(Scope.System("progress"), CurrentSql, new { asOf = (DateTimeOffset?)null }, cancellation));

    internal const string CurrentSql = """
        select distinct on (valid_from) valid_from, revision, ahead, on_track, nearly, confidence, mark, verified, document, reason, known_at
        from progress_rule
        where @AsOf::timestamptz is null or known_at <= @AsOf or set_by = 'proposal'
        order by valid_from, revision desc
        """;
}
