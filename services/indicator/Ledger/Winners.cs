using Wuwei.Contracts.Facts;
using Wuwei.Outbox.Faults;

namespace Wuwei.Indicator.Ledger;

/// <summary>A fact as it came, fit to be counted.</summary>
internal sealed record Incoming(FactKey Key, Fact Fact, Measure Measure);

/// <summary>A key's winner before and after.</summary>
/// <param name="Before">Null when nothing was known.</param>
internal sealed record Change(LedgerFact? Before, LedgerFact After);

/// <summary>The highest revision wins, whatever the order of arrival.</summary>
/// <param name="Stored">What goes into the history, by position.</param>
/// <param name="Changes">Keys whose winner is another one.</param>
/// <param name="Conflicts">Facts whose revision was known with other content.</param>
/// <param name="Duplicates">How many were known.</param>
/// <param name="Position">The last position given.</param>
internal sealed record Winners(
    IReadOnlyList<LedgerFact> Stored, IReadOnlyList<Change> Changes, IReadOnlyList<Incoming> Conflicts, int Duplicates, long Position)
{
    /// <summary>Folds facts over what is known of their keys.</summary>
    /// <param name="facts">In order of arrival.</param>
    /// <param name="known">Winners, and every known revision that one of <paramref name="facts"/> has.</param>
    /// <param name="position">The last position given before.</param>
    public static Winners Fold(IReadOnlyList<Incoming> facts, IEnumerable<LedgerFact> known, long position, DateTimeOffset knownAt)
    {
        var before = new Dictionary<FactKey, LedgerFact>();
        var revisions = new Dictionary<(FactKey, int), LedgerFact>(facts.Count);
        foreach (var fact in known)
        {
            revisions[(fact.Key, fact.Revision)] = fact;
            if (!before.TryGetValue(fact.Key, out var other) || other.Revision < fact.Revision)
            {
                before[fact.Key] = fact;
            }
        }

        var after = new Dictionary<FactKey, LedgerFact>(facts.Count);
        var stored = new List<LedgerFact>(facts.Count);
        var conflicts = new List<Incoming>();
        var duplicates = 0;
        foreach (var incoming in facts)
        {
            if (revisions.TryGetValue((incoming.Key, incoming.Fact.Revision), out var same))
            {
                if (same.Says(incoming.Fact))
                {
                    duplicates++;
                }
                else
                {
                    conflicts.Add(incoming);
                }

                continue;
            }

            var fact = LedgerFact.Of(incoming.Key, incoming.Fact, incoming.Measure, ++position, knownAt);
            stored.Add(fact);
            revisions.Add((fact.Key, fact.Revision), fact);
            if ((after.GetValueOrDefault(fact.Key) ?? before.GetValueOrDefault(fact.Key)) is not { } winner)
            {
                after[fact.Key] = fact;
            }
            else if (fact.Revision > winner.Revision || PlantedBug.HighestRevisionIgnored)
            {
                winner.SupersededAt = position;
                after[fact.Key] = fact;
            }
            else
            {
                fact.SupersededAt = position;
            }
        }

        return new(stored, [.. after.Values.Select(fact => new Change(before.GetValueOrDefault(fact.Key), fact))], conflicts, duplicates, position);
    }
}
