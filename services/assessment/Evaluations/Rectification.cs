using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Evaluations;

/// <summary>How far something to be put right is.</summary>
public enum RectificationState { Required, Reported, Accepted }

/// <summary>What a unit has to put right after the result (整改).</summary>
/// <param name="Item">Of the unit's sheet.</param>
/// <param name="Review">What the office said of the last report; of one that was returned, too.</param>
public sealed record Rectification(
    Guid Id, int Revision, string Evaluation, string Unit, string Region, string Item, string Requirement, DateOnly DueOn, RectificationState State,
    string RequiredBy, DateTimeOffset RequiredAt, string? Report = null, string? Evidence = null, string? ReportedBy = null,
    DateTimeOffset? ReportedAt = null, string? Review = null, string? ReviewedBy = null, DateTimeOffset? ReviewedAt = null)
{
    public static readonly Refusal Unknown = new("rectification.unknown", "没有这项整改。", StatusCodes.Status404NotFound);
}

/// <summary>Reads and writes what is to be put right.</summary>
internal static class RectificationStore
{
    /// <summary>The same, for whoever changes it: one at a time.</summary>
    public static async Task<Rectification?> LockAsync(UnitOfWork work, string evaluation, Guid id)
    {
        await EvaluationStore.LockAsync(work, evaluation);
        return await work.FindAsync<Rectification>($"{Sql} where (evaluation, rectification_id) = (@evaluation, @id)", new { evaluation, id });
    }

    /// <summary>Those that the scope sees, in the order in which they were required.</summary>
    public static Task<IReadOnlyList<Rectification>> ListAsync(UnitOfWork work, string evaluation) =>
        work.ListAsync<Rectification>($"{Sql} where evaluation = @evaluation order by rectification_id", new { evaluation });

    /// <summary>A page of the same.</summary>
    public static Task<IReadOnlyList<Rectification>> PageAsync(UnitOfWork work, string evaluation, Guid? after, int limit) => work.ListAsync<Rectification>(
        $"{Sql} where evaluation = @evaluation and (@after::uuid is null or rectification_id > @after) order by rectification_id limit @limit",
        new { evaluation, after, limit });

    public static void Insert(UnitOfWork work, Caller caller, Rectification required)
    {
        work.Write(
            """
            insert into rectification (
                rectification_id, revision, evaluation, unit, region, item, requirement, due_on, state, required_by, required_at)
            values (@Id, @Revision, @Evaluation, @Unit, @Region, @Item, @Requirement, @DueOn, 'required', @RequiredBy, @RequiredAt)
            """,
            new
            {
                required.Id,
                required.Revision,
                required.Evaluation,
                required.Unit,
                required.Region,
                required.Item,
                required.Requirement,
                required.DueOn,
                required.RequiredBy,
                required.RequiredAt,
            });
        Audit(work, caller, "rectification.required", null, required);
    }

    public static void Update(UnitOfWork work, Caller caller, string action, Rectification before, Rectification next)
    {
        work.Write(
            """
            update rectification
            set revision = @Revision, state = @State, report = @Report, evidence = @Evidence, reported_by = @ReportedBy, reported_at = @ReportedAt,
                review = @Review, reviewed_by = @ReviewedBy, reviewed_at = @ReviewedAt
            where rectification_id = @Id
            """,
            new
            {
                next.Id,
                next.Revision,
                State = next.State.ToString().ToLowerInvariant(),
                next.Report,
                next.Evidence,
                next.ReportedBy,
                next.ReportedAt,
                next.Review,
                next.ReviewedBy,
                next.ReviewedAt,
            });
        Audit(work, caller, action, before, next);
    }

    private static void Audit(UnitOfWork work, Caller caller, string action, Rectification? before, Rectification next) =>
        work.Audit(caller, new Act(action, $"evaluations/{next.Evaluation}/rectifications/{next.Id}", before, next, next.Region));

    private const string Sql = """
        select rectification_id as id, revision, evaluation, unit, region, item, requirement, due_on, state, required_by, required_at, report, evidence,
               reported_by, reported_at, review, reviewed_by, reviewed_at
        from rectification
        """;
}
