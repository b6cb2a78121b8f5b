using System.Net;

namespace Wuwei.Gateway.Limits;

[Collection(nameof(Platform))]
public sealed class CallerLimitsTests(Platform platform)
{
    [Fact]
    public async Task Given_a_caller_that_asks_too_much_When_its_bucket_is_empty_Then_it_is_429_until_later_and_others_go_on()
    {
        await using var gateway = GatewayServer.Start(
            platform.Identity, new Dictionary<string, Uri[]> { ["training"] = [platform.Training.Address] },
            ("Limits:RequestsPerSecond", "10"), ("Limits:Burst", "20"));
        using var client = gateway.Client(await platform.Identity.TokenAsync("training-620602"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => client.GetAsync("api/training/v1/address")));
        var refused = answers.Where(answer => answer.StatusCode != HttpStatusCode.OK).ToArray();
        Assert.InRange(refused.Length, 15, 40);
        foreach (var answer in refused)
        {
            await Problem.AssertAsync(answer, HttpStatusCode.TooManyRequests, "request.too_many");
            Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 10);
        }

        using var other = gateway.Client(await platform.Identity.TokenAsync("training-620621"));
        using var unaffected = await other.GetAsync("api/training/v1/address");
        Assert.Equal(HttpStatusCode.OK, unaffected.StatusCode);

        // Ten a second come back.
        var status = HttpStatusCode.TooManyRequests;
        for (var i = 0; i < 100 && status is HttpStatusCode.TooManyRequests; i++)
        {
            await Task.Delay(100);
            using var later = await client.GetAsync("api/training/v1/address");
            status = later.StatusCode;
        }

        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Fact]
    public async Task Given_callers_without_a_token_When_they_ask_too_much_Then_they_are_429_too_and_health_still_answers()
    {
        await using var gateway = GatewayServer.Start(
            platform.Identity, new Dictionary<string, Uri[]>(), ("Limits:RequestsPerSecond", "10"), ("Limits:Burst", "10"));
        using var client = gateway.Client();
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => client.GetAsync("api/training/v1/address")));
        Assert.All(answers, answer => Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests }));
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        using var health = await client.GetAsync("alive");
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }
}
