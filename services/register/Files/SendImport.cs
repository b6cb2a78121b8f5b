using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
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

    public static readonly Refusal TooLarge = new("import.too_large", "文件过大，请拆分后分次上传。", StatusCodes.Status413PayloadTooLarge);

    public static readonly Refusal Busy = new("import.busy", "正在读取其他文件，请稍后再试。", StatusCodes.Status429TooManyRequests);

    public static readonly Refusal NoFile = Refusal.Invalid("import.no_file", "请求中没有文件。", "");

    public static void Map(IEndpointRouteBuilder records, ImportOptions options) => records
        .MapPost("/imports", HandleAsync)
        .WithName(nameof(SendImport))
        .Accepts<Stream>("application/octet-stream", XlsxRows.MediaType, "text/csv", "multipart/form-data")
        .WithMetadata(new RequestSizeLimitAttribute(options.Bytes + 4096L))
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status429TooManyRequests);

    /// <summary>Sends a filled template (XLSX or CSV) as the body or as the file of a form; answers 202 with the job that applies it.</summary>
    /// <remarks>
    /// The file is looked at before the answer: what is no table, too much or not like the template is refused as a whole
    /// (codes table.*), and so is one with a row of another region's (403 auth.out_of_region). Its rows are then applied by the rules of the single record; what is wrong with which row says
    /// jobs/{id}/errors and the workbook jobs/{id}/errors.xlsx, which can be corrected and sent again. The same file in the
    /// same mode by the same caller is the same job (200), unless that one stored nothing.
    /// </remarks>
    /// <param name="mode">dry-run stores nothing; all-or-nothing stores every row or none; accept-valid stores the rows that are right.</param>
    internal static async Task<Results<Ok<JobShown>, Accepted<JobShown>, ProblemHttpResult>> HandleAsync(
        [FromQuery, RegularExpression($"{ImportMode.DryRun}|{ImportMode.AllOrNothing}|{ImportMode.AcceptValid}",
            ErrorMessage = "mode 须为 dry-run、all-or-nothing 或 accept-valid。")] string mode,
        Caller caller, ImportGate gate, ImportRows rows, Table table, RegisterIdentity register, Database db, JobSignal signal,
        IOptions<ImportOptions> options, HttpContext http, CancellationToken cancellation)
    {
        using var slot = gate.TryEnter();
        if (slot is null)
        {
            http.Response.Headers.RetryAfter = "5";
            return Busy.ToProblem();
        }

        ArraySegment<byte>? sent;
        try
        {
            if (await BodyAsync(http.Request, cancellation) is not { } body)
            {
                return NoFile.ToProblem();
            }

            sent = await ReadAsync(body, options.Value.Bytes, cancellation);
        }
        catch (Exception error) when (error is InvalidDataException || (error is IOException and not BadHttpRequestException))
        {
            return NoFile.ToProblem(); // a form that ends before it is complete, or is none
        }

        if (sent is not { } file)
        {
            return TooLarge.ToProblem();
        }

        var asked = new { Kind, mode, caller.Subject, fingerprint = Convert.ToHexStringLower(SHA256.HashData(file)) };
        if (await db.FindAsync<Job>(caller.Scope, SameSql, asked, cancellation) is { } same)
        {
            return TypedResults.Ok(JobShown.Of(same, register.Name));
        }

        try
        {
            using var opened = TableFile.Open(file, table, new() { Rows = options.Value.Rows });
            await using var work = await db.BeginAsync(caller.Scope, cancellation);
            var id = Guid.CreateVersion7();
            await work.ExecuteAsync(InsertSql, new
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
            });
            var total = await rows.CopyAsync(work, id, OfOwnRegion(opened.Rows(), table, caller), cancellation);
            var message = $"已收到{(opened.Encoding is { } encoding ? $" CSV 文件（编码 {encoding.ToUpperInvariant()}）" : "工作簿")}，共 {total} 行，正在排队处理。";
            var job = await work.FindAsync<Job>(
                $"update job set total = @total, message = @message where job_id = @id returning {Job.Columns}", new { id, total, message });
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
                : Busy.ToProblem();
        }
    }

    // Rows of somebody else's people: most likely it is the wrong file, so nothing of it is taken.
    private static IEnumerable<TableRow> OfOwnRegion(IEnumerable<TableRow> rows, Table table, Caller caller)
    {
        foreach (var row in rows)
        {
            if (table.ValueOf("/region", row.Texts) is { } region && !caller.Covers(region))
            {
                throw new OtherRegionException(row.Number);
            }

            yield return row;
        }
    }

    private sealed class OtherRegionException(int row) : Exception
    {
        public int Row { get; } = row;
    }

    // The body itself, or the first file of a form, which is read as it comes.
    private static async Task<Stream?> BodyAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            return request.Body;
        }

        if (HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 and <= 70 } boundary)
        {
            return null;
        }

        var form = new MultipartReader(boundary.ToString(), request.Body);
        while (await form.ReadNextSectionAsync(cancellation) is { } section)
        {
            if (section.GetContentDispositionHeader()?.IsFileDisposition() == true)
            {
                return section.Body;
            }
        }

        return null;
    }

    // In memory only: a temporary file would hold numbers of persons in clear. Null: it is longer.
    private static async Task<ArraySegment<byte>?> ReadAsync(Stream body, int most, CancellationToken cancellation)
    {
        var (file, length) = (new byte[64 * 1024], 0);
        for (int read; (read = await body.ReadAsync(file.AsMemory(length), cancellation)) > 0;)
        {
            if ((length += read) > most)
            {
                return null;
            }

            if (length == file.Length)
            {
                Array.Resize(ref file, (int)Math.Min(2L * file.Length, most + 1L));
            }
        }

        return new(file, 0, length);
    }

    private const string SameSql = $"""
        select {Job.Columns} from job
        where subject = @Subject and kind = @Kind and mode = @mode and fingerprint = @fingerprint and state in ('waiting', 'running', 'succeeded')
        """;

    private const string InsertSql = """
        insert into job (job_id, kind, mode, subject, department, region, roles, scopes, fingerprint, address, traceparent)
        values (@id, @Kind, @mode, @Subject, @Department, @Region, @roles, @scopes, @fingerprint, @Address, @traceparent)
        """;
}

/// <summary>Lets a few files be read at the same time.</summary>
internal sealed class ImportGate(IOptions<ImportOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _free = new(options.Value.AtOnce);

    /// <summary>A place, to be given back; null when all are taken.</summary>
    public IDisposable? TryEnter() => _free.Wait(0) ? new Place(_free) : null;

    public void Dispose() => _free.Dispose();

    private sealed class Place(SemaphoreSlim free) : IDisposable
    {
        public void Dispose() => free.Release();
    }
}
