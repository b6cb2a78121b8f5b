using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Wuwei.Contracts.Facts;
using Wuwei.Contracts.Targets;
using Wuwei.Outbox.Broker;

namespace Wuwei.Outbox.Tests;

/// <summary>From one transaction to another, through the broker.</summary>
public sealed class DeliveryTests : Rig
{
    [Fact]
    public async Task Given_a_committed_message_When_the_relay_runs_Then_its_effect_is_there_once()
    {
        var service = await StartAsync<RecordEffects>();
        await WriteAsync(service, "a/1");
        await EventuallyAsync(async () => string.Join(',', await EffectsAsync()), "a/1");
        await EventuallyAsync(WaitingAsync, 0);
        Assert.Equal(1, await OneAsync<long>("select count(*) from inbox_message where consumer = 'indicator.facts'"));
    }

    [Fact]
    public async Task Given_a_service_When_it_runs_Then_it_reports_its_use_to_nobody()
    {
        var service = await StartAsync();
        Assert.False(service.Services.GetRequiredService<IOptions<UsageTelemetryOptions>>().Value.Enabled);
    }

    [Fact]
    public async Task Given_a_transaction_rolled_back_When_the_relay_runs_Then_nothing_is_sent()
    {
        var service = await StartAsync<RecordEffects>();
        await using (var work = await service.Services.GetRequiredService<Database>().BeginAsync(Scope.System("test"), default))
        {
            work.Publish(new FactsRecorded("training", [FactOf("rolled/back")]));
        }

        await WriteAsync(service, "a/1"); // overtakes whatever the first had left behind
        await EventuallyAsync(async () => string.Join(',', await EffectsAsync()), "a/1");
    }

    [Fact]
    public async Task Given_a_message_sent_again_and_again_When_it_is_received_Then_it_has_one_effect()
    {
        var service = await StartAsync<RecordEffects>();
        for (var round = 0; round < 3; round++)
        {
            if (round == 0)
            {
                await WriteAsync(service, "a/1");
            }
            else
            {
                await ExecuteAsync("update outbox_message set sent_at = null");
            }

            await EventuallyAsync(WaitingAsync, 0);
        }

        await WriteAsync(service, "b/1");
        await EventuallyAsync(async () => string.Join(',', await EffectsAsync()), "a/1,b/1");
        Assert.Equal(3, await OneAsync<int>("select attempts from outbox_message order by position limit 1"));
    }

    [Fact]
    public async Task Given_many_writers_When_they_publish_at_once_Then_every_message_has_one_effect_and_batches_form()
    {
        var service = await StartAsync<RecordEffects>();
        await Parallel.ForAsync(0, 600, async (i, _) => await WriteAsync(service, $"many/{i}"));
        await EventuallyAsync(() => OneAsync<long>("select count(distinct record_id) from effect"), 600);
        Assert.Equal(600, await OneAsync<long>("select count(*) from effect"));
        Assert.True(await OneAsync<long>("select count(distinct xmin::text) from effect") < 400, "Messages were handled one by one.");
    }

    [Fact]
    public async Task Given_messages_of_several_keys_When_they_are_sent_Then_each_key_keeps_its_order()
    {
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync("ear", durable: true, exclusive: false, autoDelete: false);
        await channel.QueueBindAsync("ear", BrokerTopology.ExchangeOf(typeof(FactsRecorded)), "");
        var service = await StartAsync();
        await Parallel.ForAsync(0, 8, async (key, _) =>
        {
            for (var i = 0; i < 50; i++)
            {
                await WriteAsync(service, $"{key}/{i:00}", $"key {key}");
            }
        });
        await EventuallyAsync(WaitingAsync, 0);

        var heard = new ConcurrentDictionary<string, List<string>>();
        while (await channel.BasicGetAsync("ear", autoAck: true) is { } delivery)
        {
            var record = JsonDocument.Parse(delivery.Body).RootElement.GetProperty("message").GetProperty("facts")[0].GetProperty("recordId").GetString()!;
            heard.GetOrAdd(record.Split('/')[0], _ => []).Add(record);
        }

        Assert.Equal(8, heard.Count);
        Assert.All(heard.Values, records => Assert.Equal(records.Order(StringComparer.Ordinal), records));
        Assert.All(heard.Values, records => Assert.Equal(50, records.Count));
    }

    [Fact]
    public async Task Given_no_queue_for_a_message_When_one_is_bound_again_Then_it_arrives_and_others_did_not_wait()
    {
        var exchange = BrokerTopology.ExchangeOf(typeof(FactsRecorded));
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.ExchangeUnbindAsync("indicator.facts", exchange, "");
        var service = await StartAsync();
        await WriteAsync(service, "a/1", "key");
        await WriteAsync(service, "a/2", "key");
        await using (var work = await service.Services.GetRequiredService<Database>().BeginAsync(Scope.System("test"), default))
        {
            work.Publish(new TargetChanged("6", "620602", 2025, 1, "≥", [1], 1, DateTimeOffset.UnixEpoch));
            await work.CommitAsync();
        }

        await EventuallyAsync(() => CountAsync("assessment.targets"), 1u);
        await EventuallyAsync(() => OneAsync<bool>("select attempts > 1 from outbox_message order by position limit 1"), true);
        Assert.Equal(2, await WaitingAsync());
        Assert.Equal(0, await OneAsync<int>("select attempts from outbox_message where position = 2")); // its elder goes first

        await channel.ExchangeBindAsync("indicator.facts", exchange, "");
        await StartAsync<RecordEffects>();
        await EventuallyAsync(async () => string.Join(',', await EffectsAsync()), "a/1,a/2");
        await EventuallyAsync(WaitingAsync, 0); // marked a moment after they arrived
    }

    [Fact]
    public async Task Given_the_broker_away_When_services_write_Then_all_is_accepted_and_arrives_once_after_its_return()
    {
        var broker = new Uri(Broker.ConnectionString);
        await using var door = new TcpProxy(broker.Host, broker.Port);
        door.Shut();
        var service = await StartAsync<RecordEffects>(
            ("ConnectionStrings:rabbitmq", new UriBuilder(broker) { Port = door.Port }.Uri.AbsoluteUri),
            ("Outbox:PublishLimit", "00:00:02"));
        using var http = ClientOf(service);
        Assert.Equal("Degraded", await http.GetStringAsync("/health")); // the port opens without the broker

        await Parallel.ForAsync(0, 50, async (i, _) => await WriteAsync(service, $"away/{i}"));
        door.Open();
        await EventuallyAsync(() => OneAsync<long>("select count(*) from effect"), 50, 60);
        await EventuallyAsync(() => http.GetStringAsync("/health"), "Healthy");

        door.Shut(); // in the middle of work
        await Parallel.ForAsync(50, 100, async (i, _) => await WriteAsync(service, $"away/{i}"));
        await EventuallyAsync(() => http.GetStringAsync("/health"), "Degraded");
        Assert.True(await WaitingAsync() > 0);
        door.Open();
        await EventuallyAsync(WaitingAsync, 0, 60);
        await EventuallyAsync(() => OneAsync<long>("select count(distinct record_id) from effect"), 100, 60);
        Assert.Equal(100, await OneAsync<long>("select count(*) from effect"));
    }

    [Fact]
    public async Task Given_a_traced_request_When_its_message_is_handled_Then_that_belongs_to_the_same_trace()
    {
        var handled = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Wuwei.Outbox" or "MassTransit" or "Request",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = handled.Add,
        };
        ActivitySource.AddActivityListener(listener);
        using var requests = new ActivitySource("Request");
        var service = await StartAsync<RecordEffects>();
        ActivityTraceId trace;
        using (var request = requests.StartActivity("PUT /certificates"))
        {
            trace = request!.TraceId;
            await WriteAsync(service, "traced/1");
        }

        await EventuallyAsync(() => Task.FromResult(string.Join(" then ", handled
            .Where(a => a.TraceId == trace && a.Source.Name != "MassTransit").OrderBy(a => a.StartTimeUtc).Select(a => a.OperationName))),
            "PUT /certificates then relay FactsRecorded then handle indicator.facts");
    }
}
