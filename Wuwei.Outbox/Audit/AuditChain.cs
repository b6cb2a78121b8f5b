using System.Security.Cryptography;
using System.Text;

namespace Wuwei.Outbox.Audit;

/// <summary>How an entry becomes a link: every column counts, and so does everything before it.</summary>
internal static class AuditChain
{
    /// <summary>Entries whose links are kept: those of a month go before its entries do.</summary>
    public const string KeptSql = """
        e.at >= coalesce(
            (select date_trunc('month', day::timestamp) at time zone 'Asia/Shanghai' from audit_link order by position limit 1), '-infinity')
        """;

    /// <summary>The link that follows on another.</summary>
    public static AuditLink Next(AuditLink previous, DateOnly day, AuditEntry entry)
    {
        var position = previous.Position + 1;
        return new(position, day, HashOf(previous.Hash, position, day, entry));
    }

    /// <summary>The hash of an entry at a place. Texts go in with their length, so that none can pass for two.</summary>
    public static byte[] HashOf(byte[] previous, long position, DateOnly day, AuditEntry entry)
    {
        using var content = new MemoryStream();
        using var writer = new BinaryWriter(content, Encoding.UTF8);
        writer.Write(previous);
        writer.Write(position);
        writer.Write(day.DayNumber);
        writer.Write(entry.EntryId);
        writer.Write(entry.At.UtcTicks);
        writer.Write(entry.Roles.Length);
        foreach (var text in (string?[])
            [
                entry.Xid, entry.Subject, entry.Department, entry.CallerRegion, .. entry.Roles, entry.Address, entry.TraceId, entry.Action,
                entry.Record, entry.Region, entry.DecidedUnder, entry.Before, entry.After,
            ])
        {
            writer.Write(text is not null);
            writer.Write(text ?? "");
        }

        return SHA256.HashData(content.GetBuffer().AsSpan(0, (int)content.Length));
    }
}
