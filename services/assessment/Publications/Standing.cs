using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Publications;

/// <summary>What has been published before.</summary>
/// <param name="Last">Number of the last publication; 0: none.</param>
/// <param name="LastRoot">Its root.</param>
/// <param name="Current">The last one of the scheme and month; null: none.</param>
/// <param name="CurrentVersion">Its version; 0: none.</param>
internal sealed record Standing(long Last, string? LastRoot, long? Current, int CurrentVersion)
{
    public static readonly Refusal CorrectsNothing = Refusal.Invalid("assessment.corrects_nothing", "该方案该期尚未发布，没有可更正的。", "/corrects");
    public static readonly Refusal ReasonMissing = Refusal.Invalid("assessment.correction_without_reason", "更正须说明原因。", "/reason");
    public static readonly Refusal ReasonOfNothing = Refusal.Invalid("assessment.reason_without_correction", "只有更正才说明原因。", "/reason");

    public static Refusal PublishedBefore(long current) => new(
        "assessment.published_before", "该方案该期已经发布；有变动的，须更正其最后一版并说明原因。", Pointer: "/corrects", Detail: $"最后一版是第 {current} 号发布。");

    /// <summary>The rule: a month is published once; whatever comes after corrects the last version and says why. Null: it may come next.</summary>
    public Refusal? Refuses(long? corrects, string? reason) => (Current, corrects) switch
    {
        (null, not null) => CorrectsNothing,
        ({ } current, var named) when named != current => PublishedBefore(current),
        (_, not null) when reason is null => ReasonMissing,
        (_, null) when reason is not null => ReasonOfNothing,
        _ => null,
    };

    /// <summary>Reads it; who publishes has the lock.</summary>
    public static async Task<Standing> ReadAsync(UnitOfWork work, string scheme, DateOnly month) =>
        (await work.FindAsync<Standing>(Sql, new { scheme, month }))!;

    /// <summary>One publication at a time: each follows the one before.</summary>
    public const string LockSql = "select pg_advisory_xact_lock(hashtextextended('publications', 0))";

    private const string Sql = """
        select coalesce(last.number, 0) as last, last.root as last_root, current.number as current, coalesce(current.version, 0) as current_version
        from (select 1) one
        left join lateral (select number, root from publication order by number desc limit 1) last on true
        left join lateral (
            select number, version from publication
            where scheme = @scheme and month = @month
            order by version desc
            limit 1) current on true
        """;
}
