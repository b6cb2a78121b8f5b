using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Reports;
using Wuwei.Indicator.Warnings;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Cases;

public static class RecordCase
{
    public static readonly Refusal OtherCounty = new("case.other_county", "案件的县区和类别不能更改。", Pointer: "/region");

    public static void Map(IEndpointRouteBuilder cases) => cases
        .MapPut("/{id:guid}", HandleAsync)
        .WithName(nameof(RecordCase))
        .RequireScope("indicator.write")
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);

    /// <summary>
    /// Records a case of labour inspection (report, complaint or wage arrears) from its filing on, its extension and its closing.
    /// It is due 60 working days after filing, 90 when extended in time. Arrears raise a warning of their level.
    /// </summary>
    /// <param name="id">Chosen by the caller, a UUID.</param>
    internal static async Task<Results<Ok<LabourCase>, Created<LabourCase>, ProblemHttpResult>> HandleAsync(
        Guid id, CaseForm form, Caller caller, Database db, WarningSignal warnings, TimeProvider clock, HttpContext http, CancellationToken cancellation)
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
        await work.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended('cases/' || @id, 0))", new { id = id.ToString() });
        var stored = await work.FindAsync<StoredCase>(ReadSql, new { id });
        if (Decide(stored, asked, () => http.CheckIfMatch(stored?.Revision)) is { } refusal)
        {
            return refusal.ToProblem();
        }

        var policy = await PolicyParameters.ReadAsync(work);
        var next = stored;
        if (stored is null || !stored.Says(asked))
        {
            next = asked with { Revision = (stored?.Revision ?? 0) + 1, ChangedBy = caller.Subject, ChangedAt = clock.GetUtcNow() };
            work.Write(WriteSql, next);
            work.Audit(caller, new Act(
                "case.recorded", $"cases/{id}", stored is null ? null : LabourCase.Of(stored, clock.Today(), policy), LabourCase.Of(next, clock.Today(), policy), next.Region)
            {
                DecidedUnder = policy.TakeConsulted(),
            });
            await work.CommitAsync();
            warnings.Set();
        }

        http.Response.Headers.ETag = ETags.Of(next!.Revision);
        var answer = LabourCase.Of(next, clock.Today(), policy);
        return stored is null ? TypedResults.Created(answer.Link, answer) : TypedResults.Ok(answer);
    }

    /// <summary>The rule: county and kind stay; a change says what it changes, the same again is always welcome.</summary>
    internal static Refusal? Decide(StoredCase? stored, StoredCase asked, Func<Refusal?> checkVersion) =>
        stored is not null && (stored.Region, stored.Kind) != (asked.Region, asked.Kind) ? OtherCounty
        : stored is not null && stored.Says(asked) ? null
        : checkVersion();

    internal const string ReadSql = $"select {StoredCase.Columns} from labour_case c where c.case_id = @id";

    private const string WriteSql = """
        insert into labour_case (case_id, region, kind, respondent, credit_code, filed_on, extended_on, due_on, closed_on, outcome, workers, amount, owed_since, mass_event, recovered, note, revision, changed_by, changed_at)
        values (@CaseId, @Region, @Kind, @Respondent, @CreditCode, @FiledOn, @ExtendedOn, @DueOn, @ClosedOn, @Outcome, @Workers, @Amount, @OwedSince, @MassEvent, @Recovered, @Note, @Revision, @ChangedBy, @ChangedAt)
        on conflict (case_id) do update set respondent = excluded.respondent, credit_code = excluded.credit_code, filed_on = excluded.filed_on, extended_on = excluded.extended_on,
            due_on = excluded.due_on, closed_on = excluded.closed_on, outcome = excluded.outcome, workers = excluded.workers, amount = excluded.amount, owed_since = excluded.owed_since,
            mass_event = excluded.mass_event, recovered = excluded.recovered, note = excluded.note, revision = excluded.revision, changed_by = excluded.changed_by, changed_at = excluded.changed_at
        """;
}
