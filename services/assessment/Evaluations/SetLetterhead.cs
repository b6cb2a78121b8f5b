using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.Outbox.Idempotency;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Evaluations;

/// <summary>Under which head a result is issued (版头、版记).</summary>
public sealed record Letterhead
{
    /// <summary>The issuing office as the red head names it, e.g. 武威市就业工作领导小组.</summary>
    [Required(ErrorMessage = "须写明发文机关。"), TextLength(30, ErrorMessage = "发文机关最多 30 字。")] public required string Issuer { get; init; }

    /// <summary>发文字号, e.g. 武就发〔2024〕3号.</summary>
    [Required(ErrorMessage = "须写明发文字号。"), TextLength(30, ErrorMessage = "发文字号最多 30 字。")] public required string Number { get; init; }

    /// <summary>主送, e.g. 各县（区）人民政府，市直有关部门; null: nobody in particular.</summary>
    [TextLength(200, MinimumLength = 1, ErrorMessage = "主送机关须为 1 到 200 字。")] public string? To { get; init; }

    /// <summary>抄送; null: nobody.</summary>
    [TextLength(200, MinimumLength = 1, ErrorMessage = "抄送机关须为 1 到 200 字。")] public string? CopiesTo { get; init; }

    /// <summary>成文日期, which is the date of the printing too.</summary>
    public required DateOnly IssuedOn { get; init; }
}

/// <summary>Says under which head the result is issued.</summary>
public static partial class SetLetterhead
{
    public static readonly Refusal BadNumber = Refusal.Invalid("evaluation.bad_document_number", "发文字号须如“武就发〔2024〕3号”：机关代字、六角括号中的年份、序号。", "/number");
    public static readonly Refusal OtherYear = Refusal.Invalid("evaluation.document_of_another_year", "发文字号的年份须为成文日期的年份。", "/number");

    public static void Map(IEndpointRouteBuilder evaluations) => evaluations
        .MapPut("/{id}/letterhead", HandleAsync)
        .WithName(nameof(SetLetterhead))
        .Step(CallerRoles.Assessor);

    /// <summary>Gives the result the head and number of an official document; an approved report carries them. If-Match names the assessment's revision.</summary>
    internal static Task<Results<Ok<Evaluation>, ProblemHttpResult>> HandleAsync(
        string id, Letterhead letterhead, OnceOnly once, HttpContext http, Caller caller, Database db, CancellationToken cancellation) =>
        EvaluationChange.TakeAsync(id, once, http, caller, db, (_, evaluation) => Task.FromResult(Decide(evaluation, letterhead)), cancellation);

    internal static Decision<Evaluation> Decide(Evaluation evaluation, Letterhead letterhead) => Number().Match(letterhead.Number) switch
    {
        { Success: false } => BadNumber,
        var number when number.Groups["year"].Value != $"{letterhead.IssuedOn.Year}" => OtherYear,
        _ => evaluation with { Revision = evaluation.Revision + 1, Letterhead = letterhead },
    };

    [GeneratedRegex(@"\A\p{IsCJKUnifiedIdeographs}{2,12}〔(?<year>[0-9]{4})〕[1-9][0-9]{0,3}号\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
