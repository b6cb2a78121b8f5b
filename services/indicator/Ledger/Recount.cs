using System.Runtime.InteropServices;

namespace Wuwei.Indicator.Ledger;

/// <summary>By how much totals change.</summary>
/// <param name="Quantity">In the measure's unit.</param>
/// <param name="Facts">Facts that add up to a total.</param>
internal readonly record struct Delta(decimal Quantity, long Facts);

/// <summary>Which winners add to the totals, and by how much that changes them.</summary>
internal sealed class Recount
{
    private readonly Dictionary<CellKey, Delta> _deltas = [];

    /// <summary>Changes of totals; cells where nothing changed are left out.</summary>
    public IEnumerable<KeyValuePair<CellKey, Delta>> Deltas => _deltas.Where(cell => cell.Value != default);

    /// <summary>
    /// Applies changed winners. A winner with a quantity counts; of a person's winners of one year only the first one does,
    /// so one that changes, comes or goes may let another count or keep it from counting.
    /// </summary>
    /// <param name="claims">Known winners of every person and year that a change touches, those that change included.</param>
    /// <returns>Known winners, unchanged themselves, that begin or cease to count.</returns>
    public IReadOnlyList<LedgerFact> Apply(IReadOnlyList<Change> changes, IReadOnlyList<LedgerFact> claims)
    {
        var claimants = new Dictionary<PersonYear, List<LedgerFact>>();
        foreach (var (before, after) in changes)
        {
            if (before is { Counted: true })
            {
                Add(before, -1);
            }

            if (after.Person is { } person)
            {
                Of(claimants, person).Add(after);
            }
            else if (after.Quantity is not null)
            {
                after.Counted = true;
                Add(after, 1);
            }
        }

        var changed = changes.Select(change => change.After.Key).ToHashSet();
        foreach (var claim in claims.Where(claim => !changed.Contains(claim.Key)))
        {
            Of(claimants, claim.Person!.Value).Add(claim);
        }

        var turned = new List<LedgerFact>();
        foreach (var facts in claimants.Values)
        {
            facts.Sort(LedgerFact.CompareClaims);
            for (var i = 0; i < facts.Count; i++)
            {
                var fact = facts[i];
                if (fact.Counted == (i == 0))
                {
                    continue;
                }

                fact.Counted = i == 0;
                Add(fact, fact.Counted ? 1 : -1);
                if (!changed.Contains(fact.Key))
                {
                    turned.Add(fact);
                }
            }
        }

        return turned;
    }

    private static List<LedgerFact> Of(Dictionary<PersonYear, List<LedgerFact>> claimants, PersonYear person) =>
        CollectionsMarshal.GetValueRefOrAddDefault(claimants, person, out _) ??= [];

    private void Add(LedgerFact fact, int sign)
    {
        ref var delta = ref CollectionsMarshal.GetValueRefOrAddDefault(_deltas, fact.Cell, out _);
        delta = new(delta.Quantity + sign * fact.Quantity!.Value, delta.Facts + sign);
    }
}
