using System.Net;
using System.Text.Json.Nodes;
using Wuwei.Contracts.Facts;
using Wuwei.Testing;

namespace Wuwei.Indicator.Tests.Broker;

/// <summary>What operators do about messages that could not be handled, at the service's own address.</summary>
public sealed class MessagingTests(ConnectedIndicator service) : IClassFixture<ConnectedIndicator>
{
    [Fact]
    public async Task Given_a_message_that_could_not_be_folded_When_an_operator_replays_it_Then_it_counts_once()
    {
        using var client = service.ClientFor(TestCaller.Operator);
        Assert.Equal("""["indicator.facts"]""", await client.GetStringAsync("messaging/queues"));

        await service.ExecuteAsync("alter table measure_total rename to measure_total_away");
        await service.SendAsync([new("loans", [new("loans/set-aside", Measures.LoanJobs, 1, "620602", new(2025, 3, 4), null, 3)])]);
        await ConnectedIndicator.EventuallyAsync(async () => (await FailedAsync(client)).Count, 1);
        var failed = (await FailedAsync(client)).Single()!; // looking took nothing away
        Assert.Equal("loans/set-aside", (string)failed["message"]!["facts"]![0]!["recordId"]!);
        Assert.Contains("measure_total", (string)failed["error"]!, StringComparison.Ordinal);
        Assert.Equal(0L, await service.ScalarAsync<long>("select count(*) from fact_history"));

        await service.ExecuteAsync("alter table measure_total_away rename to measure_total");
        var replayed = await (await client.PostAsync($"messaging/queues/indicator.facts/failed/{(string)failed["messageId"]!}/replay", null)).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(1, (int)replayed["messages"]!);
        await service.QuietAsync();
        Assert.Equal(3m, await service.ScalarAsync<decimal>("select quantity from measure_total where measure = 'loans.jobs'"));
        Assert.Empty(await FailedAsync(client));
        await (await client.PostAsync($"messaging/queues/indicator.facts/failed/{(string)failed["messageId"]!}/replay", null))
            .ShouldBeAsync(HttpStatusCode.NotFound, "messaging.unknown_message");
    }

    public static TheoryData<string, string> Operations => new()
    {
        { "GET", "queues" },
        { "GET", "queues/indicator.facts/failed" },
        { "POST", "queues/indicator.facts/failed/replay" },
        { "POST", "queues/indicator.facts/failed/019aaaaa-0000-7000-8000-000000000000/replay" },
        { "GET", "parked" },
        { "POST", "parked/replay" },
        { "POST", "parked/019aaaaa-0000-7000-8000-000000000000/replay" },
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Given_anyone_but_an_operator_When_asked_Then_it_is_forbidden(string method, string path)
    {
        foreach (var caller in new[] { TestCaller.Of("indicator"), TestCaller.AssessmentOffice, TestCaller.Auditor })
        {
            await (await SendAsync(caller)).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.forbidden");
        }

        await (await SendAsync(null)).ShouldBeAsync(HttpStatusCode.Unauthorized, "auth.token_required");

        async Task<HttpResponseMessage> SendAsync(TestCaller? caller)
        {
            using var client = service.ClientFor(caller);
            return await client.SendAsync(new(new(method), $"messaging/{path}"));
        }
    }

    private static async Task<JsonArray> FailedAsync(HttpClient client) =>
        JsonNode.Parse(await client.GetStringAsync("messaging/queues/indicator.facts/failed"))!.AsArray();
}
