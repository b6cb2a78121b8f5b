using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Evaluations;

/// <summary>What was found on the spot.</summary>
public sealed record FieldCheck : IValidatableObject
{
    /// <summary>Every item that the data check sent to the spot, and others of the sample.</summary>
    [Required, MinLength(1, ErrorMessage = "至少一项。"), MaxLength(60, ErrorMessage = "最多 60 项。")] public required IReadOnlyList<StatedValue> Lines { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Gaps.In(Lines, nameof(Lines));
}

/// <summary>Looks at a unit's values on the spot.</summary>
public static class CheckField
{
    public static readonly Refusal NotChecked = new("evaluation.not_data_checked", "数据尚未核对，不能实地核查。");
    public static readonly Refusal OwnCheck = new("evaluation.own_data_check", "数据核对人不能同时实地核查，须由他人进行。", StatusCodes.Status403Forbidden);

    public static Refusal LinesMissing(SheetLine line) => Refusal.Invalid("evaluation.field_lines_missing", $"{line.Name}须实地核查，缺核查结果。", "/lines");

    public static void Map(IEndpointRouteBuilder evaluations) => evaluations
        .MapPut("/{id}/units/{unit}/field-check", HandleAsync)
        .WithName(nameof(CheckField))
        .RequireAnyRole(CallerRoles.Assessor)
        .RequireOffice()
        .RequirePrerelease()
        .Change();

    /// <summary>
    /// The office, by another person than checked the data, says what was found on the spot. Where that is not what the system knows,
    /// nothing is scored until the data are corrected by the ways there are for data. If-Match names the sheet's revision.
    /// </summary>
    internal static Task<Results<Ok<Sheet>, ProblemHttpResult>> HandleAsync(
        string id, string unit, FieldCheck check, HttpContext http, Caller caller, Database db, TimeProvider clock, CancellationToken cancellation) =>
        EvaluationChange.FillAsync(
            id, unit, "evaluation.field_checked", http, caller, db, clock, (evaluation, sheet, signed) => Decide(evaluation, sheet, check, signed), cancellation);

    /// <summary>The rule: after the data check, by another person, and everything that was sent to the spot.</summary>
    internal static Decision<Sheet> Decide(Evaluation evaluation, Sheet sheet, FieldCheck check, Signed signed)
    {
        var refusal = evaluation.Stage is not EvaluationStage.HandedDown ? CheckData.NotOpen
            : sheet.DataChecked is null ? NotChecked
            : sheet.DataChecked.By == signed.By ? OwnCheck
            : sheet.CheckItems(check.Lines.Select(line => line.Item));
        if (refusal is not null)
        {
            return refusal;
        }

        var found = check.Lines.ToDictionary(line => line.Item);
        return sheet.Lines.FirstOrDefault(line => line.Finding is Finding.FieldCheck && !found.ContainsKey(line.Item)) is { } missing
            ? LinesMissing(missing)
            : sheet with
            {
                Revision = sheet.Revision + 1,
                FieldChecked = signed,
                Lines = [.. sheet.Lines.Select(line => found.TryGetValue(line.Item, out var own)
                    ? line with { Found = own.Value, FieldEvidence = own.Evidence } : line with { Found = null, FieldEvidence = null })],
            };
    }
}
