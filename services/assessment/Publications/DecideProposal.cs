using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Assessment.Appeals;
using Wuwei.Assessment.Evaluations;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Outbox.Idempotency;
using Wuwei.ServiceDefaults;
using Wuwei.Verifier;

namespace Wuwei.Assessment.Publications;

/// <summary>Why a proposal is not published.</summary>
public sealed record Rejection
{
    [TextLength(500, MinimumLength = 1, ErrorMessage = "原因须为 1 到 500 字。")] public required string Reason { get; init; }
}

/// <summary>Publishes a proposal, or rejects it.</summary>
public static class DecideProposal
{
    public static readonly Refusal Decided = new("assessment.proposal_decided", "该提案已经审定。");
    public static readonly Refusal OwnProposal = new("assessment.own_proposal", "提出人不能发布自己的提案，须由他人审定。", StatusCodes.Status403Forbidden);

    public static readonly Refusal NotApproved = new("evaluation.not_approved", "这是评估结果，须经审定后才能发布。");

    public static void Map(IEndpointRouteBuilder publications)
    {
        foreach (var endpoint in new[]
        {
            publications.MapPost("/proposals/{id:guid}/publication", PublishAsync).WithName("PublishProposal").ProducesProblem(StatusCodes.Status503ServiceUnavailable),
            publications.MapPost("/proposals/{id:guid}/rejection", RejectAsync).WithName("RejectProposal").ProducesValidationProblem(),
        })
        {
            endpoint.WithIdempotencyKey()
                .RequireScope("assessment.write")
                .RequireAnyRole(CallerRoles.Approver)
                .RequireOffice()
                .RequirePrerelease()
                .ProducesProblem(StatusCodes.Status403Forbidden)
                .ProducesProblem(StatusCodes.Status404NotFound)
                .ProducesProblem(StatusCodes.Status409Conflict)
                .ProducesProblem(StatusCodes.Status412PreconditionFailed)
                .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
                .ProducesProblem(StatusCodes.Status428PreconditionRequired);
        }
    }

    /// <summary>
    /// Publishes a proposal of somebody else's: numbers it, puts its rows under one root together with the root of the
    /// publication before, and signs that. Nothing of it can be changed afterwards; what turns out wrong is corrected by another one.
    /// </summary>
    internal static async Task<Results<Created<Publication>, ProblemHttpResult>> PublishAsync(
        Guid id, OnceOnly once, HttpContext http, Caller caller, PublicationKeys keys, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        if (keys.Current().IsRefused(out var refusal, out var key))
        {
            return refusal.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        await once.EnterAsync(work);
        await work.ExecuteAsync(Standing.LockSql);
        var proposal = await ReadProposals.FindProposalAsync(work, id);
        var standing = proposal is null ? null : await Standing.ReadAsync(work, proposal.Scheme, Month(proposal));
        var evaluation = await EvaluationOfAsync(work, proposal);
        if (Decide(proposal, evaluation, caller.Subject, standing, key.Id, () => http.CheckIfMatch(proposal!.Revision)).IsRefused(out refusal, out var head))
        {
            return refusal.ToProblem();
        }

        var now = clock.GetUtcNow();
        var rows = await ReadProposals.RowsAsync(work, id);
        IReadOnlyList<SnapshotRow> all = [Snapshot.Head(head, proposal!.AsOf, now, proposal.Demonstration, rows.Count + 1), .. rows];
        var tree = new MerkleTree(Digests.Named(head.Algorithm)!);
        byte[][] leaves = [.. all.Select(row => tree.Leaf(Encoding.UTF8.GetBytes(row.Text)))];
        var seal = SealedRoot.Sign(head.Algorithm, tree.Root(leaves), leaves.Length, key.Id, key.Key);
        if (await work.FindAsync<string>("select public_key from publication_key where key_id = @Id", new { key.Id }) is { } known && known != seal.PublicKey)
        {
            return PublicationKeys.Reused.ToProblem();
        }

        var publication = Publication.Of(head, seal, proposal.Demonstration, now);
        PublicationStore.Write(work, publication, seal, proposal, caller.Subject, Month(proposal), all, leaves);
        AppealStore.Answer(work, publication.Corrects, proposal.Id);
        if (evaluation is not null)
        {
            EvaluationStore.Write(work, caller, evaluation, evaluation.To(EvaluationStage.Published, caller.Subject, now) with { Publication = head.Number });
        }

        work.Audit(caller, new Act("publication.published", $"publications/{head.Number}", proposal, publication));
        http.Response.Headers.ETag = ReadPublications.ETag(publication, "json");
        var answer = TypedResults.Created($"/api/assessment/v1/publications/{head.Number}", publication);
        once.Keep(work, answer);
        await work.CommitAsync();
        return answer;
    }

    /// <summary>Rejects a proposal, or takes back one's own; says why. The assessment whose result it is has to be scored again.</summary>
    internal static async Task<Results<Ok<Proposal>, ProblemHttpResult>> RejectAsync(
        Guid id, Rejection rejection, OnceOnly once, HttpContext http, Caller caller, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        await once.EnterAsync(work);
        await work.ExecuteAsync(Standing.LockSql);
        if (await ReadProposals.FindProposalAsync(work, id) is not { } proposal)
        {
            return ReadProposals.Unknown.ToProblem();
        }

        if ((proposal.State is not ProposalState.Proposed ? Decided : http.CheckIfMatch(proposal.Revision)) is { } refusal)
        {
            return refusal.ToProblem();
        }

        var next = proposal with
        {
            Revision = proposal.Revision + 1,
            State = ProposalState.Rejected,
            DecidedBy = caller.Subject,
            DecidedAt = clock.GetUtcNow(),
            DecisionReason = rejection.Reason,
        };
        PublicationStore.Write(work, next);
        if (await EvaluationOfAsync(work, proposal) is { } evaluation && evaluation.Proposal == id)
        {
            EvaluationStore.Write(work, caller, evaluation, evaluation.To(EvaluationStage.HandedDown, caller.Subject, next.DecidedAt.Value, rejection.Reason) with { Proposal = null, NoticeUntil = null });
        }

        work.Audit(caller, new Act("publication.rejected", $"publications/proposals/{id}", proposal, next));
        http.Response.Headers.ETag = ETags.Of(next.Revision);
        var answer = TypedResults.Ok(next);
        once.Keep(work, answer);
        await work.CommitAsync();
        return answer;
    }

    /// <summary>The rule: once, by another person than proposed it, an assessment's result only once it is approved, and as long as nothing else was published of that month meanwhile.</summary>
    internal static Decision<PublicationHead> Decide(
        Proposal? proposal, Evaluation? evaluation, string publisher, Standing? standing, string keyId, Func<Refusal?> checkVersion)
    {
        if (proposal is null || standing is null)
        {
            return ReadProposals.Unknown;
        }

        var refusal = proposal.State is not ProposalState.Proposed ? Decided
            : proposal.ProposedBy == publisher ? OwnProposal
            : proposal.Evaluation is not null && (evaluation?.Stage is not EvaluationStage.Approved || evaluation.Proposal != proposal.Id) ? NotApproved
            : checkVersion() ?? standing.Refuses(proposal.Corrects, proposal.Reason);
        if (refusal is not null)
        {
            return refusal;
        }

        return new PublicationHead(
            standing.Last + 1, proposal.Scheme, proposal.SchemeVersion, proposal.Period, standing.CurrentVersion + 1, proposal.Corrects,
            proposal.Reason, standing.LastRoot, proposal.Algorithm.ToString().ToLowerInvariant(), keyId);
    }

    private static async Task<Evaluation?> EvaluationOfAsync(UnitOfWork work, Proposal? proposal)
    {
        if (proposal?.Evaluation is not { } id)
        {
            return null;
        }

        await EvaluationStore.LockAsync(work, id);
        return await EvaluationStore.FindAsync(work, id);
    }

    private static DateOnly Month(Proposal proposal) => Period.TryParse(proposal.Period, out var month) ? month.Start : throw new InvalidOperationException();
}
