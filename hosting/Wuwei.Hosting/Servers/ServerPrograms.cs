using System.Diagnostics;
using Aspire.Hosting;

namespace Wuwei.Hosting;

/// <summary>Installed server programs and the folders their private instances live in.</summary>
internal static class ServerPrograms
{
    /// <summary>A clean environment: a server sees nothing of the host's.</summary>
    public static Dictionary<string, string> Environment(string home) => new()
    {
        ["PATH"] = "/usr/local/bin:/usr/bin:/bin",
        ["LANG"] = "C.UTF-8",
        ["HOME"] = home,
    };

    /// <summary>
    /// The server's own folder in the data folder. Where its user cannot get there (a clone in /root), it is a link to
    /// a folder under /var/lib/wuwei instead.
    /// </summary>
    public static string Folder(DataFolder data, string name, ServerUser? user)
    {
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        var folder = data.File(name);
        if (Directory.Exists(folder))
        {
            return new DirectoryInfo(folder).ResolveLinkTarget(true)?.FullName ?? folder;
        }

        if (user is not null && !CanPass(data.Path))
        {
            var elsewhere = Path.Combine("/var/lib/wuwei", Guid.CreateVersion7().ToString("N"), name);
            Directory.CreateDirectory(elsewhere);
            File.CreateSymbolicLink(folder, elsewhere);
            folder = elsewhere;
        }

        Directory.CreateDirectory(folder, owner);
        if (user is not null)
        {
            Native.ChangeOwner(folder, user);
        }

        return folder;
    }

    /// <summary>Runs a short command to its end.</summary>
    /// <exception cref="DistributedApplicationException">It failed; the message holds what it said.</exception>
    public static async Task RunAsync(
        ServerUser? user, IReadOnlyDictionary<string, string> environment, string workingDirectory, CancellationToken cancellation,
        params string[] command)
    {
        string[] words = [.. ServerUser.Prefix(user), .. command];
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
        if (process.ExitCode != 0)
        {
            throw new DistributedApplicationException(
                $"{Path.GetFileName(command[0])} failed ({process.ExitCode}): {await output.ConfigureAwait(false)}{await errors.ConfigureAwait(false)}".Trim());
        }
    }

    private static bool CanPass(string path)
    {
        for (var folder = new DirectoryInfo(path); folder is not null; folder = folder.Parent)
        {
            if (!folder.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
            {
                return false;
            }
        }

        return true;
    }
}
