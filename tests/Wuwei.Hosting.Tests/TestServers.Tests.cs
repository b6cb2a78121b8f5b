using System.Net;
using Npgsql;
using RabbitMQ.Client;
using Wuwei.Testing;

namespace Wuwei.Hosting.Tests;

public sealed class TestServersTests
{
    [Fact]
    public async Task Given_a_template_When_databases_are_created_Then_each_has_the_outbox_and_is_its_own()
    {
        await using var first = await TestServers.CreateDatabaseAsync();
        await using (var second = await TestServers.CreateDatabaseAsync())
        {
            await ExecuteAsync(second, "insert into inbox_message (message_id, consumer) values (gen_random_uuid(), 'test')");
        }

        Assert.Equal(0L, await ExecuteAsync(first, "select count(*) from inbox_message"));
    }

    [Fact]
    public async Task Given_a_template_of_ones_own_When_many_ask_at_once_Then_it_is_filled_once()
    {
        var fills = 0;
        var template = $"own_{Guid.NewGuid():N}";
        var databases = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => TestServers.CreateDatabaseAsync(template, async connection =>
        {
            Interlocked.Increment(ref fills);
            await using var source = NpgsqlDataSource.Create(connection);
            await source.CreateCommand("create table filled (n integer); insert into filled values (7)").ExecuteNonQueryAsync();
        })));

        Assert.Equal(1, fills);
        foreach (var database in databases)
        {
            Assert.Equal(7, await ExecuteAsync(database, "select n from filled"));
            await database.DisposeAsync();
        }
    }

    [Fact]
    public async Task Given_a_virtual_host_When_it_is_disposed_Then_it_and_its_user_are_gone()
    {
        var broker = await TestServers.RabbitMQAsync();
        using var management = broker.CreateManagementClient();
        string name;
        await using (var host = await TestServers.CreateVirtualHostAsync())
        {
            name = host.Name;
            var factory = new ConnectionFactory { Uri = new(host.ConnectionString) };
            await using var connection = await factory.CreateConnectionAsync();
            await using var channel = await connection.CreateChannelAsync();
            await channel.QueueDeclareAsync("q", durable: true, exclusive: false, autoDelete: false,
                arguments: new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
            using var queues = await host.Management.GetAsync(new Uri($"api/queues/{name}/q", UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, queues.StatusCode);
        }

        using var gone = await management.GetAsync(new Uri($"api/vhosts/{name}", UriKind.Relative));
        using var user = await management.GetAsync(new Uri($"api/users/{name}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, user.StatusCode);
    }

    private static async Task<object?> ExecuteAsync(TestDatabase database, string sql) =>
        await database.DataSource.CreateCommand(sql).ExecuteScalarAsync();
}
