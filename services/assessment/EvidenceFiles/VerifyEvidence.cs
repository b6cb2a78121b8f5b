using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Assessment.Evaluations;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Outbox.Idempotency;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.EvidenceFiles;

/// <summary>What the office found of a file.</summary>
public sealed record EvidenceFinding
{
    /// <summary>It shows what it is to show; else it counts for nothing.</summary>
    public required bool Accepted { get; init; }

    [Required(ErrorMessage = "须写明核验意见。"), TextLength(1000, ErrorMessage = "核验意见最多 1000 字。")] public required string Note { get; init; }
}

/// <summary>Verifies a file of evidence (核验), or refuses it.</summary>
public static class VerifyEvidence
{
    public static readonly Refusal OwnFile = new("evidence.own_file", "报送人不能核验自己报送的文件。", StatusCodes.Status403Forbidden);

    public static void Map(IEndpointRouteBuilder evidence) => evidence
        .MapPost("/{id:guid}/verification", HandleAsync)
        .WithName(nameof(VerifyEvidence))
        .Step(CallerRoles.Assessor);

    /// <summary>
    /// The office says that a file shows what it is to show, or refuses it and says why: by another person than sent it, and until its
    /// record is decided. Said again, the last finding counts. If-Match names the file's revision.
    /// </summary>
    internal static async Task<Results<Ok<EvidenceFile>, ProblemHttpResult>> HandleAsync(
        Guid id, EvidenceFinding finding, OnceOnly once, HttpContext http, Caller caller, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        await once.EnterAsync(work);
        var owner = await EvidenceStore.FindAsync(work, id) is { } sent ? await EvidenceOwner.LockAsync(work, sent.Record, caller) : null;
        if (owner is null || await EvidenceStore.FindAsync(work, id) is not { } file)
        {
            return EvidenceFile.Unknown.ToProblem();
        }

        if (Decide(file, owner.IsOpen, finding, caller.Subject, clock.GetUtcNow()).IsRefused(out var refusal, out var next)
            || (refusal = http.CheckIfMatch(file.Revision)) is not null)
        {
            return refusal.ToProblem();
        }

        work.Write(
            "insert into evidence_finding values (@Id, @Number, @Region, @Accepted, @Note, @FoundBy, @FoundAt)",
            new { next.Id, Number = file.Revision, next.Region, finding.Accepted, next.Note, next.FoundBy, next.FoundAt });
        SendEvidence.CountAnew(work, next);
        work.Audit(caller, new Act(finding.Accepted ? "evidence.accepted" : "evidence.refused", $"evidence/{id}", file, next, next.Region));
        http.Response.Headers.ETag = ETags.Of(next.Revision);
        var answer = TypedResults.Ok(next);
        once.Keep(work, answer);
        await work.CommitAsync();
        return answer;
    }

    /// <summary>The rule: by another person than sent it, and not of what is decided.</summary>
    internal static Decision<EvidenceFile> Decide(EvidenceFile file, bool isOpen, EvidenceFinding finding, string by, DateTimeOffset now) =>
        !isOpen ? SendEvidence.Closed : file.SentBy == by ? OwnFile : file with
        {
            Revision = file.Revision + 1,
            Accepted = finding.Accepted,
            Note = finding.Note,
            FoundBy = by,
            FoundAt = now,
        };
}
