using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Ledger;
using Wuwei.Indicator.Observations;
using Wuwei.Indicator.Targets;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Progress;

public static class SetProgressRule
{
    public static readonly Refusal NotAMonth = Refusal.Invalid(
        "progress.rule_month", $"起始日期须是 {PlanYears.First} 到 {PlanYears.Last} 年间某月的第一天。", "/validFrom");
    public static readonly Refusal OutOfOrder = Refusal.Invalid("progress.rule_order", "须满足 超前 ≥ 达到预期 ≥ 基本达到 > 0。", "/onTrack");
    public static readonly Refusal Confidence = Refusal.Invalid("progress.rule_confidence", "区间的置信度须为 80、90 或 95。", "/confidence");
    public static readonly Refusal DocumentRequired = Refusal.Invalid("progress.rule_document", "已确认的规则须写明文号。", "/document");

    public static void Map(IEndpointRouteBuilder progress) => progress
        .MapPut("/rules/{validFrom}", HandleAsync)
        .WithName(nameof(SetProgressRule))
        .RequireScope("indicator.write")
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);

    /// <summary>Sets the rule that holds from a month on; a further one, or a change of it with If-Match.</summary>
    internal static async Task<Results<Ok<ProgressRule>, ProblemHttpResult>> HandleAsync(
        DateOnly validFrom, ProgressRuleForm form, Caller caller, Database db, HttpContext http, CancellationToken cancellation)
    {
        if (!caller.IsCityApprover())
        {
            return SetTargets.CityOnly.ToProblem();
        }

        if (Check(validFrom, form) is { } invalid)
        {
            return invalid.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        var ledger = await LedgerClock.LockAsync(work);
        var rules = await work.ListAsync<ProgressRule>(ListProgressRules.CurrentSql, new { asOf = (DateTimeOffset?)null });
        var before = rules.FirstOrDefault(rule => rule.ValidFrom == validFrom);
        if (http.CheckIfMatch(before?.Revision) is { } refusal)
        {
            return refusal.ToProblem();
        }

        var next = new ProgressRule(validFrom, (before?.Revision ?? 0) + 1, form.Ahead, form.OnTrack, form.Nearly, form.Confidence,
            form.Verified ? "L" : "D", form.Verified, form.Document, form.Reason, ledger.KnownAt);
        work.Write(InsertSql, new
        {
            next.ValidFrom,
            next.Revision,
            next.Ahead,
            next.OnTrack,
            next.Nearly,
            next.Confidence,
            next.Mark,
            next.Verified,
            next.Document,
            next.Reason,
            caller.Subject,
            ledger.KnownAt,
        });
        work.Audit(caller, new Act("progress-rule.set", $"progress/rules/{validFrom:yyyy-MM-dd}", before, next));
        await work.CommitAsync();
        http.Response.Headers.ETag = ETags.Of(next.Revision);
        return TypedResults.Ok(next);
    }

    /// <summary>What can never be right.</summary>
    internal static Refusal? Check(DateOnly validFrom, ProgressRuleForm form) => 0 switch
    {
        _ when validFrom.Day != 1 || validFrom.Year is < PlanYears.First or > PlanYears.Last => NotAMonth,
        _ when !(form.Ahead >= form.OnTrack && form.OnTrack >= form.Nearly && form.Nearly > 0) => OutOfOrder,
        _ when form.Confidence is not (80 or 90 or 95) => Confidence,
        _ when form.Verified && string.IsNullOrEmpty(form.Document) => DocumentRequired,
        _ => null,
    };

    private const string InsertSql = """
        insert into progress_rule (valid_from, revision, ahead, on_track, nearly, confidence, mark, verified, document, reason, set_by, known_at)
        values (@ValidFrom, @Revision, @Ahead, @OnTrack, @Nearly, @Confidence, @Mark, @Verified, @Document, @Reason, @Subject, @KnownAt)
        """;
}

/// <summary>From which share of what is due a status begins.</summary>
public sealed record ProgressRuleForm
{
    /// <summary>超前; at most 10, four decimals.</summary>
    [Range(0.0001, 10, ErrorMessage = "须在 0.0001 到 10 之间。")] public required decimal Ahead { get; init => field = decimal.Round(value, 4); }

    /// <summary>达到预期.</summary>
    [Range(0.0001, 10, ErrorMessage = "须在 0.0001 到 10 之间。")] public required decimal OnTrack { get; init => field = decimal.Round(value, 4); }

    /// <summary>基本达到; below it is 滞后.</summary>
    [Range(0.0001, 10, ErrorMessage = "须在 0.0001 到 10 之间。")] public required decimal Nearly { get; init => field = decimal.Round(value, 4); }

    /// <summary>Of a forecast's interval: 80, 90 or 95 percent.</summary>
    public required int Confidence { get; init; }

    /// <summary>Confirmed by a document.</summary>
    public required bool Verified { get; init; }

    /// <summary>Its number.</summary>
    [TextLength(100, ErrorMessage = "文号最多 100 字。")] public string? Document { get; init; }

    /// <summary>Why; 1 to 500 characters.</summary>
    [Required(ErrorMessage = "须写明理由。"), TextLength(500, MinimumLength = 1, ErrorMessage = "理由须为 1 到 500 字。")]
    public required string Reason { get; init; }
}
