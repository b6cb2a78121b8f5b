using System.Net.Mime;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Publications;

/// <summary>A publication as it is now in the database, checked.</summary>
/// <param name="Sound">Its rows lead to its root, its key signed that, and it follows on the one before.</param>
/// <param name="Faults">What does not agree, in Chinese.</param>
public sealed record PublicationCheck(Publication Publication, bool Sound, IReadOnlyList<string> Faults);

/// <summary>
/// Verification for everybody: answers without a token, since who doubts a ranking must not have to ask the one who made it
/// (docs/adr/0056-verification-without-a-token.md). Read only, of what is published only, and there is nobody's name in it.
/// </summary>
public static class VerifyPublications
{
    private static readonly Scope s_scope = Scope.System("verification");

    public static void Map(IEndpointRouteBuilder verification)
    {
        verification.MapGet("", ListAsync).WithName("ListVerifiable").ProducesValidationProblem();
        verification.MapGet("/{number:long}", CheckAsync).WithName("VerifyPublication").ProducesProblem(StatusCodes.Status404NotFound);
        verification.MapGet("/{number:long}/rows/{key}", ProveAsync).WithName("ProveRow")
            .Produces<RowProofFile>()
            .Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>Every publication's root, signature and place in the chain, the last first.</summary>
    internal static async Task<Results<Ok<Page<Publication>>, ProblemHttpResult>> ListAsync(
        [AsParameters] PageQuery query, HttpContext http, Database db, CancellationToken cancellation)
    {
        if (!query.TryKey<ReadPublications.PublicationNumber>(out var after))
        {
            return PageQuery.BadCursor.ToProblem();
        }

        await using var work = await db.BeginAsync(s_scope, cancellation);
        var rows = await PublicationStore.ListAsync(work, after?.Number, query.Fetch);
        return TypedResults.Ok(query.Page(rows, row => new ReadPublications.PublicationNumber(row.Number), http));
    }

    /// <summary>Checks a publication from its stored rows up: canonical form, root, signature, and the root of the one before.</summary>
    internal static async Task<Results<Ok<PublicationCheck>, ProblemHttpResult>> CheckAsync(long number, Database db, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(s_scope, cancellation);
        if (await PublicationStore.FindAsync(work, number) is not { } publication)
        {
            return ReadPublications.Unknown.ToProblem();
        }

        var finding = Wuwei.Verifier.Verification.Of((await PublicationStore.DocumentAsync(work, number))!.ToBytes());
        List<string> faults = [.. finding.Faults];
        var before = await PublicationStore.FindAsync(work, number - 1);
        if (finding.Head is not { } head || before?.Root != head.PreviousRoot
            || (head.Number, head.Scheme, head.Period, head.Version, head.Corrects, head.Reason)
                != (number, publication.Scheme, publication.Period, publication.Version, publication.Corrects, publication.Reason))
        {
            faults.Add("首行与登记的发布或上一号的根不符");
        }

        return TypedResults.Ok(new PublicationCheck(publication, faults.Count == 0, faults));
    }

    /// <summary>A published row with its proof: the hashes from it up to the signed root.</summary>
    /// <param name="key">e.g. <c>unit.620602</c>, <c>item.620602.1</c>, <c>scheme</c>, <c>publication</c>.</param>
    internal static async Task<IResult> ProveAsync(long number, string key, HttpContext http, Database db, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(s_scope, cancellation);
        if (await PublicationStore.ProofAsync(work, number, key) is not { } proof)
        {
            return ReadPublications.Unknown.ToProblem();
        }

        return http.IsNotModified($"\"{proof.Seal.Root}-{proof.Index}\"")
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Bytes(proof.ToBytes(), MediaTypeNames.Application.Json);
    }
}

/// <summary>A row and its proof as they are downloaded: canonical JSON.</summary>
/// <param name="Format"><c>wuwei-proof/1</c>.</param>
/// <param name="Index">Its place, from 0.</param>
/// <param name="Path">Hashes from its neighbour up to the root, hexadecimal.</param>
/// <param name="Row">Canonical JSON.</param>
/// <param name="Size">How many rows there are.</param>
public sealed record RowProofFile(
    string Algorithm, string Format, string Index, string KeyId, IReadOnlyList<string> Path, string PublicKey, string Root, string Row, string Signature, string Size);
