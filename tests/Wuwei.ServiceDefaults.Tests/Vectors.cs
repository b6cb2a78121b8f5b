using System.Text.Json;

namespace Wuwei.ServiceDefaults;

/// <summary>Golden cases; each file names its source in its first line.</summary>
internal static class Vectors
{
    public static JsonElement Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vectors", file)));
        return document.RootElement.Clone();
    }

    public static string Text(this JsonElement element, string member) => element.GetProperty(member).GetString()!;
}
