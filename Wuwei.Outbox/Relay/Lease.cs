namespace Wuwei.Outbox.Relay;

/// <summary>
/// The right to send. One relay has it at a time; whoever takes it over raises the epoch, so that a relay which slept
/// past its lease can be told from the present one.
/// </summary>
internal sealed class Lease(IOutboxRows rows, TimeSpan length, TimeProvider clock)
{
    private long _askedAt;

    /// <summary>This relay, whatever the process is called: ids of processes and hosts come again.</summary>
    public Guid Holder { get; } = Guid.CreateVersion7();

    /// <summary>Which tenure this is; 0 while another relay sends.</summary>
    public long Epoch { get; private set; }

    /// <summary>Whether the lease has not run out by this process's own clock.</summary>
    public bool Lasts => Epoch > 0 && clock.GetElapsedTime(_askedAt) < length;

    /// <summary>Takes the lease when it is free, renews it when a third of it is gone, and says whether this relay has it.</summary>
    public async Task<bool> HoldAsync(CancellationToken cancellation)
    {
        if (Epoch > 0 && clock.GetElapsedTime(_askedAt) < length / 3)
        {
            return true;
        }

        var askedAt = clock.GetTimestamp(); // before the answer, so that this clock runs out first
        Epoch = await rows.HoldAsync(Holder, length, cancellation) ?? 0;
        _askedAt = askedAt;
        return Epoch > 0;
    }

    /// <summary>Another relay raised the epoch.</summary>
    public void Lost() => Epoch = 0;

    /// <summary>Lets the next relay begin at once.</summary>
    public async Task ReleaseAsync(CancellationToken cancellation)
    {
        if (Epoch > 0)
        {
            await rows.ReleaseAsync(Holder, Epoch, cancellation);
            Epoch = 0;
        }
    }
}
