namespace Wuwei.Register;

/// <summary>
/// Rows that are held while a rule across records is decided. Everyone takes them in the order of the key, so nobody
/// waits in a circle.
/// </summary>
internal static class Guard
{
    public const string InsertSql = """
        insert into guard (key)
        select key from unnest(@locks) key
        order by key collate "C"
        on conflict do nothing
        """;

    public const string LockSql = """
        select from guard
        where key = any(@locks)
        order by key collate "C"
        for update
        """;
}
