using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Ledger;
using Wuwei.Indicator.Observations;
using Wuwei.Indicator.Targets;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Register;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Catalogue;

public static class DefineIndicator
{
    public static readonly Refusal CodeMalformed = Refusal.Invalid("indicator.code_malformed", "代码须以小写字母开头，由 3 到 40 个小写字母、数字和连字符组成。", "/indicator");
    public static readonly Refusal OfThePlan = new("indicator.of_the_plan", "规划的指标不能用表达式重新定义。");
    public static readonly Refusal TargetHalf = Refusal.Invalid("indicator.target_half", "目标和比较符须同时填写或同时不填。", "/target");

    public static void Map(IEndpointRouteBuilder indicators) => indicators
        .MapPut("/{indicator}", HandleAsync)
        .WithName(nameof(DefineIndicator))
        .RequireScope("indicator.write")
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);

    /// <summary>
    /// Defines an indicator by an expression over others, or changes one with If-Match: a further version. It is computed
    /// whenever it is read, and its values are said as messages; what was asked as of before keeps the version of then.
    /// </summary>
    internal static async Task<Results<Ok<PlanIndicator>, Created<PlanIndicator>, ProblemHttpResult>> HandleAsync(
        string indicator, IndicatorDefinition form,
        Caller caller, IndicatorCatalogue catalogue, Database db, HttpContext http, CancellationToken cancellation)
    {
        if ((await SetAsync(indicator, form, http.CheckIfMatch, caller, catalogue, db, cancellation)).IsRefused(out var refusal, out var defined))
        {
            return refusal.ToProblem();
        }

        var revision = defined.Formula!.Revision;
        http.Response.Headers.ETag = ETags.Of(revision);
        return revision == 1 ? TypedResults.Created($"/api/indicator/v1/indicators/{indicator}", defined) : TypedResults.Ok(defined);
    }

    /// <param name="checkVersion">Is it this version that the caller means to change?</param>
    internal static async Task<Decision<PlanIndicator>> SetAsync(
        string indicator, IndicatorDefinition form, Func<long?, Refusal?> checkVersion,
        Caller caller, IndicatorCatalogue catalogue, Database db, CancellationToken cancellation)
    {
        if (!caller.IsCityApprover())
        {
            return SetTargets.CityOnly;
        }

        if (!Definitions.Code().IsMatch(indicator))
        {
            return CodeMalformed;
        }

        var nameable = await catalogue.NameableAsync(cancellation);
        if ((nameable.Indicators.ContainsKey(indicator) ? OfThePlan : form.Target is null != form.Comparator is null ? TargetHalf : null) is { } invalid)
        {
            return invalid;
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        var ledger = await LedgerClock.LockAsync(work);
        var known = await IndicatorCatalogue.DefinitionsAsync(work);
        var before = known.GetValueOrDefault(indicator);
        if (checkVersion(before?.Revision) is { } stale)
        {
            return stale;
        }

        if (Definitions.Derive(form.Expression, form.Missing, indicator, nameable, known).IsRefused(out var refusal, out var derivation))
        {
            return refusal;
        }

        var next = new DefinitionRow(indicator, (before?.Revision ?? 0) + 1, form.NameZh, form.NameEn, form.Definition, form.Expression, Codes.Of(form.Missing),
            form.Unit, form.Direction, form.Comparator, form.Target, form.Document, form.SourceDepartment, form.Reason, caller.Subject, ledger.KnownAt);
        work.Write(InsertSql, next);
        var (then, now) = (IndicatorCatalogue.DefinedBy([.. known.Values], nameable), IndicatorCatalogue.DefinedBy([.. known.Values.Where(row => row.Code != indicator), next], nameable));
        // At a position of its own: no two versions of a value have the same.
        var said = ledger with { Position = ledger.Position + 1 };
        ExpressionChanges.Publish(work, ExpressionChanges.Redefined(indicator, then, now, await ExpressionChanges.CellsAsync(work, [.. then, .. now])), said);
        work.WriteTotals([], said);
        work.Audit(caller, new Act("indicator.defined", $"indicators/{indicator}", before, next));
        await work.CommitAsync();
        return Definitions.ToIndicator(next, derivation, nameable);
    }

    private const string InsertSql = $"""
        insert into indicator_definition ({DefinitionRow.Columns})
        values (@Code, @Revision, @NameZh, @NameEn, @Definition, @Expression, @Missing, @Unit, @Direction, @Comparator, @Target, @Document, @SourceDepartment,
            @Reason, @SetBy, @KnownAt)
        """;
}
