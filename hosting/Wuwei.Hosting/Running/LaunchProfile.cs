using System.Text.Json;
using Aspire.Hosting;

namespace Wuwei.Hosting;

/// <summary>A profile of a project's Properties/launchSettings.json.</summary>
internal sealed record LaunchProfile(
    string Name, IReadOnlyList<Uri> ApplicationUrls, IReadOnlyDictionary<string, string> EnvironmentVariables)
{
    /// <returns>The named profile, or the first that runs the project; null when the project has no such file.</returns>
    /// <exception cref="DistributedApplicationException">The named profile does not exist.</exception>
    public static LaunchProfile? Find(string projectPath, string? name)
    {
        var file = Path.Combine(Path.GetDirectoryName(projectPath)!, "Properties", "launchSettings.json");
        var profile = File.Exists(file) ? Read(file, name) : null;
        return profile is null && name is not null
            ? throw new DistributedApplicationException($"{file} has no profile named '{name}'.")
            : profile;
    }

    private static LaunchProfile? Read(string file, string? name)
    {
        using var settings = JsonDocument.Parse(File.ReadAllBytes(file), new() { CommentHandling = JsonCommentHandling.Skip });
        if (!settings.RootElement.TryGetProperty("profiles", out var profiles))
        {
            return null;
        }

        foreach (var profile in profiles.EnumerateObject())
        {
            if (name is null ? Text(profile.Value, "commandName") == "Project" : profile.Name == name)
            {
                return new(profile.Name,
                    [.. (Text(profile.Value, "applicationUrl") ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(u => new Uri(u))],
                    profile.Value.TryGetProperty("environmentVariables", out var variables)
                        ? variables.EnumerateObject().ToDictionary(v => v.Name, v => v.Value.ToString())
                        : []);
            }
        }

        return null;
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.GetString() : null;
}
