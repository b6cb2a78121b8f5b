namespace Wuwei.Outbox;

/// <summary>A message as it was received.</summary>
/// <param name="MessageId">The sender's outbox id; the key of the inbox.</param>
public sealed record Received<T>(Guid MessageId, T Message) where T : class;

/// <summary>
/// Handles messages of one queue, up to some hundreds at a time, once in effect: the caller has opened the unit of work
/// and left out what was handled before, and commits afterwards; the broker hears of it only then.
/// A handler that throws is given the same messages again, one by one, so that one bad message stops nobody.
/// </summary>
public interface IBatchHandler<T> where T : class
{
    Task HandleAsync(IReadOnlyList<Received<T>> messages, UnitOfWork work, CancellationToken cancellation);
}
