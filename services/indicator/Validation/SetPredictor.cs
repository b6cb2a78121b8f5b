using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Expressions;
using Wuwei.Indicator.Ledger;
using Wuwei.Indicator.Targets;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Register;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Validation;

public static class SetPredictor
{
    public static void Map(IEndpointRouteBuilder validation) => validation
        .MapPut("/predictors/{code}", HandleAsync)
        .WithName(nameof(SetPredictor))
        .RequireScope("indicator.write")
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);

    /// <summary>Sets what a figure is expected to be from its own past, or changes it with If-Match: a further version.</summary>
    internal static async Task<Results<Ok<Predictor>, ProblemHttpResult>> HandleAsync(
        string code, PredictorForm form, Caller caller, IndicatorCatalogue catalogue, Database db, HttpContext http, CancellationToken cancellation)
    {
        if ((await SetAsync(code, form, http.CheckIfMatch, caller, catalogue, db, cancellation)).IsRefused(out var refusal, out var predictor))
        {
            return refusal.ToProblem();
        }

        http.Response.Headers.ETag = ETags.Of(predictor.Revision);
        return TypedResults.Ok(predictor);
    }

    /// <param name="checkVersion">Is it this version that the caller means to change?</param>
    internal static async Task<Decision<Predictor>> SetAsync(
        string code, PredictorForm form, Func<long?, Refusal?> checkVersion, Caller caller, IndicatorCatalogue catalogue, Database db, CancellationToken cancellation)
    {
        if (Definitions.CheckSetter(caller, code) is { } forbidden)
        {
            return forbidden;
        }

        var nameable = await catalogue.NameableAsync(cancellation);
        if ((!nameable.Indicators.ContainsKey(form.Indicator) ? SetTargets.IndicatorUnknown : form.Sequential + form.Annual == 0 ? PredictorForm.SampleEmpty : null) is { } invalid)
        {
            return invalid;
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        var ledger = await LedgerClock.LockAsync(work);
        var known = await IndicatorCatalogue.DefinitionsAsync(work);
        if (form.Skip is { } skip && Definitions.Derive(skip, MissingValues.SkipIfAny, null, nameable, known, condition: true).IsRefused(out var refusal, out _))
        {
            return refusal with { Pointer = "/skip" };
        }

        var before = (await work.ListAsync<PredictorRow>(PredictorRow.CurrentSql)).FirstOrDefault(row => row.Code == code);
        if (checkVersion(before?.Revision) is { } stale)
        {
            return stale;
        }

        var next = new PredictorRow(code, (before?.Revision ?? 0) + 1, form.NameZh, form.Indicator, Codes.Of(form.Statistic), form.Sequential, form.Annual, form.Skip,
            form.Tolerance, form.Active, "D", form.Reason, caller.Subject, ledger.KnownAt);
        work.Write(InsertSql, next);
        work.Audit(caller, new Act("predictor.set", $"validation/predictors/{code}", before?.ToPredictor(), next.ToPredictor()));
        await work.CommitAsync();
        return next.ToPredictor();
    }

    private const string InsertSql = $"""
        insert into predictor ({PredictorRow.Columns})
        values (@Code, @Revision, @NameZh, @Indicator, @Statistic, @Sequential, @Annual, @Skip, @Tolerance, @Active, @Mark, @Reason, @SetBy, @KnownAt)
        """;
}
