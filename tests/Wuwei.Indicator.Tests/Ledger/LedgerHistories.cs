using System.Globalization;
using CsCheck;
using Wuwei.Contracts.Facts;

namespace Wuwei.Indicator.Tests.Ledger;

/// <summary>A fact and who says it.</summary>
internal sealed record Said(string Source, Fact Fact)
{
    public (string, string, string) Key => (Source, Fact.RecordId, Fact.Measure);
}

/// <summary>
/// Random histories: a few records of a few persons, revised, moved between counties and years, withdrawn and brought back,
/// in any order, with repetitions, cut into any batches.
/// </summary>
internal static class LedgerHistories
{
    private static readonly string[] Regions = ["620602", "620602001", "620621", "620622", "620623100", "620600"];
    private static readonly (string Measure, string Source)[] Kinds =
    [
        (Measures.LabourTransferPersons, "labour-transfer"),
        (Measures.LabourTransferPersons, "labour-transfer"),
        (Measures.LabourTransferPersons, "labour-transfer"),
        (Measures.TrainingPersonTimes, "training"),
        (Measures.LoanJobs, "loans"),
        (Measures.LoanBorrowers, "loans"),
    ];

    private static readonly Gen<Said> GenFact =
        from kind in Gen.Int[0, Kinds.Length - 1]
        from record in Gen.Int[1, 6]
        from revision in Gen.Int[1, 4]
        from region in AnyOf(Regions)
        from day in Gen.Int[0, 7]
        from year in Gen.Int[2024, 2025]
        from person in Gen.Int[0, 3]
        from quantity in Gen.Int[0, 4]
        let keyed = person > 0 && Kinds[kind].Measure is Measures.LabourTransferPersons or Measures.TrainingPersonTimes
        select new Said(Kinds[kind].Source, new Fact(
            $"records/{record}", Kinds[kind].Measure, revision, region,
            new DateOnly(year, 1 + day / 2, 1 + day % 2 * 14),
            keyed ? person.ToString("x32", CultureInfo.InvariantCulture) : null,
            quantity == 0 ? null : keyed && Kinds[kind].Measure == Measures.LabourTransferPersons ? 1 : quantity - 1));

    /// <summary>What sources said, in the order and the batches in which it arrives. One revision always says the same.</summary>
    public static readonly Gen<Said[][]> Arrivals =
        from facts in GenFact.Array[1, 24]
        let truth = facts.DistinctBy(said => (said.Key, said.Fact.Revision)).ToArray()
        from repeats in AnyOf(truth).Array[0, 8]
        from arrival in Gen.Shuffle(truth.Concat(repeats).ToArray())
        from cuts in Gen.Int[1, 6].Array[arrival.Length, arrival.Length]
        select Cut(arrival, cuts);

    private static Gen<T> AnyOf<T>(T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static Said[][] Cut(Said[] arrival, int[] sizes)
    {
        var batches = new List<Said[]>();
        for (int from = 0, batch = 0; from < arrival.Length; from += sizes[batch++])
        {
            batches.Add([.. arrival.Skip(from).Take(sizes[batch])]);
        }

        return [.. batches];
    }
}

/// <summary>The laws again, as plainly as can be: nothing incremental, no SQL.</summary>
internal static class PlainLedger
{
    /// <summary>Totals of what was said, in any order: region (county, city or township) and month of each measure.</summary>
    public static Dictionary<(string Measure, string Region, DateOnly Month), (decimal Quantity, long Facts)> Totals(IEnumerable<Said> said) =>
        Counted(said)
            .GroupBy(fact => (fact.Fact.Measure, fact.Fact.Region, new DateOnly(fact.Fact.EventDate.Year, fact.Fact.EventDate.Month, 1)))
            .ToDictionary(cell => cell.Key, cell => (cell.Sum(fact => fact.Fact.Quantity!.Value), (long)cell.Count()));

    /// <summary>The facts that count.</summary>
    public static IEnumerable<Said> Counted(IEnumerable<Said> said)
    {
        var winners = said.GroupBy(fact => fact.Key).Select(same => same.MaxBy(fact => fact.Fact.Revision)!).Where(fact => fact.Fact.Quantity is not null).ToArray();
        bool OncePerYear(Said fact) => fact.Fact is { Measure: Measures.LabourTransferPersons, PersonKey: not null };
        return winners.Where(fact => !OncePerYear(fact)).Concat(winners.Where(OncePerYear)
            .GroupBy(fact => (fact.Fact.PersonKey, fact.Fact.EventDate.Year))
            .Select(person => person.OrderBy(fact => fact.Fact.EventDate)
                .ThenBy(fact => fact.Source, StringComparer.Ordinal).ThenBy(fact => fact.Fact.RecordId, StringComparer.Ordinal).First()));
    }
}
