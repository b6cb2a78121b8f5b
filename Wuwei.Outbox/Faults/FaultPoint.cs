using System.Diagnostics;
#if FAULTS
using System.Globalization;
#endif

namespace Wuwei.Outbox.Faults;

/// <summary>
/// Where a process can be made to die or to hang. Only a build with <c>-p:Faults=true</c> has any of it; an ordinary one
/// does not even contain the calls.
/// </summary>
internal static class FaultPoint
{
    /// <summary>
    /// Dies here, as by kill -9, when this point is armed: when the service's folder of faults has a file of its name.
    /// It may hold which passage is meant (a number; else the first), and <c>hang</c> to stand still instead. Whoever strikes
    /// takes the file away first, so that one file strikes once, however many processes pass.
    /// </summary>
    [Conditional("FAULTS")]
    public static void At(string name)
    {
#if FAULTS
        if (Folder is null || !File.Exists(Path.Combine(Folder, name)))
        {
            return;
        }

        var (armed, mine) = (Path.Combine(Folder, name), Path.Combine(Folder, $".{name}.{Guid.NewGuid():N}"));
        try
        {
            File.Move(armed, mine); // of those who pass at once, one has it
        }
        catch (FileNotFoundException)
        {
            return;
        }

        var words = File.ReadAllText(mine).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words is [var first, ..] && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var passages) && passages > 1)
        {
            File.WriteAllLines(mine, words.Skip(1).Prepend((passages - 1).ToString(CultureInfo.InvariantCulture)));
            File.Move(mine, armed);
            return;
        }

        File.Delete(mine);
        if (!words.Contains("hang"))
        {
            Process.GetCurrentProcess().Kill(); // SIGKILL: no finally block runs
        }

        Thread.Sleep(Timeout.Infinite);
#endif
    }

#if FAULTS
    /// <summary>What is armed for this service; null: nothing ever.</summary>
    internal static string? Folder { get; } =
        Environment.GetEnvironmentVariable("WUWEI_FAULTS") is { Length: > 0 } folder
        && Environment.GetEnvironmentVariable("OTEL_SERVICE_NAME") is { Length: > 0 } service
            ? Path.Combine(folder, service)
            : null;
#endif
}
