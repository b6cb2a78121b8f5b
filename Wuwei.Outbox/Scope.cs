using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Outbox;

/// <summary>
/// Whose rows a transaction sees and changes. Row policies of the database hold it to that: what a statement forgets to ask
/// for, it does not get, and without a scope there are no rows at all (docs/adr/0015-scope-in-the-database.md).
/// </summary>
/// <remarks>
/// <para>
/// A caller's scope is the region of its token: a county that county with its townships, the city all of them. A worker is
/// nobody's clerk and says who it is. A rule that holds across counties (once per occupation and level, one open loan) asks for
/// <see cref="SeeingEverywhere"/>: what it sees it must not show, and what it changes stays the caller's own.
/// </para>
/// <para>
/// Travels as the transaction's setting <c>app.scope</c>, e.g. <c>620602%|620602%|training|clerk</c>: a pattern for the
/// regions that are seen, one for those that are changed, the department, the roles. It is sent with the first statement, so it
/// costs no round trip, and ends with the transaction: the next user of the connection finds none.
/// </para>
/// <para>
/// What another region's caller gets: a select finds nothing, an update or delete changes no row, and an insert fails (42501),
/// which is a fault of ours, since the endpoint has asked before: <see cref="Caller.Covers"/>.
/// </para>
/// <para>
/// A new table gets its policies in the migration that creates it: <c>call scope_by_region('t')</c> for rows with a column
/// <c>region</c>, <c>call scope_to_city('t')</c> for what only the city sets. <c>Scope.Tests</c> reads every service's catalogue,
/// tries each table as another county, and fails for a table with neither and without a reason in its list.
/// </para>
/// <para>
/// PostgreSQL refuses COPY into such tables: many rows are inserted from arrays. Partitions are asked through the whole; by
/// themselves they show nothing. The owner is not bound, which is why services log in as somebody else.
/// </para>
/// </remarks>
/// <example><code>
/// await using var work = await db.BeginAsync(caller.Scope, cancellation);          // a caller's own region
/// await using var work = await db.BeginAsync(Scope.System("relay"), cancellation); // a worker's, everywhere
/// </code></example>
public sealed record Scope
{
    private readonly string _reads;
    private readonly string _writes;
    private readonly string _who;

    private Scope(string reads, string writes, string who) => (_reads, _writes, _who) = (reads, writes, who);

    /// <summary>A caller's scope.</summary>
    /// <param name="regions">Digits that the codes of the caller's regions begin with; empty: no rows.</param>
    /// <param name="department">As the token names it.</param>
    /// <param name="roles">As the token names them.</param>
    public static Scope Of(string regions, string department, IEnumerable<string> roles)
    {
        var pattern = regions.Length > 0 && regions.All(char.IsAsciiDigit) ? $"{regions}%" : "";
        return new(pattern, pattern, $"{Plain(department)}|{string.Join(',', roles.Select(Plain).Order(StringComparer.Ordinal))}");
    }

    /// <summary>The scope of work that nobody in particular asked for: every region.</summary>
    /// <param name="worker">Who works, e.g. <c>relay</c>.</param>
    public static Scope System(string worker) => new("%", "%", $"{Plain(worker)}|system");

    /// <summary>The same, but seeing every region: for rules that hold across counties. What is changed stays the caller's own.</summary>
    // No property: what binds a caller would validate it, and that of it, without end.
    public Scope SeeingEverywhere() => new("%", _writes, _who);

    /// <summary>Sets the scope for the transaction; answers no rows.</summary>
    internal string SetSql => $"set local app.scope = '{this}';\n";

    /// <summary>Sets the scope for a batch of statements that is a transaction by itself; answers one row.</summary>
    internal string SelectSql => $"select set_config('app.scope', '{this}', true);\n";

    public override string ToString() => $"{_reads}|{_writes}|{_who}";

    // Part of a statement and of a list: neither a quote nor a bar may get in.
    private static string Plain(string word) => string.Concat(word.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'));
}

/// <summary>A caller's scope.</summary>
public static class CallerScope
{
    extension(Caller caller)
    {
        /// <summary>The rows that the database lets the caller see and change.</summary>
        public Scope Scope => Scope.Of(RegionCode.Prefix(caller.Region), caller.Department, caller.Roles);
    }
}
