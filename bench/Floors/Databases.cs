using System.Reflection;
using Wuwei.Outbox;

namespace Wuwei.Bench.Floors;

/// <summary>Databases of the floors: a service's own tables, in the same server and so under the same settings.</summary>
internal static class Databases
{
    /// <summary>Makes a new database with the scripts of a service, whatever had that name before.</summary>
    /// <returns>Its connection string.</returns>
    public static async Task<string> CreateAsync(Platform platform, string name, Assembly service)
    {
        await using var server = platform.OpenDatabase("postgres", "postgres");
        foreach (var sql in new[] { $"drop database if exists {name} with (force)", $"create database {name} template template0" })
        {
            await using var command = server.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }

        var connection = new Npgsql.NpgsqlConnectionStringBuilder(platform.Connection("postgres")) { Database = name }.ConnectionString;
        Migrator.Migrate(connection, Migrator.OutboxScripts.Concat(Migrator.ScriptsOf(service, "")));
        return connection;
    }
}
