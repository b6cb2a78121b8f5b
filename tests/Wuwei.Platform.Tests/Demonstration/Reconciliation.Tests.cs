using Wuwei.Demonstration.Reconciliations;

namespace Wuwei.Platform.Tests.Demonstration;

public sealed class ReconciliationRuleTests
{
    private static readonly HeldFact Held = new("loans/1", "loans.jobs", 2, "620602", new(2025, 3, 1), 3);

    [Fact]
    public void Given_two_sides_Then_what_one_has_alone_or_otherwise_is_named()
    {
        HeldFact corrected = Held with { RecordId = "loans/2" }, alone = Held with { RecordId = "loans/3" }, unknown = Held with { RecordId = "loans/4" };
        var drifts = Reconciliation.Compare("loans", Of(Held, corrected with { Revision = 3, Quantity = null }, alone), Of(Held, corrected, unknown)).ToArray();
        Assert.Equal([new("loans", corrected with { Revision = 3, Quantity = null }, corrected), new("loans", alone, null), new("loans", null, unknown)], drifts);
        Assert.Equal("""
            loans: 3 facts, 3 differ
              loans loans/2 loans.jobs: register revision 3, 620602, 2025-03-01, withdrawn, ledger revision 2, 620602, 2025-03-01, 3
              loans loans/3 loans.jobs: register revision 2, 620602, 2025-03-01, 3, ledger nothing
              loans loans/4 loans.jobs: register nothing, ledger revision 2, 620602, 2025-03-01, 3
            """, new Reconciled(new Dictionary<string, int> { ["loans"] = 3 }, drifts).ToString());
    }

    private static Dictionary<(string, string), HeldFact> Of(params HeldFact[] facts) => facts.ToDictionary(fact => (fact.RecordId, fact.Measure));
}
