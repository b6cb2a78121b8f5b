using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Contracts.Facts;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Ledger;
using Wuwei.Indicator.Observations;
using Wuwei.Indicator.Targets;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Outbox.Idempotency;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Reports;

public static class WriteReports
{
    public static readonly Refusal Begun = new("report.begun", "该报表已开始办理，须逐步提交、审核和锁定。");
    public static readonly Refusal Twice = Refusal.Invalid("report.item_twice", "同一指标、地区和期间出现两次。", "");

    public static void Map(IEndpointRouteBuilder reports) => reports
        .MapPost("/batch", HandleAsync)
        .WithName(nameof(WriteReports))
        .WithIdempotencyKey()
        .RequireScope("indicator.write")
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>
    /// Writes up to 500 reports, each by the rules of one; good ones are kept when others are refused. The city's approver may lock
    /// new ones at once, which is for years gone by; with <c>revision</c> an item says which version it changes. A dry run says what
    /// would become of each, and stores nothing.
    /// </summary>
    internal static async Task<Results<Ok<BatchResult>, ProblemHttpResult>> HandleAsync(
        ReportBatch batch, OnceOnly once, Caller caller, IndicatorCatalogue catalogue, Database db, Fold fold, TimeProvider clock, CancellationToken cancellation)
    {
        if (batch.Reports.Count is 0 or > SetTargets.MaxItems || batch.Reports.Any(item => item is null))
        {
            return (SetTargets.Count with { Pointer = "/reports" }).ToProblem();
        }

        if (!caller.IsOfBureau)
        {
            return WriteReport.OtherDepartment.ToProblem();
        }

        if (batch.Lock && !caller.IsCityApprover())
        {
            return SetTargets.CityOnly.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        await once.EnterAsync(work);
        var results = await WriteAsync(work, batch.Reports, batch.Lock, caller, catalogue, fold, clock, cancellation);
        var refused = results.Count(result => result.Status == "refused");
        var answer = TypedResults.Ok(new BatchResult(results.Count - refused, refused, results));
        if (!batch.DryRun)
        {
            once.Keep(work, answer);
            await work.CommitAsync();
        }

        return answer;
    }

    /// <summary>Writes those that may be written, within a transaction; says what became of each, in their order.</summary>
    internal static async Task<IReadOnlyList<BatchItemResult>> WriteAsync(
        UnitOfWork work, IReadOnlyList<ReportItem> reports, bool locks, Caller caller, IndicatorCatalogue catalogue, Fold fold, TimeProvider clock, CancellationToken cancellation)
    {
        var indicators = (await catalogue.AllPrintedAsync(cancellation)).ToDictionary(indicator => indicator.Code);
        var (today, now) = (clock.Today(), clock.GetUtcNow());
        var seen = new HashSet<ReportKey>();
        var items = reports.Select(item => (item, key: item.Key, refusal: Check(item, caller, indicators, today) ?? (seen.Add(item.Key) ? null : Twice))).ToArray();
        var stored = await work.LockReportsAsync(seen);
        var results = new List<BatchItemResult>(items.Length);
        var changed = new List<StoredReport>();
        foreach (var (item, key, invalid) in items)
        {
            var before = stored.GetValueOrDefault(key);
            var decision = invalid is null ? Decide(item, key, before, locks, caller, now) : invalid;
            if (decision.IsRefused(out var refusal, out var after)
                || (locks && after != before && (refusal = await MoveReport.CheckExplainedAsync(indicators[item.Indicator], after, key.At, work)) is not null))
            {
                results.Add(new(item.Indicator, item.Region, item.Period, "refused", before?.Revision ?? 0, refusal.Code, refusal.Title, refusal.Pointer));
                continue;
            }

            results.Add(new(item.Indicator, item.Region, key.Period,
                before is null ? "created" : after == before ? "unchanged" : "corrected", after.Revision, null, null, null));
            if (after != before)
            {
                changed.Add(after);
            }
        }

        work.WriteReports(changed);
        work.Audit(caller, [.. changed.Select(report => ReportActs.Of(
            report.At == ReportState.Locked ? "lock" : "written", stored.GetValueOrDefault(report.Key), report, indicators[report.Indicator]))]);
        var facts = changed.Where(report => report.At == ReportState.Locked).SelectMany(report => report.Facts(indicators[report.Indicator])).ToArray();
        if (facts.Length > 0)
        {
            await fold.RunAsync([new FactsRecorded("indicator", facts)], work, cancellation);
        }

        return results;
    }

    /// <summary>What can never be right.</summary>
    internal static Refusal? Check(ReportItem item, Caller caller, IReadOnlyDictionary<string, PlanIndicator> indicators, DateOnly today) =>
        !indicators.TryGetValue(item.Indicator, out var indicator) ? SetTargets.IndicatorUnknown
        : !ObservationQuery.TryPeriod(item.Period, out var period) ? ObservationQuery.PeriodMalformed
        : WriteReport.MayWrite(caller, item.Region)
            ?? ReportRules.CheckPlace(indicator, item.Region, period, today)
            ?? ReportRules.CheckFigures(indicator, item.Figures());

    /// <summary>
    /// The report afterwards: as it was, with new figures, or new and locked in one revision. One that was begun keeps to
    /// its steps: the city does not lock past the county's approver.
    /// </summary>
    internal static Decision<StoredReport> Decide(ReportItem item, ReportKey key, StoredReport? before, bool locks, Caller caller, DateTimeOffset now)
    {
        var figures = item.Figures();
        if (locks && before is { At: not ReportState.Locked })
        {
            return Begun;
        }

        if (WriteReport.Decide(before, figures, CheckVersion) is { } refusal)
        {
            return refusal;
        }

        var after = before?.Figures == figures ? before : (before ?? StoredReport.New(key)).With(figures, caller, now) with { State = "draft" };
        return locks && before is null ? after.To(ReportState.Locked, null, caller, now) with { Revision = 1 } : after;

        Refusal? CheckVersion() => (item.Revision ?? 0) == (before?.Revision ?? 0) ? null : item.Revision is null ? ETags.Required : ETags.Stale;
    }
}

/// <summary>Reports to write.</summary>
public sealed record ReportBatch
{
    /// <summary>Lock new ones at once; only for the city's approver.</summary>
    public bool Lock { get; init; }

    /// <summary>Store nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>1 to 500.</summary>
    public required IReadOnlyList<ReportItem> Reports { get; init; }
}

/// <summary>A report to write.</summary>
public sealed record ReportItem
{
    /// <summary>Catalogue code.</summary>
    public required string Indicator { get; init; }

    /// <summary>A county, or the city for city-wide indicators.</summary>
    public required string Region { get; init; }

    /// <summary>A month, or a year for annual indicators.</summary>
    public required string Period { get; init; }

    /// <summary>In the indicator's unit; null for rates.</summary>
    public decimal? Value { get; init; }

    /// <summary>Of rates.</summary>
    public decimal? Numerator { get; init; }

    /// <summary>Of rates.</summary>
    public decimal? Denominator { get; init; }

    /// <summary>Up to 500 characters.</summary>
    public string? Note { get; init; }

    /// <summary>Made by the generator of demonstration records.</summary>
    public bool Synthetic { get; init; }

    /// <summary>The revision that is changed; absent for a new one.</summary>
    public int? Revision { get; init; }

    internal ReportKey Key => new(Indicator, Region, ObservationQuery.TryPeriod(Period, out var period) ? period.ToString() : Period);

    internal ReportFigures Figures() => new() { Value = Value, Numerator = Numerator, Denominator = Denominator, Note = Note, Synthetic = Synthetic };
}

/// <summary>What became of a batch.</summary>
public sealed record BatchResult(int Accepted, int Refused, IReadOnlyList<BatchItemResult> Results);

/// <summary>What became of an item.</summary>
/// <param name="Status"><c>created</c>, <c>unchanged</c>, <c>corrected</c> or <c>refused</c>.</param>
/// <param name="Code">Why it was refused.</param>
/// <param name="Pointer">Member of the item at fault.</param>
public sealed record BatchItemResult(
    string Indicator, string Region, string Period, string Status, int Revision, string? Code, string? Title, string? Pointer);
