using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Wuwei.ServiceDefaults;

namespace Wuwei.Outbox.Audit;

internal static class ExportAuditEntries
{
    private const string Header = "序号,时间,操作主体,部门,所属地区,角色,来源地址,操作,记录,记录地区,适用参数,操作前,操作后,追踪号,链上位置,链值";

    public static void Map(IEndpointRouteBuilder audit) => audit
        .MapGet("/entries.csv", HandleAsync)
        .WithName(nameof(ExportAuditEntries))
        .WithSummary("The same entries as a file for spreadsheets, oldest first, with their hashes: UTF-8 with a mark, all of them.")
        .Produces<string>(StatusCodes.Status200OK, "text/csv")
        .ProducesProblem(StatusCodes.Status400BadRequest);

    internal static Results<PushStreamHttpResult, ProblemHttpResult> HandleAsync(
        [AsParameters] AuditFilter filter, Caller caller, Database db, CancellationToken cancellation) =>
        filter.From > filter.To
            ? PageQuery.BadRange.ToProblem()
            : TypedResults.Stream(output => WriteAsync(output, filter, caller, db, cancellation), "text/csv; charset=utf-8", "审计日志.csv");

    // Row by row: a year's entries do not fit the memory.
    private static async Task WriteAsync(Stream output, AuditFilter filter, Caller caller, Database db, CancellationToken cancellation)
    {
        await using var writer = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true)) { NewLine = "\r\n" };
        await writer.WriteLineAsync(Header.AsMemory(), cancellation);
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        var rows = work.StreamAsync<Row>(Sql, new { scope = AuditFilter.ScopeOf(caller), filter.From, filter.To, filter.Subject, filter.Action, filter.Record });
        await foreach (var row in rows.WithCancellation(cancellation))
        {
            await writer.WriteLineAsync(string.Join(',', row.Cells.Select(Cell)).AsMemory(), cancellation);
        }
    }

    // A cell that begins like a formula is text with an apostrophe before it.
    private static string Cell(string? text) => text switch
    {
        null or "" => "",
        [('=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠'), ..] => Quote($"'{text}"),
        _ => text.AsSpan().IndexOfAny("\",\r\n") < 0 ? text : Quote(text),
    };

    private static string Quote(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private sealed record Row(
        long? Position, byte[]? Hash, long EntryId, DateTimeOffset At, string Xid, string Subject, string Department, string CallerRegion,
        string[] Roles, string? Address, string? TraceId, string Action, string Record, string Region, string? DecidedUnder, string? Before, string? After)
    {
        public IEnumerable<string?> Cells =>
        [
            $"{EntryId}", Instants.Format(At), Subject, Department, CallerRegion, string.Join(' ', Roles), Address, Action, Record, Region, DecidedUnder, Before,
            After, TraceId, $"{Position}", Hash is null ? "" : Convert.ToHexStringLower(Hash),
        ];
    }

    private const string Sql = $"""
        select l.position, l.hash, {AuditEntry.Columns}
        from audit_entry e
        left join audit_link l on l.entry_id = e.entry_id
        where {AuditFilter.Sql}
        order by e.entry_id
        """;
}
