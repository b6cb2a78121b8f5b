using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Assessment.Scores;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Evaluations;

/// <summary>What the office makes of a unit's values.</summary>
public sealed record DataCheck : IValidatableObject
{
    /// <summary>Every item whose two values differ, and others that are to be looked at; the rest agrees.</summary>
    [Required, MaxLength(60, ErrorMessage = "最多 60 项。")] public required IReadOnlyList<CheckedLine> Lines { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Gaps.In(Lines, nameof(Lines));
}

/// <summary>What the office makes of one item.</summary>
public sealed record CheckedLine
{
    [Required, TextLength(20, ErrorMessage = "考核项代码最多 20 字。")] public required string Item { get; init; }
    public required Finding Finding { get; init; }
    [Required(ErrorMessage = "须写明核对意见。"), TextLength(1000, ErrorMessage = "核对意见最多 1000 字。")] public required string Note { get; init; }
}

/// <summary>Compares a unit's values with the system's.</summary>
public static class CheckData
{
    public static readonly Refusal NotAssessed = new("evaluation.not_self_assessed", "该单位尚未自评，自评期未满。");
    public static readonly Refusal OwnAssessment = new("evaluation.own_self_assessment", "自评人不能核对自己的数据。", StatusCodes.Status403Forbidden);
    public static readonly Refusal Inspected = new("evaluation.inspected_before", "已经实地核查；须先退回，才能重新核对数据。");
    public static readonly Refusal NotOpen = new("evaluation.not_open", "评估已经计分。");

    public static Refusal FindingMissing(SheetLine line) => Refusal.Invalid(
        "evaluation.finding_missing", $"{line.Name}：自评值与系统值不同，须给出核对意见（以系统值为准，或实地核查）。", "/lines");

    public static void Map(IEndpointRouteBuilder evaluations) => evaluations
        .MapPut("/{id}/units/{unit}/data-check", HandleAsync)
        .WithName(nameof(CheckData))
        .RequireAnyRole(CallerRoles.Assessor)
        .RequireOffice()
        .RequirePrerelease()
        .Change();

    /// <summary>
    /// The office puts the system's value beside the unit's, says of each difference which stands, and what is looked at on the spot.
    /// If-Match names the sheet's revision.
    /// </summary>
    internal static Task<Results<Ok<Sheet>, ProblemHttpResult>> HandleAsync(
        string id, string unit, DataCheck check, HttpContext http, Caller caller, ScoreReader reader, Database db, TimeProvider clock, CancellationToken cancellation) =>
        EvaluationChange.FillAsync(
            id, unit, "evaluation.data_checked", http, caller, db,
            async (_, evaluation, sheet) => (await reader.ComputeAsync(evaluation.Question, cancellation)).IsRefused(out var refusal, out var scoring)
                ? refusal
                : Decide(evaluation, sheet, check, scoring.ValuesOf(unit), new(caller.Subject, clock.GetUtcNow()), clock.Today()),
            cancellation);

    /// <summary>The rule: after the self-assessment or its last day, by another person, and nothing that differs without a word on it.</summary>
    /// <param name="known">The system's values by item; none for what it does not know.</param>
    internal static Decision<Sheet> Decide(
        Evaluation evaluation, Sheet sheet, DataCheck check, IReadOnlyDictionary<string, decimal> known, Signed signed, DateOnly today)
    {
        var refusal = evaluation.Stage is not EvaluationStage.HandedDown ? NotOpen
            : sheet.FieldChecked is not null ? Inspected
            : sheet.SelfAssessed is null && today <= (sheet.Returned?.AnswerBy ?? evaluation.SelfAssessBy) ? NotAssessed
            : sheet.SelfAssessed?.By == signed.By ? OwnAssessment
            : sheet.CheckItems(check.Lines.Select(line => line.Item));
        if (refusal is not null)
        {
            return refusal;
        }

        var said = check.Lines.ToDictionary(line => line.Item);
        SheetLine[] lines = [.. sheet.Lines.Select(line => line with
        {
            Known = known.TryGetValue(line.Item, out var value) ? value : null,
            Finding = said.TryGetValue(line.Item, out var own) ? own.Finding : Finding.Agreed,
            CheckNote = own?.Note,
        })];
        return lines.FirstOrDefault(line => line is { Differs: true, Finding: Finding.Agreed }) is { } silent
            ? FindingMissing(silent)
            : sheet with { Revision = sheet.Revision + 1, DataChecked = signed, Lines = lines };
    }
}
