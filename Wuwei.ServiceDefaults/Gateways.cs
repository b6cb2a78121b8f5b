using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Wuwei.ServiceDefaults;

/// <summary>
/// Who may say where a request came from: the networks of <c>Network:Gateways</c>, or this machine where none is named.
/// The gateway strips what a caller says of itself and puts the caller's address into <c>X-Forwarded-For</c>; from anyone
/// else that header counts for nothing.
/// </summary>
public sealed class Gateways(IConfiguration configuration)
{
    private readonly System.Net.IPNetwork[] _networks =
        [.. (configuration.GetSection("Network:Gateways").Get<string[]>() ?? ["127.0.0.0/8", "::1/128"]).Select(System.Net.IPNetwork.Parse)];

    /// <summary>The address of the client, whether it came through the gateway or not; null in a test without a network.</summary>
    public string? AddressOf(HttpContext http) =>
        http.Connection.RemoteIpAddress is not { } peer ? null
            : _networks.Any(network => network.Contains(Plain(peer)))
                && IPAddress.TryParse(http.Request.Headers["X-Forwarded-For"].LastOrDefault()?.Split(',')[^1].Trim(), out var client) ? Plain(client).ToString()
            : Plain(peer).ToString();

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
