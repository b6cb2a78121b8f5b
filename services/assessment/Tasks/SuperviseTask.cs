using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Outbox.Idempotency;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.WorkingDays;

namespace Wuwei.Assessment.Tasks;

/// <summary>How the office admonishes.</summary>
public enum NoteKind
{
    /// <summary>A note (督办).</summary>
    Note,

    /// <summary>A yellow card: the light is yellow or red.</summary>
    YellowCard,

    /// <summary>A red card: the light is red.</summary>
    RedCard,
}

/// <summary>What the office has to say.</summary>
public sealed record NoteDraft
{
    public required NoteKind Kind { get; init; }
    [TextLength(2000, MinimumLength = 1, ErrorMessage = "督办内容须为 1 到 2000 字。")] public required string Text { get; init; }
}

/// <summary>A note or a card of the office.</summary>
/// <param name="ReplyDueOn">A card is answered by then; null: a note needs no answer, or the year's holidays are not known.</param>
/// <param name="AnsweredOn">The day of the first report that answers it.</param>
public sealed record SupervisionNote(
    Guid Id, NoteKind Kind, string Text, DateOnly IssuedOn, DateOnly? ReplyDueOn, DateOnly? AnsweredOn, string IssuedBy, DateTimeOffset IssuedAt)
{
    internal static Task<IReadOnlyList<SupervisionNote>> ListAsync(UnitOfWork work, string code) => work.ListAsync<SupervisionNote>(Sql, new { code });

    private const string Sql = """
        select n.note_id as id, replace(n.kind, '-', '') as kind, n.text, n.issued_on, n.reply_due_on,
               (select min(r.reported_on) from task_report r where r.answers = n.note_id) as answered_on, n.issued_by, n.issued_at
        from task_note n
        where n.task = @code
        order by n.issued_at desc, n.note_id desc
        """;
}

/// <summary>Writes a note on a task, or shows a card.</summary>
public static class SuperviseTask
{
    public static readonly Refusal LightIsBetter = new("task.light_is_better", "灯色未到，不能出示该牌。");

    public static void Map(IEndpointRouteBuilder tasks) => tasks
        .MapPost("/{code}/notes", HandleAsync)
        .WithName(nameof(SuperviseTask))
        .WithIdempotencyKey()
        .RequireScope("assessment.write")
        .RequireAnyRole(CallerRoles.Assessor)
        .RequireOffice()
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>The office writes a note, or shows a yellow or red card where the light is so; a card is to be answered by a report.</summary>
    internal static async Task<Results<Created<SupervisionNote>, ProblemHttpResult>> HandleAsync(
        string code, NoteDraft draft, OnceOnly once, Caller caller, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        var today = clock.Today();
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        await once.EnterAsync(work);
        if (await TaskStore.LockAsync(work, code) is not { } task)
        {
            return TaskStore.Unknown.ToProblem();
        }

        var rule = await TaskStore.RuleAsync(work, today);
        if (Refuses(draft.Kind, rule.Of(task, today).Light) is { } refusal)
        {
            return refusal.ToProblem();
        }

        var note = new SupervisionNote(
            Guid.CreateVersion7(), draft.Kind, draft.Text, today, draft.Kind is NoteKind.Note ? null : ReplyDueOn(rule, today), null, caller.Subject, clock.GetUtcNow());
        work.Write(InsertSql, new
        {
            note.Id,
            code,
            departments = new[] { task.Lead }.Concat(task.Supporting).ToArray(),
            Kind = note.Kind switch { NoteKind.YellowCard => "yellow-card", NoteKind.RedCard => "red-card", _ => "note" },
            note.Text,
            note.IssuedOn,
            note.ReplyDueOn,
            note.IssuedBy,
            note.IssuedAt,
        });
        work.Audit(caller, new Act("task.supervised", $"tasks/{code}/notes/{note.Id}", After: note));
        var answer = TypedResults.Created($"/api/assessment/v1/tasks/{code}", note);
        once.Keep(work, answer);
        await work.CommitAsync();
        return answer;
    }

    /// <summary>The rule: no card is worse than the light.</summary>
    internal static Refusal? Refuses(NoteKind kind, Light light) => (kind, light) switch
    {
        (NoteKind.RedCard, not Light.Red) or (NoteKind.YellowCard, Light.Green) => LightIsBetter,
        _ => null,
    };

    internal static DateOnly? ReplyDueOn(LightRule rule, DateOnly today) =>
        new WorkingClock(today, rule.ReplyWithin).Read(today).IsRefused(out _, out var reading) ? null : reading.DueOn;

    private const string InsertSql = """
        insert into task_note (note_id, task, departments, kind, text, issued_on, reply_due_on, issued_by, issued_at)
        values (@Id, @code, @departments, @Kind, @Text, @IssuedOn, @ReplyDueOn, @IssuedBy, @IssuedAt)
        """;
}
