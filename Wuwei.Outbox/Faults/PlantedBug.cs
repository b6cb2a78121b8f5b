using System.Diagnostics;
using Npgsql;

namespace Wuwei.Outbox.Faults;

/// <summary>
/// Mistakes that the tests must find: who checks the checkers. Switched on by
/// a file <c>bug-&lt;name&gt;</c> in the service's folder of faults, or by <c>Planted</c> within a process. In an ordinary
/// build all are the constant false, and the compiler leaves them out.
/// </summary>
internal static class PlantedBug
{
#if FAULTS
    /// <summary>The bug of this flow of control, and of what it starts.</summary>
    public static readonly AsyncLocal<string?> Planted = new();

    /// <summary>Received messages are acknowledged before their effect is committed.</summary>
    public static bool AckBeforeCommit => Is("ack-before-commit");

    /// <summary>Every message counts as seen for the first time.</summary>
    public static bool NoInbox => Is("no-inbox");

    /// <summary>A relay goes on, and marks rows, whoever has the lease by now.</summary>
    public static bool NoLeaseEpoch => Is("no-lease-epoch");

    /// <summary>A message that no queue took counts as sent.</summary>
    public static bool DropReturned => Is("drop-returned");

    /// <summary>The ledger's last arrival wins.</summary>
    public static bool HighestRevisionIgnored => Is("highest-revision-ignored");

    /// <summary>A question as of an instant is answered by the reader's clock: folds under way are not waited for.</summary>
    public static bool NowInsteadOfPosition => Is("now-instead-of-position");

    /// <summary>The answer to a request that names itself is not kept.</summary>
    public static bool ForgetAnswers => Is("forget-answers");

    /// <summary>What somebody does is not written down.</summary>
    public static bool NoAuditEntry => Is("no-audit-entry");

    /// <summary>Entries are chained past transactions that are still open.</summary>
    public static bool ChainsAhead => Is("chains-ahead");

    private static bool Is(string name) =>
        Planted.Value == name || (FaultPoint.Folder is { } folder && File.Exists(Path.Combine(folder, $"bug-{name}")));
#else
    public const bool AckBeforeCommit = false;
    public const bool NoInbox = false;
    public const bool NoLeaseEpoch = false;
    public const bool DropReturned = false;
    public const bool HighestRevisionIgnored = false;
    public const bool NowInsteadOfPosition = false;
    public const bool ForgetAnswers = false;
    public const bool NoAuditEntry = false;
    public const bool ChainsAhead = false;
#endif

    /// <summary>Bug <c>publish-before-commit</c>: the outbox row (the last write) is there whatever becomes of the transaction.</summary>
    [Conditional("FAULTS")]
    public static void PublishBeforeCommit(NpgsqlConnection connection, List<NpgsqlBatchCommand> writes)
    {
#if FAULTS
        if (Is("publish-before-commit"))
        {
            using var other = (NpgsqlConnection)((ICloneable)connection).Clone();
            other.Open();
            using var batch = new NpgsqlBatch(other);
            batch.BatchCommands.Add(writes[^1]);
            batch.ExecuteNonQuery();
            writes.RemoveAt(writes.Count - 1);
        }
#endif
    }
}
