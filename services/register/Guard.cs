namespace Wuwei.Register;

/// <summary>
/// Rows that are held while a rule across records is decided. Everyone takes them in the order of the key, so nobody
/// waits in a circle.
/// </summary>
internal static class Guard
{
    /// <summary>Holds the keys <c>@locks</c>. Two statements in one round trip: what is read afterwards sees what others did before.</summary>
    public const string HoldSql = """
        insert into guard (key)
        select key from unnest(@locks) key
        order by key collate "C"
        on conflict do nothing;

        select from guard
        where key = any(@locks)
        order by key collate "C"
        for update
        """;
}
