using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting;
using Microsoft.Extensions.Configuration;

namespace Wuwei.Hosting;

/// <summary>
/// Where one running system keeps everything: server data, generated parameters, ports, logs, state.
/// Setting <c>Hosting:DataPath</c>, else variable <c>WUWEI_DATA</c>, else <c>.data</c> beside the AppHost's folder.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    // People and the wuwei script read these files: a quotation mark stays one.
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Lock _lock = new();
    private FileStream? _held;

    private DataFolder(string path, bool isThrowAway)
    {
        Path = path;
        IsThrowAway = isThrowAway;
    }

    public string Path { get; }

    /// <summary>A test's folder: servers may forget on power loss, and the folder is deleted at the end.</summary>
    public bool IsThrowAway { get; }

    public static DataFolder From(IConfiguration configuration, string appHostDirectory)
    {
        if (configuration.GetValue<bool>("Hosting:ThrowAway"))
        {
            return new(System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"wuwei-{RandomNumberGenerator.GetHexString(10, true)}"), true);
        }

        var path = configuration["Hosting:DataPath"] ?? configuration["WUWEI_DATA"];
        return new(System.IO.Path.GetFullPath(path ?? System.IO.Path.Combine(appHostDirectory, "..", ".data")), false);
    }

    public string File(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Takes the folder for this process; the kernel gives it back however the process ends.</summary>
    /// <exception cref="DistributedApplicationException">Another host runs on it.</exception>
    public void Take()
    {
        CreateDirectories();
        try
        {
            _held = new(File("host.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            throw new DistributedApplicationException(
                $"Another host is running on {Path}{(ReadText("host.pid") is { } pid ? $" (process {pid})" : "")}.", error);
        }

        WriteText("host.pid", Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Gives the folder back; a throw-away one is deleted.</summary>
    public void Dispose()
    {
        if (_held is null)
        {
            return;
        }

        System.IO.File.Delete(File("host.pid"));
        if (IsThrowAway)
        {
            Directory.Delete(Path, recursive: true);
        }

        _held.Dispose();
        _held = null;
    }

    /// <summary>A text kept under a name in a small JSON file, made once. Only the owner can read the file.</summary>
    public string Remember(string file, string name, Func<string> make)
    {
        lock (_lock)
        {
            CreateDirectories();
            var known = ReadText(file) is { } text ? JsonNode.Parse(text)!.AsObject() : [];
            if (known[name]?.GetValue<string>() is { } value)
            {
                return value;
            }

            var made = make();
            known[name] = made;
            WriteText(file, known.ToJsonString(Indented), secret: true);
            return made;
        }
    }

    /// <summary>Replaces a file in one step: a reader sees the old text or the new, never half of one.</summary>
    public void WriteText(string file, string text, bool secret = false)
    {
        lock (_lock)
        {
            CreateDirectories();
            var temporary = File($"{file}.new");
            System.IO.File.Delete(temporary);
            using (var stream = new FileStream(temporary, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite
                    | (secret ? UnixFileMode.None : UnixFileMode.GroupRead | UnixFileMode.OtherRead),
            }))
            using (var writer = new StreamWriter(stream))
            {
                writer.Write(text);
            }

            System.IO.File.Move(temporary, File(file), overwrite: true);
        }
    }

    public void WriteJson<T>(string file, T value, bool secret = false) =>
        WriteText(file, JsonSerializer.Serialize(value, Indented) + "\n", secret);

    private string? ReadText(string file) => System.IO.File.Exists(File(file)) ? System.IO.File.ReadAllText(File(file)) : null;

    // Others may pass through to their own folder (the servers run as other users) but not look around.
    private void CreateDirectories()
    {
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(Path, owner | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        Directory.CreateDirectory(File("logs"), owner);
    }
}
