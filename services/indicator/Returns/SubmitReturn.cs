using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Enterprises;
using Wuwei.Indicator.Observations;
using Wuwei.Indicator.Reports;
using Wuwei.Indicator.Warnings;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Returns;

public static class SubmitReturn
{
    public static readonly Refusal NotAMonth = Refusal.Invalid("return.not_a_month", "企业月报的期间须为月份，如 2025-06。", "/period");
    public static readonly Refusal InFuture = Refusal.Invalid("return.in_future", "不能填报尚未开始的月份。", "/period");
    public static readonly Refusal NotSampled = Refusal.Invalid("return.not_sampled", "企业该月不在监测样本中。", "/period");

    public static void Map(IEndpointRouteBuilder enterprises) => enterprises
        .MapPut("/{creditCode}/returns/{period}", HandleAsync)
        .WithName(nameof(SubmitReturn))
        .RequireScope("indicator.write")
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);

    /// <summary>
    /// What an enterprise of the sample says of a month, or its correction. Staff last + hires − losses must be staff now (422);
    /// what merely looks odd is taken, and answered as hints.
    /// </summary>
    internal static async Task<Results<Ok<EnterpriseReturn>, Created<EnterpriseReturn>, ProblemHttpResult>> HandleAsync(
        string creditCode, string period, ReturnForm form, Caller caller, Database db, WarningSignal warnings, TimeProvider clock, HttpContext http, CancellationToken cancellation)
    {
        if (Months.Read(period) is not { } month)
        {
            return NotAMonth.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        var code = CreditCode.Read(creditCode) ?? "";
        await work.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended('enterprises/' || @code, 0))", new { code });
        if (await work.FindAsync<StoredEnterprise>(RecordEnterprise.ReadSql, new { code }) is not { } enterprise)
        {
            return ListEnterprises.NotFound.ToProblem();
        }

        var policy = await PolicyParameters.ReadAsync(work);
        var stored = await work.FindAsync<StoredReturn>(ReadSql, new { code, period = month.ToString() });
        if (WriteReport.MayWrite(caller, enterprise.Region) is { } forbidden)
        {
            return forbidden.ToProblem();
        }

        if (Decide(form, enterprise, stored, month, clock.Today(), () => http.CheckIfMatch(stored?.Revision)).IsRefused(out var refusal, out var asked))
        {
            return refusal.ToProblem();
        }

        var next = stored;
        if (stored is null || !stored.Says(asked))
        {
            next = asked with
            {
                ReceivedOn = stored?.ReceivedOn ?? clock.Today(),
                Revision = (stored?.Revision ?? 0) + 1,
                ChangedBy = caller.Subject,
                ChangedAt = clock.GetUtcNow(),
            };
            await work.ExecuteAsync(WriteSql, next);
        }

        // Hints look at what is stored around it, itself included.
        var seen = (await SampledMonth.ReadAsync(work, month, policy, code)).Enterprises[0];
        var (before, after) = (stored is null ? null : Shown(stored, []), Shown(next!, seen.Hints));
        if (next != stored)
        {
            work.Audit(caller, new Act("return.submitted", $"enterprises/{code}/returns/{month}", before, after, next!.Region) { DecidedUnder = policy.TakeConsulted() });
            await work.CommitAsync();
            warnings.Set();
        }

        http.Response.Headers.ETag = ETags.Of(next!.Revision);
        return stored is null ? TypedResults.Created(Links.Record("indicator", $"enterprises/{code}/returns/{month}"), after) : TypedResults.Ok(after);

        EnterpriseReturn Shown(StoredReturn given, IReadOnlyList<ReturnHint> hints) => EnterpriseReturn.Of(given, DueDate.Of(month, policy), hints);
    }

    /// <summary>The rule: a month that has begun, in the sample, and figures that add up.</summary>
    internal static Decision<StoredReturn> Decide(
        ReturnForm form, StoredEnterprise enterprise, StoredReturn? stored, Period period, DateOnly today, Func<Refusal?> checkVersion) =>
        period.Start > today ? InFuture
        : Months.Read(enterprise.SampledFrom) > period || Months.Read(enterprise.SampledUntil) < period ? NotSampled
        : form.Read(enterprise, period).IsRefused(out var wrong, out var asked) ? wrong
        : stored is not null && stored.Says(asked) ? stored
        : checkVersion() is { } stale ? stale
        : asked;

    internal const string ReadSql = $"select {StoredReturn.Columns} from enterprise_return r where r.credit_code = @code and r.period = @period";

    private const string WriteSql = """
        insert into enterprise_return (credit_code, region, period, headcount_last, headcount_now, hired, lost, hires, losses, explanation, received_on, revision, changed_by, changed_at)
        values (@CreditCode, @Region, @Period, @HeadcountLast, @HeadcountNow, @Hired, @Lost, @Hires::jsonb, @Losses::jsonb, @Explanation, @ReceivedOn, @Revision, @ChangedBy, @ChangedAt)
        on conflict (credit_code, period) do update set headcount_last = excluded.headcount_last, headcount_now = excluded.headcount_now, hired = excluded.hired,
            lost = excluded.lost, hires = excluded.hires, losses = excluded.losses, explanation = excluded.explanation, revision = excluded.revision,
            changed_by = excluded.changed_by, changed_at = excluded.changed_at
        """;
}
