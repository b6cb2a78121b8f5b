using Wuwei.Outbox;
using Wuwei.Register.Jobs;
using Wuwei.Tables;

namespace Wuwei.Register.Files;

/// <summary>Applies the rows of a file as if each had been sent on its own, in their order, by the rules that the register has; there are no others here.</summary>
internal sealed class ImportJob<TRecord, TForm>(
    JudgedRows<TRecord, TForm> judged, Register<TRecord> register, Database db, JobRows jobs, ImportFiles files, ImportRows rows) : IJobKind
    where TRecord : Registered
    where TForm : class
{
    public string Kind => SendImport.Kind;

    // As the single endpoint's: a rule looks everywhere, what is stored is the sender's own.
    private static Scope ScopeOf(Job job) => job.Caller.Scope.SeeingEverywhere();

    public async Task RunAsync(Job job, CancellationToken cancellation)
    {
        var file = await files.ReadAsync(job, cancellation);
        if (file.Count == 0)
        {
            await jobs.EndAsync(job, JobState.Failed, "import.file_gone", "收到的文件已不在，没有写入任何记录，请重新上传。", cancellation);
            return;
        }

        try
        {
            await (job.Mode == ImportMode.AcceptValid ? RunByChunksAsync(job, file, cancellation) : RunAsOneAsync(job, file, cancellation));
        }
        catch (UnreadableTableException unreadable)
        {
            // It was read when it was sent: the template has changed since.
            await jobs.EndAsync(job, JobState.Refused, unreadable.Problem.Code, unreadable.Problem.Title, cancellation);
        }
    }

    // Each chunk is one transaction: its records and facts, its rows with something wrong, and how far the job is. Two are
    // under way at a time: a chunk is decided while the one before is being stored. It is decided once the one before holds
    // its keys, and so waits for it where they share one, and it is committed after it: the order of the rows is kept.
    private async Task RunByChunksAsync(Job job, ArraySegment<byte> file, CancellationToken cancellation)
    {
        var (progress, stored) = (new Progress(job.Done, job.Accepted, job.Refused), Task.CompletedTask);
        var accepted = new Dictionary<Guid, int>();
        try
        {
            await foreach (var chunk in judged.ReadAsync(file, after: job.Position))
            {
                var work = await db.BeginAsync(ScopeOf(job), cancellation);
                try
                {
                    var refused = await ApplyAsync(work, job, chunk, accepted);
                    rows.Write(work, job.JobId, refused);
                    progress = progress.With(chunk.Length, refused.Count);
                }
                catch
                {
                    await work.DisposeAsync();
                    throw;
                }

                var before = stored;
                stored = StoreAsync(work, job, progress, chunk[^1].Row.Number, before);
                await before;
            }
        }
        finally
        {
            await stored.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // whoever goes on finds nothing under way
        }

        await stored;
        await using var end = await db.BeginAsync(job.Caller.Scope, cancellation);
        ImportFiles.Delete(end, job.JobId);
        await JobRows.FinishAsync(end, job, progress, JobState.Succeeded, null,
            $"导入完成：写入 {progress.Accepted} 行{(progress.Refused > 0 ? $"，{progress.Refused} 行不符合要求，没有写入，请下载错误文件修改后重新上传" : "")}。");
        await end.CommitAsync();
    }

    private static async Task StoreAsync(UnitOfWork work, Job job, Progress progress, int position, Task before)
    {
        await using (work)
        {
            await work.FlushAsync();
            await before;
            await JobRows.CheckpointAsync(work, job, progress, position);
            await work.CommitAsync();
        }
    }

    // All in one transaction, which holds every key from the beginning, in one order: later rows see what earlier ones did,
    // and nobody waits in a circle. Whether it is committed is known at the end. What is wrong is noted meanwhile, outside it.
    private async Task RunAsOneAsync(Job job, ArraySegment<byte> file, CancellationToken cancellation)
    {
        await rows.ForgetAsync(job, cancellation);
        var (progress, accepted, noted) = (default(Progress), new Dictionary<Guid, int>(), new HashSet<int>());
        await using (var work = await db.BeginAsync(ScopeOf(job), cancellation))
        {
            await HoldAsync(work, file);
            await foreach (var chunk in judged.ReadAsync(file))
            {
                var refused = await ApplyAsync(work, job, chunk, accepted);
                await work.FlushAsync();
                progress = progress.With(chunk.Length, refused.Count);
                noted.UnionWith(refused.Select(row => row.Number));
                await rows.NoteAsync(job, refused, cancellation);
                await jobs.ReportAsync(job, progress, cancellation);
            }

            if (progress.Refused == 0 && job.Mode == ImportMode.AllOrNothing)
            {
                ImportFiles.Delete(work, job.JobId);
                await JobRows.FinishAsync(work, job, progress, JobState.Succeeded, null, $"导入完成：写入 {progress.Accepted} 行。");
                await work.CommitAsync();
                return;
            }
        }

        await using var end = await db.BeginAsync(job.Caller.Scope, cancellation);
        if (progress.Refused == 0)
        {
            await JobRows.FinishAsync(end, job, progress, JobState.Succeeded, null, $"试导入通过：{progress.Accepted} 行都符合要求，没有写入。");
        }
        else
        {
            // Before the job's row is changed: until the commit no sign of life would get past it.
            using var again = judged.Open(file);
            await rows.CopyAsync(end, job.JobId, again.Rows().Where(row => !noted.Contains(row.Number)), cancellation);
            await JobRows.FinishAsync(end, job, job.Mode == ImportMode.DryRun ? progress : progress with { Accepted = 0 }, JobState.Refused,
                "import.rows_refused", $"有 {progress.Refused} 行不符合要求，没有写入任何记录，请下载错误文件修改后重新上传。");
        }

        ImportFiles.Delete(end, job.JobId);
        await end.CommitAsync();
    }

    // Keys of all rows, before any rule looks at one.
    private async Task HoldAsync(UnitOfWork work, ArraySegment<byte> file)
    {
        var locks = new HashSet<string>();
        await foreach (var chunk in judged.ReadAsync(file))
        {
            locks.UnionWith(chunk.SelectMany(row => row.Change?.Locks ?? []));
        }

        await work.ExecuteAsync(Guard.HoldSql, new { locks = locks.ToArray() }, seconds: 0);
    }

    /// <param name="accepted">Row of each record that came of the file.</param>
    /// <returns>The rows that are wrong by themselves, and those that the rules refused.</returns>
    private async Task<IReadOnlyList<TableRow>> ApplyAsync(UnitOfWork work, Job job, Judged<TRecord>[] chunk, Dictionary<Guid, int> accepted)
    {
        var asked = chunk.Where(row => row.Change is not null).ToArray();
        var outcomes = await register.ApplyWithinAsync(work, [.. asked.Select(row => row.Change!)], job.Caller);
        List<TableRow> refused = [.. chunk.Where(row => row.Change is null).Select(row => row.Row)];
        foreach (var (row, outcome) in asked.Zip(outcomes))
        {
            if (outcome.Refusal is { } refusal)
            {
                // A record of this very file is the sender's to know of; of any other's is told no more than the rule says.
                refused.Add(judged.Refused(row.Row, refusal, outcome.Beside.Where(accepted.ContainsKey).Select(id => (int?)accepted[id]).FirstOrDefault()));
            }
            else
            {
                accepted[outcome.Record!.Id] = row.Row.Number;
            }
        }

        return refused;
    }
}
