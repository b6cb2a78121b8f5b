namespace Wuwei.Register;

/// <summary>
/// Rows that are held while a rule across records is decided. Everyone takes them in the order of the key, so nobody
/// waits in a circle. A key says first what it is of, so that a certificate's number is never taken for a contract's.
/// </summary>
internal static class Guard
{
    /// <summary>A key, e.g. <c>certificate/Y0062</c>.</summary>
    public static string Key(string kind, string value) => $"{kind}/{value}";

    /// <summary>The values of the keys of a kind.</summary>
    public static string[] Values(string kind, IEnumerable<string> keys) =>
        [.. keys.Where(key => key.StartsWith($"{kind}/", StringComparison.Ordinal)).Select(key => key[(kind.Length + 1)..])];

    /// <summary>Holds the keys <c>@locks</c>. In one round trip: what is read afterwards sees what others did before.</summary>
    /// <remarks>
    /// A row that this transaction added is held as it is: whoever wants it waits for the end of the transaction. What is looked for
    /// under the keys is looked for by indexes, even when a table has few rows yet: the plan is kept with the prepared statement, and
    /// the first large file would be compared with all of the table until its statistics are taken anew.
    /// </remarks>
    public const string HoldSql = """
        set local enable_seqscan = off;

        insert into guard (key)
        select key from unnest(@locks) key
        order by key collate "C"
        on conflict do nothing;

        select key from guard
        where key = any(@locks) and xmin <> pg_current_xact_id()::xid
        order by key collate "C"
        for update
        """;
}
