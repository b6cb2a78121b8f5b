using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Decisions;
using Wuwei.Indicator.Observations;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Reports;

public static class ReadReport
{
    public static void Map(IEndpointRouteBuilder reports) => reports
        .MapGet("/{indicator}/{region}/{period}", HandleAsync)
        .WithName(nameof(ReadReport))
        .Produces(StatusCodes.Status304NotModified)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>A report with every step it took; on an indicator that registers make, beside what the ledger says.</summary>
    internal static async Task<Results<Ok<ReportWithSteps>, StatusCodeHttpResult, ProblemHttpResult>> HandleAsync(
        string indicator, string region, string period, Caller caller, IndicatorCatalogue catalogue, Database db, HttpContext http, CancellationToken cancellation)
    {
        if (await catalogue.FindPrintedAsync(indicator, cancellation) is not { } found)
        {
            return IndicatorCatalogue.NotFound.ToProblem();
        }

        if (!ObservationQuery.TryPeriod(period, out var asked))
        {
            return ObservationQuery.PeriodMalformed.ToProblem();
        }

        var args = new { indicator, region, period = asked.ToString() };
        if (!caller.Covers(region) || await db.FindAsync<StoredReport>(caller.Scope, ReadSql, args, cancellation) is not { } stored)
        {
            return MoveReport.NotFound.ToProblem();
        }

        var steps = await db.ListAsync<StepRow>(caller.Scope, StepsSql, args, cancellation);
        var derived = found.OriginOn(asked.Start) == Origin.Derived;
        // The ledger's side of a control figure moves without the report's revision.
        if (http.IsNotModified(ETags.Of(stored.Revision)) && !derived)
        {
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        }

        ControlFigure? control = null;
        if (derived)
        {
            await using var work = await db.BeginAsync(caller.Scope, cancellation);
            control = await ControlAsync(found, stored, asked, work);
        }

        // What was locked last is what counts, whatever has been written since.
        var facts = steps.LastOrDefault(step => step.State == "locked") is { } locked
            ? (stored with { Value = locked.Value, Numerator = locked.Numerator, Denominator = locked.Denominator }).Facts(found) : [];
        return TypedResults.Ok(new ReportWithSteps(
            Report.Of(stored, found, control),
            [.. facts.Select(fact => new ReportFact(fact.Measure, fact.Revision, fact.Region, fact.EventDate, Aggregation.Plain(fact.Quantity!.Value)))],
            [.. steps.Select((step, i) => new ReportStep(step.Revision, Enum.Parse<ReportState>(step.State, ignoreCase: true),
                Plain(step.Value), Plain(step.Numerator), Plain(step.Denominator), step.Reason, step.DoneBy, step.DoneAt, step.State == "submitted"
                    ? Difference(step, steps.Take(i).LastOrDefault(before => before.State is "submitted" or "locked")) : null))],
            await catalogue.NotesAsync([indicator], null, cancellation)));
    }

    private static decimal? Plain(decimal? value) => value is { } known ? Aggregation.Plain(known) : null;

    // What is handed in again beside what was handed in before.
    private static decimal? Difference(StepRow step, StepRow? before) => before is not null && ValueOf(step) - ValueOf(before) is { } difference ? Aggregation.Plain(difference) : null;

    private static decimal? ValueOf(StepRow step) => step.Value
        ?? (step is { Numerator: { } part, Denominator: > 0 and { } whole } ? decimal.Round(100 * part / whole, 2, MidpointRounding.AwayFromZero) : null);

    /// <summary>What the ledger says beside a report on an indicator that registers make.</summary>
    internal static async Task<ControlFigure> ControlAsync(PlanIndicator indicator, StoredReport report, Period period, UnitOfWork work)
    {
        var window = new Window(period.Start, period.Start);
        var cells = await work.TotalsAsync([indicator], report.Region, window);
        var ledger = Aggregation.Of(indicator, report.Region, window, cells).Value;
        return new(ledger, report.Value is { } value ? Aggregation.Plain(value - (ledger ?? 0)) : null);
    }

    private const string ReadSql = $"""
        select {ReportRows.Columns} from report r
        where r.indicator = @indicator and r.region = @region and r.period = @period
        """;

    private const string StepsSql = """
        select revision, state, value, numerator, denominator, reason, done_by, done_at
        from report_step
        where indicator = @indicator and region = @region and period = @period
        order by revision
        """;

    private sealed record StepRow(
        int Revision, string State, decimal? Value, decimal? Numerator, decimal? Denominator, string? Reason, string DoneBy, DateTimeOffset DoneAt);
}

/// <summary>A report and how it came about.</summary>
/// <param name="Facts">What it is in the ledger: as locked last; none before, and none of a control figure.</param>
/// <param name="Decisions">What the plan leaves open about the indicator, and how it is read.</param>
public sealed record ReportWithSteps(Report Report, IReadOnlyList<ReportFact> Facts, IReadOnlyList<ReportStep> Steps, IReadOnlyList<DecisionNote> Decisions);

/// <summary>A fact that a locked report became.</summary>
/// <param name="Quantity">In the measure's unit.</param>
public sealed record ReportFact(string Measure, int Revision, string Region, DateOnly EventDate, decimal Quantity);

/// <summary>What somebody did to a report.</summary>
/// <param name="State">The state it led to.</param>
/// <param name="Difference">Of what is handed in again: its value less what was handed in before; for rates in percentage points.</param>
public sealed record ReportStep(
    int Revision, ReportState State, decimal? Value, decimal? Numerator, decimal? Denominator, string? Reason, string DoneBy, DateTimeOffset DoneAt, decimal? Difference);
