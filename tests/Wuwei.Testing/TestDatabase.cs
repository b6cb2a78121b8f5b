using Npgsql;

namespace Wuwei.Testing;

/// <summary>A database of one test or fixture.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    internal const string Login = "service_under_test";

    private readonly string _administrator;

    internal TestDatabase(string administrator, string name)
    {
        _administrator = administrator;
        Name = name;
        ConnectionString = new NpgsqlConnectionStringBuilder(administrator)
        {
            Database = name,
            MaxPoolSize = 50,
            IncludeErrorDetail = true,
        }.ConnectionString;
        ServiceConnectionString = new NpgsqlConnectionStringBuilder(ConnectionString) { Username = Login, Password = Login }.ConnectionString;
        DataSource = NpgsqlDataSource.Create(ConnectionString);
    }

    public string Name { get; }

    /// <summary>With the administrator's login, who owns everything.</summary>
    public string ConnectionString { get; }

    /// <summary>With a service's login, who owns nothing.</summary>
    public string ServiceConnectionString { get; }

    /// <summary>Connections for the test itself.</summary>
    public NpgsqlDataSource DataSource { get; }

    public async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync();
        await using var connection = new NpgsqlConnection(_administrator);
        await connection.OpenAsync();
        // Whatever the service under test still holds is cut off.
        await TestServers.ExecuteAsync(connection, $"drop database if exists {Name} with (force)");
    }
}
