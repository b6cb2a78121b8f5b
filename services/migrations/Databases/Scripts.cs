using DbUp.Engine;
using Wuwei.Outbox;

namespace Wuwei.Migrations.Databases;

/// <summary>The services' scripts, embedded as <c>folder/NNNN_words.sql</c>.</summary>
internal static class Scripts
{
    /// <summary>All scripts of a service's database, in the order in which they run.</summary>
    public static IReadOnlyList<SqlScript> Of(Service service) =>
        [.. service.HasMessages ? Migrator.OutboxScripts : [], .. service.Folders.SelectMany(In)];

    /// <summary>Names of all embedded scripts.</summary>
    public static IEnumerable<string> Names => typeof(Scripts).Assembly.GetManifestResourceNames()
        .Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    private static IEnumerable<SqlScript> In(string folder) => Names
        .Where(name => name.StartsWith($"{folder}/", StringComparison.Ordinal))
        .Select(name =>
        {
            using var reader = new StreamReader(typeof(Scripts).Assembly.GetManifestResourceStream(name)!);
            return new SqlScript(name, reader.ReadToEnd());
        });
}
