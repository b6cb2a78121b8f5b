using System.Net;
using System.Text.Json.Nodes;
using Wuwei.Testing;

namespace Wuwei.Register.Tests;

/// <summary>What operators do about messages that could not be sent.</summary>
public sealed class MessagingTests(Service service) : IClassFixture<Service>
{
    [Fact]
    public async Task Given_a_message_that_can_never_be_sent_When_an_operator_replays_it_Then_it_waits_to_be_sent_again()
    {
        var id = Guid.CreateVersion7();
        await using (var park = service.Database.DataSource.CreateCommand(
            $"insert into outbox_message (message_id, message_type, body, attempts, parked_reason) values ('{id}', 'Wuwei.Forgotten', '{{}}', 3, 'unknown')"))
        {
            await park.ExecuteNonQueryAsync();
        }

        using var client = service.ClientFor(TestCaller.Operator);
        Assert.Empty((await GetAsync(client, "messaging/queues")).Body!.AsArray());
        var parked = Assert.Single((await GetAsync(client, "messaging/parked")).Body!.AsArray())!;
        Assert.Equal((id, "unknown"), ((Guid)parked["messageId"]!, (string)parked["reason"]!));

        Assert.Equal(1, (int)(await PostAsync(client, $"messaging/parked/{id}/replay", null)).Body!["messages"]!);
        Assert.Empty((await GetAsync(client, "messaging/parked")).Body!.AsArray());
        using var auditor = service.ClientFor(TestCaller.Auditor);
        var act = Assert.Single((await GetAsync(auditor, $"/audit/entries?record=messaging/parked/{id}")).Body!["items"]!.AsArray())!;
        Assert.Equal(("message.replayed", "operator"), ((string)act["action"]!, (string)act["subject"]!));
        Assert.Equal(0, await service.ScalarAsync<int>($"select attempts from outbox_message where message_id = '{id}' and sent_at is null"));
        var again = await PostAsync(client, $"messaging/parked/{id}/replay", null);
        Assert.Equal((HttpStatusCode.NotFound, "messaging.unknown_message"), (again.Status, again.Code));
        var queue = await GetAsync(client, "messaging/queues/indicator.facts/failed");
        Assert.Equal((HttpStatusCode.NotFound, "messaging.unknown_queue"), (queue.Status, queue.Code));
    }

    [Fact]
    public async Task Given_anyone_but_an_operator_When_asked_Then_it_is_forbidden()
    {
        foreach (var caller in new[] { TestCaller.Of(service.Name), TestCaller.AssessmentOffice, TestCaller.Auditor, null })
        {
            using var client = service.ClientFor(caller);
            var expected = caller is null ? (HttpStatusCode.Unauthorized, "auth.token_required") : (HttpStatusCode.Forbidden, "auth.forbidden");
            foreach (var path in new[] { "queues", "queues/indicator.facts/failed", "parked" })
            {
                var read = await GetAsync(client, $"messaging/{path}");
                Assert.Equal(expected, (read.Status, read.Code));
            }

            foreach (var path in new[] { "queues/indicator.facts/failed/replay", $"queues/indicator.facts/failed/{Guid.Empty}/replay", "parked/replay", $"parked/{Guid.Empty}/replay" })
            {
                var replayed = await PostAsync(client, $"messaging/{path}", new JsonObject());
                Assert.Equal(expected, (replayed.Status, replayed.Code));
            }
        }
    }
}
