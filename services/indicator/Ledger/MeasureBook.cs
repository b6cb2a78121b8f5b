using Wuwei.Outbox;

namespace Wuwei.Indicator.Ledger;

/// <summary>What facts may be of, read once: only a migration changes it.</summary>
/// <param name="db">The service's database.</param>
public sealed class MeasureBook(Database db)
{
    private volatile IReadOnlyDictionary<string, Measure>? _measures;

    /// <summary>Measures by code.</summary>
    internal async ValueTask<IReadOnlyDictionary<string, Measure>> AllAsync(CancellationToken cancellation) =>
        _measures ??= (await db.ListAsync<Measure>(Scope.System("measures"), "select code, source, mode from measure", null, cancellation)).ToDictionary(measure => measure.Code);
}
