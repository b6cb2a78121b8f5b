using System.Diagnostics;

namespace Wuwei.Hosting;

/// <summary>How to start and stop one process.</summary>
internal sealed record Launch
{
    public required string Name { get; init; }

    public required IReadOnlyList<string> Command { get; init; }

    public required string WorkingDirectory { get; init; }

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>File that receives standard output and error, appended.</summary>
    public required string LogFile { get; init; }

    /// <summary>Unprivileged user, when the host is root.</summary>
    public ServerUser? User { get; init; }

    public StopSignal StopSignal { get; init; } = StopSignal.TERM;

    /// <summary>Time between the stop signal and SIGKILL.</summary>
    public required TimeSpan StopPatience { get; init; }

    /// <summary>Height above the ground: higher ones are stopped first.</summary>
    public int Level { get; init; }
}

/// <summary>A running process in its own session, so that a terminal's Ctrl-C reaches only the host.</summary>
internal sealed class SupervisedProcess
{
    // The shell waits for a line before it becomes the program: the host writes it once the ledger knows the process.
    // Should the host die in between, the shell reads the end of the pipe and goes. It is bash, since a POSIX shell
    // may drop variables whose names it could not have made itself, such as ConnectionStrings__training-db.
    private const string Gate = """IFS= read -r _ || exit 125; log=$1; shift; exec "$@" </dev/null >>"$log" 2>&1""";

    private readonly Process _process;
    private readonly Launch _launch;

    private SupervisedProcess(Process process, Launch launch, ProcessLedger ledger)
    {
        _process = process;
        _launch = launch;
        Exited = WaitAsync(ledger);
    }

    public int Id => _process.Id;

    /// <summary>Completes with the exit code; 128 + n after a signal n.</summary>
    public Task<int> Exited { get; }

    public static SupervisedProcess Start(Launch launch, ProcessLedger ledger)
    {
        var start = new ProcessStartInfo("setsid",
            ["bash", "-p", "-c", Gate, launch.Name, launch.LogFile, .. ServerUser.Prefix(launch.User), .. launch.Command])
        {
            WorkingDirectory = launch.WorkingDirectory,
            RedirectStandardInput = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in launch.Environment)
        {
            start.Environment[name] = value;
        }

        LogFiles.Rotate(launch.LogFile);
        var process = Process.Start(start)!;
        if (Native.StartTime(process.Id) is { } startTime)
        {
            ledger.Add(process.Id, startTime, launch);
        }

        try
        {
            process.StandardInput.Write('\n');
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It is gone already; its exit code tells.
        }

        return new(process, launch, ledger);
    }

    /// <summary>Asks it to stop, and ends it with its group when it has not within its patience.</summary>
    public async Task StopAsync()
    {
        if (!Exited.IsCompleted)
        {
            Native.Signal(Id, _launch.StopSignal);
        }

        if (await Task.WhenAny(Exited, Task.Delay(_launch.StopPatience)).ConfigureAwait(false) != Exited)
        {
            Native.SignalGroup(Id, StopSignal.KILL);
            await Exited.ConfigureAwait(false);
        }
    }

    private async Task<int> WaitAsync(ProcessLedger ledger)
    {
        await _process.WaitForExitAsync().ConfigureAwait(false);
        // What a crashed program leaves in its group ends with it.
        Native.SignalGroup(Id, StopSignal.KILL);
        ledger.Remove(Id);
        return _process.ExitCode;
    }
}

/// <summary>Log files that stay small enough to read: beyond the limit the file moves to <c>.1</c>.</summary>
internal static class LogFiles
{
    /// <summary>Size in bytes at which a file is moved away.</summary>
    public const long Limit = 20 * 1024 * 1024;

    /// <summary>
    /// Copies and empties a file that has grown too long. Programs append, so they go on at its beginning;
    /// a line written between the copy and the emptying may be lost.
    /// </summary>
    public static void Rotate(string file, long limit = Limit)
    {
        if (new FileInfo(file) is { Exists: true, Length: var length } && length > limit)
        {
            File.Copy(file, $"{file}.1", overwrite: true);
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            stream.SetLength(0);
        }
    }
}
