using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Wuwei.Contracts.Facts;
using Wuwei.Contracts.Observations;
using Wuwei.Migrations;
using Wuwei.Migrations.Broker;
using Wuwei.Migrations.Databases;
using Wuwei.Outbox.Broker;
using Wuwei.Testing;

namespace Wuwei.Outbox.Tests.Migrations;

/// <summary>
/// Everything that services/migrations makes, in databases and a virtual host of its own; and copies of the databases, for who needs
/// none of what keeps their content right.
/// </summary>
public sealed class MigratedServers : IAsyncLifetime
{
    /// <summary>Roles are the whole server's: who makes them at the same time finds one that was not there.</summary>
    public const string OneAtATime = "migrated servers";

    private const string Copy = "_copy";

    private readonly string _prefix = $"migrated_{RandomNumberGenerator.GetHexString(8, true)}";
    private string _administrator = null!;

    internal Settings Settings { get; private set; } = null!;

    internal TestVirtualHost Broker { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _administrator = await TestServers.PostgresAsync();
        Broker = await TestServers.CreateVirtualHostAsync();
        Settings = new(
            Service.All.ToDictionary(s => s, s => new NpgsqlConnectionStringBuilder(_administrator) { Database = $"{_prefix}_{s.Login}", Pooling = false }.ConnectionString),
            new UriBuilder(Broker.Broker.Amqp) { Path = Broker.Name }.Uri,
            Broker.Broker.Management,
            Service.All.ToDictionary(s => s, s => $"password-of-{s.Name}"));
        await RunAsync();
        await ExecuteAsync(name => $"create database {name}{Copy} template {name}");
    }

    internal async Task RunAsync()
    {
        await PrepareDatabases.RunAsync(Settings, NullLogger.Instance, default);
        await PrepareBroker.RunAsync(Settings, NullLogger.Instance, default);
    }

    /// <summary>A service's own login to a database, its own unless another is named.</summary>
    internal string LoginOf(string service, string? database = null)
    {
        var me = Service.All.Single(s => s.Name == service);
        return new NpgsqlConnectionStringBuilder(_administrator)
        {
            Database = $"{_prefix}_{(database ?? service).Replace('-', '_')}",
            Username = me.Login,
            Password = Settings.Passwords[me],
            Pooling = false,
        }.ConnectionString;
    }

    /// <summary>A service's own login to its database's copy.</summary>
    internal string LoginOfCopy(string service) => Pooled(LoginOf(service, $"{service}{Copy}"));

    /// <summary>The administrator's login to it.</summary>
    internal string Copied(string service) => Pooled(new NpgsqlConnectionStringBuilder(_administrator) { Database = $"{_prefix}_{service.Replace('-', '_')}{Copy}" }.ConnectionString);

    // A dozen statements for each table: to log in anew for each would take most of the time.
    private static string Pooled(string connection) => new NpgsqlConnectionStringBuilder(connection) { Pooling = true }.ConnectionString;

    internal string BrokerLoginOf(string service)
    {
        var me = Service.All.Single(s => s.Name == service);
        return new UriBuilder(Settings.Broker) { UserName = me.Login, Password = Settings.Passwords[me] }.Uri.AbsoluteUri;
    }

    public async Task DisposeAsync()
    {
        await ExecuteAsync(name => $"drop database if exists {name} with (force)");
        await ExecuteAsync(name => $"drop database if exists {name}{Copy} with (force)");
        await Broker.DisposeAsync();
    }

    private async Task ExecuteAsync(Func<string, string> sql)
    {
        await using var connection = new NpgsqlConnection(_administrator);
        await connection.OpenAsync();
        foreach (var database in Settings.Databases.Values.Select(c => new NpgsqlConnectionStringBuilder(c).Database!))
        {
            await using var command = new NpgsqlCommand(sql(database), connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}

[CollectionDefinition(MigratedServers.OneAtATime)]
public sealed class MigratedOnce : ICollectionFixture<MigratedServers>;

[Collection(MigratedServers.OneAtATime)]
public sealed partial class MigrationsTests(MigratedServers servers)
{
    public static TheoryData<string> Services => [.. Service.All.Select(s => s.Name)];

    [Fact]
    public void Given_all_scripts_When_their_names_are_read_Then_they_are_numbered_without_gaps()
    {
        Assert.NotEmpty(Scripts.Names);
        foreach (var folder in Scripts.Names.Append("outbox/0001_outbox.sql").GroupBy(name => name.Split('/')[0]))
        {
            var names = folder.Key == "outbox" ? Migrator.OutboxScripts.Select(s => s.Name) : folder;
            List<int> numbers = [.. names.Select(name => int.Parse(Assert.IsType<Match>(NamePattern().Match(name), exactMatch: false).Groups["number"].Value))];
            Assert.Contains(numbers[0], new[] { 1, 101 }); // a register's own scripts follow the shared ones
            Assert.Equal(Enumerable.Range(numbers[0], numbers.Count), numbers);
        }
    }

    [Fact]
    public void Given_all_scripts_When_their_folders_are_read_Then_every_one_belongs_to_a_service() =>
        Assert.Empty(Scripts.Names.Select(name => name.Split('/')[0]).Except(Service.All.SelectMany(s => s.Folders)));

    [Fact]
    public void Given_all_scripts_When_read_Then_none_grants_anything() => Assert.All(
        Service.All.SelectMany(Scripts.Of),
        script => Assert.DoesNotMatch(@"(?im)^\s*(grant|revoke|create\s+role|alter\s+role)\b", script.Contents));

    [Fact]
    public async Task Given_migrated_databases_When_migrated_again_Then_nothing_changes_and_the_logins_still_work()
    {
        var before = await TablesAsync();
        await servers.RunAsync(); // all of them
        Assert.Equal(before, await TablesAsync());
        Assert.All(before, tables => Assert.True(tables.Service == "identity" || tables.Count >= 3, $"{tables}"));

        async Task<List<(string Service, long Count)>> TablesAsync()
        {
            var tables = new List<(string, long)>();
            foreach (var service in Service.All.Select(s => s.Name))
            {
                tables.Add((service, await ScalarAsync<long>(servers.LoginOf(service), "select count(*) from information_schema.tables where table_schema = 'public'")));
            }

            return tables;
        }
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Given_a_service_login_When_it_oversteps_Then_the_database_refuses(string service)
    {
        var login = servers.LoginOf(service);
        await RefusedAsync(login, "create table mine (id int)");
        await RefusedAsync(login, "create temp table mine (id int)");
        await RefusedAsync(login, "create schema mine");
        await RefusedAsync(login, "alter default privileges grant all on tables to public; set role postgres");
        await RefusedAsync(login, "select * from schemaversions");
        await RefusedAsync(login, $"set role {service.Replace('-', '_')}_owner");
        if (service != "identity")
        {
            await RefusedAsync(login, "drop table outbox_message");
            await RefusedAsync(login, "alter table outbox_message add column mine int");
            await RefusedAsync(login, "truncate outbox_message");
        }

        foreach (var other in Service.All.Select(s => s.Name).Where(name => name != service).Append("postgres"))
        {
            var foreign = other == "postgres"
                ? new NpgsqlConnectionStringBuilder(login) { Database = "postgres" }.ConnectionString
                : servers.LoginOf(service, other);
            await RefusedAsync(foreign, "select 1");
        }
    }

    [Fact]
    public async Task Given_the_audit_trail_When_the_service_writes_to_it_Then_it_can_only_append()
    {
        var login = new NpgsqlConnectionStringBuilder(servers.LoginOf("training")) { Options = "-c app.scope=%|%|test|system" }.ConnectionString;
        const string Insert = """
            insert into audit_entry (subject, department, caller_region, roles, action, record, region)
            values ('somebody', 'training', '620602', '{}', 'test.done', 'tests/1', '620602')
            """;
        await ExecuteAsync(login, Insert);
        await ExecuteAsync(login, "select keep_audit_partitions(400)");
        var part = await ScalarAsync<string>(login, "select tableoid::regclass::text from audit_entry");
        foreach (var table in new[] { "audit_entry", "audit_link", "audit_checkpoint", part, part.Replace("entry", "link", StringComparison.Ordinal) })
        {
            await RefusedAsync(login, $"delete from {table}");
            await RefusedAsync(login, $"truncate {table}");
            await RefusedAsync(login, $"alter table {table} disable trigger all");
            await RefusedAsync(login, $"drop table {table}");
        }

        await RefusedAsync(login, "update audit_entry set subject = 'nobody'");
        await RefusedAsync(login, "update audit_link set position = 2");
        await RefusedAsync(login, Insert.Replace("audit_entry", part, StringComparison.Ordinal));
        Assert.Equal(PostgresErrorCodes.InvalidParameterValue, (await Assert.ThrowsAsync<PostgresException>(
            () => ExecuteAsync(login, "select keep_audit_partitions(399)"))).SqlState);

        // An administrator has the right, and is refused by the table itself.
        var administrator = servers.Settings.Databases[Service.All.Single(s => s.Name == "training")];
        foreach (var table in new[] { "audit_entry", part })
        {
            await RefusedAsync(administrator, $"update {table} set subject = 'nobody'");
            await RefusedAsync(administrator, $"delete from {table}");
            await RefusedAsync(administrator, $"truncate {table}");
        }

        Assert.Equal(1, await ScalarAsync<long>(login, "select count(*) from audit_entry"));
    }

    [Fact]
    public async Task Given_a_publication_When_anybody_changes_or_forges_it_Then_the_database_refuses()
    {
        const string Insert = """
            insert into publication_key values ('{0}', 'key', now())
            """;
        string Login(string scope) => new NpgsqlConnectionStringBuilder(servers.LoginOf("assessment")) { Options = $"-c app.scope={scope}" }.ConnectionString;
        var office = Login("6206%|6206%|assessment|approver");
        await ExecuteAsync(office, Insert.Replace("{0}", "kept", StringComparison.Ordinal));
        foreach (var stranger in new[] { "620602%|620602%|assessment|approver", "6206%|6206%|training|approver", "" })
        {
            await RefusedAsync(Login(stranger), Insert.Replace("{0}", "forged", StringComparison.Ordinal));
        }

        // An administrator has the right, and is refused by the table itself.
        foreach (var login in new[] { office, servers.Settings.Databases[Service.All.Single(s => s.Name == "assessment")] })
        {
            await RefusedAsync(login, "update publication_key set public_key = 'another'");
            foreach (var table in new[] { "publication", "publication_row", "publication_key" })
            {
                await RefusedAsync(login, $"truncate {table} cascade");
            }

            await RefusedAsync(login, "delete from publication_key");
        }

        foreach (var table in new[] { "publication", "publication_row" })
        {
            await RefusedAsync(office, $"update {table} set number = number");
            await RefusedAsync(office, $"delete from {table}");
        }
    }

    [Fact]
    public async Task Given_a_later_table_of_the_owner_When_the_service_uses_it_Then_it_may_read_and_write_rows()
    {
        var training = Service.All.Single(s => s.Name == "training");
        var owner = new NpgsqlConnectionStringBuilder(servers.Settings.Databases[training]) { Options = $"-c role={training.Owner}" }.ConnectionString;
        await ExecuteAsync(owner, "create table later (id int generated always as identity, n int); create function later_one() returns int language sql as 'select 1'");
        Assert.Equal(1, await ScalarAsync<int>(servers.LoginOf("training"), "insert into later (n) values (later_one()) returning n"));
        await ExecuteAsync(owner, "drop function later_one(); drop table later");
    }

    [Fact]
    public async Task Given_another_password_When_migrated_Then_only_the_new_one_opens()
    {
        var loans = Service.All.Single(s => s.Name == "loans");
        var old = servers.LoginOf("loans");
        var alone = servers.Settings with { Databases = new Dictionary<Service, string> { [loans] = servers.Settings.Databases[loans] } };
        await PrepareDatabases.RunAsync(alone with { Passwords = new Dictionary<Service, string> { [loans] = "another" } }, NullLogger.Instance, default);
        await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync<int>(old, "select 1"));
        Assert.Equal(1, await ScalarAsync<int>(new NpgsqlConnectionStringBuilder(old) { Password = "another" }.ConnectionString, "select 1"));
        await PrepareDatabases.RunAsync(alone, NullLogger.Instance, default);
        Assert.Equal(1, await ScalarAsync<int>(old, "select 1"));
    }

    [Fact]
    public async Task Given_only_their_own_logins_When_services_talk_Then_the_message_arrives()
    {
        await ExecuteAsync(servers.Settings.Databases[Service.All.Single(s => s.Name == "indicator")], "drop table if exists effect; create table effect (record_id text, message_id uuid); grant all on effect to indicator");
        await using var training = await StartAsync("training", null);
        await using var indicator = await StartAsync("indicator", m => m.Subscribe<FactsRecorded, RecordEffects>(Wuwei.Contracts.Subscription.IndicatorFacts));
        await Rig.WriteAsync(training, "a/1");
        await Rig.EventuallyAsync(() => ScalarAsync<long>(servers.LoginOf("indicator"), "select count(*) from effect"), 1);
        await training.StopAsync();
        await indicator.StopAsync();
    }

    [Fact]
    public async Task Given_a_service_s_broker_user_When_it_oversteps_Then_the_broker_refuses()
    {
        await RefusedByBrokerAsync("training", c => c.BasicGetAsync("indicator.facts", autoAck: false));
        await RefusedByBrokerAsync("training", c => c.BasicGetAsync("indicator.facts_error", autoAck: false));
        await RefusedByBrokerAsync("training", c => PublishAsync(c, BrokerTopology.ExchangeOf(typeof(ObservationChanged)), ""));
        await RefusedByBrokerAsync("training", c => PublishAsync(c, "", "indicator.facts"));
        await RefusedByBrokerAsync("training", c => c.QueueDeclareAsync("mine", durable: true, exclusive: false, autoDelete: false));
        await RefusedByBrokerAsync("training", c => c.ExchangeDeclareAsync("mine", "fanout"));
        await RefusedByBrokerAsync("assessment", c => PublishAsync(c, BrokerTopology.ExchangeOf(typeof(FactsRecorded)), ""));
        await RefusedByBrokerAsync("assessment", c => c.QueueDeleteAsync("indicator.facts"));
    }

    [Fact]
    public async Task Given_the_topology_When_the_broker_is_asked_Then_every_queue_is_a_quorum_queue_with_limits_and_an_error_queue()
    {
        foreach (var subscription in Wuwei.Contracts.Subscription.All)
        {
            var queue = await servers.Broker.Management.GetStringAsync(new Uri($"api/queues/{servers.Broker.Name}/{subscription.Queue}", UriKind.Relative));
            Assert.Contains("\"x-queue-type\":\"quorum\"", queue, StringComparison.Ordinal);
            Assert.Contains($"\"x-delivery-limit\":{BrokerTopology.DeliveryLimit}", queue, StringComparison.Ordinal);
            Assert.Contains($"\"x-dead-letter-exchange\":\"{subscription.Queue}_error\"", queue, StringComparison.Ordinal);
            await servers.Broker.Management.GetStringAsync(new Uri($"api/queues/{servers.Broker.Name}/{subscription.Queue}_error", UriKind.Relative));
        }
    }

    [Fact]
    public async Task Given_a_server_that_does_not_answer_When_migrated_Then_the_message_names_the_service_and_the_reason()
    {
        var nowhere = servers.Settings with { Databases = servers.Settings.Databases.ToDictionary(d => d.Key, d => new NpgsqlConnectionStringBuilder(d.Value) { Port = 1 }.ConnectionString) };
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => PrepareDatabases.RunAsync(nowhere, NullLogger.Instance, default));
        Assert.Contains("identity", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pencil", "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=", true)]
    [InlineData("pencils", "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=", false)]
    [InlineData("pencil", null, false)]
    [InlineData("pencil", "md5af3b", false)]
    public void Given_a_stored_verifier_When_compared_with_a_password_Then_only_its_own_matches(string password, string? verifier, bool same) =>
        Assert.Equal(same, ScramVerifier.Matches(verifier, password));

    [GeneratedRegex(@"^[a-z-]+/(?<number>\d{4})_[a-z][a-z0-9_]*\.sql$")]
    private static partial Regex NamePattern();

    private async Task<WebApplication> StartAsync(string service, Action<IMessaging>? subscribe)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Testing" });
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Configuration["ConnectionStrings:database"] = servers.LoginOf(service);
        builder.Configuration["ConnectionStrings:rabbitmq"] = servers.BrokerLoginOf(service);
        builder.Configuration["Logging:LogLevel:Default"] = "None";
        builder.AddDatabase();
        builder.AddMessaging(subscribe);
        var app = builder.Build();
        await app.StartAsync();
        return app;
    }

    private static async Task<T> ScalarAsync<T>(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task RefusedAsync(string connectionString, string sql)
    {
        var error = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(connectionString, sql));
        Assert.Equal((PostgresErrorCodes.InsufficientPrivilege, sql), (error.SqlState, sql));
    }

    private static async Task PublishAsync(IChannel channel, string exchange, string routingKey) =>
        await channel.BasicPublishAsync(exchange, routingKey, mandatory: true, new BasicProperties(), "{}"u8.ToArray());

    private async Task RefusedByBrokerAsync(string service, Func<IChannel, Task> act)
    {
        await using var connection = await BrokerAddress.Parse(servers.BrokerLoginOf(service)).ConnectAsync("test", default);
        await using var channel = await connection.CreateChannelAsync(new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        var error = await Assert.ThrowsAnyAsync<RabbitMQClientException>(() => act(channel));
        Assert.Contains("403", error.Message, StringComparison.Ordinal);
    }
}
