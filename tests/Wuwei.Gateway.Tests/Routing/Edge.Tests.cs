namespace Wuwei.Gateway.Routing;

/// <summary>What every answer has, whoever gave it, and what none has.</summary>
[Collection(nameof(Platform))]
public sealed class EdgeTests(Platform platform)
{
    [Theory]
    [InlineData("GET", "health")]
    [InlineData("GET", "docs/")]
    [InlineData("GET", "api/training/openapi.json")]
    [InlineData("GET", "api/training/v1/address")]
    [InlineData("GET", "api/training/v1/nowhere")]
    [InlineData("GET", "api/loans/v1/address")]
    [InlineData("POST", "connect/token")]
    [InlineData("OPTIONS", "api/training/v1/address")]
    [InlineData("OPTIONS", "health")]
    public async Task Given_a_page_of_another_site_When_it_asks_Then_headers_guard_the_answer_and_it_may_not_read_it(string method, string address)
    {
        using var client = await platform.ClientAsync("training-620602");
        using var request = new HttpRequestMessage(new(method), address);
        request.Headers.Add("Origin", "https://evil.test");
        request.Headers.Add("Access-Control-Request-Method", "PUT");
        request.Headers.Add("Cookie", "session=1");
        using var answer = await client.SendAsync(request);

        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
        Assert.Contains("frame-ancestors 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain(answer.Headers, header => header.Key is "Set-Cookie" or "Server" || header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
    }
}
