using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.Outbox.Idempotency;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Evaluations;

/// <summary>What is to be put right.</summary>
public sealed record Requirement
{
    [Required, TextLength(30, ErrorMessage = "单位代码最多 30 字。")] public required string Unit { get; init; }

    /// <summary>Of the unit's sheet.</summary>
    [Required, TextLength(20, ErrorMessage = "考核项代码最多 20 字。")] public required string Item { get; init; }

    [Required(ErrorMessage = "须写明整改要求。"), TextLength(1000, ErrorMessage = "整改要求最多 1000 字。")] public required string Text { get; init; }

    public required DateOnly DueOn { get; init; }
}

/// <summary>Requires a unit to put something right.</summary>
public static class RequireRectification
{
    public static readonly Refusal NotPublished = new("evaluation.not_published", "结果尚未发布，不能提出整改。");
    public static readonly Refusal UnknownItem = Refusal.Invalid("evaluation.unknown_item", "该单位的评估表没有这一项。", "/item");
    public static readonly Refusal DueInThePast = Refusal.Invalid("rectification.due_in_the_past", "整改期限须晚于今天。", "/dueOn");

    public static void Map(IEndpointRouteBuilder evaluations) => evaluations
        .MapPost("/{id}/rectifications", HandleAsync)
        .WithName(nameof(RequireRectification))
        .Step(CallerRoles.Assessor);

    /// <summary>After the result is published the office says what a unit has to put right, and by when.</summary>
    internal static async Task<Results<Created<Rectification>, ProblemHttpResult>> HandleAsync(
        string id, Requirement requirement, OnceOnly once, Caller caller, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        await once.EnterAsync(work);
        var evaluation = await EvaluationStore.FindAsync(work, id);
        var sheet = await SheetStore.FindAsync(work, id, requirement.Unit);
        if (Decide(evaluation, sheet, requirement, caller.Subject, clock.GetUtcNow(), clock.Today()).IsRefused(out var refusal, out var required))
        {
            return refusal.ToProblem();
        }

        RectificationStore.Insert(work, caller, required);
        var answer = TypedResults.Created($"/api/assessment/v1/evaluations/{id}", required);
        once.Keep(work, answer);
        await work.CommitAsync();
        return answer;
    }

    internal static Decision<Rectification> Decide(
        Evaluation? evaluation, Sheet? sheet, Requirement requirement, string by, DateTimeOffset now, DateOnly today)
    {
        if (evaluation is null || sheet is null)
        {
            return Evaluation.Unknown;
        }

        var refusal = evaluation.Stage is not EvaluationStage.Published ? NotPublished
            : sheet.Lines.All(line => line.Item != requirement.Item) ? UnknownItem
            : requirement.DueOn <= today ? DueInThePast
            : null;
        return refusal is not null ? refusal : new Rectification(
            Guid.CreateVersion7(), 1, evaluation.Id, sheet.Unit, sheet.Region, requirement.Item, requirement.Text, requirement.DueOn,
            RectificationState.Required, by, now);
    }
}
