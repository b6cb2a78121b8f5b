using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Wuwei.Assessment.Entries;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Personal;

namespace Wuwei.Assessment.EvidenceFiles;

/// <summary>Sends a file that shows what a record says.</summary>
public static class SendEvidence
{
    internal const int MostBytes = 10 * 1024 * 1024, MostName = 120;

    public static readonly Refusal BadName = Refusal.Invalid(
        "evidence.bad_name", "文件名须为 1 到 120 字，不含路径、控制字符或身份证号码。", "/name");

    public static readonly Refusal Empty = Refusal.Invalid("evidence.empty", "文件是空的。", "");
    public static readonly Refusal TooLarge = new("evidence.too_large", "佐证文件最大 10 MB。", StatusCodes.Status413PayloadTooLarge);
    public static readonly Refusal NotTaken = new(
        "evidence.not_taken", "只接收内容完整的 PDF、PNG、JPEG、DOCX、XLSX 文件，不接收含宏的文件；文件类型按内容判断。", StatusCodes.Status415UnsupportedMediaType);

    public static readonly Refusal NotSender = new("evidence.not_the_sender", "只有填报这条记录的单位可以附佐证文件。", StatusCodes.Status403Forbidden);
    public static readonly Refusal Closed = new("evidence.closed", "这条记录已经认定，佐证文件不能再增加或重新核验。");

    // A file is in memory while it is looked at: not more of them at once.
    private static readonly SemaphoreSlim s_places = new(4);

    public static void Map(IEndpointRouteBuilder evidence) => evidence
        .MapPost("", HandleAsync)
        .WithName(nameof(SendEvidence))
        .Accepts<Stream>("application/octet-stream", [.. FileKind.All.Select(kind => kind.MediaType)])
        .WithMetadata(new RequestSizeLimitAttribute(MostBytes + 4096L))
        .RequireScope("assessment.write")
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>
    /// Sends a file (PDF, PNG, JPEG, DOCX or XLSX, up to 10 MB) as the body, as evidence of a record. Who reported the record sends it,
    /// until the record is decided; what was sent stays. The same content for the same record is the same file, whatever its name.
    /// </summary>
    /// <param name="record">
    /// Address of the record: <c>tasks/{code}/reports/{id}</c>, <c>entries/{unit}/{item}/{period}</c>,
    /// <c>evaluations/{id}/units/{unit}/items/{item}</c>, <c>evaluations/{id}/rectifications/{id}</c> or <c>appeals/{id}</c>.
    /// </param>
    /// <param name="name">What the file is called; its type is read from the content.</param>
    internal static async Task<Results<Ok<EvidenceFile>, Created<EvidenceFile>, ProblemHttpResult>> HandleAsync(
        [FromQuery] string record, [FromQuery] string name, HttpContext http, Caller caller, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        if (!IsName(name))
        {
            return BadName.ToProblem();
        }

        await s_places.WaitAsync(cancellation);
        try
        {
            return await ReadAsync(http.Request, cancellation) is not { } content ? TooLarge.ToProblem()
                : content.Length == 0 ? Empty.ToProblem()
                : FileKind.Of(content) is not { } kind ? NotTaken.ToProblem()
                : await KeepAsync(record, kind.Named(name), kind, content, caller, db, clock, cancellation);
        }
        finally
        {
            s_places.Release();
        }
    }

    private static async Task<Results<Ok<EvidenceFile>, Created<EvidenceFile>, ProblemHttpResult>> KeepAsync(
        string record, string name, FileKind kind, byte[] content, Caller caller, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        if (await EvidenceOwner.LockAsync(work, record, caller) is not { } owner)
        {
            return EvidenceOwner.Unknown.ToProblem();
        }

        if (!owner.IsSender)
        {
            return NotSender.ToProblem();
        }

        var sha256 = Convert.ToHexStringLower(SHA256.HashData(content));
        if (await EvidenceStore.FindAsync(work, owner.Record, sha256) is { } same)
        {
            return TypedResults.Ok(same);
        }

        if (!owner.IsOpen)
        {
            return Closed.ToProblem();
        }

        var file = new EvidenceFile(
            Guid.CreateVersion7(), owner.Record, owner.Region, name, kind.Code, content.Length, sha256, caller.Subject, caller.Department, clock.GetUtcNow());
        work.Write(InsertSql, new
        {
            file.Id,
            file.Record,
            file.Region,
            departments = owner.Departments.ToArray(),
            file.Name,
            file.Kind,
            file.Size,
            file.Sha256,
            content,
            file.SentBy,
            file.Department,
            file.SentAt,
        });
        CountAnew(work, file);
        work.Audit(caller, new Act("evidence.sent", $"evidence/{file.Id}", After: file, Region: file.Region));
        await work.CommitAsync();
        return TypedResults.Created($"/api/assessment/v1/evidence/{file.Id}", file);
    }

    /// <summary>Queues that explanations of scores that rest on an entered value name other files now.</summary>
    internal static void CountAnew(UnitOfWork work, EvidenceFile file)
    {
        if (file.Record.Split('/') is ["entries", _, _, var period] && Period.TryParse(period, out var month))
        {
            work.Write(PutEntry.ChangedSql, new { Month = month.Start });
        }
    }

    /// <summary>No path, nothing that is not seen or turns the direction of reading, no person's number.</summary>
    internal static bool IsName(string name) =>
        !string.IsNullOrWhiteSpace(name) && name.EnumerateRunes().Count() <= MostName
        && name.EnumerateRunes().All(rune => rune.Value is not ('/' or '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|' or 0xfffd) && Rune.GetUnicodeCategory(rune) is not (
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned))
        && !IdNumbers.AreIn(name);

    /// <summary>The body; null: it is too large.</summary>
    private static async Task<byte[]?> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        using var content = new MemoryStream((int)Math.Clamp(request.ContentLength ?? 0, 0, MostBytes));
        var buffer = new byte[64 * 1024];
        for (int read; (read = await request.Body.ReadAsync(buffer, cancellation)) > 0;)
        {
            if (content.Length + read > MostBytes)
            {
                return null;
            }

            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }

    private const string InsertSql = """
        insert into evidence_file (evidence_id, record, region, departments, name, kind, size, sha256, content, sent_by, department, sent_at)
        values (@Id, @Record, @Region, @departments, @Name, @Kind, @Size, @Sha256, @content, @SentBy, @Department, @SentAt)
        """;
}
