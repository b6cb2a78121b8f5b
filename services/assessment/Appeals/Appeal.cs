using System.ComponentModel.DataAnnotations;
using Wuwei.Assessment.Evaluations;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Appeals;

/// <summary>Where an appeal stands.</summary>
public enum AppealState { Filed, Accepted, Rejected }

/// <summary>What a unit contests: a row of an assessment on notice, or of a publication.</summary>
public sealed record AppealDraft
{
    /// <summary>Id of the assessment on notice; null: it is a publication.</summary>
    [TextLength(40, ErrorMessage = "评估代码最多 40 字。")] public string? Evaluation { get; init; }

    /// <summary>Number of the publication; null: it is an assessment on notice.</summary>
    [Range(1, long.MaxValue, ErrorMessage = "发布号须为正整数。")] public long? Publication { get; init; }

    /// <summary>The contested row, e.g. <c>item.620602.1</c> or <c>unit.620602</c>; one of the unit's own.</summary>
    [Required(ErrorMessage = "须指明哪一行。"), TextLength(60, ErrorMessage = "行的键最多 60 字。")] public required string Key { get; init; }

    /// <summary>What is wrong with it.</summary>
    [Required(ErrorMessage = "须写明申诉理由。"), TextLength(2000, ErrorMessage = "申诉理由最多 2000 字。")] public required string Claim { get; init; }

    /// <summary>What shows it, and where that is found.</summary>
    [Required(ErrorMessage = "须写明佐证材料。"), TextLength(1000, ErrorMessage = "佐证材料最多 1000 字。")] public required string Evidence { get; init; }
}

/// <summary>A unit contests a number.</summary>
/// <param name="Evaluation">The assessment on notice.</param>
/// <param name="Publication">Or the publication.</param>
/// <param name="Row">The contested row as it stood: formula, inputs and revisions are in it.</param>
/// <param name="Author">Who scored or published it, and so does not decide.</param>
/// <param name="ReplyDueOn">The office decides by then; null: the year's holidays are not known.</param>
/// <param name="AnsweredBy">The snapshot made after it was found right; null: not yet.</param>
/// <param name="Correction">Number of that snapshot's publication; null: not published yet.</param>
public sealed record Appeal(
    Guid Id, int Revision, Guid Proposal, string? Evaluation, long? Publication, string Key, string Row, string Unit, string Region, string Author,
    AppealState State, string Claim, string Evidence, string FiledBy, DateTimeOffset FiledAt, DateOnly? ReplyDueOn, string? Decision = null,
    string? DecidedBy = null, DateTimeOffset? DecidedAt = null, Guid? AnsweredBy = null, long? Correction = null)
{
    public static readonly Refusal Unknown = new("appeal.unknown", "没有这份申诉。", StatusCodes.Status404NotFound);
}

/// <summary>Appeals that an assessment has to wait for: against what it had on notice, and against the publications it is built of.</summary>
/// <param name="Open">Not decided yet.</param>
/// <param name="Unanswered">Found right, and not in the snapshot: it has to be scored again.</param>
internal sealed record AppealCount(long Open, long Unanswered);

/// <summary>Reads and writes appeals.</summary>
internal static class AppealStore
{
    public static Task<Appeal?> FindAsync(UnitOfWork work, Guid id) => work.FindAsync<Appeal>($"{Sql} where a.appeal_id = @id", new { id });

    /// <summary>The same, for whoever decides it or sends evidence: one at a time.</summary>
    public static async Task<Appeal?> LockAsync(UnitOfWork work, Guid id)
    {
        await work.ExecuteAsync("select from appeal where appeal_id = @id for update", new { id });
        return await FindAsync(work, id);
    }

    /// <summary>Those that the scope sees, the latest first.</summary>
    public static Task<IReadOnlyList<Appeal>> ListAsync(UnitOfWork work, Guid? before, int limit) => work.ListAsync<Appeal>(
        $"{Sql} where @before::uuid is null or a.appeal_id < @before order by a.appeal_id desc limit @limit", new { before, limit });

    /// <summary>
    /// Of an assessment, and of the publications of its scheme for any month up to its own: it is built of the same data. What was found
    /// right of those before it was scored is in its snapshot, since data are corrected before.
    /// </summary>
    public static async Task<AppealCount> CountAsync(UnitOfWork work, Evaluation evaluation) => (await work.FindAsync<AppealCount>(
        """
        select count(*) filter (where a.state = 'filed') as open,
               count(*) filter (where a.state = 'accepted' and case when a.evaluation is null then a.decided_at > @scoredAt else a.answered_by is null end) as unanswered
        from appeal a
        left join publication p on p.number = a.publication
        where a.evaluation = @Id or (p.scheme = @Scheme and p.month <= @month)
        """,
        new { evaluation.Id, evaluation.Scheme, month = evaluation.Question.Month!.Value.Start, scoredAt = evaluation.Scoring?.At }))!;

    /// <summary>Queues that an assessment's new snapshot answers what was found right in appeals against those before.</summary>
    public static void Answer(UnitOfWork work, string evaluation, Guid by) => work.Write(
        "update appeal set answered_by = @by, revision = revision + 1 where evaluation = @evaluation and state = 'accepted' and answered_by is null",
        new { evaluation, by });

    /// <summary>The same of a publication that another one corrects; null: it corrects none.</summary>
    public static void Answer(UnitOfWork work, long? corrected, Guid by)
    {
        if (corrected is not null)
        {
            work.Write(
                """
                update appeal set answered_by = @by, revision = revision + 1
                where proposal_id = (select proposal_id from publication where number = @corrected) and state = 'accepted' and answered_by is null
                """,
                new { corrected, by });
        }
    }

    private const string Sql = """
        select a.appeal_id as id, a.revision, a.proposal_id as proposal, a.evaluation, a.publication, a.key, a.row, a.unit, a.region, a.author, a.state,
               a.claim, a.evidence, a.filed_by, a.filed_at, a.reply_due_on, a.decision, a.decided_by, a.decided_at, a.answered_by, p.number as correction
        from appeal a
        left join publication p on p.proposal_id = a.answered_by
        """;
}
