using System.Globalization;

namespace Wuwei.Faults.Campaign;

/// <summary>The registers counted by hand, without looking at how the ledger does it.</summary>
internal sealed class Totals
{
    private static readonly (string Indicator, string[] Measures)[] s_indicators =
        [("6", ["labour-transfer.persons"]), ("10", ["training.person-times"]), ("11", ["loans.borrowers", "loans.jobs"])];

    private readonly Dictionary<(string Measure, string Region, DateOnly Month), (decimal Quantity, long Facts)> _cells = [];
    private readonly Dictionary<(string PersonKey, int Year), (DateOnly Day, string RecordId, string Region)> _first = [];

    public void Add(RegisterKind kind, Guid id, Content content, string personKey)
    {
        if (kind == RegisterKind.Departures)
        {
            // A person counts once a year, where the earliest departure was from.
            var claim = (content.Day, RecordId: $"{kind.RecordPrefix}{id}", content.Region);
            var key = (personKey, content.Day.Year);
            if (!content.Cancelled && (!_first.TryGetValue(key, out var first)
                || (claim.Day, 0).CompareTo((first.Day, string.CompareOrdinal(first.RecordId, claim.RecordId))) < 0))
            {
                _first[key] = claim;
            }

            return;
        }

        foreach (var (measure, quantity) in kind.Measures.Zip(content.Quantities(kind)))
        {
            // Every cell that was ever named is there, though nothing may count in it any more.
            Add(measure, content.Region, content.Day, quantity);
        }
    }

    /// <summary>What the ledger's totals must be; cells where nothing counts are left out.</summary>
    public Dictionary<(string Measure, string Region, DateOnly Month), (decimal Quantity, long Facts)> Cells()
    {
        var cells = new Dictionary<(string, string, DateOnly), (decimal, long)>(_cells);
        foreach (var (day, _, region) in _first.Values)
        {
            var key = ("labour-transfer.persons", region, Month(day));
            var (quantity, facts) = cells.GetValueOrDefault(key);
            cells[key] = (quantity + 1, facts + 1);
        }

        return cells;
    }

    /// <summary>What the assessment office must know: counties and city, by month; null where nothing is known any more.</summary>
    public Dictionary<(string Indicator, string Region, string Period), decimal?> Observations() =>
        (from cell in Cells()
         from indicator in s_indicators
         where indicator.Measures.Contains(cell.Key.Measure)
         from region in new[] { cell.Key.Region[..6], "620600" }
         group cell.Value.Quantity by (indicator.Indicator, region, cell.Key.Month.ToString("yyyy-MM", CultureInfo.InvariantCulture)) into one
         select one).ToDictionary(one => one.Key, one => (decimal?)one.Sum());

    private void Add(string measure, string region, DateOnly day, decimal? quantity)
    {
        if (quantity is { } value)
        {
            var key = (measure, region, Month(day));
            var (sum, facts) = _cells.GetValueOrDefault(key);
            _cells[key] = (sum + value, facts + 1);
        }
    }

    private static DateOnly Month(DateOnly day) => new(day.Year, day.Month, 1);
}
