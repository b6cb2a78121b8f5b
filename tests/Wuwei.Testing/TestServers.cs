using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Npgsql;
using Wuwei.Outbox;

namespace Wuwei.Testing;

/// <summary>
/// A real PostgreSQL and a real RabbitMQ for tests, started when first asked for and gone with the test process.
/// Variables <c>WUWEI_TEST_POSTGRES</c>, <c>WUWEI_TEST_RABBITMQ</c> and <c>WUWEI_TEST_RABBITMQ_MANAGEMENT</c> name
/// running ones to use instead; <c>Program.cs</c> sets them so that many test assemblies share one pair.
/// </summary>
public static class TestServers
{
    private static readonly Lazy<Task<string>> Postgres = new(FindOrStartPostgresAsync);
    private static readonly Lazy<Task<TestBroker>> RabbitMQ = new(FindOrStartRabbitMQAsync);

    /// <summary>Connection string of the administrator.</summary>
    public static Task<string> PostgresAsync() => Postgres.Value;

    /// <summary>Addresses of the administrator.</summary>
    public static Task<TestBroker> RabbitMQAsync() => RabbitMQ.Value;

    /// <summary>
    /// A fresh database with the outbox's tables and, when a service is given, that service's migrations.
    /// They run once; further databases are copies. Dropped on disposal.
    /// </summary>
    /// <param name="service">Assembly that embeds <c>Migrations/*.sql</c>, e.g. <c>typeof(Program).Assembly</c>.</param>
    public static Task<TestDatabase> CreateDatabaseAsync(Assembly? service = null)
    {
        // A changed assembly is another template; a changed outbox makes other templates of everything.
        string[] parts = [typeof(Migrator).Assembly.ManifestModule.ModuleVersionId.ToString(), service?.ManifestModule.ModuleVersionId.ToString() ?? ""];
        var template = $"template_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(parts))))[..16]}";
        return CreateDatabaseAsync(template, connection =>
        {
            Migrator.Migrate(connection, service is null
                ? Migrator.OutboxScripts
                : [.. Migrator.OutboxScripts, .. Migrator.ScriptsOf(service, $"{service.GetName().Name}/")]);
            return Task.CompletedTask;
        });
    }

    /// <summary>A fresh database copied from a template, which the first caller of this name fills.</summary>
    /// <param name="template">Name that changes with what <paramref name="fill"/> does.</param>
    /// <param name="fill">Gets the connection string of the empty template.</param>
    public static async Task<TestDatabase> CreateDatabaseAsync(string template, Func<string, Task> fill)
    {
        var administrator = await PostgresAsync();
        await using var connection = new NpgsqlConnection(administrator);
        await connection.OpenAsync();
        await EnsureTemplateAsync(connection, administrator, template, fill);
        var name = $"test_{RandomNumberGenerator.GetHexString(12, true)}";
        await ExecuteAsync(connection, $"create database {name} template {template}");
        return new(administrator, name);
    }

    /// <summary>A fresh virtual host with a user of its own, who may do anything in it. Deleted on disposal.</summary>
    public static async Task<TestVirtualHost> CreateVirtualHostAsync() =>
        await TestVirtualHost.CreateAsync(await RabbitMQAsync());

    internal static async Task<string> StartPostgresAsync()
    {
        var builder = Builder("Postgres");
        var server = builder.AddPostgres("postgres");
        return await StartAsync(builder, server);
    }

    internal static async Task<TestBroker> StartRabbitMQAsync()
    {
        var builder = Builder("RabbitMQ");
        var server = builder.AddRabbitMQ("rabbitmq").WithManagementPlugin();
        var address = new Uri(await StartAsync(builder, server));
        return new(address, new UriBuilder(server.GetEndpoint("management").Url)
        {
            UserName = address.UserInfo.Split(':')[0],
            Password = address.UserInfo.Split(':')[1],
        }.Uri);
    }

    internal static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync();
    }

    private static Task<string> FindOrStartPostgresAsync() =>
        Environment.GetEnvironmentVariable(Variables.Postgres) is { Length: > 0 } known
            ? Task.FromResult(known)
            : StartPostgresAsync();

    private static Task<TestBroker> FindOrStartRabbitMQAsync() =>
        Environment.GetEnvironmentVariable(Variables.RabbitMQ) is { Length: > 0 } known
            ? Task.FromResult(new TestBroker(new(known), new(Environment.GetEnvironmentVariable(Variables.RabbitMQManagement)
                ?? throw new InvalidOperationException($"{Variables.RabbitMQManagement} is missing beside {Variables.RabbitMQ}."))))
            : StartRabbitMQAsync();

    private static IDistributedApplicationBuilder Builder(string name) => DistributedApplication.CreateBuilder(new DistributedApplicationOptions
    {
        Args = ["--Hosting:ThrowAway=true"],
        DisableDashboard = true,
        AssemblyName = typeof(TestServers).Assembly.GetName().Name,
    });

    // Nobody stops it: the host's watchdog does when this process ends, and deletes the folder.
    private static async Task<string> StartAsync<T>(IDistributedApplicationBuilder builder, IResourceBuilder<T> server)
        where T : IResourceWithConnectionString
    {
        var application = builder.Build();
        await application.StartAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await application.ResourceNotifications.WaitForResourceHealthyAsync(server.Resource.Name, patience.Token);
        return (await application.GetConnectionStringAsync(server.Resource.Name, patience.Token))!;
    }

    private static async Task EnsureTemplateAsync(
        NpgsqlConnection connection, string administrator, string template, Func<string, Task> fill)
    {
        // Other test processes share the server: one of them fills, the others wait here.
        await ExecuteAsync(connection, $"select pg_advisory_lock(hashtext('{template}'))");
        try
        {
            await using var ask = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection)
            {
                Parameters = { new() { Value = template } },
            };
            if (await ask.ExecuteScalarAsync() is null)
            {
                var filling = $"{template}_filling";
                await ExecuteAsync(connection, $"drop database if exists {filling} with (force)");
                await ExecuteAsync(connection, $"create database {filling}");
                var owned = new NpgsqlConnectionStringBuilder(administrator) { Database = filling, Pooling = false }.ConnectionString;
                await fill(owned);
                await GrantAsync(owned);
                await ExecuteAsync(connection, $"alter database {filling} with allow_connections false");
                await ExecuteAsync(connection, $"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{filling}'");
                await ExecuteAsync(connection, $"alter database {filling} rename to {template}");
            }
        }
        finally
        {
            await ExecuteAsync(connection, $"select pg_advisory_unlock(hashtext('{template}'))");
        }
    }

    // A login that owns nothing, as in production: so a service under test is held to its scope.
    private static async Task GrantAsync(string owned)
    {
        await using var connection = new NpgsqlConnection(owned);
        await connection.OpenAsync();
        await ExecuteAsync(connection, $"""
            do $$ begin
                create role {TestDatabase.Login} login password '{TestDatabase.Login}';
            exception when duplicate_object or unique_violation then null;
            end $$;
            grant select, insert, update, delete on all tables in schema public to {TestDatabase.Login};
            grant usage on all sequences in schema public to {TestDatabase.Login};
            """);
    }

    internal static class Variables
    {
        public const string Postgres = "WUWEI_TEST_POSTGRES";
        public const string RabbitMQ = "WUWEI_TEST_RABBITMQ";
        public const string RabbitMQManagement = "WUWEI_TEST_RABBITMQ_MANAGEMENT";
    }
}
