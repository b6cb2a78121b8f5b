using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Assessment.Scores;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Outbox.Idempotency;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Publications;

/// <summary>Takes a snapshot and proposes to publish it.</summary>
public static class ProposePublication
{
    public static readonly Refusal NotOver = Refusal.Invalid("assessment.period_not_over", "该月尚未结束，不能发布。", "/period");

    public static void Map(IEndpointRouteBuilder publications) => publications
        .MapPost("/proposals", HandleAsync)
        .WithName(nameof(ProposePublication))
        .WithIdempotencyKey()
        .RequireScope("assessment.write")
        .RequireAnyRole(CallerRoles.Assessor)
        .RequireOffice()
        .RequirePrerelease()
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>Freezes a month's scores, as known now, as a proposal; somebody else of the office publishes or rejects it.</summary>
    internal static async Task<Results<Created<Proposal>, ProblemHttpResult>> HandleAsync(
        ProposalDraft draft, OnceOnly once, HttpContext http, Caller caller, ScoreReader reader, ScoreDocuments documents, Database db,
        TimeProvider clock, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (ScoreQuestion.Read(draft.Period, draft.Scheme, null, now).IsRefused(out var refusal, out var asked)
            || AsKnown(asked, now, clock.Today()).IsRefused(out refusal, out var question)
            || (await reader.ComputeAsync(question, cancellation)).IsRefused(out refusal, out var scoring))
        {
            return refusal.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        await once.EnterAsync(work);
        var standing = await Standing.ReadAsync(work, scoring.Table.Scheme.Id, scoring.Table.Month.Start);
        if (standing.Refuses(draft.Corrects, draft.Reason) is { } refused)
        {
            return refused.ToProblem();
        }

        var proposal = Freeze(work, caller, scoring, draft.Algorithm, draft.Corrects, draft.Reason, null, documents.Demonstration);
        http.Response.Headers.ETag = ETags.Of(proposal.Revision);
        var answer = TypedResults.Created($"/api/assessment/v1/publications/proposals/{proposal.Id}", proposal);
        once.Keep(work, answer);
        await work.CommitAsync();
        return answer;
    }

    /// <summary>The same question, as known now; of a month that is over.</summary>
    internal static Decision<ScoreQuestion> AsKnown(ScoreQuestion question, DateTimeOffset now, DateOnly today) =>
        question.Month!.Value.End >= today ? NotOver : question with { AsOf = ToMicroseconds(now) };

    /// <summary>Queues a snapshot of scores as a proposal.</summary>
    /// <param name="scoring">As known at an instant.</param>
    /// <param name="evaluation">The assessment whose result it is; null: a month's ordinary publication.</param>
    internal static Proposal Freeze(
        UnitOfWork work, Caller caller, Scoring scoring, SealAlgorithm algorithm, long? corrects, string? reason, string? evaluation, bool demonstration)
    {
        var rows = Snapshot.Of(scoring);
        var (scheme, month, now) = (scoring.Table.Scheme, scoring.Table.Month, scoring.AsOf!.Value);
        var proposal = new Proposal(
            Guid.CreateVersion7(), 1, ProposalState.Proposed, scheme.Id, scheme.Version, month.ToString(), now, algorithm, demonstration, corrects,
            reason, rows.Count, caller.Subject, now, null, null, null, null, evaluation);
        work.Write(InsertSql, new
        {
            proposal.Id,
            proposal.Scheme,
            proposal.SchemeVersion,
            Month = month.Start,
            proposal.AsOf,
            Algorithm = proposal.Algorithm.ToString().ToLowerInvariant(),
            proposal.Demonstration,
            proposal.Corrects,
            proposal.Reason,
            Keys = rows.Select(row => row.Key).ToArray(),
            Texts = rows.Select(row => row.Text).ToArray(),
            proposal.ProposedBy,
            proposal.ProposedAt,
            proposal.Evaluation,
        });
        work.Audit(caller, new Act("publication.proposed", $"publications/proposals/{proposal.Id}", After: proposal));
        return proposal;
    }

    // As exact as the database keeps instants: "as of" must mean the same there and in the row.
    private static DateTimeOffset ToMicroseconds(DateTimeOffset instant) => instant.AddTicks(-(instant.Ticks % TimeSpan.TicksPerMicrosecond));

    private const string InsertSql = """
        insert into publication_proposal (
            proposal_id, revision, state, scheme, scheme_version, month, as_of, algorithm, demonstration, corrects, reason, keys, texts, proposed_by, proposed_at,
            evaluation)
        values (
            @Id, 1, 'proposed', @Scheme, @SchemeVersion, @Month, @AsOf, @Algorithm, @Demonstration, @Corrects, @Reason, @Keys, @Texts, @ProposedBy, @ProposedAt,
            @Evaluation)
        """;
}
