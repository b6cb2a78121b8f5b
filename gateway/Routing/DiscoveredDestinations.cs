using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.ServiceDiscovery;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.ServiceDiscovery;

namespace Wuwei.Gateway.Routing;

/// <summary>
/// Turns a destination such as <c>http://training</c> into the addresses at which that service runs now, one
/// destination for each replica, and again whenever they change.
/// </summary>
internal sealed class DiscoveredDestinations(ServiceEndpointResolver services) : IDestinationResolver
{
    public async ValueTask<ResolvedDestinationCollection> ResolveDestinationsAsync(
        IReadOnlyDictionary<string, DestinationConfig> destinations, CancellationToken cancellationToken)
    {
        var resolved = new Dictionary<string, DestinationConfig>();
        var changes = new List<IChangeToken>();
        foreach (var (name, destination) in destinations)
        {
            var source = await services.GetEndpointsAsync(destination.Address, cancellationToken);
            changes.Add(source.ChangeToken);
            foreach (var address in source.Endpoints.Select(endpoint => endpoint.ToString()!))
            {
                // A name that discovery does not know stays a name, for DNS.
                resolved[$"{name}[{address}]"] = destination with { Address = address.Contains("://") ? address : $"http://{address}" };
            }
        }

        return new(resolved, new CompositeChangeToken(changes));
    }
}
