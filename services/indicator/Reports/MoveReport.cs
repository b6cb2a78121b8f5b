using System.ComponentModel.DataAnnotations;
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

/// <summary>A step of a report on its way.</summary>
public enum ReportMove { Submission, Approval, Lock, Return, Unlock }

public static class MoveReport
{
    public static readonly Refusal NotFound = new("report.not_found", "没有这份报表。", StatusCodes.Status404NotFound);
    public static readonly Refusal WrongState = new("report.wrong_state", "报表当前状态不能进行此操作。");
    public static readonly Refusal Unexplained = Refusal.Invalid("report.difference_unexplained", "与登记汇总数不一致，须先在备注中说明原因。", "/note");
    public static readonly Refusal OwnApproverOnly = new("auth.own_approver_only", "须由报送地区自己的审核人审核。", StatusCodes.Status403Forbidden);

    public static void Map(IEndpointRouteBuilder reports)
    {
        foreach (var move in Enum.GetValues<ReportMove>())
        {
            var path = $"/{{indicator}}/{{region}}/{{period}}/{move.ToString().ToLowerInvariant()}";
            var endpoint = move is ReportMove.Return or ReportMove.Unlock
                ? reports.MapPost(path, (string indicator, string region, string period, ReportReason body, OnceOnly once, Caller caller, Services services, HttpContext http, CancellationToken cancellation) =>
                    HandleAsync(move, indicator, region, period, body.Reason, once, caller, services, http, cancellation))
                : reports.MapPost(path, (string indicator, string region, string period, OnceOnly once, Caller caller, Services services, HttpContext http, CancellationToken cancellation) =>
                    HandleAsync(move, indicator, region, period, null, once, caller, services, http, cancellation));
            endpoint.WithName($"{move}Report")
                .WithIdempotencyKey()
                .WithSummary(Summary(move))
                .RequireScope("indicator.write")
                .ProducesProblem(StatusCodes.Status404NotFound)
                .ProducesProblem(StatusCodes.Status409Conflict)
                .ProducesProblem(StatusCodes.Status412PreconditionFailed)
                .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
                .ProducesProblem(StatusCodes.Status428PreconditionRequired);
        }
    }

    // One transaction: a locked report is counted, and one that is not counted is not locked.
    private static async Task<Results<Ok<Report>, ProblemHttpResult>> HandleAsync(
        ReportMove move, string indicator, string region, string period, string? reason,
        OnceOnly once, Caller caller, Services services, HttpContext http, CancellationToken cancellation)
    {
        if (await services.Catalogue.FindPrintedAsync(indicator, cancellation) is not { } found)
        {
            return IndicatorCatalogue.NotFound.ToProblem();
        }

        if (!ObservationQuery.TryPeriod(period, out var asked))
        {
            return ObservationQuery.PeriodMalformed.ToProblem();
        }

        if (MayMove(move, caller, region) is { } forbidden)
        {
            return forbidden.ToProblem();
        }

        var key = new ReportKey(indicator, region, asked.ToString());
        await using var work = await services.Db.BeginAsync(caller.Scope, cancellation);
        await once.EnterAsync(work);
        var stored = (await work.LockReportsAsync([key])).GetValueOrDefault(key);
        if (Decide(move, stored, () => http.CheckIfMatch(stored?.Revision)).IsRefused(out var refusal, out var target))
        {
            return refusal.ToProblem();
        }

        var next = stored!;
        if (stored!.At != target.State)
        {
            if (move == ReportMove.Submission && await CheckExplainedAsync(found, stored, asked, work) is { } unexplained)
            {
                return unexplained.ToProblem();
            }

            next = stored.To(target.State, reason, caller, services.Clock.GetUtcNow());
            work.WriteReports([next]);
            work.Audit(caller, ReportActs.Of(move.ToString().ToLowerInvariant(), stored, next, found));
            if (target.State == ReportState.Locked && next.Facts(found).ToArray() is { Length: > 0 } facts)
            {
                await services.Fold.RunAsync([new FactsRecorded("indicator", facts)], work, cancellation);
            }
        }

        http.Response.Headers.ETag = ETags.Of(next.Revision);
        var answer = TypedResults.Ok(Report.Of(next, found, null));
        once.Keep(work, answer);
        await work.CommitAsync();
        return answer;
    }

    /// <summary>Before a control figure goes up: whoever looks at it there sees both figures, and why they differ.</summary>
    internal static async Task<Refusal?> CheckExplainedAsync(PlanIndicator indicator, StoredReport report, Period period, UnitOfWork work) =>
        report.Note is null or "" && indicator.OriginOn(period.Start) == Origin.Derived
        && await ReadReport.ControlAsync(indicator, report, period, work) is { Difference: not (null or 0) } control
            ? Unexplained with { Detail = $"登记汇总 {control.Ledger ?? 0:0.####}，相差 {control.Difference:0.####}。" } : null;

    /// <summary>Who may do it: clerks submit, the region's own approver approves, the city's locks and unlocks, either returns.</summary>
    internal static Refusal? MayMove(ReportMove move, Caller caller, string region) => move switch
    {
        ReportMove.Submission => WriteReport.MayWrite(caller, region),
        _ when !caller.IsOfBureau => WriteReport.OtherDepartment,
        _ when !caller.Covers(region) => Caller.OutOfRegion,
        ReportMove.Approval => caller.Region == region && caller.Is(CallerRoles.Approver) ? null : OwnApproverOnly,
        ReportMove.Return when caller.Region == region && caller.Is(CallerRoles.Approver) => null,
        _ => caller.IsCityApprover() ? null : SetTargets.CityOnly,
    };

    /// <summary>Where a move leads from here; a report that is there already stays as it is.</summary>
    internal static Decision<Step> Decide(ReportMove move, StoredReport? stored, Func<Refusal?> checkVersion)
    {
        if (stored is null)
        {
            return NotFound;
        }

        var (from, to) = move switch
        {
            ReportMove.Submission => (new[] { ReportState.Draft, ReportState.Returned }, ReportState.Submitted),
            ReportMove.Approval => ([ReportState.Submitted], ReportState.Approved),
            ReportMove.Lock => ([ReportState.Approved], ReportState.Locked),
            ReportMove.Return => ([ReportState.Submitted, ReportState.Approved], ReportState.Returned),
            _ => ([ReportState.Locked], ReportState.Returned),
        };
        return stored.At == to ? new Step(to)
            : !from.Contains(stored.At) ? WrongState with { Detail = $"当前状态：{stored.State}。" }
            : checkVersion() is { } stale ? stale
            : new Step(to);
    }

    private static string Summary(ReportMove move) => move switch
    {
        ReportMove.Submission => "A clerk hands the report in. On an indicator that registers make, one that differs from them says why in its note.",
        ReportMove.Approval => "The region's own approver stands for it.",
        ReportMove.Lock => "The city's approver locks it: from now on it counts. A report on an indicator that registers make is a control figure and never counts.",
        ReportMove.Return => "Sends it back to the clerk, with a reason.",
        _ => "Opens a locked report again, with a reason. What was locked counts until the report is locked again.",
    };

    internal sealed record Step(ReportState State);

    /// <summary>What a move needs of the service.</summary>
    internal sealed record Services(Database Db, IndicatorCatalogue Catalogue, Fold Fold, TimeProvider Clock)
    {
        public static ValueTask<Services?> BindAsync(HttpContext http) => ValueTask.FromResult<Services?>(new(
            http.RequestServices.GetRequiredService<Database>(), http.RequestServices.GetRequiredService<IndicatorCatalogue>(),
            http.RequestServices.GetRequiredService<Fold>(), http.RequestServices.GetRequiredService<TimeProvider>()));
    }
}

/// <summary>Why a report is returned or unlocked.</summary>
public sealed record ReportReason
{
    /// <summary>1 to 500 characters; the clerk reads it.</summary>
    [Required(ErrorMessage = "须写明理由。"), TextLength(500, MinimumLength = 1, ErrorMessage = "理由须为 1 到 500 字。")]
    public required string Reason { get; init; }
}
