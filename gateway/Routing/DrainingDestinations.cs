using System.Runtime.CompilerServices;
using Wuwei.ServiceDefaults;
using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Wuwei.Gateway.Routing;

/// <summary>
/// A replica that says it is about to stop gets no further request, if there is another; its probe would tell too late.
/// Remembered here and not as the destination's passive health, which its next good answer would put right again.
/// </summary>
internal sealed class DrainingDestinations
{
    // By then it has stopped, and the probes know.
    private const long PauseMilliseconds = 10_000;

    private readonly ConditionalWeakTable<DestinationState, StrongBox<long>> _until = [];

    /// <summary>Listens to what answers say.</summary>
    public void Apply(TransformBuilderContext context) => context.AddResponseTransform(answer =>
    {
        if (answer.ProxyResponse?.Headers.Contains(Draining.Header) == true)
        {
            answer.HttpContext.Response.Headers.Remove(Draining.Header);
            var destination = answer.HttpContext.GetReverseProxyFeature().ProxiedDestination!;
            _until.GetOrCreateValue(destination).Value = Environment.TickCount64 + PauseMilliseconds;
        }

        return ValueTask.CompletedTask;
    });

    /// <summary>Leaves out those that are about to stop, unless nobody else is left.</summary>
    public Task LeaveOutAsync(HttpContext http, RequestDelegate next)
    {
        var proxy = http.GetReverseProxyFeature();
        var staying = proxy.AvailableDestinations.Where(destination => !IsDraining(destination)).ToArray();
        if (staying.Length > 0)
        {
            proxy.AvailableDestinations = staying;
        }

        return next(http);
    }

    private bool IsDraining(DestinationState destination) =>
        _until.TryGetValue(destination, out var until) && Environment.TickCount64 < until.Value;
}
