using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Wuwei.Assessment.Scores;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Outbox.Idempotency;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Robustness;

/// <summary>Asks the same as an uncertainty analysis, of more draws than a request waits for.</summary>
public sealed record LongUncertaintyDraft : ExperimentDraft
{
    [Range(1, LongUncertainty.MostDraws, ErrorMessage = "抽取次数须在 1 到 20000000 之间。")] public required long Draws { get; init; }
}

/// <summary>A long run with what was drawn so far.</summary>
/// <param name="Result">Of the draws done; null: none yet.</param>
public sealed record UncertaintyRunDocument(UncertaintyRun Run, UncertaintyAnswer? Result);

/// <summary>Starts, shows and stops long uncertainty runs.</summary>
public static class LongUncertainty
{
    public const long MostDraws = 20_000_000;

    public static readonly Refusal Unknown = new("uncertainty_run.unknown", "没有这次分析。", StatusCodes.Status404NotFound);
    public static readonly Refusal Ended = new("uncertainty_run.ended", "分析已经结束。");

    public static void Map(IEndpointRouteBuilder robustness, IEndpointRouteBuilder runs)
    {
        robustness.MapPost("/{period}/uncertainty/runs", StartAsync).WithName("StartUncertaintyRun")
            .WithIdempotencyKey().RequireScope("assessment.write").RequireAnyRole(CallerRoles.Assessor).RequireOffice()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        runs.MapGet("/{id:guid}", FindAsync).WithName("GetUncertaintyRun").ProducesProblem(StatusCodes.Status404NotFound);
        runs.MapPost("/{id:guid}/cancellation", CancelAsync).WithName("CancelUncertaintyRun")
            .WithIdempotencyKey().RequireScope("assessment.write").RequireAnyRole(CallerRoles.Assessor).RequireOffice()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    /// <summary>Starts a run of up to twenty million draws on the scores as known now; it goes on whatever happens to the caller, or to a replica.</summary>
    internal static async Task<Results<Accepted<UncertaintyRun>, ProblemHttpResult>> StartAsync(
        string period, [FromQuery] string? scheme, LongUncertaintyDraft draft, OnceOnly once, Caller caller, ScoreReader reader, UncertaintyWorker worker,
        Database db, TimeProvider clock, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (ScoreQuestion.Read(period, scheme, null, now).IsRefused(out var refusal, out var question)
            || (await reader.ComputeAsync(question with { AsOf = now }, cancellation)).IsRefused(out refusal, out var scoring)
            || RobustnessQuestion.Ready(scoring, draft).IsRefused(out refusal, out _))
        {
            return refusal.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        await once.EnterAsync(work);
        var run = new StoredRun(
            Guid.CreateVersion7(), scoring.Table.Scheme.Id, scoring.Table.Scheme.Version, scoring.Table.Month.ToString(), now,
            JsonSerializer.Serialize(draft, Json.Options), draft.Draws, 0, null, null, RunState.Running, null, caller.Subject, now, null);
        work.Write(
            """
            insert into uncertainty_run (run_id, scheme, scheme_version, month, as_of, draft, draws, state, asked_by, asked_at)
            values (@RunId, @Scheme, @SchemeVersion, @Start, @AsOf, @Draft::jsonb, @Draws, 'running', @AskedBy, @AskedAt)
            """,
            new { run.RunId, run.Scheme, run.SchemeVersion, scoring.Table.Month.Start, run.AsOf, run.Draft, run.Draws, run.AskedBy, run.AskedAt });
        work.Audit(caller, new Act("uncertainty_run.started", $"uncertainty-runs/{run.RunId}", After: run.Shown));
        var answer = TypedResults.Accepted(run.Shown.Link, run.Shown);
        once.Keep(work, answer);
        await work.CommitAsync();
        worker.Wake();
        return answer;
    }

    /// <summary>How far a run is, and what its draws say so far.</summary>
    internal static async Task<Results<Ok<UncertaintyRunDocument>, ProblemHttpResult>> FindAsync(
        Guid id, Caller caller, ScoreReader reader, ScoreDocuments documents, Database db, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        if (await StoredRun.FindAsync(work, id) is not { } run)
        {
            return Unknown.ToProblem();
        }

        if (run.Done == 0 || (await reader.ComputeAsync(run.Question, cancellation)).IsRefused(out _, out var scoring)
            || RobustnessQuestion.Ready(scoring, run.Asked).IsRefused(out _, out var drawable))
        {
            return TypedResults.Ok(new UncertaintyRunDocument(run.Shown, null));
        }

        var nominal = drawable.Runner.Uncertainty(1, cancellation);
        return TypedResults.Ok(new UncertaintyRunDocument(
            run.Shown, RunUncertainty.Answer(drawable, [.. run.Drawn(nominal)], run.Done, run.Asked.Seed, documents.Demonstration)));
    }

    /// <summary>Stops a run; what was drawn stays to be seen.</summary>
    internal static async Task<Results<Ok<UncertaintyRun>, ProblemHttpResult>> CancelAsync(
        Guid id, OnceOnly once, Caller caller, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        await once.EnterAsync(work);
        await work.ExecuteAsync("select from uncertainty_run where run_id = @id for update", new { id });
        if (await StoredRun.FindAsync(work, id) is not { } run)
        {
            return Unknown.ToProblem();
        }

        if (run.State is not RunState.Running)
        {
            return Ended.ToProblem();
        }

        var next = run with { State = RunState.Cancelled, FinishedAt = clock.GetUtcNow() };
        StoredRun.Write(work, next);
        work.Audit(caller, new Act("uncertainty_run.cancelled", $"uncertainty-runs/{id}", run.Shown, next.Shown));
        var answer = TypedResults.Ok(next.Shown);
        once.Keep(work, answer);
        await work.CommitAsync();
        return answer;
    }
}
