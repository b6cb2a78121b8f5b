using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Observations;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Reports;

public static class WriteReport
{
    public static readonly Refusal PeriodLocked = new("report.locked", "该期间已锁定，须先由市级解锁。");
    public static readonly Refusal UnderReview = new("report.under_review", "报表正在审核，须先退回。");
    public static readonly Refusal OtherDepartment = new("auth.other_department", "只能由就业主管部门办理。", StatusCodes.Status403Forbidden);
    public static readonly Refusal ClerkOnly = new("auth.clerk_only", "须由填报人办理。", StatusCodes.Status403Forbidden);

    public static void Map(IEndpointRouteBuilder reports) => reports
        .MapPut("/{indicator}/{region}/{period}", HandleAsync)
        .WithName(nameof(WriteReport))
        .RequireScope("indicator.write")
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);

    /// <summary>Writes a county's (or the city's) report of an indicator and period, or changes it while nobody has submitted it.</summary>
    internal static async Task<Results<Ok<Report>, Created<Report>, ProblemHttpResult>> HandleAsync(
        string indicator, string region, string period, ReportFigures figures,
        Caller caller, IndicatorCatalogue catalogue, Database db, TimeProvider clock, HttpContext http, CancellationToken cancellation)
    {
        if (await catalogue.FindPrintedAsync(indicator, cancellation) is not { } found)
        {
            return IndicatorCatalogue.NotFound.ToProblem();
        }

        if (!ObservationQuery.TryPeriod(period, out var asked))
        {
            return ObservationQuery.PeriodMalformed.ToProblem();
        }

        if ((MayWrite(caller, region) ?? ReportRules.CheckPlace(found, region, asked, clock.Today()) ?? ReportRules.CheckFigures(found, figures)) is { } invalid)
        {
            return invalid.ToProblem();
        }

        var key = new ReportKey(indicator, region, asked.ToString());
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        var stored = (await work.LockReportsAsync([key])).GetValueOrDefault(key);
        if (Decide(stored, figures, () => http.CheckIfMatch(stored?.Revision)) is { } refusal)
        {
            return refusal.ToProblem();
        }

        var next = stored;
        if (stored?.Figures != figures)
        {
            next = (stored ?? StoredReport.New(key)).With(figures, caller, clock.GetUtcNow()) with { State = "draft" };
            work.WriteReports([next]);
            work.Audit(caller, ReportActs.Of("written", stored, next, found));
            await work.CommitAsync();
        }

        http.Response.Headers.ETag = ETags.Of(next!.Revision);
        var answer = Report.Of(next, found, null);
        return stored is null ? TypedResults.Created(answer.Link, answer) : TypedResults.Ok(answer);
    }

    /// <summary>Who may write: the bureau's clerks, in their own region.</summary>
    internal static Refusal? MayWrite(Caller caller, string region) =>
        !caller.IsOfBureau ? OtherDepartment : !caller.Covers(region) ? Caller.OutOfRegion : !caller.Is(CallerRoles.Clerk) ? ClerkOnly : null;

    /// <summary>Whether figures may be written over what is there. The same figures again change nothing and are always welcome.</summary>
    /// <param name="checkVersion">Asked only for a change: is it this version that the caller means?</param>
    internal static Refusal? Decide(StoredReport? stored, ReportFigures figures, Func<Refusal?> checkVersion) => stored switch
    {
        null => checkVersion(),
        _ when stored.Figures == figures => null,
        { At: ReportState.Locked } => PeriodLocked,
        { At: ReportState.Submitted or ReportState.Approved } => UnderReview,
        _ => checkVersion(),
    };
}

/// <summary>A report.</summary>
/// <param name="Value">In <paramref name="Unit"/>; null for rates.</param>
/// <param name="Synthetic">Made by the generator of demonstration records.</param>
/// <param name="Reason">Why it was returned or unlocked last.</param>
/// <param name="Revision">Also the ETag.</param>
/// <param name="LockedTimes">How often it was locked: the revision of its facts.</param>
/// <param name="Control">For indicators that registers make: what the ledger says, beside what was reported; null elsewhere.</param>
/// <param name="Link">This report.</param>
public sealed record Report(
    string Indicator, string Region, string Period, decimal? Value, decimal? Numerator, decimal? Denominator, string Unit, string? Note,
    bool Synthetic, ReportState State, string? Reason, int Revision, int LockedTimes, string ChangedBy, DateTimeOffset ChangedAt,
    ControlFigure? Control, string Link)
{
    internal static Report Of(StoredReport stored, PlanIndicator indicator, ControlFigure? control) => new(
        stored.Indicator, stored.Region, stored.Period, Plain(stored.Value), Plain(stored.Numerator), Plain(stored.Denominator),
        indicator.Unit, stored.Note, stored.Synthetic, stored.At, stored.Reason, stored.Revision, stored.LockedTimes, stored.ChangedBy,
        stored.ChangedAt, control, Links.Record("indicator", stored.Key.RecordId));

    private static decimal? Plain(decimal? value) => value is { } known ? Aggregation.Plain(known) : null;
}

/// <summary>A derived value, beside what was reported of it.</summary>
/// <param name="Ledger">What the registers' facts add up to; null: nothing.</param>
/// <param name="Difference">Reported less ledger.</param>
public sealed record ControlFigure(decimal? Ledger, decimal? Difference);
