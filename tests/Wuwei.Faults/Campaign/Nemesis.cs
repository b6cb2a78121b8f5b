using System.Diagnostics;
using System.Globalization;

namespace Wuwei.Faults.Campaign;

/// <summary>Something that goes wrong, for a while.</summary>
/// <param name="Kind">What, e.g. <c>kill -9</c>.</param>
/// <param name="Target">Whom it hits.</param>
/// <param name="Strike">Makes it go wrong; completes when it has.</param>
/// <param name="Heal">Puts it right, where the platform cannot itself.</param>
/// <param name="Lasts">Between the two.</param>
internal sealed record Fault(string Kind, string Target, Func<Task> Strike, Func<Task>? Heal = null, TimeSpan Lasts = default)
{
    /// <summary>Armed first, it strikes when somebody comes by; <see cref="Strike"/> completes just then.</summary>
    public bool StrikesLater { get; init; }

    public override string ToString() => $"{Kind} {Target}";
}

/// <summary>Breaks things, as they break.</summary>
internal sealed class Nemesis(Cluster cluster)
{
    private const int Kill = 9, Stop = 19, Continue = 18, Terminate = 15;

    /// <summary>Ends a process without a word, as a crash or the kernel's out-of-memory killer would.</summary>
    public Fault Killed(string instance) => new("kill -9", instance, () => SignalAsync(instance, Kill));

    /// <summary>Asks a process to end, as a deployment does.</summary>
    public Fault Terminated(string instance) => new("SIGTERM", instance, () => SignalAsync(instance, Terminate));

    /// <summary>A process that nobody schedules: a stuck disk, a paused machine.</summary>
    public Fault Frozen(string instance, TimeSpan lasts) => new(
        "SIGSTOP", instance, () => SignalAsync(instance, Stop), () => SignalAsync(instance, Continue), lasts);

    /// <summary>A service dies at the next passage of a point of its code.</summary>
    /// <param name="passage">Which passage.</param>
    public Fault Crash(string service, string point, int passage = 1) => new($"crash {point}", service, async () =>
    {
        var before = cluster.InstancesOf(service).Select(cluster.ProcessOf).ToArray();
        var folder = Directory.CreateDirectory(Path.Combine(cluster.FaultsPath, service)).FullName;
        var draft = Path.Combine(cluster.FaultsPath, $".{service}-{point}");
        await File.WriteAllTextAsync(draft, passage.ToString(CultureInfo.InvariantCulture));
        File.Move(draft, Path.Combine(folder, point), overwrite: true);
        await Until.TrueAsync(() => Task.FromResult(before.Any(process => process is { } id && !IsAlive(id))), $"{service} dies at {point}", 60, pause: 5);
    })
    { StrikesLater = true };

    /// <summary>A leg of the network fails.</summary>
    public Fault Cut(string from, string to, Network how, TimeSpan lasts) => new(
        $"network {how}", $"{from} → {to}", () => SetAsync([cluster.Leg(from, to)], how), () => SetAsync([cluster.Leg(from, to)], Network.Open), lasts);

    /// <summary>Every leg to one place fails.</summary>
    public Fault CutOff(string to, Network how, TimeSpan lasts) => new(
        $"network {how}", $"all → {to}", () => SetAsync(cluster.LegsTo(to), how), () => SetAsync(cluster.LegsTo(to), Network.Open), lasts);

    /// <summary>The broker has no disk left, and takes nothing from publishers.</summary>
    public Fault DiskAlarm(TimeSpan lasts) => new(
        "disk alarm", "rabbitmq", () => RabbitAsync("set_disk_free_limit", "900GB"), () => RabbitAsync("set_disk_free_limit", "500MB"), lasts);

    /// <summary>The broker has no memory left, and takes nothing from publishers.</summary>
    public Fault MemoryAlarm(TimeSpan lasts) => new(
        "memory alarm", "rabbitmq", () => RabbitAsync("set_vm_memory_high_watermark", "absolute", "1MB"),
        () => RabbitAsync("set_vm_memory_high_watermark", "absolute", "1GB"), lasts);

    /// <summary>The database ends every session of a service.</summary>
    public Fault SessionsEnded(string service, int times = 1) => new("sessions ended", service, async () =>
    {
        for (var i = 0; i < times; i++)
        {
            await cluster.ExecuteAsync(service, "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
            await Task.Delay(200);
        }
    });

    /// <summary>A small disk fills up to the last byte.</summary>
    public Fault DiskFull(string folder, TimeSpan lasts)
    {
        var ballast = Path.Combine(cluster.DataPath, folder, "ballast");
        return new("disk full", folder, () => Task.Run(() => Fill(ballast)), () =>
        {
            File.Delete(ballast);
            return Task.CompletedTask;
        }, lasts);
    }

    /// <summary>A service's clock is wrong from its next start on, and right again after the one that follows.</summary>
    /// <param name="by">As libfaketime has it: <c>+2d</c>, <c>-90s</c>, <c>+0 x10</c>.</param>
    public Fault ClockShifted(string service, string by, TimeSpan lasts) => new($"clock {by}", service,
        async () =>
        {
            cluster.Override(service, "LD_PRELOAD", FakeTime!);
            cluster.Override(service, "FAKETIME", by);
            cluster.Override(service, "FAKETIME_DONT_FAKE_MONOTONIC", "1");
            await RestartAsync(service); // until it works by the wrong clock
        },
        async () =>
        {
            cluster.Override(service, "LD_PRELOAD", null);
            cluster.Override(service, "FAKETIME", null);
            cluster.Override(service, "FAKETIME_DONT_FAKE_MONOTONIC", null);
            await SignalAsync(service, Kill);
        }, lasts);

    /// <summary>The library that shifts clocks, where it is installed.</summary>
    public static string? FakeTime { get; } = new[] { "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1" }
        .FirstOrDefault(File.Exists);

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it said.</exception>
    public static async Task RunAsync(string program, params string[] arguments) => await RunAsync(new ProcessStartInfo(program, arguments));

    /// <summary>Restarts a service, so that what was overridden holds.</summary>
    public async Task RestartAsync(string instance)
    {
        await SignalAsync(instance, Kill);
        await cluster.HealthyAsync(instance);
    }

    /// <summary>Sends a signal, once the instance has a process; after one that ends it, waits until it is gone.</summary>
    public async Task SignalAsync(string instance, int signal)
    {
        await Until.TrueAsync(() => Task.FromResult(cluster.ProcessOf(instance) is { } id && IsAlive(id)), $"{instance} has a process");
        var process = cluster.ProcessOf(instance)!.Value;
        await RunAsync("kill", $"-{signal}", process.ToString(CultureInfo.InvariantCulture));
        if (signal is Kill or Terminate)
        {
            await Until.TrueAsync(() => Task.FromResult(!IsAlive(process)), $"{instance} is gone");
        }
    }

    // As the broker's own operator would: its user, its cookie, its environment.
    private async Task RabbitAsync(params string[] arguments)
    {
        var process = cluster.ProcessOf("rabbitmq") ?? throw new InvalidOperationException("The broker is away.");
        var ids = File.ReadLines($"/proc/{process}/status").Where(line => line.StartsWith("Uid:", StringComparison.Ordinal) || line.StartsWith("Gid:", StringComparison.Ordinal))
            .Select(line => line.Split('\t')[2]).ToArray();
        string[] command = [.. ids[0] == "0" ? [] : new[] { "setpriv", $"--reuid={ids[0]}", $"--regid={ids[1]}", "--clear-groups" },
            "/usr/lib/rabbitmq/bin/rabbitmqctl", .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = "/" };
        start.Environment.Clear();
        foreach (var variable in File.ReadAllText($"/proc/{process}/environ").Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = variable.Split('=', 2);
            start.Environment[parts[0]] = parts[1];
        }

        await RunAsync(start);
    }

    private static async Task RunAsync(ProcessStartInfo start)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var process = Process.Start(start)!;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{start.FileName} {string.Join(' ', start.ArgumentList)}: {await said} {await complained}");
        }
    }

    private static Task SetAsync(IEnumerable<FaultProxy> legs, Network how)
    {
        foreach (var leg in legs)
        {
            leg.State = how;
        }

        return Task.CompletedTask;
    }

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        try
        {
            for (var block = new byte[1 << 20]; block.Length > 0;)
            {
                file.Write(block);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    // A process that is dead and not yet waited for is dead.
    internal static bool IsAlive(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1][0] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
