using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Outbox.Idempotency;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Schemes;

/// <summary>On what grounds a version of a scheme is approved.</summary>
public sealed record SchemeApprovalDraft
{
    /// <summary>Minutes or document that approved it, e.g. 市政府常务会议纪要〔2023〕2号.</summary>
    [Required(ErrorMessage = "须写明审定依据。"), TextLength(200, ErrorMessage = "审定依据最多 200 字。")] public required string Document { get; init; }
}

/// <summary>That a version of a scheme is approved. It never changes; another rule is another version.</summary>
public sealed record SchemeApproval(string Scheme, int Version, string Document, string ApprovedBy, DateTimeOffset ApprovedAt);

/// <summary>Approves a version of a scheme (审定方案).</summary>
public static class ApproveScheme
{
    public static readonly Refusal Approved = new("assessment.scheme_approved", "该版本已经审定。");
    public static readonly Refusal OwnScheme = new("assessment.own_scheme", "设定人不能审定自己的方案，须由他人审定。", StatusCodes.Status403Forbidden);
    public static readonly Refusal NotApproved = new("assessment.scheme_not_approved", "该版本尚未审定。", StatusCodes.Status404NotFound);

    public static void Map(IEndpointRouteBuilder schemes)
    {
        schemes.MapPost("/{id}/versions/{version:int}/approval", HandleAsync)
            .WithName(nameof(ApproveScheme))
            .WithIdempotencyKey()
            .RequireScope("assessment.write")
            .RequireAnyRole(CallerRoles.Approver)
            .RequireOffice()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        schemes.MapGet("/{id}/versions/{version:int}/approval", ReadAsync).WithName("GetSchemeApproval").ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>Approves a version, by another person than set it. An assessment's result is approved only under a version that is.</summary>
    internal static async Task<Results<Created<SchemeApproval>, ProblemHttpResult>> HandleAsync(
        string id, int version, SchemeApprovalDraft draft, OnceOnly once, Caller caller, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        await once.EnterAsync(work);
        await work.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended('scheme:' || @id, 0))", new { id }); // lock first, read second
        if (await work.FindAsync<string>("select set_by from scheme_version where (scheme, version) = (@id, @version)", new { id, version }) is not { } setBy)
        {
            return ReadSchemes.Unknown.ToProblem();
        }

        if ((await FindAsync(work, id, version) is not null ? Approved : setBy == caller.Subject ? OwnScheme : null) is { } refusal)
        {
            return refusal.ToProblem();
        }

        var approval = new SchemeApproval(id, version, draft.Document, caller.Subject, clock.GetUtcNow());
        work.Write("insert into scheme_approval values (@Scheme, @Version, @Document, @ApprovedBy, @ApprovedAt)", approval);
        work.Audit(caller, new Act("scheme.approved", $"schemes/{id}/versions/{version}", After: approval));
        var answer = TypedResults.Created($"/api/assessment/v1/schemes/{id}/versions/{version}/approval", approval);
        once.Keep(work, answer);
        await work.CommitAsync();
        return answer;
    }

    /// <summary>Who approved a version, when and by which document.</summary>
    internal static async Task<Results<Ok<SchemeApproval>, ProblemHttpResult>> ReadAsync(
        string id, int version, Caller caller, Database db, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        return await FindAsync(work, id, version) is { } approval ? TypedResults.Ok(approval) : NotApproved.ToProblem();
    }

    internal static Task<SchemeApproval?> FindAsync(UnitOfWork work, string id, int version) => work.FindAsync<SchemeApproval>(
        "select scheme, version, document, approved_by, approved_at from scheme_approval where (scheme, version) = (@id, @version)", new { id, version });
}
