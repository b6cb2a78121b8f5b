using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Assessment.Schemes;
using Wuwei.Assessment.Scores;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Assessment.Evaluations;

/// <summary>An assessment as the office opens it.</summary>
public sealed record EvaluationDraft
{
    public required EvaluationKind Kind { get; init; }

    [Required(ErrorMessage = "名称不能为空。"), TextLength(80, ErrorMessage = "名称最多 80 字。")] public required string Name { get; init; }

    /// <summary>Id of a scheme; <c>plan-12</c> when absent.</summary>
    public string? Scheme { get; init; }

    /// <summary>The month it assesses, e.g. <c>2023-12</c>.</summary>
    [Required(ErrorMessage = "期别不能为空。")] public required string Period { get; init; }

    /// <summary>Last day of the self-assessment.</summary>
    public required DateOnly SelfAssessBy { get; init; }
}

/// <summary>Opens an assessment: hands the targets down to every unit.</summary>
public static class OpenEvaluation
{
    public static readonly Refusal BadId = Refusal.Invalid("evaluation.bad_id", "评估代码须为 1 至 40 个小写字母、数字或连字符，字母开头。", "/id");
    public static readonly Refusal OpenedBefore = new("evaluation.opened_before", "该代码的评估已经下达。");
    public static readonly Refusal DueInThePast = Refusal.Invalid("evaluation.due_in_the_past", "自评截止日不能早于今天，也不能晚于一年后。", "/selfAssessBy");

    public static Refusal BadPeriod(string what) => Refusal.Invalid("evaluation.bad_period", $"期别与评估种类不符：{what}。", "/period");

    public static void Map(IEndpointRouteBuilder evaluations) => evaluations
        .MapPut("/{id}", HandleAsync)
        .WithName(nameof(OpenEvaluation))
        .RequireScope("assessment.write")
        .RequireAnyRole(CallerRoles.Assessor)
        .RequireOffice()
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>
    /// Hands down an assessment: the scheme's version and each ranked unit's targets stay as they are now, whatever is set later.
    /// The same content again changes nothing.
    /// </summary>
    internal static async Task<Results<Ok<Evaluation>, Created<Evaluation>, ProblemHttpResult>> HandleAsync(
        string id, EvaluationDraft draft, HttpContext http, Caller caller, ScoreReader reader, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        if (!Scheme.IsId(id))
        {
            return BadId.ToProblem();
        }

        var now = clock.GetUtcNow();
        if (ScoreQuestion.Read(draft.Period, draft.Scheme, null, now).IsRefused(out var refusal, out var question)
            || (await reader.ComputeAsync(question with { IsAhead = true }, cancellation)).IsRefused(out refusal, out var scoring))
        {
            return refusal.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        await EvaluationStore.LockAsync(work, id);
        var held = await EvaluationStore.FindAsync(work, id);
        if (Decide(id, draft, held, scoring.Table.Scheme, scoring.Table.Month, caller.Subject, now, clock.Today()).IsRefused(out refusal, out var evaluation))
        {
            return refusal.ToProblem();
        }

        http.Response.Headers.ETag = ETags.Of(evaluation.Revision);
        if (evaluation == held)
        {
            return TypedResults.Ok(held);
        }

        EvaluationStore.Insert(work, evaluation, scoring.Table.Month.Start);
        foreach (var sheet in SheetsOf(id, scoring))
        {
            SheetStore.Insert(work, sheet);
        }

        work.Audit(caller, new Act("evaluation.handed_down", $"evaluations/{id}", After: evaluation));
        await work.CommitAsync();
        return TypedResults.Created($"/api/assessment/v1/evaluations/{id}", evaluation);
    }

    /// <summary>The rule: once; mid-term of a month in the plan's middle year, final of its last December, annual of any December.</summary>
    internal static Decision<Evaluation> Decide(
        string id, EvaluationDraft draft, Evaluation? held, Scheme scheme, Period month, string opener, DateTimeOffset now, DateOnly today)
    {
        if (held is not null)
        {
            return (held.Kind, held.Name, held.Scheme, held.Period, held.SelfAssessBy) == (draft.Kind, draft.Name, scheme.Id, month.ToString(), draft.SelfAssessBy)
                ? held : OpenedBefore;
        }

        var middle = (scheme.PlanFrom + scheme.PlanTo) / 2;
        var refusal = draft.Kind switch
        {
            EvaluationKind.MidTerm when month.Year != middle => BadPeriod($"中期评估须为 {middle} 年的月份"),
            EvaluationKind.Final when (month.Year, month.Number) != (scheme.PlanTo, 12) => BadPeriod($"最终评估须为 {scheme.PlanTo}-12"),
            EvaluationKind.Annual when month.Number != 12 => BadPeriod("年度考核须为 12 月"),
            _ when draft.SelfAssessBy < today || draft.SelfAssessBy > today.AddYears(1) => DueInThePast,
            _ => null,
        };
        return refusal is not null ? refusal : new Evaluation(
            id, 1, draft.Kind, draft.Name, scheme.Id, scheme.Version, month.ToString(), draft.SelfAssessBy, EvaluationStage.HandedDown, null, null, null,
            [new(EvaluationStage.HandedDown, opener, now)]);
    }

    /// <summary>A sheet for each unit that is ranked, with the items that exist there and what is due of each.</summary>
    internal static IEnumerable<Sheet> SheetsOf(string id, Scoring scoring) => scoring.Table.Regions.Where(result => result.Unit.IsRanked).Select(result => new Sheet(
        id, result.Region.Code, result.Region.Name, RegionCode.Wuwei.ContainsKey(result.Region.Code) ? result.Region.Code : RegionCode.City, 1,
        [.. result.Items.Where(item => item.Score.Status is not ItemStatus.NotApplicable).Select(item =>
        {
            // Without data there is no score yet, but there is a target.
            var isDue = item.Item.HasTarget && item.Evidence.Dues.Count > 0 && !item.Evidence.Dues.Contains(null);
            return new SheetLine(
                item.Item.Indicator, item.Item.Name, item.Item.Unit, item.Item.Weight, isDue ? item.Evidence.Dues.Sum(due => due!.Counted) : null,
                isDue ? item.Evidence.Dues[^1]!.Target.Comparator : null);
        })]));
}
