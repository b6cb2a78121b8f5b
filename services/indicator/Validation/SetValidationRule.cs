using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Expressions;
using Wuwei.Indicator.Ledger;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Register;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Validation;

public static class SetValidationRule
{
    public static void Map(IEndpointRouteBuilder validation) => validation
        .MapPut("/rules/{code}", HandleAsync)
        .WithName(nameof(SetValidationRule))
        .RequireScope("indicator.write")
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);

    /// <summary>Sets a rule between figures, or changes one with If-Match: a further version.</summary>
    internal static async Task<Results<Ok<ValidationRule>, ProblemHttpResult>> HandleAsync(
        string code, ValidationRuleForm form, Caller caller, IndicatorCatalogue catalogue, Database db, HttpContext http, CancellationToken cancellation)
    {
        if ((await SetAsync(code, form, http.CheckIfMatch, caller, catalogue, db, cancellation)).IsRefused(out var refusal, out var rule))
        {
            return refusal.ToProblem();
        }

        http.Response.Headers.ETag = ETags.Of(rule.Revision);
        return TypedResults.Ok(rule);
    }

    /// <param name="checkVersion">Is it this version that the caller means to change?</param>
    internal static async Task<Decision<ValidationRule>> SetAsync(
        string code, ValidationRuleForm form, Func<long?, Refusal?> checkVersion, Caller caller, IndicatorCatalogue catalogue, Database db, CancellationToken cancellation)
    {
        if (Definitions.CheckSetter(caller, code) is { } forbidden)
        {
            return forbidden;
        }

        var nameable = await catalogue.NameableAsync(cancellation);
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        var ledger = await LedgerClock.LockAsync(work);
        var known = await IndicatorCatalogue.DefinitionsAsync(work);
        if (Definitions.Derive(form.Left, form.Missing, null, nameable, known).IsRefused(out var refusal, out _))
        {
            return refusal with { Pointer = "/left" };
        }

        if (Definitions.Derive(form.Right, form.Missing, null, nameable, known).IsRefused(out refusal, out _))
        {
            return refusal with { Pointer = "/right" };
        }

        var before = (await work.ListAsync<RuleRow>(RuleRow.CurrentSql)).FirstOrDefault(row => row.Code == code);
        if (checkVersion(before?.Revision) is { } stale)
        {
            return stale;
        }

        var next = new RuleRow(code, (before?.Revision ?? 0) + 1, form.NameZh, form.Left, Codes.Of(form.Operator), form.Right, Codes.Of(form.Missing), Codes.Of(form.Severity),
            form.Instruction, form.Active, "D", form.Reason, caller.Subject, ledger.KnownAt);
        work.Write(InsertSql, next);
        work.Audit(caller, new Act("validation-rule.set", $"validation/rules/{code}", before?.ToRule(), next.ToRule()));
        await work.CommitAsync();
        return next.ToRule();
    }

    private const string InsertSql = $"""
        insert into validation_rule ({RuleRow.Columns})
        values (@Code, @Revision, @NameZh, @LeftSide, @Operator, @RightSide, @Missing, @Severity, @Instruction, @Active, @Mark, @Reason, @SetBy, @KnownAt)
        """;
}

/// <summary>A rule between figures.</summary>
public sealed record ValidationRuleForm
{
    /// <summary>What must hold, in one sentence.</summary>
    [Required(ErrorMessage = "须写明名称。"), TextLength(100, MinimumLength = 1, ErrorMessage = "名称须为 1 到 100 字。")] public required string NameZh { get; init; }

    /// <summary>An expression, as in a definition; <c>[8]@-1</c> is the period before.</summary>
    [Required(ErrorMessage = "须写明左式。"), TextLength(ExpressionParser.MaxLength, MinimumLength = 1, ErrorMessage = "左式须为 1 到 1000 字。")] public required string Left { get; init; }

    /// <summary>How the sides must stand to each other.</summary>
    public required RuleOperator Operator { get; init; }

    /// <summary>An expression.</summary>
    [Required(ErrorMessage = "须写明右式。"), TextLength(ExpressionParser.MaxLength, MinimumLength = 1, ErrorMessage = "右式须为 1 到 1000 字。")] public required string Right { get; init; }

    /// <summary>What to do about items without a value.</summary>
    public required MissingValues Missing { get; init; }

    /// <summary>How bad it is when it does not hold.</summary>
    public required Severity Severity { get; init; }

    /// <summary>What the clerk is to do.</summary>
    [Required(ErrorMessage = "须写明处理要求。"), TextLength(200, MinimumLength = 1, ErrorMessage = "处理要求须为 1 到 200 字。")] public required string Instruction { get; init; }

    /// <summary>Whether it is in use.</summary>
    public required bool Active { get; init; }

    /// <summary>Why it is set or changed.</summary>
    [Required(ErrorMessage = "须写明理由。"), TextLength(500, MinimumLength = 1, ErrorMessage = "理由须为 1 到 500 字。")] public required string Reason { get; init; }
}
