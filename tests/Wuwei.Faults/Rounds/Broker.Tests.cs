using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Aspire.Hosting.Testing;
using RabbitMQ.Client;
using Wuwei.Faults.Campaign;
using Xunit.Abstractions;

namespace Wuwei.Faults.Rounds;

/// <summary>What the broker does to messages, and what messages do to whoever hears them: F10, F12, F18 to F20, F33.</summary>
[Collection(SharedCluster.Name)]
public sealed class BrokerRounds(SharedCluster shared, ITestOutputHelper output)
{
    [LongFact]
    public async Task F10_Given_a_broker_that_nobody_schedules_for_a_minute_Then_writes_are_acknowledged_all_the_while()
    {
        await using var round = await shared.BeginAsync(output);
        await round.StrikeAsync(round.Nemesis.Frozen("rabbitmq", TimeSpan.FromSeconds(60)), since => AcknowledgedAsync(round, since, 40));
        await round.EndAsync();
    }

    [LongFact]
    public async Task F12_Given_a_broker_without_disk_or_memory_Then_writes_are_acknowledged_all_the_while()
    {
        await using var round = await shared.BeginAsync(output);
        await round.StrikeAsync(round.Nemesis.DiskAlarm(TimeSpan.FromSeconds(25)), since => AcknowledgedAsync(round, since, 15));
        await round.StrikeAsync(round.Nemesis.MemoryAlarm(TimeSpan.FromSeconds(25)), since => AcknowledgedAsync(round, since, 15));
        await round.EndAsync();
    }

    [LongFact]
    public async Task F18_Given_every_message_delivered_three_times_more_in_another_order_Then_each_has_its_effect_once()
    {
        await using var round = await shared.BeginAsync(output);
        await using var tap = await Tap.OpenAsync(round.Cluster);
        await Task.Delay(TimeSpan.FromSeconds(15));
        await tap.DeliverAsync(new(round.Seed)); // under load
        await Task.Delay(TimeSpan.FromSeconds(10));
        await round.Client.StopAsync();
        await round.Checker.ConvergeAsync();
        var ledger = await LedgerAsync(round.Cluster);

        // And what came since once more, long after, when the inbox remembers none of them.
        await round.Cluster.ExecuteAsync("indicator", "create table inbox_kept as select * from inbox_message; delete from inbox_message where consumer = 'indicator.facts'");
        var messages = await tap.DeliverAsync(new(round.Seed));
        Assert.True(messages > 20, $"Only {messages} messages were heard.");
        await Until.TrueAsync(async () => await round.Cluster.AskAsync<long>("indicator", "select count(*) from inbox_message where consumer = 'indicator.facts'") == messages, "all were handled again");
        Assert.Equal(ledger, await LedgerAsync(round.Cluster));
        await round.Cluster.ExecuteAsync("indicator", "insert into inbox_message select * from inbox_kept on conflict do nothing; drop table inbox_kept");
        await round.EndAsync();
    }

    [LongFact]
    public async Task F19_Given_corrections_that_arrive_before_what_they_correct_Then_the_ledger_is_what_it_would_be_in_order()
    {
        await using var round = await shared.BeginAsync(output);
        await using var tap = await Tap.OpenAsync(round.Cluster);
        await tap.DivertAsync();
        await Task.Delay(TimeSpan.FromSeconds(20));
        await round.Client.StopAsync();
        await Until.TrueAsync(async () => await WaitingAsync(round.Cluster) == 0, "everything was sent");
        var messages = await tap.DeliverAsync(new(round.Seed));
        Assert.True(messages > 50, $"Only {messages} messages were diverted.");
        await tap.RestoreAsync();
        await round.EndAsync();
    }

    [LongFact]
    public async Task F20_Given_poison_in_the_queue_Then_it_is_set_aside_with_its_reason_and_holds_up_nobody()
    {
        await using var round = await shared.BeginAsync(output);
        await using var tap = await Tap.OpenAsync(round.Cluster);
        (string Name, string Body)[] poison =
        [
            ("unknown type", Envelope("urn:message:Wuwei.Contracts.Facts:FactsForgotten", """{"source":"training","facts":[]}""")),
            ("malformed JSON", """{"messageId": "0199", "message": {"""),
            ("five megabytes", Envelope(FactsRecorded, $$"""{"source":"{{new string('x', 5 << 20)}}","facts":null}""")),
            ("another version", Envelope(FactsRecorded, """{"source":{"name":"training","version":2},"facts":{"rows":7}}""")),
            ("content that makes the handler throw", Envelope(FactsRecorded, """{"source":"training","facts":null}""")),
        ];
        foreach (var (_, body) in poison)
        {
            await tap.SendAsync(new() { ContentType = "application/vnd.masstransit+json", MessageId = Guid.CreateVersion7().ToString(), DeliveryMode = DeliveryModes.Persistent }, Encoding.UTF8.GetBytes(body));
        }

        // Nobody behind them waits: a record that is acknowledged now is in the ledger within seconds.
        await Until.TrueAsync(async () => await round.Checker.CountAsync($"{Tap.Queue}_error") == poison.Length, "all poison is set aside");
        for (var i = 0; i < 20; i++)
        {
            var (recorded, clock) = (await round.Cluster.AskAsync<DateTime>("indicator", "select clock_timestamp()"), Stopwatch.StartNew());
            await Until.TrueAsync(async () => await round.Cluster.AskAsync<DateTime>("indicator", "select max(received_at) from inbox_message") > recorded, "facts go on arriving", 5);
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"Facts waited {clock.Elapsed} behind poison.");
        }

        using var http = await OperatorAsync(round, "indicator");
        var failed = (await http.GetFromJsonAsync<JsonArray>($"/messaging/queues/{Tap.Queue}/failed"))!;
        Assert.Equal(poison.Length, failed.Count);
        Assert.All(failed, one => Assert.NotEmpty(one!["error"]!.GetValue<string>()));

        // What is replayed and still poison comes back, and the one behind it too.
        using var replayed = await http.PostAsync(new Uri($"/messaging/queues/{Tap.Queue}/failed/replay", UriKind.Relative), null);
        Assert.Equal(poison.Length, (await replayed.Content.ReadFromJsonAsync<JsonObject>())!["messages"]!.GetValue<int>());
        await Until.TrueAsync(async () => await round.Checker.CountAsync($"{Tap.Queue}_error") == poison.Length, "all poison is set aside again");
        await tap.PurgeErrorsAsync();
        await round.EndAsync();
    }

    [LongFact]
    public async Task F33_Given_a_queue_that_somebody_deletes_Then_it_is_there_again_and_what_waited_for_it_arrives()
    {
        await using var round = await shared.BeginAsync(output);
        var before = DateTimeOffset.UtcNow;
        await using (var tap = await Tap.OpenAsync(round.Cluster))
        {
            await round.StrikeAsync(new("queue deleted", Tap.Queue, tap.DeleteQueueAsync));
        }

        // What the broker had confirmed and lost with the queue is still in the outboxes of its senders.
        await round.Client.StopAsync();
        foreach (var service in Cluster.Registers.Append("indicator"))
        {
            using var http = await OperatorAsync(round, service);
            using var answer = await http.PostAsJsonAsync(new Uri("/messaging/sent/again", UriKind.Relative), new { since = before });
            answer.EnsureSuccessStatusCode();
        }

        await round.EndAsync();
    }

    private const string FactsRecorded = "urn:message:Wuwei.Contracts.Facts:FactsRecorded";

    private static string Envelope(string type, string message) =>
        $$"""{"messageId":"{{Guid.CreateVersion7()}}","messageType":["{{type}}"],"message":{{message}}}""";

    // At the service's own address: operators' matters do not pass the gateway.
    private static async Task<HttpClient> OperatorAsync(Round round, string service)
    {
        var http = new HttpClient { BaseAddress = round.Cluster.App.GetEndpoint(service) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await round.Client.Tokens.OfAsync("operator"));
        return http;
    }

    // The outbox takes what the broker does not: whatever it is that the broker lacks.
    private static async Task AcknowledgedAsync(Round round, DateTimeOffset struck, int seconds)
    {
        while (DateTimeOffset.UtcNow < struck.AddSeconds(seconds))
        {
            var since = DateTimeOffset.UtcNow;
            foreach (var service in Cluster.Registers)
            {
                await round.Client.AcknowledgesAsync(service, since, 15);
            }
        }
    }

    private static async Task<(long?, long?)> LedgerAsync(Cluster cluster) => (
        await cluster.AskAsync<long>("indicator", "select position from ledger"),
        await cluster.AskAsync<long>("indicator", "select count(*) from fact_history"));

    private static async Task<long> WaitingAsync(Cluster cluster)
    {
        long sum = 0;
        foreach (var service in Cluster.Registers)
        {
            sum += await cluster.AskAsync<long>(service, "select count(*) from outbox_message where sent_at is null") ?? 1;
        }

        return sum;
    }
}
