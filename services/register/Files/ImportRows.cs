using System.Text.Json;
using NpgsqlTypes;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Personal;
using Wuwei.Tables;

namespace Wuwei.Register.Files;

/// <summary>A row between the file and the register.</summary>
/// <param name="Errors">What is wrong with it by itself, or by the rules.</param>
internal sealed record ImportRow(int Number, IReadOnlyList<string> Texts, IReadOnlyList<RowError> Errors);

/// <summary>
/// Rows of files that were sent, until they are applied: sealed, since numbers of persons are in them, and gone as soon as
/// what they say is in the register. What is wrong with a row never says what it holds.
/// </summary>
internal sealed class ImportRows(PersonalDataProtector protector)
{
    private const string Column = "import_row.texts";

    private sealed record Stored(int RowNumber, byte[] Texts, string? Errors);

    /// <summary>Copies the rows of a file as they are read.</summary>
    /// <returns>How many there are.</returns>
    /// <exception cref="UnreadableTableException">The file is refused further down; nothing must be committed.</exception>
    public async Task<int> CopyAsync(UnitOfWork work, Guid job, IEnumerable<TableRow> rows, CancellationToken cancellation)
    {
        await using var copy = await work.Connection.BeginBinaryImportAsync(
            "copy import_row (job_id, row_number, texts, errors) from stdin (format binary)", cancellation);
        foreach (var row in rows)
        {
            await copy.StartRowAsync(cancellation);
            await copy.WriteAsync(job, NpgsqlDbType.Uuid, cancellation);
            await copy.WriteAsync(row.Number, NpgsqlDbType.Integer, cancellation);
            await copy.WriteAsync(protector.Encrypt(JsonSerializer.Serialize(row.Texts), Column, Place(job, row.Number)), NpgsqlDbType.Bytea, cancellation);
            if (row.Errors.Count == 0)
            {
                await copy.WriteNullAsync(cancellation);
            }
            else
            {
                await copy.WriteAsync(JsonSerializer.Serialize(row.Errors, Json.Options), NpgsqlDbType.Jsonb, cancellation);
            }
        }

        return (int)await copy.CompleteAsync(cancellation);
    }

    /// <summary>The next rows of a job.</summary>
    public async Task<IReadOnlyList<ImportRow>> ReadAsync(UnitOfWork work, Guid job, int after, int limit) =>
        [.. (await work.ListAsync<Stored>(ReadSql, new { job, after, limit })).Select(row => Open(job, row))];

    /// <summary>The rows of a job in their order: those with something wrong, and of a file that came to nothing the others too.</summary>
    public async IAsyncEnumerable<TableRow> LeftAsync(Database db, Scope scope, Guid job)
    {
        for (var after = 0; ;)
        {
            var rows = await db.ListAsync<Stored>(scope, ReadSql, new { job, after, limit = 1000 }, CancellationToken.None);
            foreach (var row in rows.Select(row => Open(job, row)))
            {
                yield return new(row.Number, row.Texts, row.Errors);
            }

            if (rows.Count == 0)
            {
                yield break;
            }

            after = rows[^1].RowNumber;
        }
    }

    /// <summary>The rows with something wrong, in their order.</summary>
    public static async Task<IReadOnlyList<RowProblems>> ProblemsAsync(Database db, Scope scope, Guid job, int after, int limit, CancellationToken cancellation) =>
        [.. (await db.ListAsync<Stored>(
            scope,
            """
            select row_number, ''::bytea as texts, errors::text as errors from import_row
            where job_id = @job and row_number > @after and errors is not null
            order by row_number limit @limit
            """,
            new { job, after, limit }, cancellation)).Select(row => new RowProblems(row.RowNumber, Problems(row.Errors)))];

    /// <summary>Notes what the rules say of rows.</summary>
    public static void Write(UnitOfWork work, Guid job, IReadOnlyCollection<(int Number, RowError Error)> refused)
    {
        if (refused.Count > 0)
        {
            work.Write(
                "update import_row r set errors = x.errors::jsonb from unnest(@numbers, @errors) x (number, errors) where r.job_id = @job and r.row_number = x.number",
                new
                {
                    job,
                    numbers = refused.Select(row => row.Number).ToArray(),
                    errors = refused.Select(row => JsonSerializer.Serialize(new[] { row.Error }, Json.Options)).ToArray(),
                });
        }
    }

    /// <summary>Deletes rows whose record is stored.</summary>
    public static void Delete(UnitOfWork work, Guid job, int after, int upTo) => work.Write(
        "delete from import_row where job_id = @job and row_number > @after and row_number <= @upTo and errors is null", new { job, after, upTo });

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

    private ImportRow Open(Guid job, Stored row) => new(
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
