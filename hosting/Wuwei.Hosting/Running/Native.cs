using System.Globalization;
using System.Runtime.InteropServices;

namespace Wuwei.Hosting;

/// <summary>The few things of Linux that .NET does not reach.</summary>
internal static partial class Native
{
    /// <summary>Signals a process by number, as kill(2) and the shell's kill know them.</summary>
    public static bool Signal(int pid, StopSignal signal) => kill(OfOne(pid), (int)signal) == 0;

    /// <summary>Signals every process of a group.</summary>
    public static bool SignalGroup(int group, StopSignal signal) => kill(-OfOne(group), (int)signal) == 0;

    public static void ChangeOwner(string path, ServerUser user)
    {
        if (chown(path, user.Id, user.Group) != 0)
        {
            throw new IOException($"Cannot give {path} to user {user.Name}: errno {Marshal.GetLastPInvokeError()}.");
        }
    }

    /// <summary>When a process began, in clock ticks since boot; with its id this names it for good. Null when it is gone.</summary>
    public static long? StartTime(int pid)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            // The name in parentheses may hold anything, so fields are counted from behind it: state is the third.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }

    // To kill(2), 0 is the caller's own group, -1 everybody, and 1 is nobody's to end.
    private static int OfOne(int id)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(id, 1);
        return id;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chown(string path, uint owner, uint group);
}

internal enum StopSignal
{
    INT = 2,
    QUIT = 3,
    KILL = 9,
    TERM = 15,
}

/// <summary>The unprivileged user a server runs as when the host is root.</summary>
internal sealed record ServerUser(string Name, uint Id, uint Group)
{
    /// <returns>The first of the users that exists; null when the host is not root, so that servers run as the host's user.</returns>
    public static ServerUser? Choose(params string[] names)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return null;
        }

        var users = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(f => f.Length > 3)
            .ToDictionary(f => f[0], f => new ServerUser(
                f[0], uint.Parse(f[2], CultureInfo.InvariantCulture), uint.Parse(f[3], CultureInfo.InvariantCulture)));
        return names.Select(users.GetValueOrDefault).FirstOrDefault(u => u is not null)
            ?? throw new Aspire.Hosting.DistributedApplicationException(
                $"The host runs as root and finds none of the users {string.Join(", ", names)} to run a server as.");
    }

    /// <summary>The words before a command that run it as this user without any capability.</summary>
    public static IEnumerable<string> Prefix(ServerUser? user) => user is null
        ? []
        : ["setpriv", $"--reuid={user.Id}", $"--regid={user.Group}", "--clear-groups", "--inh-caps=-all", "--"];
}
