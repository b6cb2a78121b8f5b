using CsCheck;
using Wuwei.Contracts.Facts;
using Wuwei.Indicator.Ledger;

namespace Wuwei.Indicator.Tests.Ledger;

/// <summary>The fold's rules alone, without a database: what the laws say, many thousand times.</summary>
public sealed class WinnersTests
{
    private static readonly Dictionary<string, Measure> s_measures = new Measure[]
    {
        new(Measures.LabourTransferPersons, "labour-transfer", "persons"), new(Measures.TrainingPersonTimes, "training", "person-times"),
        new(Measures.LoanBorrowers, "loans", "sum"), new(Measures.LoanJobs, "loans", "sum"),
    }.ToDictionary(measure => measure.Code);

    [Fact]
    public void Given_any_arrival_When_folded_batch_by_batch_Then_totals_winners_and_intervals_are_those_of_the_prefix() =>
        LedgerHistories.Arrivals.Sample(batches =>
        {
            var ledger = new MemoryLedger();
            for (var n = 0; n < batches.Length; n++)
            {
                ledger.Fold(batches[n]);
                var said = batches.Take(n + 1).SelectMany(batch => batch).ToArray();
                Assert.Equal(Plain(PlainLedger.Totals(said)), Plain(ledger.Totals));

                // Who won after any earlier batch can be told from the intervals for ever.
                foreach (var (position, prefix) in ledger.Ends.Zip(Enumerable.Range(1, n + 1)))
                {
                    var winners = ledger.History.Where(fact => fact.Position <= position && (fact.SupersededAt is null || fact.SupersededAt > position));
                    var truth = batches.Take(prefix).SelectMany(batch => batch).GroupBy(one => one.Key).Select(same => (same.Key, same.Max(one => one.Fact.Revision)));
                    Assert.Equal(truth.Order(), winners.Select(fact => ((fact.Key.Source, fact.Key.RecordId, fact.Key.Measure), fact.Revision)).Order());
                }
            }
        }, iter: 2_000);

    [Fact]
    public void Given_one_revision_with_two_contents_When_folded_Then_the_first_stays_and_the_second_is_a_conflict()
    {
        var ledger = new MemoryLedger();
        var fact = new Fact("records/1", Measures.LoanJobs, 1, "620602", new(2025, 1, 1), null, 3);
        ledger.Fold([new("loans", fact)]);
        var winners = ledger.Fold([new("loans", fact with { Quantity = 4 }), new("loans", fact)]);
        Assert.Equal((1, 1, 0), (winners.Conflicts.Count, winners.Duplicates, winners.Stored.Count));
        Assert.Equal(3, ledger.Totals.Values.Single().Quantity);
    }

    [Theory]
    [InlineData("training", Measures.TrainingPersonTimes, null)]
    [InlineData("loans", Measures.TrainingPersonTimes, "measure_foreign")]
    [InlineData("training", "training.hours", "measure_unknown")]
    public void Given_a_source_and_a_measure_When_checked_Then_only_its_own_known_ones_pass(string source, string measure, string? reason) =>
        Assert.Equal(reason, FactCheck.Problem(source, new("certified-trainings/1", measure, 1, "620602001", new(2025, 1, 1), null, 1), s_measures)?.Reason);

    [Fact]
    public void Given_a_person_counted_as_two_When_checked_Then_it_is_refused_but_a_total_may_be_any()
    {
        var person = new Fact("departures/1", Measures.LabourTransferPersons, 1, "620602", new(2025, 1, 1), new('a', 32), 2);
        Assert.Equal("quantity_out_of_range", FactCheck.Problem("labour-transfer", person, s_measures)?.Reason);
        Assert.Null(FactCheck.Problem("labour-transfer", person with { Quantity = null }, s_measures));
        Assert.Null(FactCheck.Problem("labour-transfer", person with { PersonKey = null, Quantity = 5000 }, s_measures));
    }

    private static IEnumerable<string> Plain(IEnumerable<KeyValuePair<(string, string, DateOnly), (decimal, long)>> totals) =>
        totals.Where(cell => cell.Value.Item2 != 0).Select(cell => $"{cell.Key} {cell.Value.Item1:0.####} {cell.Value.Item2}").Order(StringComparer.Ordinal);

    /// <summary>The tables, in memory.</summary>
    private sealed class MemoryLedger
    {
        private readonly Dictionary<FactKey, LedgerFact> _heads = [];

        public List<LedgerFact> History { get; } = [];
        public List<long> Ends { get; } = [];
        public Dictionary<(string Measure, string Region, DateOnly Month), (decimal Quantity, long Facts)> Totals { get; } = [];

        public Winners Fold(IEnumerable<Said> batch)
        {
            var facts = batch.Select(said => new Incoming(new(said.Source, said.Fact.RecordId, said.Fact.Measure), said.Fact, s_measures[said.Fact.Measure])).ToArray();
            var keys = facts.Select(fact => fact.Key).ToHashSet();
            var winners = Winners.Fold(facts, History.Where(fact => keys.Contains(fact.Key)), History.Count, default);
            var persons = winners.Changes.SelectMany(change => new[] { change.Before?.Person, change.After.Person }).OfType<PersonYear>().ToHashSet();
            var recount = new Recount();
            recount.Apply(winners.Changes, [.. _heads.Values.Where(head => head.Person is { } person && persons.Contains(person))]);
            History.AddRange(winners.Stored);
            foreach (var change in winners.Changes)
            {
                _heads[change.After.Key] = change.After;
            }

            foreach (var (cell, delta) in recount.Deltas)
            {
                var (quantity, count) = Totals.GetValueOrDefault((cell.Measure, cell.Region, cell.Month));
                Totals[(cell.Measure, cell.Region, cell.Month)] = (quantity + delta.Quantity, count + delta.Facts);
            }

            Ends.Add(winners.Position);
            return winners;
        }
    }
}
