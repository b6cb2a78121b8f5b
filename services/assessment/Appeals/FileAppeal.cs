using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Assessment.Evaluations;
using Wuwei.Assessment.Publications;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Outbox.Idempotency;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;
using Wuwei.ServiceDefaults.WorkingDays;

namespace Wuwei.Assessment.Appeals;

/// <summary>Contests a number.</summary>
public static class FileAppeal
{
    /// <summary>Working days after a publication in which it may be contested, and in which the office decides [D].</summary>
    internal const int Days = 10;

    public static readonly Refusal OneOfTwo = Refusal.Invalid("appeal.one_of_two", "须指明公示中的评估或一个发布，二者取一。", "/publication");
    public static readonly Refusal NotOfUnit = new("appeal.not_of_a_unit", "只有被考核单位可以对本单位的数申诉。", StatusCodes.Status403Forbidden);
    public static readonly Refusal UnknownRow = new("appeal.unknown_row", "没有本单位的这一行。", StatusCodes.Status404NotFound, "/key");
    public static readonly Refusal NotOnNotice = new("appeal.not_on_notice", "该评估的结果不在公示中。");
    public static readonly Refusal Corrected = new("appeal.publication_corrected", "该发布已被更正，请对更正后的发布申诉。");
    public static readonly Refusal TooLate = new("appeal.too_late", "申诉期已过。");
    public static readonly Refusal FiledBefore = new("appeal.filed_before", "对这一行的申诉尚未处理。");

    public static void Map(IEndpointRouteBuilder appeals) => appeals
        .MapPost("", HandleAsync)
        .WithName(nameof(FileAppeal))
        .WithIdempotencyKey()
        .RequireScope("assessment.write")
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>A unit contests a row of its own: while an assessment is on notice, or within ten working days of a publication.</summary>
    internal static async Task<Results<Created<Appeal>, ProblemHttpResult>> HandleAsync(
        AppealDraft draft, OnceOnly once, Caller caller, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        if (UnitOf(draft.Key) is not { } unit || !caller.SpeaksFor(unit))
        {
            return NotOfUnit.ToProblem();
        }

        if ((draft.Evaluation is null) == (draft.Publication is null))
        {
            return OneOfTwo.ToProblem();
        }

        // What is proposed is the office's to see; what is on notice is everybody's.
        await using var work = await db.BeginAsync(caller.Scope.SeeingEverywhere(), cancellation);
        await once.EnterAsync(work);
        await EvaluationStore.LockAsync(work, draft.Evaluation ?? $"publication {draft.Publication}");
        if ((await ContestedAsync(work, draft)).IsRefused(out var refusal, out var contested)
            || Decide(contested, draft, unit, caller.Subject, clock.GetUtcNow(), clock.Today()).IsRefused(out refusal, out var appeal))
        {
            return refusal.ToProblem();
        }

        work.Write(InsertSql, new
        {
            appeal.Id,
            appeal.Proposal,
            appeal.Evaluation,
            appeal.Publication,
            appeal.Key,
            appeal.Row,
            appeal.Unit,
            appeal.Region,
            appeal.Author,
            appeal.Claim,
            appeal.Evidence,
            appeal.FiledBy,
            appeal.FiledAt,
            appeal.ReplyDueOn,
        });
        work.Audit(caller, new Act("appeal.filed", $"appeals/{appeal.Id}", After: appeal, Region: appeal.Region));
        var answer = TypedResults.Created($"/api/assessment/v1/appeals/{appeal.Id}", appeal);
        once.Keep(work, answer);
        await work.CommitAsync();
        return answer;
    }

    /// <summary>The unit that a row is of; null: of none.</summary>
    internal static string? UnitOf(string key) => key.Split('.') switch
    {
        ["unit" or "tree", var unit] => unit,
        ["item", var unit, _] => unit,
        _ => null,
    };

    /// <summary>What may be contested: a snapshot, until when, and who made it.</summary>
    /// <param name="Until">Null: nobody knows the working days until then, and nobody loses a right by that.</param>
    /// <param name="Row">Null: there is no such row.</param>
    internal sealed record Contested(Guid Proposal, string Author, DateOnly? Until, bool IsCorrected, string? Row, bool IsFiled);

    /// <summary>The rule: of what counts still, in time, and not while another is open.</summary>
    internal static Decision<Appeal> Decide(Contested contested, AppealDraft draft, string unit, string by, DateTimeOffset now, DateOnly today)
    {
        var refusal = contested.Row is null ? UnknownRow
            : contested.IsCorrected ? Corrected
            : today > contested.Until ? TooLate
            : contested.IsFiled ? FiledBefore
            : null;
        return refusal is not null ? refusal : new Appeal(
            Guid.CreateVersion7(), 1, contested.Proposal, draft.Evaluation, draft.Publication, draft.Key, contested.Row!, unit,
            RegionCode.Wuwei.ContainsKey(unit) ? unit : RegionCode.City, contested.Author, AppealState.Filed, draft.Claim, draft.Evidence, by, now,
            LastDay(today));
    }

    private static DateOnly? LastDay(DateOnly from) => new WorkingClock(from, Days).Read(from).IsRefused(out _, out var reading) ? null : reading.DueOn;

    private static async Task<Decision<Contested>> ContestedAsync(UnitOfWork work, AppealDraft draft)
    {
        if (draft.Evaluation is { } id)
        {
            return await EvaluationStore.FindAsync(work, id) is not { } evaluation ? Evaluation.Unknown
                : evaluation is { Stage: EvaluationStage.Noticed, Proposal: { } noticed, ScoredBy: { } scorer }
                    ? await RowOfAsync(work, new(noticed, scorer, evaluation.NoticeUntil, false, null, false), draft.Key)
                    : NotOnNotice;
        }

        if (await PublicationStore.FindAsync(work, draft.Publication!.Value) is not { } publication)
        {
            return ReadPublications.Unknown;
        }

        var made = (await work.FindAsync<Made>("select proposal_id, published_by from publication where number = @Number", new { publication.Number }))!;
        var day = DateOnly.FromDateTime(publication.PublishedAt.ToOffset(TimeSpan.FromHours(8)).DateTime);
        return await RowOfAsync(work, new(made.ProposalId, made.PublishedBy, LastDay(day), publication.CorrectedBy is not null, null, false), draft.Key);
    }

    private static async Task<Contested> RowOfAsync(UnitOfWork work, Contested contested, string key) => contested with
    {
        Row = await work.FindAsync<string>(
            "select texts[array_position(keys, @key)] from publication_proposal where proposal_id = @Proposal", new { contested.Proposal, key }),
        IsFiled = await work.FindAsync<bool>(
            "select exists (select from appeal where proposal_id = @Proposal and key = @key and state = 'filed')", new { contested.Proposal, key }),
    };

    private sealed record Made(Guid ProposalId, string PublishedBy);

    private const string InsertSql = """
        insert into appeal (
            appeal_id, revision, proposal_id, evaluation, publication, key, row, unit, region, author, state, claim, evidence, filed_by, filed_at, reply_due_on)
        values (
            @Id, 1, @Proposal, @Evaluation, @Publication, @Key, @Row, @Unit, @Region, @Author, 'filed', @Claim, @Evidence, @FiledBy, @FiledAt, @ReplyDueOn)
        """;
}
