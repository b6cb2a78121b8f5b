using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Wuwei.Outbox.Exports;
using Wuwei.ServiceDefaults;

namespace Wuwei.Outbox.Audit;

internal static class ExportAuditEntries
{
    public static void Map(IEndpointRouteBuilder audit) => audit
        .MapGet("/entries/export.{format}", HandleAsync)
        .WithName(nameof(ExportAuditEntries))
        .WithSummary("The same entries as a file, oldest first: csv (UTF-8 with a mark), xlsx or json. Too many are 422 export.too_many_rows.")
        .ProducesFile()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    internal static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> HandleAsync(
        string format, [AsParameters] AuditFilter filter, Caller caller, Export export, CancellationToken cancellation)
    {
        if (filter.From > filter.To)
        {
            return PageQuery.BadRange.ToProblem();
        }

        var args = new { scope = AuditFilter.ScopeOf(caller), filter.From, filter.To, filter.Subject, filter.Action, filter.Record, export.Fetch };
        return await export.AnswerAsync(
            caller.Scope, format, "审计记录", s_columns, Sql, args, work => work.StreamAsync<AuditRow>(Sql, args).Select(row => row.Show()), cancellation);
    }

    private static readonly ExportColumn<AuditEntryShown>[] s_columns =
    [
        new("序号", e => (decimal)e.EntryId),
        new("时间", e => Instants.Format(e.At)),
        new("操作主体", e => e.Subject),
        new("部门", e => e.Department),
        new("所属地区", e => e.CallerRegion),
        new("角色", e => string.Join(' ', e.Roles)),
        new("来源地址", e => e.Address),
        new("操作", e => e.Action),
        new("记录", e => e.Record),
        new("记录地区", e => e.Region),
        new("适用参数", e => string.Join(' ', e.DecidedUnder)),
        new("操作前", e => e.Before?.GetRawText()),
        new("操作后", e => e.After?.GetRawText()),
        new("追踪号", e => e.TraceId),
        new("链上位置", e => (decimal?)e.Position),
        new("链值", e => e.Hash),
    ];

    private const string Sql = $"""
        {AuditRow.Sql}
        order by e.entry_id
        limit @Fetch
        """;
}
