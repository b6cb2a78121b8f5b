using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Wuwei.Testing;

namespace Wuwei.Assessment.Tests;

/// <summary>Operators see the queues of the service; nobody else sees any.</summary>
public sealed class MessagingTests(AssessmentService service) : IClassFixture<AssessmentService>
{
    [Fact]
    public async Task Given_an_operator_When_asked_for_the_queues_Then_all_are_there_and_without_a_broker_it_says_so()
    {
        using var client = service.ClientFor(TestCaller.Operator);
        Assert.Equal("""["assessment.observations","assessment.targets","assessment.warnings"]""", await client.GetStringAsync("messaging/queues"));
        Assert.Equal("[]", await client.GetStringAsync("messaging/parked"));
        using var away = await client.GetAsync("messaging/queues/assessment.targets/failed");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, away.StatusCode);
        Assert.Equal("messaging.broker_away", (await away.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("GET", "queues")]
    [InlineData("GET", "queues/assessment.targets/failed")]
    [InlineData("POST", "queues/assessment.targets/failed/replay")]
    [InlineData("GET", "parked")]
    [InlineData("POST", "parked/replay")]
    public async Task Given_anyone_but_an_operator_When_asked_Then_it_is_forbidden(string method, string path)
    {
        foreach (var caller in new[] { TestCaller.AssessmentOffice, TestCaller.Of("indicator"), TestCaller.Auditor, null })
        {
            using var client = service.ClientFor(caller);
            using var answer = await client.SendAsync(new(new(method), $"messaging/{path}"));
            Assert.Equal(caller is null ? HttpStatusCode.Unauthorized : HttpStatusCode.Forbidden, answer.StatusCode);
        }
    }
}
