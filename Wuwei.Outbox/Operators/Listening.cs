namespace Wuwei.Outbox.Operators;

/// <summary>The queues that this service listens to.</summary>
internal sealed record Listening(IReadOnlyList<string> Queues);
