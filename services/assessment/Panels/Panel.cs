using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Panels;

/// <summary>Members who score an item of every unit by hand, each for themselves.</summary>
/// <param name="Item">Code of the item, as schemes name it.</param>
/// <param name="Period">Month.</param>
/// <param name="Members">Clients or persons, as tokens name them.</param>
/// <param name="ClosedAt">Scores count from then on and stay as they are; null: it is open.</param>
public sealed record Panel(
    string Id, int Revision, string Name, string Item, string Period, string[] Members, string SetBy, DateTimeOffset? ClosedAt)
{
    public static readonly Refusal Unknown = new("panel.unknown", "没有这个评议组。", StatusCodes.Status404NotFound);
}

/// <summary>A member's score of a unit.</summary>
/// <param name="Score">0 to 100.</param>
public sealed record PanelScore(string Panel, string Unit, string Member, int Revision, decimal Score, string Evidence, DateTimeOffset ScoredAt);

/// <summary>What a panel's scores come to.</summary>
internal static class PanelRule
{
    /// <summary>Fewer scores than that say nothing.</summary>
    public const int Least = 3;

    /// <summary>From so many scores on, one highest and one lowest are left out [D].</summary>
    public const int Trimmed = 5;

    /// <summary>The mean, exactly; null: too few.</summary>
    public static decimal? Mean(IReadOnlyList<decimal> scores) => scores.Count < Least ? null
        : scores.Count < Trimmed ? scores.Average()
        : (scores.Sum() - scores.Max() - scores.Min()) / (scores.Count - 2);
}

/// <summary>Reads and writes panels.</summary>
internal static class PanelStore
{
    /// <summary>One change at a time. Lock in one statement, read in the next.</summary>
    public static async Task<Panel?> LockAsync(UnitOfWork work, string id)
    {
        await work.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended('panel:' || @id, 0))", new { id });
        return await FindAsync(work, id);
    }

    public static Task<Panel?> FindAsync(UnitOfWork work, string id) => work.FindAsync<Panel>($"{Sql} where panel_id = @id", new { id });

    /// <summary>Those of an item and month, or all, the latest month first.</summary>
    public static Task<IReadOnlyList<Panel>> ListAsync(UnitOfWork work, string? item, DateOnly? month) => work.ListAsync<Panel>(
        $"{Sql} where (@item::text is null or item = @item) and (@month::date is null or month = @month) order by month desc, panel_id", new { item, month });

    /// <summary>Those that the scope sees, by unit and member.</summary>
    public static Task<IReadOnlyList<PanelScore>> ScoresAsync(UnitOfWork work, string panel) => work.ListAsync<PanelScore>(
        "select panel, unit, member, revision, score, evidence, scored_at from panel_score where panel = @panel order by unit, member", new { panel });

    private const string Sql = """
        select panel_id as id, revision, name, item, to_char(month, 'YYYY-MM') as period, members, set_by, closed_at from panel
        """;
}
