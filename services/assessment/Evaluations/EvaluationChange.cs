using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.Outbox.Idempotency;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Evaluations;

/// <summary>What is the same whoever takes an assessment or a sheet further: one at a time, of the version the caller saw.</summary>
internal static class EvaluationChange
{
    /// <summary>An act of the office, done once; documents what <see cref="TakeAsync"/> answers.</summary>
    public static RouteHandlerBuilder Step(this RouteHandlerBuilder endpoint, string role) => endpoint
        .WithIdempotencyKey()
        .Change()
        .RequireAnyRole(role)
        .RequireOffice();

    /// <summary>Documents what a change of a versioned record answers.</summary>
    public static RouteHandlerBuilder Change(this RouteHandlerBuilder endpoint) => endpoint
        .RequireScope("assessment.write")
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);

    /// <summary>A step of the office.</summary>
    /// <param name="decide">The rule, with what it has to look at; may queue writes of its own.</param>
    public static async Task<Results<Ok<Evaluation>, ProblemHttpResult>> TakeAsync(
        string id, OnceOnly once, HttpContext http, Caller caller, Database db, Func<UnitOfWork, Evaluation, Task<Decision<Evaluation>>> decide,
        CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        await once.EnterAsync(work);
        await EvaluationStore.LockAsync(work, id);
        if (await EvaluationStore.FindAsync(work, id) is not { } evaluation)
        {
            return Evaluation.Unknown.ToProblem();
        }

        if (http.CheckIfMatch(evaluation.Revision) is { } stale)
        {
            return stale.ToProblem();
        }

        if ((await decide(work, evaluation)).IsRefused(out var refusal, out var next))
        {
            return refusal.ToProblem();
        }

        EvaluationStore.Write(work, caller, evaluation, next);
        http.Response.Headers.ETag = ETags.Of(next.Revision);
        var answer = TypedResults.Ok(next);
        once.Keep(work, answer);
        await work.CommitAsync();
        return answer;
    }

    /// <summary>A change of a unit's sheet that looks at nothing else.</summary>
    public static Task<Results<Ok<Sheet>, ProblemHttpResult>> FillAsync(
        string id, string unit, string action, HttpContext http, Caller caller, Database db, TimeProvider clock,
        Func<Evaluation, Sheet, Signed, Decision<Sheet>> decide, CancellationToken cancellation) => FillAsync(
            id, unit, action, http, caller, db, (_, evaluation, sheet) => Task.FromResult(decide(evaluation, sheet, new(caller.Subject, clock.GetUtcNow()))), cancellation);

    /// <summary>A change of a unit's sheet.</summary>
    public static async Task<Results<Ok<Sheet>, ProblemHttpResult>> FillAsync(
        string id, string unit, string action, HttpContext http, Caller caller, Database db,
        Func<UnitOfWork, Evaluation, Sheet, Task<Decision<Sheet>>> decide, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        await EvaluationStore.LockAsync(work, id);
        if (await EvaluationStore.FindAsync(work, id) is not { } evaluation || await SheetStore.FindAsync(work, id, unit) is not { } sheet)
        {
            return Evaluation.Unknown.ToProblem();
        }

        if (http.CheckIfMatch(sheet.Revision) is { } stale)
        {
            return stale.ToProblem();
        }

        if ((await decide(work, evaluation, sheet)).IsRefused(out var refusal, out var next))
        {
            return refusal.ToProblem();
        }

        SheetStore.Write(work, caller, action, sheet, next);
        await work.CommitAsync();
        http.Response.Headers.ETag = ETags.Of(next.Revision);
        return TypedResults.Ok(next);
    }
}
