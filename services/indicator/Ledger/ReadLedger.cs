using Wuwei.Outbox;

namespace Wuwei.Indicator.Ledger;

public static class ReadLedger
{
    public static void Map(IEndpointRouteBuilder ledger) => ledger
        .MapGet("/", HandleAsync)
        .WithName(nameof(ReadLedger));

    /// <summary>How far the ledger has come, and how many facts were set aside.</summary>
    internal static async Task<Pulled<LedgerStatus>> HandleAsync(Database db, CancellationToken cancellation) =>
        new((await db.FindAsync<LedgerStatus>(Scope.System("ledger"), ReadSql, null, cancellation))!);

    private const string ReadSql = """
        select l.epoch, l.position,
               (select f.known_at from ledger_fold f order by f.position desc limit 1) as known_at,
               (select count(*) from parked_fact) as parked_facts
        from ledger l
        """;
}

/// <summary>The ledger as it stands.</summary>
/// <param name="Epoch">Raised by a restore.</param>
/// <param name="Position">Of the last fact folded; never goes back.</param>
/// <param name="KnownAt">When that was; null: nothing was folded yet.</param>
/// <param name="ParkedFacts">Facts set aside for people.</param>
public sealed record LedgerStatus(int Epoch, long Position, DateTimeOffset? KnownAt, long ParkedFacts);
