namespace Wuwei.Outbox;

/// <summary>Wakes the relay of this process as soon as a commit left something to send.</summary>
public sealed class OutboxSignal : IDisposable
{
    private readonly SemaphoreSlim _pending = new(0, 1);

    /// <summary>Says that there is something to send. Cheap, and safe from any thread.</summary>
    public void Set()
    {
        try
        {
            if (_pending.CurrentCount == 0)
            {
                _pending.Release();
            }
        }
        catch (SemaphoreFullException)
        {
            // Another commit said so first.
        }
    }

    /// <summary>Waits for the next signal, at most <paramref name="longest"/>.</summary>
    public Task WaitAsync(TimeSpan longest, CancellationToken cancellation) => _pending.WaitAsync(longest, cancellation);

    public void Dispose() => _pending.Dispose();
}
