using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;

namespace Wuwei.Gateway.Routing;

/// <summary>How every service is called, unless its cluster says otherwise in configuration.</summary>
internal sealed class ClusterDefaults : IProxyConfigFilter
{
    public ValueTask<ClusterConfig> ConfigureClusterAsync(ClusterConfig cluster, CancellationToken cancel) => new(cluster with
    {
        LoadBalancingPolicy = cluster.LoadBalancingPolicy ?? LoadBalancingPolicies.PowerOfTwoChoices,

        // Silence, not length: an answer or an upload that keeps coming may take its time. Nobody is left waiting longer than 15 s.
        HttpRequest = cluster.HttpRequest ?? new ForwarderRequestConfig { ActivityTimeout = TimeSpan.FromSeconds(12) },
        HealthCheck = cluster.HealthCheck ?? new HealthCheckConfig
        {
            // When none looks healthy the probes may be wrong: asking costs less than refusing.
            AvailableDestinationsPolicy = HealthCheckConstants.AvailableDestinations.HealthyOrPanic,
            Active = new()
            {
                Enabled = true,
                Policy = HealthCheckConstants.ActivePolicy.ConsecutiveFailures, // two
                Path = "/health",
                Interval = TimeSpan.FromSeconds(5),
                Timeout = TimeSpan.FromSeconds(3),
            },
            Passive = new()
            {
                Enabled = true,
                Policy = HealthCheckConstants.PassivePolicy.TransportFailureRate,
                ReactivationPeriod = TimeSpan.FromSeconds(5),
            },
        },
    });

    public ValueTask<RouteConfig> ConfigureRouteAsync(RouteConfig route, ClusterConfig? cluster, CancellationToken cancel) => new(route);
}
