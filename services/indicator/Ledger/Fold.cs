using System.Diagnostics;
using Wuwei.Contracts.Facts;
using Wuwei.Indicator.Observations;
using Wuwei.Outbox;

namespace Wuwei.Indicator.Ledger;

/// <summary>The one way into the ledger: lock, read what is known, decide, write, say what changed.</summary>
/// <param name="measures">What facts may be of.</param>
/// <param name="changes">Says which observations changed.</param>
/// <param name="metrics">Counts.</param>
/// <param name="log">Names what was set aside.</param>
public sealed partial class Fold(MeasureBook measures, ObservationChanges changes, LedgerMetrics metrics, ILogger<Fold> log)
{
    // Arrays of this size are quick to send; a larger batch is folded piece by piece in the same transaction.
    private const int ChunkSize = 20_000;

    /// <summary>Folds messages in order. Nothing is visible, nor published, before the caller commits.</summary>
    public async Task RunAsync(IReadOnlyList<FactsRecorded> messages, UnitOfWork work, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var known = await measures.AllAsync(cancellation);
        var ledger = await LedgerClock.LockAsync(work);
        var recount = new Recount();
        var position = ledger.Position;
        foreach (var chunk in messages.SelectMany(m => m.Facts, (m, fact) => (m.Source, Fact: (Fact?)fact)).Chunk(ChunkSize))
        {
            var parked = new List<ParkedFact>();
            var facts = new List<Incoming>(chunk.Length);
            foreach (var (source, fact) in chunk)
            {
                if (FactCheck.Problem(source, fact, known) is { } problem)
                {
                    parked.Add(ParkedFact.Of(source, fact, problem));
                }
                else
                {
                    facts.Add(new(new(source, fact!.RecordId, fact.Measure), fact, known[fact.Measure]));
                }
            }

            var winners = Winners.Fold(facts, await work.KnownFactsAsync(facts), position, ledger.KnownAt);
            var turned = recount.Apply(winners.Changes, await work.ClaimsAsync(winners.Changes));
            position = winners.Position;
            parked.AddRange(winners.Conflicts.Select(conflict => ParkedFact.Of(conflict.Key.Source, conflict.Fact, FactCheck.Conflict)));

            await work.StoreAsync(winners, turned);
            await work.ParkAsync(parked);
            metrics.Folded(winners, parked);
            foreach (var fact in parked)
            {
                LogParked(fact.Source, fact.RecordId, fact.Reason);
            }
        }

        if (position > ledger.Position)
        {
            var folded = ledger with { Position = position };
            await changes.PublishAsync([.. recount.Deltas], folded, work, cancellation);
            work.WriteTotals(recount.Deltas, folded);
        }

        metrics.Took(Stopwatch.GetElapsedTime(started));
    }

    [LoggerMessage(LogLevel.Warning, "Fact {Record} of {Source} was set aside: {Reason}")]
    private partial void LogParked(string source, string record, string reason);
}
