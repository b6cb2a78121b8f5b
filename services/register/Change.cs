using System.Text.Json.Serialization;
using Wuwei.Outbox.Idempotency;
using Wuwei.ServiceDefaults;

namespace Wuwei.Register;

/// <summary>A change that a caller asks for.</summary>
/// <param name="Id">The record.</param>
/// <param name="Locks">What the record as it is to be will hold; what it holds already is known.</param>
/// <param name="Next">The record as it is to be, made from the record as it is (null: there is none).</param>
/// <param name="Precondition">Whether the caller knew the revision that is changed (null: there is none); null when it did.</param>
internal sealed record Change<TRecord>(
    Guid Id, IEnumerable<string> Locks, Func<TRecord?, Decision<TRecord>> Next, Func<long?, Refusal?> Precondition)
    where TRecord : Registered;

/// <summary>How the answer to changes is kept with them, for when the same request comes again.</summary>
/// <param name="Answer">Made of the outcomes before they are stored.</param>
internal sealed record Kept<TRecord>(OnceOnly Once, Func<IReadOnlyList<Outcome<TRecord>>, IResult> Answer) where TRecord : Registered;

/// <summary>What became of a change.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChangeStatus>))]
public enum ChangeStatus
{
    /// <summary>A new record.</summary>
    [JsonStringEnumMemberName("created")] Created,

    /// <summary>The record was like that already.</summary>
    [JsonStringEnumMemberName("unchanged")] Unchanged,

    /// <summary>The record has a new revision.</summary>
    [JsonStringEnumMemberName("corrected")] Corrected,

    /// <summary>A rule said no.</summary>
    [JsonStringEnumMemberName("refused")] Refused,
}

/// <summary>What became of a change, and the record after it; or why it was refused.</summary>
internal readonly record struct Outcome<TRecord> where TRecord : Registered
{
    private Outcome(ChangeStatus status, TRecord? record, Refusal? refusal, IReadOnlyList<Guid>? beside = null) =>
        (Status, Record, Refusal, Beside) = (status, record, refusal, beside ?? []);

    public ChangeStatus Status { get; }

    public TRecord? Record { get; }

    public Refusal? Refusal { get; }

    /// <summary>Records with the same person or number as this one, which is refused. Whose they are is not for the caller to know, unless they are its own.</summary>
    public IReadOnlyList<Guid> Beside { get; }

    public static Outcome<TRecord> Of(ChangeStatus status, TRecord record) => new(status, record, null);

    public static Outcome<TRecord> RefusedBeside(Refusal refusal, IReadOnlyList<Guid> others) => new(ChangeStatus.Refused, null, refusal, others);

    public static implicit operator Outcome<TRecord>(Refusal refusal) => new(ChangeStatus.Refused, null, refusal);
}
