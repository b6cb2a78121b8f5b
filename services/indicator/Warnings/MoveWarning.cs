using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Reports;
using Wuwei.Indicator.Targets;
using Wuwei.Indicator.Watch;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Outbox.Idempotency;
using Wuwei.Register;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Warnings;

/// <summary>What people do with a warning.</summary>
public enum WarningMove { Acknowledgement, Report, Measure, Closure }

/// <summary>What was done.</summary>
public sealed record WarningNote
{
    /// <summary>1 to 500 characters.</summary>
    [Required(ErrorMessage = "请写明情况。"), TextLength(500, MinimumLength = 1, ErrorMessage = "情况须为 1 到 500 字。")]
    public required string Note { get; init; }
}

public static class MoveWarning
{
    public static readonly Refusal Closed = new("warning.closed", "预警已经解除。");
    public static readonly Refusal NotCleared = new("warning.not_cleared", "预警的起因尚未消除，不能解除。");
    public static readonly Refusal NotAcknowledged = new("warning.not_acknowledged", "预警尚未签收，不能解除。");
    public static readonly Refusal NobodyToTell = new("warning.nobody_to_tell", "该预警已逐级上报完毕。");
    public static readonly Refusal NotReported = new("warning.not_reported", "预警尚未逐级上报完毕，不能解除。");
    public static readonly Refusal ApproverOnly = new("auth.approver_only", "须由审核人解除。", StatusCodes.Status403Forbidden);

    public static void Map(IEndpointRouteBuilder warnings)
    {
        foreach (var move in Enum.GetValues<WarningMove>())
        {
            warnings.MapPost($"/{{id:guid}}/{Codes.Of(move)}", (
                    Guid id, WarningNote note, Caller caller, OnceOnly once, Database db, TimeProvider clock, HttpContext http, CancellationToken cancellation) =>
                    HandleAsync(move, id, note.Note, caller, once, db, clock, http, cancellation))
                .WithName($"{move}Warning")
                .WithSummary(Summary(move))
                .WithIdempotencyKey()
                .RequireScope("indicator.write")
                .ProducesProblem(StatusCodes.Status404NotFound)
                .ProducesProblem(StatusCodes.Status409Conflict)
                .ProducesProblem(StatusCodes.Status412PreconditionFailed)
                .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
                .ProducesProblem(StatusCodes.Status428PreconditionRequired);
        }
    }

    private static async Task<Results<Ok<Warning>, ProblemHttpResult>> HandleAsync(
        WarningMove move, Guid id, string note, Caller caller, OnceOnly once, Database db, TimeProvider clock, HttpContext http, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        await once.EnterAsync(work);
        await work.ExecuteAsync("select from warning where warning_id = @id for update", new { id });
        if (await work.FindAsync<StoredWarning>(ReadSql, new { id }) is not { } stored)
        {
            return ListWarnings.NotFound.ToProblem();
        }

        if (MayMove(move, caller, stored) is { } forbidden)
        {
            return forbidden.ToProblem();
        }

        var (now, policy) = (clock.GetUtcNow(), await PolicyParameters.ReadAsync(work));
        if ((http.CheckIfMatch(stored.Revision) is { } stale ? stale : Decide(move, stored, now, policy)).IsRefused(out var refusal, out var next))
        {
            return refusal.ToProblem();
        }

        var kind = Codes.Of(move);
        work.WriteWarning(next, new(kind, note, caller.Subject));
        work.Audit(caller, new Act($"warning.{kind}", $"warnings/{id}", Warning.Of(stored, now), Warning.Of(next, now), next.Region) { DecidedUnder = policy.TakeConsulted() });
        http.Response.Headers.ETag = ETags.Of(next.Revision);
        var answer = TypedResults.Ok(Warning.Of(next, now));
        once.Keep(work, answer);
        await work.CommitAsync();
        return answer;
    }

    /// <summary>Who may: the bureau in its region; the province is told by the city; a yellow one is closed by its own region's approver, others by the city's.</summary>
    internal static Refusal? MayMove(WarningMove move, Caller caller, StoredWarning warning) =>
        !caller.IsOfBureau ? WriteReport.OtherDepartment
        : !caller.Covers(warning.Region) ? Caller.OutOfRegion
        : move == WarningMove.Report && warning.ReportTo == ReportingChain.Province && caller.Region != RegionCode.City ? SetTargets.CityOnly
        : move != WarningMove.Closure ? null
        : !caller.Is(CallerRoles.Approver) ? ApproverOnly
        : warning.AtLevel > WarningLevel.Yellow && caller.Region != RegionCode.City ? SetTargets.CityOnly
        : null;

    /// <summary>The rule: a warning is closed when its reason is gone, somebody took it on, and whoever has to know knows.</summary>
    internal static Decision<StoredWarning> Decide(WarningMove move, StoredWarning stored, DateTimeOffset now, PolicyParameters policy)
    {
        if (stored.At == WarningState.Closed)
        {
            return Closed;
        }

        var next = stored with { Revision = stored.Revision + 1, ChangedAt = now };
        switch (move)
        {
            case WarningMove.Acknowledgement:
                return next with { State = stored.At == WarningState.Open ? "acknowledged" : stored.State };
            case WarningMove.Measure:
                return next with { State = "acting" };
            case WarningMove.Report:
                return stored.ReportTo is not { } told ? NobodyToTell
                    : ReportingChain.After(told, stored.AtLevel) is { } after ? next with { ReportTo = after, ReportBy = ReportingChain.Until(now, stored.AtLevel, policy) }
                    : next with { ReportTo = null, ReportBy = null };
            default:
                return stored.ClearedAt is null ? NotCleared
                    : stored.At == WarningState.Open ? NotAcknowledged
                    : stored.ReportTo is not null ? NotReported
                    : next with { State = "closed" };
        }
    }

    private static string Summary(WarningMove move) => move switch
    {
        WarningMove.Acknowledgement => "Somebody takes the warning on (签收).",
        WarningMove.Report => "The next level was told (上报): a county tells the city, the city the province from orange on; each within the hours of watch.report_within.",
        WarningMove.Measure => "Something was done about it (处置).",
        _ => "Closes it (解除), when its reason is gone, somebody took it on and every level was told: yellow by the region's approver, orange and red by the city's.",
    };

    internal const string ReadSql = $"select {StoredWarning.Columns} from warning w where w.warning_id = @id";
}
