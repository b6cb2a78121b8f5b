using Wuwei.Outbox;
using Wuwei.Verifier;

namespace Wuwei.Assessment.Publications;

/// <summary>A published snapshot: official, and never changed.</summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="Version">Of the scheme and month: 1, and one more with each correction.</param>
/// <param name="Corrects">Number of the publication that it corrects.</param>
/// <param name="Reason">Why it was corrected.</param>
/// <param name="CorrectedBy">Number of the publication that corrects it; null: it is the one that counts.</param>
/// <param name="Demonstration">It rests on synthetic demonstration records.</param>
/// <param name="Root">Root of the hash tree over its rows, hexadecimal.</param>
/// <param name="PreviousRoot">Root of the publication before.</param>
/// <param name="Signature">Of the root, the number of rows and the key's id: ECDSA P-256 with SHA-256, base64.</param>
/// <param name="KeyFingerprint">SHA-256 of the public key that signed it.</param>
public sealed record Publication(
    long Number, string Scheme, int SchemeVersion, string Period, int Version, long? Corrects, string? Reason, long? CorrectedBy,
    bool Demonstration, SealAlgorithm Algorithm, string Root, string? PreviousRoot, string Signature, string KeyId, string KeyFingerprint,
    DateTimeOffset PublishedAt, string Link, string Verification)
{
    internal static Publication Of(PublicationHead head, SealedRoot seal, bool demonstration, DateTimeOffset at, long? correctedBy = null) => new(
        head.Number, head.Scheme, head.SchemeVersion, head.Period, head.Version, head.Corrects, head.Reason, correctedBy, demonstration,
        Enum.Parse<SealAlgorithm>(head.Algorithm, ignoreCase: true), seal.Root, head.PreviousRoot, seal.Signature, seal.KeyId, seal.Fingerprint, at,
        $"/api/assessment/v1/publications/{head.Number}", $"/api/assessment/v1/verification/{head.Number}");
}

/// <summary>Reads and writes whole publications.</summary>
internal static class PublicationStore
{
    /// <summary>Publications before a number, the last first.</summary>
    public static async Task<IReadOnlyList<Publication>> ListAsync(UnitOfWork work, long? before, int limit) =>
        [.. (await work.ListAsync<Stored>($"{HeadSql} where @before::bigint is null or p.number < @before order by p.number desc limit @limit", new { before, limit }))
            .Select(stored => stored.ToPublication())];

    public static async Task<Publication?> FindAsync(UnitOfWork work, long number) =>
        (await work.FindAsync<Stored>($"{HeadSql} where p.number = @number", new { number }))?.ToPublication();

    /// <summary>The whole document; null when there is none.</summary>
    public static async Task<PublicationDocument?> DocumentAsync(UnitOfWork work, long number) =>
        await work.FindAsync<Stored>($"{HeadSql} where p.number = @number", new { number }) is not { } stored ? null : new(
            stored.ToSeal(), await work.ListAsync<string>("select text from publication_row where number = @number order by ordinal", new { number }));

    /// <summary>One row's proof; null when there is no such row.</summary>
    public static async Task<RowProof?> ProofAsync(UnitOfWork work, long number, string key)
    {
        if (await work.FindAsync<Stored>($"{HeadSql} where p.number = @number", new { number }) is not { } stored
            || await work.FindAsync<Row>("select ordinal, text from publication_row where number = @number and key = @key", new { number, key }) is not { } row)
        {
            return null;
        }

        var leaves = await work.ListAsync<byte[]>("select leaf from publication_row where number = @number order by ordinal", new { number });
        var tree = new MerkleTree(Digests.Named(stored.Algorithm)!);
        return new(stored.ToSeal(), row.Ordinal, leaves.Count, [.. tree.Path(leaves.ToArray(), row.Ordinal).Select(Convert.ToHexStringLower)], row.Text);
    }

    /// <summary>Queues a publication, its rows, its key and what becomes of its proposal.</summary>
    public static void Write(
        UnitOfWork work, Publication publication, SealedRoot seal, Proposal proposal, string publisher, DateOnly month,
        IReadOnlyList<SnapshotRow> rows, byte[][] leaves)
    {
        work.Write(
            "insert into publication_key values (@KeyId, @PublicKey, @PublishedAt) on conflict do nothing",
            new { seal.KeyId, seal.PublicKey, publication.PublishedAt });
        work.Write(InsertSql, new
        {
            publication.Number,
            proposal.Id,
            publication.Scheme,
            publication.SchemeVersion,
            month,
            publication.Version,
            publication.Corrects,
            publication.Reason,
            publication.Demonstration,
            seal.Algorithm,
            seal.Root,
            publication.PreviousRoot,
            seal.Signature,
            seal.KeyId,
            publisher,
            publication.PublishedAt,
        });
        work.Write(
            """
            insert into publication_row
            select @Number, ordinal - 1, key, text, leaf from unnest(@keys, @texts, @leaves) with ordinality as row (key, text, leaf, ordinal)
            """,
            new { publication.Number, keys = rows.Select(row => row.Key).ToArray(), texts = rows.Select(row => row.Text).ToArray(), leaves });
        Write(work, proposal with
        {
            Revision = proposal.Revision + 1,
            State = ProposalState.Published,
            DecidedBy = publisher,
            DecidedAt = publication.PublishedAt,
            Publication = publication.Number,
        });
    }

    /// <summary>Queues what became of a proposal.</summary>
    public static void Write(UnitOfWork work, Proposal decided) => work.Write(DecideSql, new
    {
        decided.Id,
        decided.Revision,
        State = decided.State.ToString().ToLowerInvariant(),
        decided.DecidedBy,
        decided.DecidedAt,
        decided.DecisionReason,
        decided.Publication,
    });

    private sealed record Row(int Ordinal, string Text);

    private sealed record Stored(
        long Number, string Scheme, int SchemeVersion, string Period, int Version, long? Corrects, string? Reason, long? CorrectedBy,
        bool Demonstration, string Algorithm, string Root, string? PreviousRoot, string Signature, string KeyId, string PublicKey,
        DateTimeOffset PublishedAt)
    {
        public SealedRoot ToSeal() => new(Algorithm, Root, Signature, KeyId, PublicKey);

        public Publication ToPublication() => Publication.Of(
            new(Number, Scheme, SchemeVersion, Period, Version, Corrects, Reason, PreviousRoot, Algorithm, KeyId), ToSeal(), Demonstration, PublishedAt, CorrectedBy);
    }

    private const string HeadSql = """
        select p.number, p.scheme, p.scheme_version, to_char(p.month, 'YYYY-MM') as period, p.version, p.corrects, p.reason, c.number as corrected_by,
               p.demonstration, p.algorithm, p.root, p.previous_root, p.signature, p.key_id, k.public_key, p.published_at
        from publication p
        join publication_key k using (key_id)
        left join publication c on c.corrects = p.number
        """;

    private const string InsertSql = """
        insert into publication values (
            @Number, @Id, @Scheme, @SchemeVersion, @month, @Version, @Corrects, @Reason, @Demonstration, @Algorithm, @Root, @PreviousRoot,
            @Signature, @KeyId, @publisher, @PublishedAt)
        """;

    private const string DecideSql = """
        update publication_proposal
        set revision = @Revision, state = @State, decided_by = @DecidedBy, decided_at = @DecidedAt, decision_reason = @DecisionReason,
            publication = @Publication
        where proposal_id = @Id
        """;
}
