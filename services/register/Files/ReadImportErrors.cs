using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.Register.Jobs;
using Wuwei.ServiceDefaults;
using Wuwei.Tables;
using Wuwei.Tables.Writing;

namespace Wuwei.Register.Files;

public static class ReadImportErrors
{
    public static readonly Refusal NoneLeft = new(
        "import.no_errors", "没有需要修改的行，或保留期已过；如仍需核对，请重新上传原文件。", StatusCodes.Status404NotFound);

    public static readonly Refusal NotFinished = new("import.not_finished", "导入还没有结束，请稍后再下载。");

    public static readonly Refusal NotTheSender = new(
        "import.not_the_sender", "错误文件含有个人信息，只有上传者本人可以下载，请由上传者下载。", StatusCodes.Status403Forbidden);

    private sealed record Cursor(int Row);

    public static void Map(IEndpointRouteBuilder jobs)
    {
        jobs.MapGet("/{id:guid}/errors", HandleAsync)
            .WithName(nameof(ReadImportErrors))
            .ProducesProblem(StatusCodes.Status404NotFound);
        jobs.MapGet("/{id:guid}/errors.xlsx", HandleXlsxAsync)
            .WithName("GetImportErrorWorkbook")
            .Produces<Stream>(StatusCodes.Status200OK, XlsxRows.MediaType)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    /// <summary>What is wrong with which rows of a file, in their order. Never says what a cell holds. Kept for 7 days.</summary>
    internal static async Task<Results<Ok<Page<RowProblems>>, ProblemHttpResult>> HandleAsync(
        Guid id, [AsParameters] PageQuery page, Caller caller, JobRows jobs, ImportRows rows, HttpContext http, CancellationToken cancellation)
    {
        if (!page.TryKey<Cursor>(out var after))
        {
            return PageQuery.BadCursor.ToProblem();
        }

        return await jobs.FindAsync(id, caller, cancellation) is null
            ? ReadJob.NotFound.ToProblem()
            : TypedResults.Ok(page.Page(
                await rows.ProblemsAsync(caller.Scope, id, after?.Row ?? 0, page.Fetch, cancellation), row => new Cursor(row.Row), http));
    }

    /// <summary>
    /// The rows that are not in the register, with what is wrong (行号, 字段, 错误, 建议) beside them: correct it and send it again as it
    /// is. Of a file of which nothing was stored these are all rows. For whoever sent the file; kept for 7 days.
    /// </summary>
    internal static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> HandleXlsxAsync(
        Guid id, Caller caller, JobRows jobs, ImportRows rows, Table table, HttpContext http, CancellationToken cancellation)
    {
        if (await jobs.FindAsync(id, caller, cancellation) is not { } job)
        {
            return ReadJob.NotFound.ToProblem();
        }

        if (job.Subject != caller.Subject)
        {
            return NotTheSender.ToProblem();
        }

        if (!job.IsFinished)
        {
            return NotFinished.ToProblem();
        }

        if ((await rows.ProblemsAsync(caller.Scope, id, 0, 1, cancellation)).Count == 0)
        {
            return NoneLeft.ToProblem();
        }

        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Stream(
            output => XlsxTemplate.WriteErrorsAsync(table, rows.LeftAsync(caller.Scope, id), output, cancellation),
            XlsxRows.MediaType, $"{table.Title}导入错误.xlsx");
    }
}
