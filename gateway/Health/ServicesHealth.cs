using Microsoft.Extensions.Diagnostics.HealthChecks;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace Wuwei.Gateway.Health;

internal static class ServicesHealth
{
    extension(IHostApplicationBuilder builder)
    {
        /// <summary>One line in <c>/health</c> for each service behind the gateway.</summary>
        public void AddServicesHealth()
        {
            var checks = builder.Services.AddHealthChecks();
            foreach (var service in builder.Configuration.GetSection("ReverseProxy:Clusters").GetChildren())
            {
                checks.Add(new(service.Key, services => new ServiceHealth(services.GetRequiredService<IProxyStateLookup>(), service.Key), null, null));
            }
        }
    }

    /// <summary>
    /// What the probes last saw. A service that is away is no reason to take the gateway away too, which would take the
    /// others with it: degraded, not unhealthy.
    /// </summary>
    private sealed class ServiceHealth(IProxyStateLookup proxy, string service) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var destinations = proxy.TryGetCluster(service, out var cluster) ? cluster.DestinationsState.AllDestinations : [];
            var healthy = destinations.Count(destination => destination.Health is { Active: DestinationHealth.Healthy, Passive: not DestinationHealth.Unhealthy });
            return Task.FromResult(healthy == 0 || healthy < destinations.Count ? HealthCheckResult.Degraded() : HealthCheckResult.Healthy());
        }
    }
}
