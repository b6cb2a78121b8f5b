using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Wuwei.Hosting;

/// <summary>
/// Every process the host has started, on file, and a watchdog that ends them when the host is gone.
/// A process is in the file before its program runs (<see cref="SupervisedProcess"/>), so none can be missed.
/// </summary>
internal sealed class ProcessLedger(DataFolder folder) : IAsyncDisposable
{
    private const string FileName = "processes";
    private static readonly string Script = ReadScript();
    private readonly Lock _lock = new();
    private readonly List<(int Pid, string Line)> _lines = [];
    private Process? _watchdog;
    private bool _ending;

    /// <summary>Ends what an earlier host on this folder may have left, then starts the watchdog.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        using (var sweep = StartScript())
        {
            sweep.StandardInput.Close();
            await sweep.WaitForExitAsync(cancellation).ConfigureAwait(false);
        }

        Watch();
    }

    public void Add(int pid, long startTime, Launch launch)
    {
        lock (_lock)
        {
            _lines.Add((pid, string.Create(CultureInfo.InvariantCulture,
                $"{pid} {startTime} {launch.StopSignal} {(int)launch.StopPatience.TotalSeconds} {launch.Level} {launch.Name}")));
            Save();
        }
    }

    public void Remove(int pid)
    {
        lock (_lock)
        {
            _lines.RemoveAll(line => line.Pid == pid);
            Save();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _ending = true;
        if (_watchdog is { } watchdog)
        {
            File.Delete(folder.File(FileName));
            watchdog.StandardInput.Close();
            await watchdog.WaitForExitAsync().ConfigureAwait(false);
            watchdog.Dispose();
            _watchdog = null;
        }
    }

    private void Watch()
    {
        _watchdog = StartScript();
        _watchdog.EnableRaisingEvents = true;
        // Someone may kill the watchdog too; as long as the host lives there is one.
        _watchdog.Exited += (_, _) =>
        {
            if (!_ending)
            {
                Watch();
            }
        };
    }

    private Process StartScript() => Process.Start(new ProcessStartInfo("setsid",
        ["sh", "-c", Script, "wuwei-watchdog", folder.File(FileName), folder.IsThrowAway ? folder.Path : ""])
    {
        RedirectStandardInput = true,
    })!;

    private void Save() => folder.WriteText(FileName, new StringBuilder("boot ")
        .Append(File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()).Append('\n')
        .AppendJoin("", _lines.Select(line => line.Line + "\n")).ToString());

    private static string ReadScript()
    {
        using var reader = new StreamReader(typeof(ProcessLedger).Assembly.GetManifestResourceStream("watchdog.sh")!);
        return reader.ReadToEnd();
    }
}
