using System.Text.Encodings.Web;
using System.Text.Json;
using NpgsqlTypes;
using Wuwei.Outbox;
using Wuwei.Register.Jobs;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Personal;
using Wuwei.Tables;

namespace Wuwei.Register.Files;

/// <summary>
/// Rows of files that are not in the register, for the workbook of errors: sealed, since numbers of persons are in them. What
/// is wrong with a row never says what it holds.
/// </summary>
internal sealed class ImportRows(PersonalDataProtector protector, Database db)
{
    private const string Column = "import_row.texts";

    // Chinese as it is: escaped it would take twice the room.
    private static readonly JsonSerializerOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private sealed record Stored(int RowNumber, byte[] Texts, string? Errors);

    /// <summary>Queues rows with something wrong.</summary>
    public void Write(UnitOfWork work, Guid job, IReadOnlyCollection<TableRow> rows)
    {
        if (rows.Count > 0)
        {
            work.Write(
                "insert into import_row (job_id, row_number, texts, errors) select @job, number, texts, errors::jsonb from unnest(@numbers, @texts, @errors) x (number, texts, errors)",
                new
                {
                    job,
                    numbers = rows.Select(row => row.Number).ToArray(),
                    texts = rows.Select(row => Seal(job, row)).ToArray(),
                    errors = rows.Select(row => JsonSerializer.Serialize(row.Errors, Json.Options)).ToArray(),
                });
        }
    }

    /// <summary>The same by itself, for those who watch a job of which nothing is stored yet.</summary>
    public async Task NoteAsync(Job job, IReadOnlyCollection<TableRow> rows, CancellationToken cancellation)
    {
        if (rows.Count > 0)
        {
            await using var work = await db.BeginAsync(job.Caller.Scope, cancellation);
            Write(work, job.JobId, rows);
            await work.CommitAsync();
        }
    }

    /// <summary>Deletes what an earlier attempt noted.</summary>
    public async Task ForgetAsync(Job job, CancellationToken cancellation)
    {
        if (job.Attempt > 1)
        {
            await using var work = await db.BeginAsync(job.Caller.Scope, cancellation);
            work.Write("delete from import_row where job_id = @JobId", new { job.JobId });
            await work.CommitAsync();
        }
    }

    /// <summary>Copies rows with nothing wrong, of a file of which nothing was stored.</summary>
    public async Task CopyAsync(UnitOfWork work, Guid job, IEnumerable<TableRow> rows, CancellationToken cancellation)
    {
        await using var copy = await work.Connection.BeginBinaryImportAsync("copy import_row (job_id, row_number, texts) from stdin (format binary)", cancellation);
        foreach (var row in rows)
        {
            await copy.StartRowAsync(cancellation);
            await copy.WriteAsync(job, NpgsqlDbType.Uuid, cancellation);
            await copy.WriteAsync(row.Number, NpgsqlDbType.Integer, cancellation);
            await copy.WriteAsync(Seal(job, row), NpgsqlDbType.Bytea, cancellation);
        }

        await copy.CompleteAsync(cancellation);
    }

    /// <summary>The rows of a job in their order: those with something wrong, and of a file that came to nothing the others too.</summary>
    public async IAsyncEnumerable<TableRow> LeftAsync(Scope scope, Guid job)
    {
        for (var after = 0; ;)
        {
            var rows = await db.ListAsync<Stored>(scope, ReadSql, new { job, after, limit = 1000 }, CancellationToken.None);
            foreach (var row in rows)
            {
                yield return Open(job, row);
            }

            if (rows.Count == 0)
            {
                yield break;
            }

            after = rows[^1].RowNumber;
        }
    }

    /// <summary>The rows with something wrong, in their order.</summary>
    public async Task<IReadOnlyList<RowProblems>> ProblemsAsync(Scope scope, Guid job, int after, int limit, CancellationToken cancellation) =>
        [.. (await db.ListAsync<Stored>(
            scope,
            """
            select row_number, ''::bytea as texts, errors::text as errors from import_row
            where job_id = @job and row_number > @after and errors is not null
            order by row_number limit @limit
            """,
            new { job, after, limit }, cancellation)).Select(row => new RowProblems(row.RowNumber, Problems(row.Errors)))];

    /// <summary>Seals rows under the current key that are sealed under an earlier one, as many as are asked for.</summary>
    /// <returns>How many it found. Those that somebody is just done with are passed over.</returns>
    public async Task<int> RotateAsync(UnitOfWork work, int limit)
    {
        var old = await work.ListAsync<Sealed>(
            "select job_id, row_number, texts from import_row where substring(texts from 2 for 2) <> @CurrentKeyId limit @limit for no key update skip locked",
            new { protector.CurrentKeyId, limit });
        if (old.Count > 0)
        {
            work.Write(
                """
                update import_row r set texts = k.texts from unnest(@jobs, @rows, @texts) k (job_id, row_number, texts)
                where r.job_id = k.job_id and r.row_number = k.row_number
                """,
                new
                {
                    jobs = old.Select(row => row.JobId).ToArray(),
                    rows = old.Select(row => row.RowNumber).ToArray(),
                    texts = old.Select(row => protector.Reseal(row.Texts, Column, Place(row.JobId, row.RowNumber))).ToArray(),
                });
        }

        return old.Count;
    }

    private sealed record Sealed(Guid JobId, int RowNumber, byte[] Texts);

    private byte[] Seal(Guid job, TableRow row) => protector.Encrypt(JsonSerializer.Serialize(row.Texts, s_plain), Column, Place(job, row.Number));

    private TableRow Open(Guid job, Stored row) => new(
        row.RowNumber,
        JsonSerializer.Deserialize<string[]>(protector.Decrypt(row.Texts, Column, Place(job, row.RowNumber)))!,
        Problems(row.Errors));

    private static RowError[] Problems(string? errors) => errors is null ? [] : JsonSerializer.Deserialize<RowError[]>(errors, Json.Options)!;

    private static string Place(Guid job, int row) => $"{job}/{row}";

    private const string ReadSql = """
        select row_number, texts, errors::text as errors from import_row
        where job_id = @job and row_number > @after
        order by row_number limit @limit
        """;
}

/// <summary>What is wrong with a row of a file.</summary>
/// <param name="Row">As the spreadsheet numbers it; the header is 1.</param>
public sealed record RowProblems(int Row, IReadOnlyList<RowError> Errors);
