using System.Text.Json;
using Microsoft.Extensions.Options;
using Wuwei.Outbox;
using Wuwei.Register.Jobs;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Personal;
using Wuwei.Tables;

namespace Wuwei.Register.Files;

/// <summary>
/// Applies the rows of a file as if each had been sent on its own, in their order. A row becomes the body that the single
/// endpoint takes and passes the same checks and rules; there are no others here.
/// </summary>
/// <param name="read">The record of a body, when each member can be right on its own.</param>
internal sealed class ImportJob<TRecord, TForm>(
    Table table, Func<TForm, Guid, PersonalDataProtector, DateOnly, Decision<TRecord>> read, Register<TRecord> register, Database db,
    JobRows jobs, ImportRows rows, PersonalDataProtector protector, TimeProvider clock, IOptions<ImportOptions> options) : IJobKind
    where TRecord : Registered
    where TForm : class
{
    public string Kind => SendImport.Kind;

    /// <summary>What a row asks for, or what is wrong with it.</summary>
    private readonly record struct Judged(int Number, Change<TRecord>? Change, RowError? Error, bool IsKnown);

    // As the single endpoint's: a rule looks everywhere, what is stored is the sender's own.
    private static Scope ScopeOf(Job job) => job.Caller.Scope.SeeingEverywhere();

    public Task RunAsync(Job job, CancellationToken cancellation) =>
        job.Mode == ImportMode.AcceptValid ? RunByChunksAsync(job, cancellation) : RunAsOneAsync(job, cancellation);

    // Each chunk is one transaction: its records and facts, the rows that are done with, and how far the job is.
    private async Task RunByChunksAsync(Job job, CancellationToken cancellation)
    {
        var (progress, position) = (new Progress(job.Done, job.Accepted, job.Refused), job.Position);
        while (true)
        {
            await using var work = await db.BeginAsync(ScopeOf(job), cancellation);
            var chunk = await ReadAsync(work, job, position);
            if (chunk.Count == 0)
            {
                await JobRows.FinishAsync(work, job, progress, JobState.Succeeded, null,
                    $"导入完成：写入 {progress.Accepted} 行{(progress.Refused > 0 ? $"，{progress.Refused} 行不符合要求，没有写入" : "")}。");
                await work.CommitAsync();
                return;
            }

            var last = chunk[^1].Number;
            var refused = await ApplyAsync(work, job, chunk);
            ImportRows.Write(work, job.JobId, refused);
            ImportRows.Delete(work, job.JobId, position, last);
            progress = After(progress, chunk, refused);
            position = last;
            await JobRows.CheckpointAsync(work, job, progress, position);
            await work.CommitAsync();
        }
    }

    // All in one transaction, which holds every key from the beginning, in one order: later rows see what earlier ones did,
    // and nobody waits in a circle. Whether it is committed is known at the end. What is wrong is noted meanwhile, outside it.
    private async Task RunAsOneAsync(Job job, CancellationToken cancellation)
    {
        await ForgetAsync(job, cancellation);
        var (progress, position) = (default(Progress), 0);
        await using (var work = await db.BeginAsync(ScopeOf(job), cancellation))
        {
            await HoldAsync(work, job);
            while (await ReadAsync(work, job, position) is { Count: > 0 } chunk)
            {
                var refused = await ApplyAsync(work, job, chunk);
                await work.FlushAsync();
                progress = After(progress, chunk, refused);
                position = chunk[^1].Number;
                await NoteAsync(job, refused, cancellation);
                await jobs.ReportAsync(job, progress, cancellation);
            }

            if (progress.Refused == 0 && job.Mode == ImportMode.AllOrNothing)
            {
                ImportRows.Delete(work, job.JobId, 0, int.MaxValue);
                await JobRows.FinishAsync(work, job, progress, JobState.Succeeded, null, $"导入完成：写入 {progress.Accepted} 行。");
                await work.CommitAsync();
                return;
            }
        }

        await using var end = await db.BeginAsync(job.Caller.Scope, cancellation);
        if (progress.Refused == 0)
        {
            ImportRows.Delete(end, job.JobId, 0, int.MaxValue);
            await JobRows.FinishAsync(end, job, progress, JobState.Succeeded, null, $"试导入通过：{progress.Accepted} 行都符合要求，没有写入。");
        }
        else
        {
            await JobRows.FinishAsync(end, job, job.Mode == ImportMode.DryRun ? progress : progress with { Accepted = 0 }, JobState.Refused,
                "import.rows_refused", $"有 {progress.Refused} 行不符合要求，没有写入任何记录。");
        }

        await end.CommitAsync();
    }

    private async Task<IReadOnlyList<Judged>> ReadAsync(UnitOfWork work, Job job, int after)
    {
        var today = clock.Today();
        return [.. (await rows.ReadAsync(work, job.JobId, after, options.Value.ChunkRows)).Select(row => Judge(row, today))];
    }

    // Keys of all rows, before any rule looks at one.
    private async Task HoldAsync(UnitOfWork work, Job job)
    {
        var locks = new HashSet<string>();
        for (var after = 0; await ReadAsync(work, job, after) is { Count: > 0 } chunk; after = chunk[^1].Number)
        {
            locks.UnionWith(chunk.SelectMany(row => row.Change?.Locks ?? []));
        }

        await work.ExecuteAsync(Guard.HoldSql, new { locks = locks.ToArray() });
    }

    /// <returns>The rows that the rules refused, and those that were never right.</returns>
    private async Task<IReadOnlyList<(int Number, RowError Error)>> ApplyAsync(UnitOfWork work, Job job, IReadOnlyList<Judged> chunk)
    {
        var asked = chunk.Where(row => row.Change is not null).ToArray();
        var outcomes = await register.ApplyWithinAsync(work, [.. asked.Select(row => row.Change!)], job.Caller);
        return
        [
            .. chunk.Where(row => row.Error is not null && !row.IsKnown).Select(row => (row.Number, row.Error!)),
            .. asked.Zip(outcomes)
                .Where(pair => pair.Second.Refusal is not null)
                .Select(pair => (pair.First.Number, Error(pair.First.Number, pair.Second.Refusal!))),
        ];
    }

    private static Progress After(Progress progress, IReadOnlyList<Judged> chunk, IReadOnlyList<(int Number, RowError Error)> refused)
    {
        var wrong = refused.Count + chunk.Count(row => row.IsKnown);
        return new(progress.Done + chunk.Count, progress.Accepted + chunk.Count - wrong, progress.Refused + wrong);
    }

    private async Task NoteAsync(Job job, IReadOnlyList<(int Number, RowError Error)> refused, CancellationToken cancellation)
    {
        if (refused.Count > 0)
        {
            await using var work = await db.BeginAsync(job.Caller.Scope, cancellation);
            ImportRows.Write(work, job.JobId, refused);
            await work.CommitAsync();
        }
    }

    // What an earlier attempt noted of the rules: it is asked again. What is wrong with the cells stays wrong.
    private async Task ForgetAsync(Job job, CancellationToken cancellation)
    {
        if (job.Attempt > 1)
        {
            await using var work = await db.BeginAsync(job.Caller.Scope, cancellation);
            work.Write("update import_row set errors = null where job_id = @JobId and errors -> 0 ->> 'code' not like 'cell.%'", new { job.JobId });
            await work.CommitAsync();
        }
    }

    private Judged Judge(ImportRow row, DateOnly today)
    {
        if (row.Errors.Count > 0)
        {
            return new(row.Number, null, row.Errors[0], IsKnown: true);
        }

        TForm? form;
        try
        {
            form = JsonSerializer.Deserialize<TForm>(table.ToJson(row.Texts).Span, Json.Options);
        }
        catch (JsonException error)
        {
            return new(row.Number, null, Unreadable(row, error), IsKnown: false);
        }

        return Answers.Misfit(form!) is { } misfit ? new(row.Number, null, Error(row.Number, misfit), IsKnown: false)
            : read(form!, Guid.CreateVersion7(), protector, today).IsRefused(out var refusal, out var record) ? new(row.Number, null, Error(row.Number, refusal), IsKnown: false)
            : new(row.Number, new(record.Id, record.Locks, _ => record, _ => null), null, IsKnown: false);
    }

    // Strict JSON has its say too: control characters, identity numbers where they do not belong.
    private RowError Unreadable(ImportRow row, JsonException error)
    {
        var pointer = error.Path?.TrimStart('$').Replace('.', '/');
        var column = table.Columns.ToList().FindIndex(column => column.Field == pointer);
        return column >= 0 && IdNumbers.AreIn(row.Texts[column])
            ? new(row.Number, table.Columns[column].Header, "request.id_number", "此处不能出现身份证号码。", "请删除身份证号码。")
            : new(row.Number, table.HeaderOf(pointer), "request.malformed", "内容无法读取，可能含有不可见的控制字符。", "请重新输入该单元格。");
    }

    private RowError Error(int number, Refusal refusal) =>
        new(number, table.HeaderOf(refusal.Pointer), refusal.Code, refusal.Title, refusal.Detail ?? "请核对后修改。");
}
