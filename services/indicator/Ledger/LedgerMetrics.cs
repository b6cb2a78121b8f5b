using System.Diagnostics.Metrics;

namespace Wuwei.Indicator.Ledger;

/// <summary>How the ledger is doing; an alarm belongs on <c>wuwei.ledger.facts</c> with outcome <c>parked</c>.</summary>
public sealed class LedgerMetrics
{
    private readonly Counter<long> _facts;
    private readonly Histogram<double> _duration;

    public LedgerMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Wuwei.Indicator");
        _facts = meter.CreateCounter<long>("wuwei.ledger.facts", "{fact}", "Facts received, by outcome; parked ones by reason.");
        _duration = meter.CreateHistogram<double>("wuwei.ledger.fold.duration", "s", "Time to fold a batch, without the commit.");
    }

    internal void Folded(Winners winners, IReadOnlyList<ParkedFact> parked)
    {
        _facts.Add(winners.Stored.Count, KeyValuePair.Create<string, object?>("outcome", "stored"));
        _facts.Add(winners.Duplicates, KeyValuePair.Create<string, object?>("outcome", "duplicate"));
        foreach (var reason in parked.CountBy(fact => fact.Reason))
        {
            _facts.Add(reason.Value,
                KeyValuePair.Create<string, object?>("outcome", "parked"), KeyValuePair.Create<string, object?>("reason", reason.Key));
        }
    }

    internal void Took(TimeSpan duration) => _duration.Record(duration.TotalSeconds);
}
