using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Wuwei.Assessment.Publications;
using Wuwei.ServiceDefaults;
using Wuwei.Verifier;
using static Wuwei.Assessment.Tests.Given;

namespace Wuwei.Assessment.Tests.Publications;

/// <summary>What the verifier finds in files, and what the rule of publishing refuses.</summary>
public sealed class VerificationTests
{
    private static readonly ECDsa s_key = PublicationKeys.Of("a secret of tests, which is long enough");

    [Theory]
    [InlineData(Digests.Sha256)]
    [InlineData(Digests.Sm3)]
    public void Given_a_publication_When_any_byte_of_its_file_is_altered_Then_it_is_found(string algorithm)
    {
        var file = Published(algorithm, 1, null).ToBytes();
        Assert.Empty(Verification.Of(file).Faults);
        AssertAlterationsAreFound(file);
    }

    [Fact]
    public void Given_a_proof_When_any_byte_of_its_file_is_altered_Then_it_is_found()
    {
        var file = Proof(Published(Digests.Sha256, 1, null), 2).ToBytes();
        Assert.Empty(Verification.Of(file).Faults);
        AssertAlterationsAreFound(file);
    }

    [Fact]
    public void Given_a_publication_When_bytes_are_added_or_left_out_Then_it_is_found()
    {
        var file = Published(Digests.Sha256, 1, null).ToBytes();
        Assert.False(Verification.Of([.. file, (byte)'\n']).IsSound);
        Assert.False(Verification.Of([]).IsSound);
        Assert.All(Enumerable.Range(0, file.Length), at => Assert.False(Verification.Of([.. file[..at], .. file[(at + 1)..]]).IsSound));
    }

    [Fact]
    public void Given_rows_sealed_by_another_key_When_verified_with_the_fingerprint_made_known_Then_it_is_found()
    {
        using var forger = PublicationKeys.Of("a secret of somebody else, long enough too");
        var right = Published(Digests.Sha256, 1, null);
        var forged = Published(Digests.Sha256, 1, null, forger).ToBytes();
        Assert.Empty(Verification.Of(forged).Faults);
        Assert.Single(Verification.Of(forged, right.Seal.Fingerprint).Faults);
        Assert.Empty(Verification.Of(right.ToBytes(), right.Seal.Fingerprint.ToUpperInvariant()).Faults);
    }

    [Fact]
    public void Given_a_secret_When_a_key_is_derived_Then_it_is_the_same_key_of_P256_every_time_and_a_PEM_is_read_as_it_is()
    {
        using var again = PublicationKeys.Of("a secret of tests, which is long enough");
        Assert.Equal(s_key.ExportSubjectPublicKeyInfo(), again.ExportSubjectPublicKeyInfo());
        using var pem = PublicationKeys.Of(s_key.ExportPkcs8PrivateKeyPem());
        Assert.Equal(s_key.ExportSubjectPublicKeyInfo(), pem.ExportSubjectPublicKeyInfo());
        Assert.Throws<InvalidOperationException>(() => PublicationKeys.Of("short"));
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<InvalidOperationException>(() => PublicationKeys.Of(other.ExportPkcs8PrivateKeyPem()));
    }

    [Fact]
    public void Given_publications_in_a_chain_When_one_is_exchanged_for_another_that_is_sound_by_itself_Then_the_chain_is_broken()
    {
        var first = Published(Digests.Sha256, 1, null);
        var second = Published(Digests.Sm3, 2, first.Seal.Root, corrects: 1, version: 2);
        var third = Published(Digests.Sha256, 3, second.Seal.Root, period: "2025-06");
        Assert.Empty(Verification.Chain(Checked(third, first, second)));
        Assert.Empty(Verification.Chain(Checked(second, third)));
        var exchanged = Published(Digests.Sha256, 1, null, note: "another");
        Assert.NotEmpty(Verification.Chain(Checked(exchanged, second)));
        Assert.NotEmpty(Verification.Chain(Checked(first, exchanged)));
        Assert.NotEmpty(Verification.Chain(Checked(first, Published(Digests.Sha256, 2, first.Seal.Root, corrects: 1, version: 3))));
        Assert.NotEmpty(Verification.Chain(Checked(first, Published(Digests.Sha256, 2, first.Seal.Root, corrects: 1, version: 2, period: "2025-06"))));
        Assert.NotEmpty(Verification.Chain(Checked(Published(Digests.Sha256, 2, null))));
    }

    [Fact]
    public void Given_a_row_twice_When_verified_Then_it_is_found_although_root_and_signature_are_right() =>
        Assert.Contains("重复", Assert.Single(Verification.Of(Seal(Digests.Sha256, [Head(Digests.Sha256, 1, null), Row("a", 1), Row("a", 2)], s_key).ToBytes()).Faults), StringComparison.Ordinal);

    public static TheoryData<string, Refusal?> Publishing => new()
    {
        { "by somebody else", null },
        { "by who proposed it", DecideProposal.OwnProposal },
        { "decided before", DecideProposal.Decided },
        { "not there", ReadProposals.Unknown },
        { "looked at before it changed", ETags.Stale },
        { "published meanwhile", Standing.PublishedBefore(4) },
        { "corrects nothing", Standing.CorrectsNothing },
        { "corrects the last", null },
        { "corrects an earlier one", Standing.PublishedBefore(4) },
        { "corrects without a reason", Standing.ReasonMissing },
        { "a reason without a correction", Standing.ReasonOfNothing },
        { "an assessment's, not approved", DecideProposal.NotApproved },
    };

    [Theory, MemberData(nameof(Publishing))]
    public void Given_a_proposal_When_published_Then_the_rule_says_who_and_what_may_follow(string what, Refusal? expected)
    {
        var proposal = new Proposal(
            Guid.NewGuid(), 1, ProposalState.Proposed, "plan-12", 1, "2025-06", Noon, SealAlgorithm.Sm3, false, null, null, 3, "office", Noon,
            null, null, null, null);
        var first = new Standing(4, "root", null, 0);
        var later = first with { Current = 4, CurrentVersion = 2 };
        var (asked, publisher, standing, check) = what switch
        {
            "by somebody else" => (proposal, "chief", first, (Refusal?)null),
            "by who proposed it" => (proposal, "office", first, null),
            "decided before" => (proposal with { State = ProposalState.Rejected }, "chief", first, null),
            "not there" => ((Proposal?)null, "chief", first, null),
            "looked at before it changed" => (proposal, "chief", first, ETags.Stale),
            "published meanwhile" => (proposal, "chief", later, null),
            "corrects nothing" => (proposal with { Corrects = 4, Reason = "更正" }, "chief", first, null),
            "corrects the last" => (proposal with { Corrects = 4, Reason = "更正" }, "chief", later, null),
            "corrects an earlier one" => (proposal with { Corrects = 3, Reason = "更正" }, "chief", later, null),
            "corrects without a reason" => (proposal with { Corrects = 4 }, "chief", later, null),
            "an assessment's, not approved" => (proposal with { Evaluation = "midterm-2023" }, "chief", first, null),
            _ => (proposal with { Reason = "更正" }, "chief", first, null),
        };
        Assert.Equal(expected is not null, DecideProposal.Decide(asked, null, publisher, standing, "1", () => check).IsRefused(out var refusal, out var head));
        Assert.Equal(expected, refusal);
        if (head is not null)
        {
            Assert.Equal((5, "root", standing.CurrentVersion + 1, Digests.Sm3, "1"), (head.Number, head.PreviousRoot, head.Version, head.Algorithm, head.KeyId));
        }
    }

    // Every byte of the file by itself, by its lowest bit and by a change that is drawn.
    private static void AssertAlterationsAreFound(byte[] file) => Gen.Byte[1, 255].Array[file.Length].Sample(
        changes =>
        {
            foreach (var (at, drawn) in changes.Index())
            {
                foreach (var change in new byte[] { 1, drawn })
                {
                    var altered = file.ToArray();
                    altered[at] ^= change;
                    if (Verification.Of(altered).IsSound)
                    {
                        Assert.Fail($"Byte {at} ({(char)file[at]} to {(char)altered[at]}) was altered unseen.");
                    }
                }
            }
        },
        iter: 1);

    private static IEnumerable<Finding> Checked(params PublicationDocument[] documents) => documents.Select(document => Verification.Of(document.ToBytes()));

    private static PublicationDocument Published(
        string algorithm, long number, string? previous, ECDsa? key = null, long? corrects = null, int version = 1, string period = "2025-05", string note = "得分") =>
        Seal(algorithm, [Head(algorithm, number, previous, corrects, version, period), Row("scheme", 1), Row("unit.620602", 97.5m), Row("item.620602.1", 0.123456789m, note)], key ?? s_key);

    private static string Head(string algorithm, long number, string? previous, long? corrects = null, int version = 1, string period = "2025-05") => Snapshot.Head(
        new(number, "plan-12", 1, period, version, corrects, corrects is null ? null : "补报", previous, algorithm, "1"), Noon, Noon, false, 4).Text;

    private static string Row(string key, decimal value, string note = "") => SnapshotRow.Of(key, new JsonObject { ["value"] = value, ["note"] = note }).Text;

    private static PublicationDocument Seal(string algorithm, string[] rows, ECDsa key)
    {
        var tree = new MerkleTree(Digests.Named(algorithm)!);
        return new(SealedRoot.Sign(algorithm, tree.Root(Leaves(tree, rows)), rows.Length, "1", key), rows);
    }

    private static RowProof Proof(PublicationDocument document, int index)
    {
        var tree = new MerkleTree(Digests.Named(document.Seal.Algorithm)!);
        return new(
            document.Seal, index, document.Rows.Count,
            [.. tree.Path(Leaves(tree, [.. document.Rows]), index).Select(Convert.ToHexStringLower)], document.Rows[index]);
    }

    private static byte[][] Leaves(MerkleTree tree, string[] rows) => [.. rows.Select(row => tree.Leaf(Encoding.UTF8.GetBytes(row)))];
}
