using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Contracts.Facts;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Ledger;
using Wuwei.Indicator.Observations;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Outbox.Idempotency;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Reports;

/// <summary>Approves or locks all of a period at once, but for exceptions.</summary>
public static class MoveReports
{
    /// <summary>Most exceptions of one request: more is no exception.</summary>
    public const int MaxExceptions = 100;

    public static readonly Refusal RegionCount = Refusal.Invalid("report.region_count", "须写明 1 到 5 个地区。", "/regions");
    public static readonly Refusal ExceptionCount = Refusal.Invalid("report.exception_count", $"例外最多 {MaxExceptions} 项。", "/exceptions");
    public static readonly Refusal ExceptionUnknown = Refusal.Invalid("report.exception_unknown", "例外项不在待办的报表之中，请核对后重新提交。", "/exceptions");
    public static readonly Refusal ReasonTooLong = Refusal.Invalid("report.reason_too_long", "理由须为 1 到 500 字。", "/exceptions");

    public static void Map(IEndpointRouteBuilder reports)
    {
        foreach (var move in new[] { ReportMove.Approval, ReportMove.Lock })
        {
            reports.MapPost($"/batch/{move.ToString().ToLowerInvariant()}", (
                    ReportSelection selection, OnceOnly once, Caller caller, IndicatorCatalogue catalogue, Fold fold, Database db, TimeProvider clock, CancellationToken cancellation) =>
                    HandleAsync(move, selection, once, caller, catalogue, fold, db, clock, cancellation))
                .WithName($"{move}Reports")
                .WithSummary(move == ReportMove.Lock
                    ? "The city's approver locks all that is approved of a period, but for exceptions. With a reason these are returned, without one they stay."
                    : "The region's own approver stands for all that is submitted of a period, but for exceptions. With a reason these are returned, without one they stay.")
                .WithIdempotencyKey()
                .RequireScope("indicator.write")
                .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        }
    }

    private static async Task<Results<Ok<ReportsMoved>, ProblemHttpResult>> HandleAsync(
        ReportMove move, ReportSelection selection, OnceOnly once, Caller caller, IndicatorCatalogue catalogue, Fold fold, Database db, TimeProvider clock,
        CancellationToken cancellation)
    {
        if (!ObservationQuery.TryPeriod(selection.Period, out var asked))
        {
            return ObservationQuery.PeriodMalformed.ToProblem();
        }

        if ((Check(selection) ?? selection.Regions.Select(region => MoveReport.MayMove(move, caller, region)).FirstOrDefault(refusal => refusal is not null)) is { } refused)
        {
            return refused.ToProblem();
        }

        var indicators = (await catalogue.AllPrintedAsync(cancellation)).ToDictionary(indicator => indicator.Code);
        var (period, from, now) = (asked.ToString(), move == ReportMove.Lock ? ReportState.Approved : ReportState.Submitted, clock.GetUtcNow());
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        await once.EnterAsync(work);
        var found = await work.ListAsync<StoredReport>(FindSql, new { period, regions = selection.Regions.ToArray(), state = from.ToString().ToLowerInvariant() });
        var stored = await work.LockReportsAsync([.. found.Select(report => report.Key)]);
        if (Decide(move, [.. found.Select(report => stored[report.Key]).Where(report => report.At == from)], period, selection, caller, now).IsRefused(out var refusal, out var decided))
        {
            return refusal.ToProblem();
        }

        var changed = decided.Where(one => one.Before != one.After).ToArray();
        work.WriteReports([.. changed.Select(one => one.After)]);
        work.Audit(caller, [.. changed.Select(one => ReportActs.Of(
            (one.After.At == ReportState.Returned ? ReportMove.Return : move).ToString().ToLowerInvariant(), one.Before, one.After, indicators[one.After.Indicator]))]);
        if (changed.Where(one => one.After.At == ReportState.Locked).SelectMany(one => one.After.Facts(indicators[one.After.Indicator])).ToArray() is { Length: > 0 } facts)
        {
            await fold.RunAsync([new FactsRecorded("indicator", facts)], work, cancellation);
        }

        var answer = TypedResults.Ok(new ReportsMoved(
            changed.Count(one => one.After.At != ReportState.Returned), changed.Count(one => one.After.At == ReportState.Returned), decided.Length - changed.Length,
            [.. decided.Select(one => new ReportMoved(one.After.Indicator, one.After.Region, period, one.Status, one.After.Revision))]));
        once.Keep(work, answer);
        await work.CommitAsync();
        return answer;
    }

    /// <summary>What can never be right.</summary>
    internal static Refusal? Check(ReportSelection selection) => 0 switch
    {
        _ when selection.Regions.Count is 0 or > 5 || selection.Regions.Contains(null!) => RegionCount,
        _ when selection.Exceptions is { Count: > MaxExceptions } || selection.Exceptions?.Contains(null!) == true => ExceptionCount,
        _ when selection.Exceptions?.Any(one => one.Reason is { } reason && (string.IsNullOrWhiteSpace(reason) || reason.EnumerateRunes().Count() > 500)) == true => ReasonTooLong,
        _ => null,
    };

    /// <summary>What becomes of each. Whoever makes an exception of what is not there means another one: then nothing is done.</summary>
    /// <param name="waiting">Those that wait for the move.</param>
    internal static Decision<Moved[]> Decide(
        ReportMove move, IReadOnlyList<StoredReport> waiting, string period, ReportSelection selection, Caller caller, DateTimeOffset now)
    {
        var exceptions = new Dictionary<ReportKey, string?>();
        foreach (var one in selection.Exceptions ?? [])
        {
            exceptions[new(one.Indicator, one.Region, period)] = one.Reason;
        }

        return exceptions.Keys.FirstOrDefault(key => waiting.All(report => report.Key != key)) is { Indicator: not null } unknown
            ? ExceptionUnknown with { Detail = $"指标 {unknown.Indicator}，地区 {unknown.Region}。" }
            : waiting.Select(Move).ToArray();

        Moved Move(StoredReport report) =>
            exceptions.TryGetValue(report.Key, out var reason)
                ? reason is null ? new(report, report, "left") : new(report, report.To(ReportState.Returned, reason, caller, now), "returned")
            : report.ChangedAt > selection.SeenUntil ? new(report, report, "changed-since")
            : move == ReportMove.Lock ? new(report, report.To(ReportState.Locked, null, caller, now), "locked")
            : new(report, report.To(ReportState.Approved, null, caller, now), "approved");
    }

    private const string FindSql = $"""
        select {ReportRows.Columns}
        from report r
        where r.period = @period and r.region = any(@regions) and r.state = @state
        order by r.indicator, r.region
        """;

    internal sealed record Moved(StoredReport Before, StoredReport After, string Status);
}

/// <summary>Which reports.</summary>
public sealed record ReportSelection
{
    /// <summary>A month, or a year for annual indicators.</summary>
    public required string Period { get; init; }

    /// <summary>Counties, or the city for what only it reports; 1 to 5.</summary>
    public required IReadOnlyList<string> Regions { get; init; }

    /// <summary>The latest <c>changedAt</c> of those that the caller has looked at: what was changed after it is left alone.</summary>
    public required DateTimeOffset SeenUntil { get; init; }

    /// <summary>Those that are not moved; up to 100.</summary>
    public IReadOnlyList<ExceptedReport>? Exceptions { get; init; }
}

/// <summary>A report that is not moved with the others.</summary>
public sealed record ExceptedReport
{
    /// <summary>Catalogue code.</summary>
    public required string Indicator { get; init; }

    /// <summary>County or city.</summary>
    public required string Region { get; init; }

    /// <summary>Why it is returned, 1 to 500 characters; absent: it stays where it is.</summary>
    public string? Reason { get; init; }
}

/// <summary>What became of a period's reports.</summary>
public sealed record ReportsMoved(int Moved, int Returned, int Left, IReadOnlyList<ReportMoved> Results);

/// <summary>What became of one.</summary>
/// <param name="Status"><c>approved</c>, <c>locked</c>, <c>returned</c>, <c>left</c> (an exception) or <c>changed-since</c> (after the caller looked).</param>
public sealed record ReportMoved(string Indicator, string Region, string Period, string Status, int Revision);
