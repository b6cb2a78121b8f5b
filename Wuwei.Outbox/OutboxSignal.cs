namespace Wuwei.Outbox;

/// <summary>Wakes the relay of this process as soon as a commit left something to send.</summary>
public sealed class OutboxSignal
{
    private TaskCompletionSource _said = Unsaid();

    /// <summary>Says that there is something to send. Cheap, and safe from any thread.</summary>
    public void Set() => Volatile.Read(ref _said).TrySetResult();

    /// <summary>Waits for the next signal, at most <paramref name="longest"/>. For one relay.</summary>
    public async Task WaitAsync(TimeSpan longest, TimeProvider clock, CancellationToken cancellation)
    {
        var said = _said;
        using var timer = clock.CreateTimer(_ => said.TrySetResult(), null, longest, Timeout.InfiniteTimeSpan);
        using var leaving = cancellation.Register(() => said.TrySetCanceled(cancellation));
        try
        {
            await said.Task;
        }
        finally
        {
            Volatile.Write(ref _said, Unsaid()); // whatever was said until now, the look that follows finds it
        }
    }

    // Who commits must not be made to do the relay's work.
    private static TaskCompletionSource Unsaid() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
