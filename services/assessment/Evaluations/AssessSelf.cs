using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Evaluations;

/// <summary>What a unit says of itself.</summary>
public sealed record SelfAssessment : IValidatableObject
{
    /// <summary>Every item of the sheet, once.</summary>
    [Required, MaxLength(60, ErrorMessage = "最多 60 项。")] public required IReadOnlyList<StatedValue> Lines { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Gaps.In(Lines, nameof(Lines));
}

/// <summary>A unit assesses itself.</summary>
public static class AssessSelf
{
    public static readonly Refusal NotOfUnit = new("evaluation.not_of_the_unit", "只有被考核单位可以自评。", StatusCodes.Status403Forbidden);
    public static readonly Refusal CheckedBefore = new("evaluation.checked_before", "数据已经核对；须退回后才能重新自评。");
    public static readonly Refusal LinesMissing = Refusal.Invalid("evaluation.lines_missing", "自评须逐项填报，没有数的项填空值。", "/lines");

    public static void Map(IEndpointRouteBuilder evaluations) => evaluations
        .MapPut("/{id}/units/{unit}/self-assessment", HandleAsync)
        .WithName(nameof(AssessSelf))
        .RequireAnyRole(CallerRoles.Clerk)
        .Change();

    /// <summary>A unit says what it achieved, item by item, with evidence; again until the data are checked. If-Match names the sheet's revision.</summary>
    internal static async Task<Results<Ok<Sheet>, ProblemHttpResult>> HandleAsync(
        string id, string unit, SelfAssessment assessment, HttpContext http, Caller caller, Database db, TimeProvider clock, CancellationToken cancellation) =>
        !caller.SpeaksFor(unit) ? NotOfUnit.ToProblem() : await EvaluationChange.FillAsync(
            id, unit, "evaluation.self_assessed", http, caller, db, clock, (evaluation, sheet, signed) => Decide(evaluation, sheet, assessment, signed), cancellation);

    /// <summary>The rule: before the data are checked, and every item of the sheet.</summary>
    internal static Decision<Sheet> Decide(Evaluation evaluation, Sheet sheet, SelfAssessment assessment, Signed signed)
    {
        if (evaluation.Stage is not EvaluationStage.HandedDown || sheet.DataChecked is not null)
        {
            return CheckedBefore;
        }

        if (sheet.CheckItems(assessment.Lines.Select(line => line.Item)) is { } refusal)
        {
            return refusal;
        }

        if (assessment.Lines.Count < sheet.Lines.Count)
        {
            return LinesMissing;
        }

        var byItem = assessment.Lines.ToDictionary(line => line.Item);
        return sheet with
        {
            Revision = sheet.Revision + 1,
            SelfAssessed = signed,
            Lines = [.. sheet.Lines.Select(line => line with { Reported = byItem[line.Item].Value, Evidence = byItem[line.Item].Evidence })],
        };
    }
}
