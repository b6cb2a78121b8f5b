using NpgsqlTypes;
using Wuwei.Outbox;
using Wuwei.Register.Jobs;
using Wuwei.ServiceDefaults.Personal;

namespace Wuwei.Register.Files;

/// <summary>
/// Files that were sent, until they are applied: sealed, since numbers of persons are in them, and in parts, so that no more
/// than one of them is in memory twice.
/// </summary>
internal sealed class ImportFiles(PersonalDataProtector protector, Database db)
{
    private const string Column = "import_file.content";
    private const int PartBytes = 1024 * 1024;

    /// <summary>Keeps a file for its job.</summary>
    public async Task KeepAsync(UnitOfWork work, Guid job, ArraySegment<byte> file, CancellationToken cancellation)
    {
        await using var copy = await work.Connection.BeginBinaryImportAsync("copy import_file (job_id, part, content) from stdin (format binary)", cancellation);
        for (var part = 0; part * PartBytes < file.Count; part++)
        {
            await copy.StartRowAsync(cancellation);
            await copy.WriteAsync(job, NpgsqlDbType.Uuid, cancellation);
            await copy.WriteAsync(part, NpgsqlDbType.Integer, cancellation);
            await copy.WriteAsync(
                protector.Encrypt(file.AsSpan(part * PartBytes, Math.Min(PartBytes, file.Count - part * PartBytes)), Column, Place(job, part)),
                NpgsqlDbType.Bytea, cancellation);
        }

        await copy.CompleteAsync(cancellation);
    }

    /// <summary>The file of a job; empty: there is none.</summary>
    public async Task<ArraySegment<byte>> ReadAsync(Job job, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(job.Caller.Scope, cancellation);
        var file = new byte[await work.FindAsync<int?>(
            "select sum(length(content))::integer from import_file where job_id = @JobId", new { job.JobId }) ?? 0];
        var (length, part) = (0, 0);
        await foreach (var content in work.StreamAsync<byte[]>("select content from import_file where job_id = @JobId order by part", new { job.JobId }))
        {
            var plain = protector.DecryptBytes(content, Column, Place(job.JobId, part++));
            plain.CopyTo(file, length);
            length += plain.Length;
        }

        return new(file, 0, length);
    }

    /// <summary>Deletes the file of a job that needs it no more.</summary>
    public static void Delete(UnitOfWork work, Guid job) => work.Write("delete from import_file where job_id = @job", new { job });

    /// <summary>Seals parts under the current key that are sealed under an earlier one, a few at a time: each is a megabyte.</summary>
    /// <returns>How many it found; 0: none is left but those that somebody is just done with.</returns>
    public async Task<int> RotateAsync(UnitOfWork work)
    {
        var old = await work.ListAsync<Sealed>(
            "select job_id, part, content from import_file where substring(content from 2 for 2) <> @CurrentKeyId limit 16 for no key update skip locked",
            new { protector.CurrentKeyId });
        foreach (var (job, part, content) in old)
        {
            work.Write(
                "update import_file set content = @content where job_id = @job and part = @part",
                new { job, part, content = protector.Reseal(content, Column, Place(job, part)) });
        }

        return old.Count;
    }

    private sealed record Sealed(Guid JobId, int Part, byte[] Content);

    private static string Place(Guid job, int part) => $"{job}/{part}";
}
