using System.ComponentModel.DataAnnotations;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Publications;

/// <summary>Where a proposal stands.</summary>
public enum ProposalState { Proposed, Rejected, Published }

/// <summary>How a publication is sealed.</summary>
public enum SealAlgorithm { Sha256, Sm3 }

/// <summary>What is asked to be published.</summary>
public sealed record ProposalDraft
{
    /// <summary>Month, e.g. <c>2025-06</c>; it must be over.</summary>
    [Required(ErrorMessage = "期别不能为空。")] public required string Period { get; init; }

    /// <summary>Id of a scheme; <c>plan-12</c> when absent.</summary>
    public string? Scheme { get; init; }

    public SealAlgorithm Algorithm { get; init; }

    /// <summary>Number of the publication that this one corrects: the last one of this scheme and month.</summary>
    [Range(1, long.MaxValue, ErrorMessage = "被更正的发布号须为正整数。")] public long? Corrects { get; init; }

    /// <summary>Why it is corrected; published with it.</summary>
    [TextLength(500, MinimumLength = 1, ErrorMessage = "更正原因须为 1 到 500 字。")] public string? Reason { get; init; }
}

/// <summary>A snapshot that waits for somebody else to publish it.</summary>
/// <param name="Period">Its month.</param>
/// <param name="AsOf">The instant as known at which the scores were taken; nothing that becomes known later is in it.</param>
/// <param name="Demonstration">It rests on synthetic demonstration records.</param>
/// <param name="Rows">How many rows, without the first of the publication.</param>
/// <param name="Publication">Number of the publication that came of it.</param>
/// <param name="Evaluation">Id of the assessment whose result it is, and which has to be approved first; null: a month's ordinary publication.</param>
public sealed record Proposal(
    Guid Id, int Revision, ProposalState State, string Scheme, int SchemeVersion, string Period, DateTimeOffset AsOf, SealAlgorithm Algorithm,
    bool Demonstration, long? Corrects, string? Reason, int Rows, string ProposedBy, DateTimeOffset ProposedAt, string? DecidedBy,
    DateTimeOffset? DecidedAt, string? DecisionReason, long? Publication, string? Evaluation = null)
{
    internal const string Columns = """
        proposal_id as id, revision, state, scheme, scheme_version, to_char(month, 'YYYY-MM') as period, as_of, algorithm, demonstration, corrects,
        reason, cardinality(texts) as rows, proposed_by, proposed_at, decided_by, decided_at, decision_reason, publication, evaluation
        """;
}

/// <summary>A proposal with the rows that would be published.</summary>
public sealed record ProposalDocument(Proposal Proposal, IReadOnlyList<string> Rows);
