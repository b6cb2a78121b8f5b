using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.WorkingDays;

namespace Wuwei.Assessment.Evaluations;

/// <summary>A step of a sheet that can be done again.</summary>
public enum SheetStep
{
    /// <summary>The unit assesses itself again.</summary>
    SelfAssessment,

    /// <summary>The office checks the data again.</summary>
    DataCheck,
}

/// <summary>That a sheet goes back.</summary>
public sealed record SheetReturn
{
    public required SheetStep To { get; init; }

    [Required(ErrorMessage = "须写明退回原因。"), TextLength(1000, ErrorMessage = "退回原因最多 1000 字。")] public required string Reason { get; init; }
}

/// <summary>That a sheet went back.</summary>
/// <param name="AnswerBy">The unit assesses itself again by then; null: it is the office that goes on.</param>
public sealed record ReturnedSheet(SheetStep To, string Reason, DateOnly? AnswerBy, string By, DateTimeOffset At);

/// <summary>Returns a sheet (退回): the step it goes back to, and all after it, are done again.</summary>
public static class ReturnSheet
{
    /// <summary>Working days in which a unit assesses itself again [D].</summary>
    internal const int Days = 5;

    public static readonly Refusal NothingToReturn = new("evaluation.nothing_to_return", "该单位还没有走到这一步，无须退回。");

    public static void Map(IEndpointRouteBuilder evaluations) => evaluations
        .MapPut("/{id}/units/{unit}/return", HandleAsync)
        .WithName(nameof(ReturnSheet))
        .RequireAnyRole(CallerRoles.Assessor)
        .RequireOffice()
        .RequirePrerelease()
        .Change();

    /// <summary>
    /// The office returns a sheet before the assessment is scored, or after its result was rejected: to the unit, or to its own data
    /// check. What was filled in from there on is in the audit trail and to be filled in anew. If-Match names the sheet's revision.
    /// </summary>
    internal static Task<Results<Ok<Sheet>, ProblemHttpResult>> HandleAsync(
        string id, string unit, SheetReturn order, HttpContext http, Caller caller, Database db, TimeProvider clock, CancellationToken cancellation) =>
        EvaluationChange.FillAsync(
            id, unit, "evaluation.sheet_returned", http, caller, db, clock, (evaluation, sheet, signed) => Decide(evaluation, sheet, order, signed, clock.Today()), cancellation);

    /// <summary>The rule: what was done, while it is not scored. A unit has as long as it had, and five working days at least.</summary>
    internal static Decision<Sheet> Decide(Evaluation evaluation, Sheet sheet, SheetReturn order, Signed signed, DateOnly today)
    {
        var toUnit = order.To is SheetStep.SelfAssessment;
        if (evaluation.Stage is not EvaluationStage.HandedDown)
        {
            return CheckData.NotOpen;
        }

        if (sheet.DataChecked is null && !(toUnit && sheet.SelfAssessed is not null))
        {
            return NothingToReturn;
        }

        DateOnly? answerBy = null;
        if (toUnit)
        {
            if (new WorkingClock(today, Days).Read(today).IsRefused(out var refusal, out var reading))
            {
                return refusal;
            }

            answerBy = reading.DueOn > evaluation.SelfAssessBy ? reading.DueOn : evaluation.SelfAssessBy;
        }

        return sheet with
        {
            Revision = sheet.Revision + 1,
            SelfAssessed = toUnit ? null : sheet.SelfAssessed,
            DataChecked = null,
            FieldChecked = null,
            Returned = new(order.To, order.Reason, answerBy, signed.By, signed.At),
            Lines = [.. sheet.Lines.Select(line => new SheetLine(line.Item, line.Name, line.Unit, line.Weight, line.Target, line.Comparator) with
            {
                Reported = toUnit ? null : line.Reported,
                Evidence = toUnit ? null : line.Evidence,
            })],
        };
    }
}
