using Wuwei.ServiceDefaults;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Wuwei.Gateway.Routing;

/// <summary>A replica that says it is about to stop gets no further request, if there is another; its probe would tell too late.</summary>
internal sealed class DrainingDestinations(IDestinationHealthUpdater health) : ITransformProvider
{
    // By then it has stopped, and the probes know.
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(10);

    public void Apply(TransformBuilderContext context) => context.AddResponseTransform(answer =>
    {
        if (answer.ProxyResponse?.Headers.Contains(Draining.Header) == true)
        {
            answer.HttpContext.Response.Headers.Remove(Draining.Header);
            var proxy = answer.HttpContext.GetReverseProxyFeature();
            health.SetPassive(proxy.Route.Cluster!, proxy.ProxiedDestination!, DestinationHealth.Unhealthy, s_pause);
        }

        return ValueTask.CompletedTask;
    });

    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }
}
