using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Channels;

namespace Wuwei.Faults.Campaign;

/// <summary>One change that an attempt asks for.</summary>
/// <param name="Base">The revision that is corrected; 0: a new record.</param>
internal sealed record Wanted(Guid Id, int Base, Content Content);

/// <summary>What the client knows after an attempt.</summary>
internal enum Answer
{
    /// <summary>2xx: it is stored, whatever happens.</summary>
    Acked,

    /// <summary>4xx: nothing was stored.</summary>
    Rejected,

    /// <summary>No answer, or one that says nothing about it.</summary>
    Ambiguous,
}

/// <summary>A line of the log: an attempt that begins, or what became of it.</summary>
/// <param name="Number">The same on both lines.</param>
/// <param name="Fault">What should never have been answered; null: all is well.</param>
/// <param name="Law">Which law that breaks.</param>
internal sealed record LogLine(
    long Number, DateTimeOffset At, string? Service = null, IReadOnlyList<Wanted>? Wanted = null,
    Answer? Answer = null, int Status = 0, double Milliseconds = 0, string? Fault = null, string? Law = null);

/// <summary>
/// The client's own ledger: what was attempted is on the disk before the request leaves, and what was answered before the
/// client believes it. Lines that come together share one fsync.
/// </summary>
internal sealed class AttemptLog : IAsyncDisposable
{
    private const string Extension = ".attempts";

    private static readonly JsonSerializerOptions s_json = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly FileStream _file;
    private readonly Channel<(LogLine Line, TaskCompletionSource Written)> _lines = Channel.CreateUnbounded<(LogLine, TaskCompletionSource)>();
    private readonly Task _writing;

    public AttemptLog(Cluster cluster)
    {
        Path = System.IO.Path.Combine(cluster.Root, $"{Guid.CreateVersion7():N}{Extension}");
        _file = new(Path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        _writing = Task.Run(WriteAsync);
    }

    public string Path { get; }

    /// <summary>Completes when the line is on the disk.</summary>
    public Task WriteAsync(LogLine line)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _lines.Writer.TryWrite((line, written));
        return written.Task;
    }

    /// <summary>Everything that was ever attempted on a cluster.</summary>
    public static IEnumerable<string> Of(Cluster cluster) => Directory.EnumerateFiles(cluster.Root, $"*{Extension}").Order(StringComparer.Ordinal);

    public static IEnumerable<LogLine> Read(string path) =>
        File.ReadLines(path).Select(line => JsonSerializer.Deserialize<LogLine>(line, s_json)!);

    public async ValueTask DisposeAsync()
    {
        _lines.Writer.TryComplete();
        await _writing;
        await _file.DisposeAsync();
    }

    private async Task WriteAsync()
    {
        var together = new List<TaskCompletionSource>();
        while (await _lines.Reader.WaitToReadAsync())
        {
            while (_lines.Reader.TryRead(out var next))
            {
                JsonSerializer.Serialize(_file, next.Line, s_json);
                _file.WriteByte((byte)'\n');
                together.Add(next.Written);
            }

            _file.Flush(flushToDisk: true);
            together.ForEach(written => written.SetResult());
            together.Clear();
        }
    }
}
