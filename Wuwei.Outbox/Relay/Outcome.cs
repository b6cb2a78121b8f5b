namespace Wuwei.Outbox.Relay;

/// <summary>A stored message that waits to be sent.</summary>
internal sealed record WaitingMessage(
    long Position, Guid MessageId, string MessageType, string Body, string? OrderingKey, string? Traceparent, int Attempts);

/// <summary>What became of an attempt to send.</summary>
internal abstract record Outcome
{
    /// <summary>The broker has confirmed it.</summary>
    public sealed record Sent : Outcome;

    /// <summary>No queue is bound; it stays, and is tried again later.</summary>
    public sealed record Returned : Outcome;

    /// <summary>The broker is away, slow or unwilling; it stays.</summary>
    public sealed record Failed(Exception Error) : Outcome;

    /// <summary>It can never be sent as it is, whatever the broker does.</summary>
    public sealed record Unsendable(string Reason) : Outcome;
}
