using System.Text.Json;
using Wuwei.Assessment.Scores;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Evaluations;

/// <summary>What the data check makes of an item.</summary>
public enum Finding
{
    /// <summary>The unit's value is the system's.</summary>
    Agreed,

    /// <summary>They differ, and the system's is right.</summary>
    SystemStands,

    /// <summary>They differ, or it is one of the sample: looked at on the spot.</summary>
    FieldCheck,
}

/// <summary>One item of a unit's sheet, filled in from left to right.</summary>
/// <param name="Target">Due to the period, as handed down; null: the item has none.</param>
/// <param name="Reported">The unit's own value; null: it says it has none, or nothing yet.</param>
/// <param name="Evidence">What the unit's value can be checked by; null: not assessed yet.</param>
/// <param name="Known">The system's value at the data check.</param>
/// <param name="Found">The value found on the spot; null: not looked at, or none.</param>
/// <param name="FieldEvidence">What was looked at; null: nothing.</param>
public sealed record SheetLine(
    string Item, string Name, string Unit, decimal Weight, decimal? Target, string? Comparator, decimal? Reported = null, string? Evidence = null,
    decimal? Known = null, Finding? Finding = null, string? CheckNote = null, decimal? Found = null, string? FieldEvidence = null)
{
    /// <summary>Whether the unit's value is another than the system's.</summary>
    public bool Differs => Evidence is not null && Reported != Known;
}

/// <summary>Who did something and when.</summary>
public sealed record Signed(string By, DateTimeOffset At);

/// <summary>A unit's part of an assessment.</summary>
/// <param name="Unit">Code of a region or a department.</param>
/// <param name="Region">The unit's own; the city for a department.</param>
/// <param name="Returned">When it last went back, and why.</param>
public sealed record Sheet(
    string Evaluation, string Unit, string Name, string Region, int Revision, IReadOnlyList<SheetLine> Lines,
    Signed? SelfAssessed = null, Signed? DataChecked = null, Signed? FieldChecked = null,
    ReturnedSheet? Returned = null)
{
    /// <summary>Whether nothing is left to be done before it is scored.</summary>
    public bool IsComplete => DataChecked is not null && (FieldChecked is not null || Lines.All(line => line.Finding is not Finding.FieldCheck));

    /// <summary>A refusal when a list names an item twice or one that the sheet does not have; null: neither.</summary>
    internal Refusal? CheckItems(IEnumerable<string> items)
    {
        HashSet<string> seen = [];
        foreach (var (at, item) in items.Index())
        {
            if (Lines.All(line => line.Item != item))
            {
                return Refusal.Invalid("evaluation.unknown_item", "该单位的评估表没有这一项。", $"/lines/{at}/item");
            }

            if (!seen.Add(item))
            {
                return Refusal.Invalid("evaluation.item_twice", "同一项只能出现一次。", $"/lines/{at}/item");
            }
        }

        return null;
    }
}

/// <summary>Reads and writes sheets.</summary>
internal static class SheetStore
{
    /// <summary>What the system knows of a unit, by item.</summary>
    public static IReadOnlyDictionary<string, decimal> ValuesOf(this Scoring scoring, string unit) => scoring.Of(unit) is not { } result ? new Dictionary<string, decimal>()
        : result.Items.Where(item => item.Score.Value is not null).ToDictionary(item => item.Item.Indicator, item => item.Score.Value!.Value);

    public static async Task<Sheet?> FindAsync(UnitOfWork work, string evaluation, string unit) =>
        (await work.FindAsync<Stored>($"{Sql} where (evaluation, unit) = (@evaluation, @unit)", new { evaluation, unit }))?.ToSheet();

    /// <summary>Those that the scope sees, by their units.</summary>
    public static async Task<IReadOnlyList<Sheet>> ListAsync(UnitOfWork work, string evaluation) =>
        [.. (await work.ListAsync<Stored>($"{Sql} where evaluation = @evaluation order by unit", new { evaluation })).Select(stored => stored.ToSheet())];

    /// <summary>A page of the same.</summary>
    public static async Task<IReadOnlyList<Sheet>> PageAsync(UnitOfWork work, string evaluation, string? after, int limit) => [.. (await work.ListAsync<Stored>(
        $"{Sql} where evaluation = @evaluation and (@after::text is null or unit > @after) order by unit limit @limit", new { evaluation, after, limit }))
        .Select(stored => stored.ToSheet())];

    public static void Insert(UnitOfWork work, Sheet sheet) => work.Write(
        "insert into evaluation_sheet (evaluation, unit, region, name, revision, lines) values (@Evaluation, @Unit, @Region, @Name, @Revision, @Lines::jsonb)",
        new { sheet.Evaluation, sheet.Unit, sheet.Region, sheet.Name, sheet.Revision, Lines = JsonSerializer.Serialize(sheet.Lines, Json.Options) });

    /// <summary>Queues the next revision and its entry in the audit trail.</summary>
    public static void Write(UnitOfWork work, Caller caller, string action, Sheet before, Sheet next)
    {
        work.Write(
            """
            update evaluation_sheet
            set revision = @Revision, lines = @Lines::jsonb, assessed_by = @AssessedBy, assessed_at = @AssessedAt, checked_by = @CheckedBy,
                checked_at = @CheckedAt, inspected_by = @InspectedBy, inspected_at = @InspectedAt, returned = @Returned::jsonb
            where (evaluation, unit) = (@Evaluation, @Unit)
            """,
            new
            {
                next.Evaluation,
                next.Unit,
                next.Revision,
                Lines = JsonSerializer.Serialize(next.Lines, Json.Options),
                AssessedBy = next.SelfAssessed?.By,
                AssessedAt = next.SelfAssessed?.At,
                CheckedBy = next.DataChecked?.By,
                CheckedAt = next.DataChecked?.At,
                InspectedBy = next.FieldChecked?.By,
                InspectedAt = next.FieldChecked?.At,
                Returned = next.Returned is null ? null : JsonSerializer.Serialize(next.Returned, Json.Options),
            });
        work.Audit(caller, new Act(action, $"evaluations/{next.Evaluation}/units/{next.Unit}", before, next, next.Region));
    }

    private sealed record Stored(
        string Evaluation, string Unit, string Name, string Region, int Revision, string Lines, string? AssessedBy, DateTimeOffset? AssessedAt,
        string? CheckedBy, DateTimeOffset? CheckedAt, string? InspectedBy, DateTimeOffset? InspectedAt, string? Returned)
    {
        public Sheet ToSheet() => new(
            Evaluation, Unit, Name, Region, Revision, JsonSerializer.Deserialize<SheetLine[]>(Lines, Json.Options)!,
            Of(AssessedBy, AssessedAt), Of(CheckedBy, CheckedAt), Of(InspectedBy, InspectedAt),
            Returned is null ? null : JsonSerializer.Deserialize<ReturnedSheet>(Returned, Json.Options));

        private static Signed? Of(string? by, DateTimeOffset? at) => by is null ? null : new(by, at!.Value);
    }

    private const string Sql = """
        select evaluation, unit, name, region, revision, lines::text as lines, assessed_by, assessed_at, checked_by, checked_at, inspected_by, inspected_at,
               returned::text as returned
        from evaluation_sheet
        """;
}
