using System.Text.Json;
using Microsoft.Extensions.Options;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Personal;
using Wuwei.Tables;

namespace Wuwei.Register.Files;

/// <summary>A row of a file, and what it asks for; null: something is wrong with the row by itself.</summary>
internal readonly record struct Judged<TRecord>(TableRow Row, Change<TRecord>? Change) where TRecord : Registered;

/// <summary>The rows of files, each as the body that the single endpoint takes, after the checks that it makes of a body.</summary>
/// <param name="read">The record of a body, when each member can be right on its own.</param>
internal sealed class JudgedRows<TRecord, TForm>(
    Table table, Func<TForm, Guid, PersonalDataProtector, DateOnly, Decision<TRecord>> read, PersonalDataProtector protector, TimeProvider clock,
    IOptions<ImportOptions> options)
    where TRecord : Registered
    where TForm : class
{
    /// <summary>Opens a file that was read before.</summary>
    /// <exception cref="UnreadableTableException">The template, or how much is read, has changed since.</exception>
    public TableFile Open(ArraySegment<byte> file) => TableFile.Open(file, table, options.Value.Limits);

    /// <summary>
    /// The rows behind one, in chunks. A chunk is read and judged while the one before is being applied: that one waits for the
    /// database, this one takes the processor.
    /// </summary>
    /// <exception cref="UnreadableTableException">As <see cref="Open"/>.</exception>
    public async IAsyncEnumerable<Judged<TRecord>[]> ReadAsync(ArraySegment<byte> file, int after = 0)
    {
        var today = clock.Today();
        using var opened = Open(file);
        using var chunks = opened.Rows()
            .SkipWhile(row => row.Number <= after)
            .Chunk(options.Value.ChunkRows)
            .Select(chunk => Array.ConvertAll(chunk, row => Judge(row, today)))
            .GetEnumerator();
        var next = NextAsync();
        try
        {
            while (await next is { } chunk)
            {
                next = NextAsync();
                yield return chunk;
            }
        }
        finally
        {
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the file is not closed under it
        }

        Task<Judged<TRecord>[]?> NextAsync() => Task.Run(() => chunks.MoveNext() ? chunks.Current : null);
    }

    /// <summary>The row with why it was refused.</summary>
    /// <param name="beside">A row before it that has the same person or number.</param>
    public TableRow Refused(TableRow row, Refusal refusal, int? beside = null) => row with
    {
        Errors =
        [
            new(row.Number, table.HeaderOf(refusal.Pointer), refusal.Code, refusal.Title,
                beside is { } other ? $"与本文件第 {other} 行冲突，请核对后修改或删除其中一行。" : refusal.Detail ?? "请核对后修改。"),
        ],
    };

    private Judged<TRecord> Judge(TableRow row, DateOnly today)
    {
        if (row.Errors.Count > 0)
        {
            return new(row, null);
        }

        TForm? form;
        try
        {
            form = JsonSerializer.Deserialize<TForm>(table.ToJson(row.Texts).Span, Json.Options);
        }
        catch (JsonException error)
        {
            return new(row with { Errors = [Unreadable(row, error)] }, null);
        }

        return Answers.Misfit(form!) is { } misfit ? new(Refused(row, misfit), null)
            : read(form!, Guid.CreateVersion7(), protector, today).IsRefused(out var refusal, out var record) ? new(Refused(row, refusal), null)
            : new(row, new(record.Id, record.Locks, _ => record, _ => null));
    }

    // Strict JSON has its say too: control characters, identity numbers where they do not belong.
    private RowError Unreadable(TableRow row, JsonException error)
    {
        var pointer = error.Path?.TrimStart('$').Replace('.', '/');
        var column = table.Columns.ToList().FindIndex(column => column.Field == pointer);
        return column >= 0 && IdNumbers.AreIn(row.Texts[column])
            ? new(row.Number, table.Columns[column].Header, "request.id_number", "此处不能出现身份证号码。", "请删除身份证号码。")
            : new(row.Number, table.HeaderOf(pointer), "request.malformed", "内容无法读取，可能含有不可见的控制字符。", "请重新输入该单元格。");
    }
}
