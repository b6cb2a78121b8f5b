using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RabbitMQ.Client;

namespace Wuwei.Outbox.Tests.Inbox;

public sealed class IntakeTests : Rig
{
    [Fact]
    public async Task Given_a_poisonous_message_When_it_keeps_failing_Then_it_is_set_aside_with_the_reason_and_others_are_handled()
    {
        var service = await StartAsync<FailOnPoison>();
        await WriteAsync(service, "a/1");
        await WriteAsync(service, "poison/1");
        for (var i = 2; i <= 20; i++)
        {
            await WriteAsync(service, $"a/{i}");
        }

        await EventuallyAsync(() => CountAsync("indicator.facts_error"), 1u);
        await EventuallyAsync(() => OneAsync<long>("select count(distinct record_id) from effect"), 20);
        Assert.Equal(20, await OneAsync<long>("select count(*) from effect"));
        Assert.Equal(20, await OneAsync<long>("select count(*) from inbox_message"));

        using var http = ClientOf(service);
        Assert.Equal("""["indicator.facts"]""", await http.GetStringAsync("/messaging/queues"));
        for (var look = 0; look < 2; look++)
        {
            var failed = await FailedAsync(http); // looking takes nothing away
            Assert.Equal("This one is poison.", failed["error"]!.GetValue<string>());
            Assert.Equal("poison/1", failed["message"]!["facts"]![0]!["recordId"]!.GetValue<string>());
        }

        // Not cured: it comes back.
        var id = (await FailedAsync(http))["messageId"]!.GetValue<Guid>();
        Assert.Equal(1, await ReplayAsync(http, $"queues/indicator.facts/failed/{id}/replay"));
        await EventuallyAsync(() => CountAsync("indicator.facts_error"), 1u);

        service.Services.GetRequiredService<FailOnPoison.Cure>().Taken = true;
        Assert.Equal(1, await ReplayAsync(http, "queues/indicator.facts/failed/replay"));
        await EventuallyAsync(() => OneAsync<long>("select count(*) from effect where record_id = 'poison/1'"), 1);
        Assert.Equal(0u, await CountAsync("indicator.facts_error"));
        Assert.Equal(0, await ReplayAsync(http, "queues/indicator.facts/failed/replay"));
    }

    [Theory]
    [InlineData("not JSON at all", "application/vnd.masstransit+json")]
    [InlineData("""{"messageId": "019aaaaa-0000-7000-8000-000000000000", "messageType": ["urn:message:Wuwei.Contracts:Forgotten"], "message": {}}""", "application/vnd.masstransit+json")]
    [InlineData("""{"messageType": ["urn:message:Wuwei.Contracts.Facts:FactsRecorded"], "message": {"source": "x", "facts": []}}""", "application/vnd.masstransit+json")]
    [InlineData("""{"messageId": "019aaaaa-0000-7000-8000-000000000000", "messageType": ["urn:message:Wuwei.Contracts.Facts:FactsRecorded"], "message": {"source": "x", "facts": 7}}""", "application/vnd.masstransit+json")]
    [InlineData("\u0001\u0002", "application/octet-stream")]
    public async Task Given_a_message_that_cannot_be_read_When_it_arrives_Then_it_is_set_aside_and_others_are_handled(string body, string contentType)
    {
        var service = await StartAsync<RecordEffects>();
        await using (var connection = await ConnectAsync())
        await using (var channel = await connection.CreateChannelAsync())
        {
            await channel.BasicPublishAsync(
                "indicator.facts", "", mandatory: true, new BasicProperties { ContentType = contentType }, Encoding.UTF8.GetBytes(body));
        }

        await WriteAsync(service, "a/1");
        await EventuallyAsync(async () => string.Join(',', await EffectsAsync()), "a/1");
        await EventuallyAsync(() => CountAsync("indicator.facts_error"), 1u);
        using var http = ClientOf(service);
        Assert.NotEmpty((await FailedAsync(http))["error"]!.GetValue<string>());
    }

    [Fact]
    public async Task Given_the_database_away_When_messages_arrive_Then_none_is_set_aside_and_all_are_handled_after_its_return()
    {
        var publisher = await StartAsync();
        for (var i = 0; i < 30; i++)
        {
            await WriteAsync(publisher, $"a/{i}");
        }

        await EventuallyAsync(WaitingAsync, 0);
        await publisher.StopAsync();
        await AllowConnectionsAsync(false);
        var service = await StartAsync<RecordEffects>(("Outbox:Attempts", "1"));
        using var http = ClientOf(service);
        await EventuallyAsync(async () => (await http.GetAsync(new Uri("/health", UriKind.Relative))).StatusCode, System.Net.HttpStatusCode.ServiceUnavailable);
        await EventuallyAsync(() => CountAsync("indicator.facts"), 0u); // delivered, and not acknowledged
        await EventuallyAsync(() => Task.FromResult(Logged.Count(line => line.StartsWith("The database is away", StringComparison.Ordinal)) > 2), true);
        Assert.Equal(0u, await CountAsync("indicator.facts_error"));

        await AllowConnectionsAsync(true);
        await EventuallyAsync(() => OneAsync<long>("select count(*) from effect"), 30);
        await EventuallyAsync(() => http.GetStringAsync("/health"), "Healthy");
        Assert.Equal(0u, await CountAsync("indicator.facts_error"));
    }

    [Fact]
    public async Task Given_the_database_away_When_the_service_stops_Then_it_stops_soon_and_its_messages_are_still_in_the_queue()
    {
        var publisher = await StartAsync();
        await WriteAsync(publisher, "a/1");
        await EventuallyAsync(WaitingAsync, 0);
        await publisher.StopAsync();
        await AllowConnectionsAsync(false);
        var service = await StartAsync<RecordEffects>();
        await EventuallyAsync(() => CountAsync("indicator.facts"), 0u);
        await service.StopAsync().WaitAsync(TimeSpan.FromSeconds(20));
        await EventuallyAsync(() => CountAsync("indicator.facts"), 1u);
        Assert.Equal(0u, await CountAsync("indicator.facts_error"));
        await AllowConnectionsAsync(true);
    }

    [Fact]
    public async Task Given_a_message_delivered_too_often_without_an_answer_When_the_limit_is_reached_Then_the_broker_itself_sets_it_aside()
    {
        var publisher = await StartAsync();
        await WriteAsync(publisher, "killer/1");
        await EventuallyAsync(() => CountAsync("indicator.facts"), 1u);
        await using (var connection = await ConnectAsync())
        {
            // A consumer that dies of it, again and again.
            for (var death = 0; death <= Wuwei.Outbox.Broker.BrokerTopology.DeliveryLimit; death++)
            {
                await using var channel = await connection.CreateChannelAsync();
                var taken = new TaskCompletionSource();
                var consumer = new RabbitMQ.Client.Events.AsyncEventingBasicConsumer(channel);
                consumer.ReceivedAsync += (_, _) => { taken.TrySetResult(); return Task.CompletedTask; };
                await channel.BasicConsumeAsync("indicator.facts", autoAck: false, consumer);
                await taken.Task.WaitAsync(TimeSpan.FromSeconds(10));
            }
        }

        await EventuallyAsync(() => CountAsync("indicator.facts_error"), 1u);
        var service = await StartAsync<RecordEffects>();
        using var http = ClientOf(service);
        Assert.NotEmpty((await FailedAsync(http))["error"]!.GetValue<string>());
        Assert.Equal(1, await ReplayAsync(http, "queues/indicator.facts/failed/replay"));
        await EventuallyAsync(async () => string.Join(',', await EffectsAsync()), "killer/1");
    }

    [Fact]
    public async Task Given_unknown_queues_or_messages_When_an_operator_asks_Then_the_answer_is_404_with_a_code()
    {
        var service = await StartAsync<RecordEffects>();
        using var http = ClientOf(service);
        await AssertProblemAsync(http.GetAsync(new Uri("/messaging/queues/assessment.targets/failed", UriKind.Relative)), 404, "messaging.unknown_queue");
        await AssertProblemAsync(
            http.PostAsync(new Uri($"/messaging/queues/indicator.facts/failed/{Guid.NewGuid()}/replay", UriKind.Relative), null), 404, "messaging.unknown_message");
        await AssertProblemAsync(
            http.PostAsync(new Uri($"/messaging/parked/{Guid.NewGuid()}/replay", UriKind.Relative), null), 404, "messaging.unknown_message");
    }

    [Fact]
    public async Task Given_a_parked_message_When_an_operator_repairs_and_replays_it_Then_it_is_sent()
    {
        var service = await StartAsync<RecordEffects>();
        await WriteAsync(service, "a/1");
        await EventuallyAsync(WaitingAsync, 0);
        await ExecuteAsync("insert into outbox_message (message_id, message_type, body) select gen_random_uuid(), 'Misspelt', body from outbox_message");
        await EventuallyAsync(() => OneAsync<long>("select count(*) from outbox_message where parked_reason is not null"), 1);
        using var http = ClientOf(service);
        var parked = Assert.Single((await http.GetFromJsonAsync<JsonArray>("/messaging/parked"))!)!;
        Assert.Contains("Misspelt", parked["reason"]!.GetValue<string>(), StringComparison.Ordinal);
        await ExecuteAsync("update outbox_message set message_type = 'Wuwei.Contracts.Facts.FactsRecorded', body = replace(body, 'a/1', 'a/2')");
        Assert.Equal(1, await ReplayAsync(http, $"parked/{parked["messageId"]}/replay"));
        await EventuallyAsync(async () => string.Join(',', await EffectsAsync()), "a/1,a/2");
        Assert.Equal(0, await ReplayAsync(http, "parked/replay"));
    }

    private static async Task<JsonNode> FailedAsync(HttpClient http) =>
        Assert.Single((await http.GetFromJsonAsync<JsonArray>("/messaging/queues/indicator.facts/failed"))!)!;

    private static async Task<int> ReplayAsync(HttpClient http, string path)
    {
        using var answer = await http.PostAsync(new Uri($"/messaging/{path}", UriKind.Relative), null);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())!["messages"]!.GetValue<int>();
    }

    private static async Task AssertProblemAsync(Task<HttpResponseMessage> asking, int status, string code)
    {
        using var answer = await asking;
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(code, (await answer.Content.ReadFromJsonAsync<JsonNode>())!["code"]!.GetValue<string>());
    }

    private async Task AllowConnectionsAsync(bool allow)
    {
        await using var connection = new NpgsqlConnection(await Testing.TestServers.PostgresAsync());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            $"alter database {Database.Name} allow_connections {allow}; select pg_terminate_backend(pid) from pg_stat_activity where datname = '{Database.Name}'",
            connection);
        await command.ExecuteNonQueryAsync();
        Database.DataSource.Clear();
    }
}
