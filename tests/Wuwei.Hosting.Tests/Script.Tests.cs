using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Wuwei.Hosting.Probe;

namespace Wuwei.Hosting.Tests;

/// <summary>
/// The wuwei script, from a copy whose AppHost is the probe's small host: the same servers, a gateway, nothing to build.
/// The data folder has a blank in its name and is given relative to where the script is called from.
/// </summary>
public sealed class ScriptTests : IAsyncLifetime
{
    // Not a private folder: the servers' users must get there.
    private readonly string _root = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"wuwei script {Guid.NewGuid():N}")).FullName;

    private static string DotNet => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    private string Data => Path.Combine(_root, "some where", "data folder");

    public async Task InitializeAsync()
    {
        var repository = Path.GetFullPath(Path.Combine(Here(), "..", ".."));
        File.Copy(Path.Combine(repository, "wuwei"), Path.Combine(_root, "wuwei"));
        var watchdog = Path.Combine("hosting", "Wuwei.Hosting", "Running", "watchdog.sh");
        Directory.CreateDirectory(Path.Combine(_root, Path.GetDirectoryName(watchdog)!));
        File.Copy(Path.Combine(repository, watchdog), Path.Combine(_root, watchdog));
        Directory.CreateDirectory(Path.Combine(_root, "bin"));
        var dotnet = Path.Combine(_root, "bin", "dotnet");
        await File.WriteAllTextAsync(dotnet, $"""
            #!/usr/bin/env bash
            case $1 in
              --list-sdks) echo '10.0.100 [here]' ;;
              *Wuwei.AppHost.dll)
                for setting in "$@"; do [[ $setting != --Hosting:DataPath=* ]] || data=$setting; done
                exec '{DotNet}' '{typeof(ProbeProject).Assembly.Location}' host "{"${data#*=}"}" "$@" ;;
              *) sleep 1 ;; # restores, builds, prints scores
            esac
            """);
        File.SetUnixFileMode(dotnet, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public async Task DisposeAsync()
    {
        await WuweiAsync("stop");
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task Given_a_folder_When_run_is_asked_twice_at_once_Then_one_host_starts_and_both_say_where_it_is()
    {
        var runs = await Task.WhenAll(WuweiAsync("run", "--detach"), WuweiAsync("run", "--detach"));

        Assert.All(runs, run => Assert.True(run.ExitCode == 0, run.Output));
        Assert.Single(runs, run => run.Output.Contains("Already running", StringComparison.Ordinal));
        Assert.Single(runs, run => run.Output.Contains("Everything is healthy", StringComparison.Ordinal));
        Assert.Single(runs, run => run.Output.Contains("Building", StringComparison.Ordinal));
        Assert.Equal(0, (await WuweiAsync("status")).ExitCode);

        // Host and watchdog are killed: what they started is still there, and stop ends it.
        var processes = (await File.ReadAllLinesAsync(Path.Combine(Data, "processes"))).Skip(1)
            .Select(line => int.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture)).ToList();
        KillHostAndWatchdog();
        Assert.Contains(processes, Applications.IsAlive);
        var status = await WuweiAsync("status");
        Assert.Equal(3, status.ExitCode);
        Assert.Contains("has been killed", status.Output, StringComparison.Ordinal);

        var stop = await WuweiAsync("stop");

        Assert.Equal(0, stop.ExitCode);
        Assert.DoesNotContain(processes, Applications.IsAlive);
        Assert.Contains("Nothing is running", (await WuweiAsync("stop")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_number_of_a_process_left_behind_When_it_is_another_folders_host_Then_it_is_left_alone()
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "host.lock"), "");
        using var other = Process.Start("bash", ["-c", "exec -a Wuwei.AppHost.dll sleep 60"]);
        await File.WriteAllTextAsync(Path.Combine(Data, "host.pid"), $"{other.Id}");

        var stop = await WuweiAsync("stop");

        Assert.Contains("Nothing is running", stop.Output, StringComparison.Ordinal);
        Assert.False(other.HasExited);
        other.Kill();
    }

    private void KillHostAndWatchdog()
    {
        // The watchdog first: stopped, it cannot see that the host is gone.
        var watchdog = Find("wuwei-watchdog");
        Native.Signal(watchdog, (StopSignal)19);
        Native.Signal(Find("Wuwei.AppHost.dll"), StopSignal.KILL);
        Native.Signal(watchdog, StopSignal.KILL);

        int Find(string word) => Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
            .Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
            .First(pid => CommandLine(pid) is var line && line.Contains(word, StringComparison.Ordinal) && line.Contains(Data, StringComparison.Ordinal));
    }

    private static string CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    private async Task<(int ExitCode, string Output)> WuweiAsync(params string[] arguments)
    {
        Directory.CreateDirectory(Path.Combine(_root, "some where"));
        var start = new ProcessStartInfo(Path.Combine(_root, "wuwei"), [.. arguments, "--data", "data folder"])
        {
            WorkingDirectory = Path.Combine(_root, "some where"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["PATH"] = $"{Path.Combine(_root, "bin")}:{start.Environment["PATH"]}";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Applications.Patience);
        return (process.ExitCode, output + await errors);
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
