using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Wuwei.ServiceDefaults.Tests;

public sealed class GatewaysTests
{
    [Theory]
    [InlineData(null, "127.0.0.1", "10.62.6.2", "10.62.6.2")]
    [InlineData(null, "::ffff:127.0.0.1", "::ffff:10.62.6.2", "10.62.6.2")]
    [InlineData(null, "::1", "2001:db8::7", "2001:db8::7")]
    [InlineData(null, "::1", "1.1.1.1, 10.62.6.2", "10.62.6.2")] // the gateway's own is the last
    [InlineData(null, "127.0.0.1", null, "127.0.0.1")]
    [InlineData(null, "127.0.0.1", "nonsense", "127.0.0.1")]
    [InlineData(null, "10.62.6.9", "1.1.1.1", "10.62.6.9")] // a caller that goes past the gateway speaks for itself only
    [InlineData("10.62.7.0/24", "10.62.7.3", "10.62.6.2", "10.62.6.2")]
    [InlineData("10.62.7.0/24", "127.0.0.1", "10.62.6.2", "127.0.0.1")]
    [InlineData(null, null, "10.62.6.2", null)]
    public void Given_a_connection_When_asked_for_the_client_s_address_Then_only_a_gateway_is_believed(string? gateways, string? peer, string? said, string? expected)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(gateways is null ? [] : [new("Network:Gateways:0", gateways)]).Build();
        var http = new DefaultHttpContext { Connection = { RemoteIpAddress = peer is null ? null : IPAddress.Parse(peer) } };
        if (said is not null)
        {
            http.Request.Headers["X-Forwarded-For"] = said;
        }

        Assert.Equal(expected, new Gateways(configuration).AddressOf(http));
    }
}
