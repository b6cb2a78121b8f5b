using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Reports;
using Wuwei.Indicator.Warnings;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Enterprises;

public static class RecordEnterprise
{
    public static readonly Refusal CodeMalformed = Refusal.Invalid("enterprise.credit_code", "统一社会信用代码须为 18 位且校验位正确，请核对。", "/creditCode");
    public static readonly Refusal OtherCounty = new("enterprise.other_county", "该企业已由另一县区列入样本。");

    public static void Map(IEndpointRouteBuilder enterprises) => enterprises
        .MapPut("/{creditCode}", HandleAsync)
        .WithName(nameof(RecordEnterprise))
        .RequireScope("indicator.write")
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);

    /// <summary>Takes an enterprise into the sample of the unemployment watch, corrects it, or lets it leave. One enterprise belongs to one county.</summary>
    internal static async Task<Results<Ok<Enterprise>, Created<Enterprise>, ProblemHttpResult>> HandleAsync(
        string creditCode, EnterpriseForm form, Caller caller, Database db, WarningSignal warnings, TimeProvider clock, HttpContext http, CancellationToken cancellation)
    {
        if (CreditCode.Read(creditCode) is not { } code)
        {
            return CodeMalformed.ToProblem();
        }

        if (form.Read(code).IsRefused(out var invalid, out var asked))
        {
            return invalid.ToProblem();
        }

        if (WriteReport.MayWrite(caller, form.Region) is { } forbidden)
        {
            return forbidden.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope.SeeingEverywhere(), cancellation);
        await work.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended('enterprises/' || @code, 0))", new { code });
        var stored = await work.FindAsync<StoredEnterprise>(ReadSql, new { code });
        if (Decide(stored, asked, () => http.CheckIfMatch(stored?.Revision)) is { } refusal)
        {
            return refusal.ToProblem();
        }

        var next = stored;
        if (stored is null || !stored.Says(asked))
        {
            next = asked with { Revision = (stored?.Revision ?? 0) + 1, ChangedBy = caller.Subject, ChangedAt = clock.GetUtcNow() };
            work.Write(WriteSql, next);
            work.Audit(caller, new Act("enterprise.recorded", $"enterprises/{code}", stored is null ? null : Enterprise.Of(stored), Enterprise.Of(next), next.Region));
            await work.CommitAsync();
            warnings.Set();
        }

        http.Response.Headers.ETag = ETags.Of(next!.Revision);
        var answer = Enterprise.Of(next);
        return stored is null ? TypedResults.Created(answer.Link, answer) : TypedResults.Ok(answer);
    }

    /// <summary>The rule: one county; a change says what it changes, the same again is always welcome.</summary>
    internal static Refusal? Decide(StoredEnterprise? stored, StoredEnterprise asked, Func<Refusal?> checkVersion) =>
        stored is not null && stored.Region != asked.Region ? OtherCounty
        : stored is not null && stored.Says(asked) ? null
        : checkVersion();

    internal const string ReadSql = $"select {StoredEnterprise.Columns} from enterprise e where e.credit_code = @code";

    private const string WriteSql = """
        insert into enterprise (credit_code, region, name, industry, size, ownership, base_period, base_headcount, sampled_from, sampled_until, note, revision, changed_by, changed_at)
        values (@CreditCode, @Region, @Name, @Industry, @Size, @Ownership, @BasePeriod, @BaseHeadcount, @SampledFrom, @SampledUntil, @Note, @Revision, @ChangedBy, @ChangedAt)
        on conflict (credit_code) do update set name = excluded.name, industry = excluded.industry, size = excluded.size, ownership = excluded.ownership,
            base_period = excluded.base_period, base_headcount = excluded.base_headcount, sampled_from = excluded.sampled_from,
            sampled_until = excluded.sampled_until, note = excluded.note, revision = excluded.revision, changed_by = excluded.changed_by, changed_at = excluded.changed_at
        """;
}
