using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Npgsql;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Register.Jobs;
using Wuwei.ServiceDefaults;
using Wuwei.Tables;
using Wuwei.Tables.Writing;

namespace Wuwei.Register.Files;

public static class SendImport
{
    internal const string Kind = "import";

    public static void Map(IEndpointRouteBuilder records, ImportOptions options) => records
        .MapPost("/imports", HandleAsync)
        .WithName(nameof(SendImport))
        .Accepts<Stream>("application/octet-stream", XlsxRows.MediaType, "text/csv", "multipart/form-data")
        .WithMetadata(new RequestSizeLimitAttribute(options.Bytes + 4096L))
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status408RequestTimeout)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status429TooManyRequests);

    /// <summary>Sends a filled template (XLSX or CSV) as the body or as the file of a form; answers 202 with the job that applies it.</summary>
    /// <remarks>
    /// The file is looked at before the answer: what is no table, too much or not like the template is refused as a whole
    /// (codes table.*), and so is one with a row of another region's (403 auth.out_of_region). Its rows are then applied by the rules of the single record; what is wrong with which row says
    /// jobs/{id}/errors and the workbook jobs/{id}/errors.xlsx, which can be corrected and sent again. The same file in the
    /// same mode by the same caller is the same job (200), unless that one stored nothing. A file that is not sent within a
    /// minute is refused (408 import.too_slow, at the gateway request.timeout).
    /// </remarks>
    /// <param name="mode">dry-run stores nothing; all-or-nothing stores every row or none; accept-valid stores the rows that are right.</param>
    internal static async Task<Results<Ok<JobShown>, Accepted<JobShown>, ProblemHttpResult>> HandleAsync(
        [FromQuery, RegularExpression($"{ImportMode.DryRun}|{ImportMode.AllOrNothing}|{ImportMode.AcceptValid}",
            ErrorMessage = "mode 须为 dry-run、all-or-nothing 或 accept-valid。")] string mode,
        Caller caller, Reception reception, ImportFiles files, Table table, RegisterIdentity register, Database db, JobSignal signal,
        IOptions<ImportOptions> options, HttpContext http, CancellationToken cancellation)
    {
        if ((await reception.ReceiveAsync(http, cancellation)).IsRefused(out var refusal, out var sent))
        {
            return refusal.ToProblem();
        }

        using var received = sent;
        var file = sent.Content;
        var asked = new { Kind, mode, caller.Subject, fingerprint = Convert.ToHexStringLower(SHA256.HashData(file)) };
        if (await db.FindAsync<Job>(caller.Scope, SameSql, asked, cancellation) is { } same)
        {
            return TypedResults.Ok(JobShown.Of(same, register.Name));
        }

        try
        {
            var (total, encoding) = Look(file, table, options.Value.Limits, caller);
            await using var work = await db.BeginAsync(caller.Scope, cancellation);
            var id = Guid.CreateVersion7();
            var job = await work.FindAsync<Job>(InsertSql, new
            {
                id,
                asked.Kind,
                asked.mode,
                asked.Subject,
                asked.fingerprint,
                caller.Department,
                caller.Region,
                roles = caller.Roles.ToArray(),
                scopes = caller.Scopes.ToArray(),
                caller.Address,
                traceparent = Activity.Current?.Id,
                total,
                message = $"已收到{(encoding is null ? "工作簿" : $" CSV 文件（编码 {encoding.ToUpperInvariant()}）")}，共 {total} 行，正在排队处理。",
            });
            await files.KeepAsync(work, id, file, cancellation);
            var shown = JobShown.Of(job!, register.Name);
            work.Audit(caller, new Act("import.sent", job!.RecordId, null, shown));
            await work.CommitAsync();
            signal.Set();
            return TypedResults.Accepted(shown.Link, shown);
        }
        catch (UnreadableTableException refused)
        {
            var (code, title, status) = refused.Problem;
            return new Refusal(code, title, status, Detail: refused.Where is { } where ? $"位置：{where}" : null).ToProblem();
        }
        catch (OtherRegionException other)
        {
            await using var work = await db.BeginAsync(caller.Scope, cancellation);
            work.Audit(caller, new Act("import.refused", $"imports/{asked.fingerprint}", After: new { mode, Caller.OutOfRegion.Code, other.Row }));
            await work.CommitAsync();
            return (Caller.OutOfRegion with { Detail = $"第 {other.Row} 行不属于您的管辖区域，整个文件没有接收，请核对后重新上传。" }).ToProblem();
        }
        catch (PostgresException twin) when (twin is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "job_same" })
        {
            // Sent twice at the same time: the other one was first.
            return await db.FindAsync<Job>(caller.Scope, SameSql, asked, cancellation) is { } first
                ? TypedResults.Ok(JobShown.Of(first, register.Name))
                : Reception.Busy.ToProblem();
        }
    }

    // Every row once, before anything is kept: what is wrong with the file as a whole may stand at its end. Rows of somebody
    // else's people are such: most likely it is the wrong file, so nothing of it is taken.
    private static (int Total, string? Encoding) Look(ArraySegment<byte> file, Table table, TableLimits limits, Caller caller)
    {
        using var opened = TableFile.Open(file, table, limits);
        var total = 0;
        foreach (var row in opened.Rows())
        {
            if (table.ValueOf("/region", row.Texts) is { } region && !caller.Covers(region))
            {
                throw new OtherRegionException(row.Number);
            }

            total++;
        }

        return (total, opened.Encoding);
    }

    private sealed class OtherRegionException(int row) : Exception
    {
        public int Row { get; } = row;
    }

    private const string SameSql = $"""
        select {Job.Columns} from job
        where subject = @Subject and kind = @Kind and mode = @mode and fingerprint = @fingerprint and state in ('waiting', 'running', 'succeeded')
        """;

    private const string InsertSql = $"""
        insert into job (job_id, kind, mode, subject, department, region, roles, scopes, fingerprint, address, traceparent, total, message)
        values (@id, @Kind, @mode, @Subject, @Department, @Region, @roles, @scopes, @fingerprint, @Address, @traceparent, @total, @message)
        returning {Job.Columns}
        """;
}
