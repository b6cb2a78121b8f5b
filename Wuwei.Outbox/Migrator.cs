using System.Reflection;
using Dapper;
using DbUp;
using DbUp.Engine;
using Npgsql;

namespace Wuwei.Outbox;

/// <summary>Brings a database up to date with numbered SQL scripts: <c>NNNN_words.sql</c>, forward only.</summary>
public static class Migrator
{
    /// <summary>The outbox's and inbox's own scripts.</summary>
    public static IEnumerable<SqlScript> OutboxScripts => ScriptsOf(typeof(Migrator).Assembly, "outbox/");

    /// <summary>The <c>*.sql</c> resources of an assembly, named by <paramref name="prefix"/> and their file name.</summary>
    public static IEnumerable<SqlScript> ScriptsOf(Assembly assembly, string prefix) => assembly.GetManifestResourceNames()
        .Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)
        .Select(name =>
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            var file = string.Join('.', name.Split('/')[^1].Split('.')[^2..]);
            return new SqlScript(prefix + file, reader.ReadToEnd());
        });

    /// <summary>Applies what is missing in the order given, each script in a transaction of its own; replicas take turns.</summary>
    /// <exception cref="InvalidOperationException">A script failed; the database stays at the one before.</exception>
    public static void Migrate(string connectionString, IEnumerable<SqlScript> scripts)
    {
        using var connection = new NpgsqlConnection(connectionString);
        connection.Open();
        connection.Execute("select pg_advisory_lock(hashtext('migrate'))");
        var result = DeployChanges.To.PostgresqlDatabase(connectionString)
            .WithScripts(scripts.Select((script, order) =>
                new SqlScript(script.Name, script.Contents, new SqlScriptOptions { RunGroupOrder = order }))) // not by name
            .WithTransactionPerScript()
            .WithVariablesDisabled() // "$" belongs to SQL
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
        {
            throw new InvalidOperationException($"Migration {result.ErrorScript?.Name} failed.", result.Error);
        }
    }
}
