using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Wuwei.Outbox;

/// <summary>Figures of meter and trace source <c>Wuwei.Outbox</c>.</summary>
internal sealed class OutboxMetrics
{
    public const string Name = "Wuwei.Outbox";

    public static readonly ActivitySource Traces = new(Name);

    private long _waiting;
    private double _oldest;

    public OutboxMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        meter.CreateObservableGauge("wuwei.outbox.waiting", () => _waiting, "{message}", "Messages stored and not yet confirmed by the broker.");
        meter.CreateObservableGauge("wuwei.outbox.oldest_age", () => _oldest, "s", "Age of the oldest of them.");
        Published = meter.CreateCounter<long>("wuwei.outbox.published", "{message}", "Messages confirmed by the broker.");
        Returned = meter.CreateCounter<long>("wuwei.outbox.returned", "{message}", "Messages that no queue took; they are kept and tried again.");
        Parked = meter.CreateCounter<long>("wuwei.outbox.parked", "{message}", "Stored messages that can never be sent as they are.");
        Consumed = meter.CreateCounter<long>("wuwei.inbox.consumed", "{message}", "Messages handled for the first time.");
        Repeated = meter.CreateCounter<long>("wuwei.inbox.repeated", "{message}", "Messages that had been handled before and had no effect.");
        SetAside = meter.CreateCounter<long>("wuwei.inbox.set_aside", "{message}", "Messages moved to an error queue.");
        BatchSize = meter.CreateHistogram<long>("wuwei.inbox.batch_size", "{message}", "Messages handled in one transaction.");
    }

    public Counter<long> Published { get; }

    public Counter<long> Returned { get; }

    public Counter<long> Parked { get; }

    public Counter<long> Consumed { get; }

    public Counter<long> Repeated { get; }

    public Counter<long> SetAside { get; }

    public Histogram<long> BatchSize { get; }

    /// <summary>What waits in the outbox at this moment.</summary>
    public void Waiting(long messages, double oldestSeconds)
    {
        Volatile.Write(ref _waiting, messages);
        Volatile.Write(ref _oldest, oldestSeconds);
    }
}
