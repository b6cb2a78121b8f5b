using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Reports;
using Wuwei.Indicator.Warnings;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Layoffs;

public static class RecordLayoff
{
    public static readonly Refusal OtherEnterprise = new("layoff.other_enterprise", "裁员登记的企业和县区不能更改。", Pointer: "/creditCode");

    public static void Map(IEndpointRouteBuilder layoffs) => layoffs
        .MapPut("/{id:guid}", HandleAsync)
        .WithName(nameof(RecordLayoff))
        .RequireScope("indicator.write")
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);

    /// <summary>
    /// Records a layoff of an enterprise, or what became of it. The answer says whether the law asks for notice and report
    /// (20 persons, or 10 % of the staff), the first day on which somebody may leave, and what is in breach. A breach is
    /// recorded, not refused.
    /// </summary>
    /// <param name="id">Chosen by the caller, a UUID.</param>
    internal static async Task<Results<Ok<Layoff>, Created<Layoff>, ProblemHttpResult>> HandleAsync(
        Guid id, LayoffForm form, Caller caller, Database db, WarningSignal warnings, TimeProvider clock, HttpContext http, CancellationToken cancellation)
    {
        if (form.Read(id, clock.Today()).IsRefused(out var invalid, out var asked))
        {
            return invalid.ToProblem();
        }

        if (WriteReport.MayWrite(caller, form.Region) is { } forbidden)
        {
            return forbidden.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope.SeeingEverywhere(), cancellation);
        await work.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended('layoffs/' || @id, 0))", new { id = id.ToString() });
        var stored = await work.FindAsync<StoredLayoff>(ReadSql, new { id });
        if (Decide(stored, asked, () => http.CheckIfMatch(stored?.Revision)) is { } refusal)
        {
            return refusal.ToProblem();
        }

        var next = stored;
        if (stored is null || !stored.Says(asked))
        {
            next = asked with { Revision = (stored?.Revision ?? 0) + 1, ChangedBy = caller.Subject, ChangedAt = clock.GetUtcNow() };
            work.Write(WriteSql, next);
            work.Audit(caller, new Act(
                "layoff.recorded", $"layoffs/{id}", stored is null ? null : Layoff.Of(stored, clock.Today()), Layoff.Of(next, clock.Today()), next.Region));
            await work.CommitAsync();
            warnings.Set();
        }

        http.Response.Headers.ETag = ETags.Of(next!.Revision);
        var answer = Layoff.Of(next, clock.Today());
        return stored is null ? TypedResults.Created(answer.Link, answer) : TypedResults.Ok(answer);
    }

    /// <summary>The rule: one enterprise, in one county; a change says what it changes, the same again is always welcome.</summary>
    internal static Refusal? Decide(StoredLayoff? stored, StoredLayoff asked, Func<Refusal?> checkVersion) =>
        stored is not null && (stored.Region, stored.CreditCode) != (asked.Region, asked.CreditCode) ? OtherEnterprise
        : stored is not null && stored.Says(asked) ? null
        : checkVersion();

    internal const string ReadSql = $"select {StoredLayoff.Columns} from layoff l where l.layoff_id = @id";

    private const string WriteSql = """
        insert into layoff (layoff_id, region, credit_code, name, industry, headcount, persons, reason, noticed_on, reported_on, planned_on, state, ended_on, laid_off, note, revision, changed_by, changed_at)
        values (@LayoffId, @Region, @CreditCode, @Name, @Industry, @Headcount, @Persons, @Reason, @NoticedOn, @ReportedOn, @PlannedOn, @State, @EndedOn, @LaidOff, @Note, @Revision, @ChangedBy, @ChangedAt)
        on conflict (layoff_id) do update set name = excluded.name, industry = excluded.industry, headcount = excluded.headcount, persons = excluded.persons,
            reason = excluded.reason, noticed_on = excluded.noticed_on, reported_on = excluded.reported_on, planned_on = excluded.planned_on, state = excluded.state,
            ended_on = excluded.ended_on, laid_off = excluded.laid_off, note = excluded.note, revision = excluded.revision, changed_by = excluded.changed_by, changed_at = excluded.changed_at
        """;
}
