using Wuwei.Outbox;
using Wuwei.Outbox.Faults;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Ledger;

/// <summary>The ledger as it stands.</summary>
/// <param name="Epoch">Raised by a restore.</param>
/// <param name="Position">Of the last fact folded.</param>
/// <param name="KnownAt">The instant that belongs to it.</param>
public sealed record LedgerState(int Epoch, long Position, DateTimeOffset KnownAt);

/// <summary>What a question is answered from.</summary>
/// <param name="Epoch">Of the ledger.</param>
/// <param name="AsOf">The instant asked for; null: now.</param>
/// <param name="Position">The last position known at that instant; null: all there are.</param>
public sealed record Knowledge(int Epoch, DateTimeOffset? AsOf, long? Position);

/// <summary>
/// One clock for facts and targets: the database's, made to move forward only. Whoever stamps holds the ledger's row until
/// the commit; whoever asks for an instant that no stamp has passed yet closes it first, so that the answer never changes.
/// </summary>
internal static class LedgerClock
{
    private static readonly Scope s_scope = Scope.System("ledger-clock");

    public static readonly Refusal Malformed = new(
        "as_of.malformed", "asOf 须为带时区的时刻，例如 2025-06-30T08:00:00+08:00。", StatusCodes.Status400BadRequest, "/asOf");

    public static readonly Refusal Future = Refusal.Invalid("as_of.future", "asOf 不能晚于现在。", "/asOf");

    /// <summary>Takes the fold lock, and an instant later than any before.</summary>
    public static async Task<LedgerState> LockAsync(UnitOfWork work) => (await work.FindAsync<LedgerState>(LockSql))!;

    /// <summary>What was known at the instant that the query names; everything when it names none.</summary>
    public static async Task<Decision<Knowledge>> KnownAtAsync(Database db, string? asOf, CancellationToken cancellation)
    {
        var clock = (await db.FindAsync<ClockRow>(s_scope, ReadSql, null, cancellation))!;
        if (asOf is null)
        {
            return new Knowledge(clock.Epoch, null, null);
        }

        // A "+" that was not escaped arrives as a blank.
        if (!Instants.TryParse(asOf.Replace(' ', '+'), out var instant))
        {
            return Malformed;
        }

        // PostgreSQL knows microseconds; a stamp within the same one is not later.
        instant = new DateTimeOffset(instant.UtcTicks / 10 * 10, TimeSpan.Zero);
        if (instant > clock.Now)
        {
            return Future;
        }

        if (instant > clock.KnownAt && !PlantedBug.NowInsteadOfPosition)
        {
            // Waits for a fold under way, whose stamp may be earlier; later ones will be later.
            await db.ListAsync<int>(s_scope, CloseSql, new { instant }, cancellation);
        }

        return new Knowledge(clock.Epoch, instant, await db.FindAsync<long>(s_scope, PositionSql, new { instant }, cancellation));
    }

    private const string LockSql = """
        update ledger set known_at = greatest(clock_timestamp(), known_at + interval '1 microsecond')
        returning epoch, position, known_at
        """;

    private const string ReadSql = "select epoch, known_at, clock_timestamp() as now from ledger";

    private const string CloseSql = "update ledger set known_at = @instant where known_at < @instant returning 1";

    private const string PositionSql =
        "select coalesce((select position from ledger_fold where known_at <= @instant order by known_at desc limit 1), 0)";

    private sealed record ClockRow(int Epoch, DateTimeOffset KnownAt, DateTimeOffset Now);
}
