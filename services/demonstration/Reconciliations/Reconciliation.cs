using Wuwei.Demonstration.Gateway;

namespace Wuwei.Demonstration.Reconciliations;

/// <summary>A fact as a register says it, or as the ledger holds it.</summary>
/// <param name="Quantity">Null: withdrawn.</param>
public sealed record HeldFact(string RecordId, string Measure, int Revision, string Region, DateOnly EventDate, decimal? Quantity);

/// <summary>A record and measure of which register and ledger say different things.</summary>
/// <param name="Register">Null: the register has no such record.</param>
/// <param name="Ledger">Null: the ledger never heard of it.</param>
public sealed record Drift(string Source, HeldFact? Register, HeldFact? Ledger);

/// <summary>What a comparison found.</summary>
/// <param name="Facts">How many facts each source has.</param>
/// <param name="Drifts">Empty when the ledger equals the registers.</param>
public sealed record Reconciled(IReadOnlyDictionary<string, int> Facts, IReadOnlyList<Drift> Drifts)
{
    private const int Shown = 50;

    /// <summary>A line for each source, and the first of what differs by name.</summary>
    public override string ToString() => string.Join(Environment.NewLine,
    [
        .. Facts.Select(source => $"{source.Key}: {source.Value:N0} facts, {Drifts.Count(drift => drift.Source == source.Key):N0} differ"),
        .. Drifts.Take(Shown).Select(drift => $"  {drift.Source} {(drift.Register ?? drift.Ledger)!.RecordId} {(drift.Register ?? drift.Ledger)!.Measure}: "
            + $"register {Say(drift.Register)}, ledger {Say(drift.Ledger)}"),
        .. Drifts.Count > Shown ? [$"  … {Drifts.Count - Shown:N0} more"] : Array.Empty<string>(),
    ]);

    private static string Say(HeldFact? fact) => fact is null ? "nothing"
        : string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"revision {fact.Revision}, {fact.Region}, {fact.EventDate:yyyy-MM-dd}, {(fact.Quantity is { } quantity ? quantity : "withdrawn")}");
}

/// <summary>
/// Compares every record of the registers with the ledger, as an auditor reads them. Reports need no comparing: a report is
/// locked and counted in one transaction.
/// </summary>
public sealed class Reconciliation(GatewayClient gateway)
{
    private const string Auditor = "auditor";

    private static readonly (string Source, string[] Lists)[] Registers =
    [
        ("training", ["certified-trainings", "historic-totals"]),
        ("loans", ["loans", "historic-totals"]),
        ("labour-transfer", ["departures", "historic-totals"]),
    ];

    /// <summary>What differs, and still differs in the same way a while later: by then a fact that was on its way has arrived.</summary>
    /// <param name="patience">How long a fact may be on its way.</param>
    public async Task<Reconciled> RunAsync(TimeSpan patience, CancellationToken cancellation)
    {
        var first = await CompareAsync(cancellation);
        if (first.Drifts.Count == 0)
        {
            return first;
        }

        await Task.Delay(patience, cancellation);
        var second = await CompareAsync(cancellation);
        return second with { Drifts = [.. second.Drifts.Intersect(first.Drifts)] };
    }

    private async Task<Reconciled> CompareAsync(CancellationToken cancellation)
    {
        var facts = new Dictionary<string, int>();
        var drifts = new List<Drift>();
        foreach (var (source, lists) in Registers)
        {
            // The ledger first: what is recorded meanwhile is then missing there, not in the register.
            var ledger = await ReadAsync<HeldFact>($"/api/indicator/v1/ledger/facts?source={source}&", fact => [fact], cancellation);
            var register = new Dictionary<(string, string), HeldFact>();
            foreach (var list in lists)
            {
                foreach (var (key, fact) in await ReadAsync<Record>($"/api/{source}/v1/{list}?", record => record.Facts ?? [record.Fact!], cancellation))
                {
                    register.Add(key, fact);
                }
            }

            facts[source] = register.Count;
            drifts.AddRange(Compare(source, register, ledger));
        }

        return new(facts, drifts);
    }

    /// <summary>What one has and the other has not, or has otherwise.</summary>
    public static IEnumerable<Drift> Compare(
        string source, IReadOnlyDictionary<(string RecordId, string Measure), HeldFact> register,
        IReadOnlyDictionary<(string RecordId, string Measure), HeldFact> ledger) =>
        from key in register.Keys.Union(ledger.Keys)
        let said = register.GetValueOrDefault(key)
        let held = ledger.GetValueOrDefault(key)
        where said != held
        orderby key.RecordId, key.Measure
        select new Drift(source, said, held);

    private async Task<Dictionary<(string, string), HeldFact>> ReadAsync<T>(
        string list, Func<T, IReadOnlyList<HeldFact>> factsOf, CancellationToken cancellation)
    {
        var facts = new Dictionary<(string, string), HeldFact>();
        string? after = null;
        do
        {
            var page = await gateway.FindAsync<Page<T>>(Auditor, $"{list}limit=200{(after is null ? "" : $"&after={after}")}", cancellation)
                ?? throw new GatewayException($"{list}: not found");
            foreach (var fact in page.Items.SelectMany(factsOf))
            {
                // A record that moved to a later page while the list was read is there twice.
                facts[(fact.RecordId, fact.Measure)] = fact;
            }

            after = page.Next;
        }
        while (after is not null);
        return facts;
    }

    private sealed record Page<T>(IReadOnlyList<T> Items, string? Next = null);

    // A record says several facts, a monthly total one.
    private sealed record Record(IReadOnlyList<HeldFact>? Facts = null, HeldFact? Fact = null);
}
