using Wuwei.Contracts.Facts;

namespace Wuwei.Register;

/// <summary>A person's record in a register, at a revision. Two records are equal when everything recorded is.</summary>
internal abstract record Registered
{
    public required Guid Id { get; init; }

    /// <summary>The record's path in its service.</summary>
    public abstract string RecordId { get; }

    /// <summary>From 1; one more with every change.</summary>
    public int Revision { get; init; }

    public required Person Person { get; init; }

    /// <summary>County (6 digits) or township (9 digits) that the record counts for.</summary>
    public required string Region { get; init; }

    /// <summary>Made up for demonstration.</summary>
    public required bool Synthetic { get; init; }

    /// <summary>Why the record counts no more; null while it does.</summary>
    public string? CancelledFor { get; init; }

    public bool IsCancelled => CancelledFor is not null;

    /// <summary>The day it counts on.</summary>
    public abstract DateOnly EventDate { get; }

    /// <summary>What rules compare records by: records with a key in common are looked at together.</summary>
    public abstract IEnumerable<string> Keys { get; }

    /// <summary>What is held while the record changes: its keys, and what it shares with records that are not looked at.</summary>
    public virtual IEnumerable<string> Locks => Keys;

    /// <summary>What the record says to the ledger: always the same measures; a cancelled record withdraws them.</summary>
    public abstract IReadOnlyList<Fact> Facts { get; }

    /// <summary>The quantity of a fact, or null when the record is cancelled.</summary>
    protected decimal? UnlessCancelled(decimal quantity) => IsCancelled ? null : quantity;
}
