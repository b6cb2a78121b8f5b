using Microsoft.Extensions.Options;
using Wuwei.ServiceDefaults;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.ServiceDiscovery;

namespace Wuwei.Gateway.Routing;

/// <summary>Which address belongs to which service: section <c>ReverseProxy</c> of appsettings.json. Where that service runs: service discovery.</summary>
internal static class Routes
{
    extension(IHostApplicationBuilder builder)
    {
        public void AddRoutes()
        {
            builder.Services.AddOptions<FileLimits>().BindConfiguration("Imports").ValidateDataAnnotations().ValidateOnStart();
            builder.Services.AddReverseProxy()
                .LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"))
                .AddConfigFilter<ClusterDefaults>()
                .AddTransforms(Uploads.Apply)
                .AddTransforms(transforms => transforms.Services.GetRequiredService<DrainingDestinations>().Apply(transforms))
                .ConfigureHttpClient((_, handler) => handler.ConnectTimeout = TimeSpan.FromSeconds(3));
            builder.Services.AddSingleton<DrainingDestinations>();
            builder.Services.AddSingleton<IDestinationResolver, DiscoveredDestinations>();

            // One failed connection is enough: the probe brings the destination back when it answers.
            builder.Services.Configure<TransportFailureRateHealthPolicyOptions>(options =>
            {
                options.MinimalTotalCountThreshold = 1;
                options.DetectionWindowSize = TimeSpan.FromSeconds(10);
            });
        }
    }

    extension(WebApplication app)
    {
        public void MapRoutes() => app.MapReverseProxy(proxy =>
        {
            var files = app.Services.GetRequiredService<IOptions<FileLimits>>().Value;
            proxy.Use((http, next) => Uploads.InTimeAsync(http, next, files.ReceiveTime));
            proxy.Use(WholeAnswers.HoldAsync);
            proxy.Use(app.Services.GetRequiredService<DrainingDestinations>().LeaveOutAsync);
            proxy.Use(RetryUnsentAsync);
            proxy.UseLoadBalancing();
            proxy.UsePassiveHealthChecks();
        });
    }

    /// <summary>
    /// A request whose connection was refused never left: another destination may have it, whatever its method.
    /// So nobody notices a replica that stops or dies.
    /// </summary>
    private static async Task RetryUnsentAsync(HttpContext http, RequestDelegate next)
    {
        var proxy = http.GetReverseProxyFeature();
        var left = proxy.AvailableDestinations.ToList();
        await next(http);
        while (http.GetForwarderErrorFeature() is { Exception: HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } }
            && !http.Response.HasStarted && left.Remove(proxy.ProxiedDestination!) && left.Count > 0)
        {
            http.Features.Set<IForwarderErrorFeature>(null);
            http.Response.StatusCode = StatusCodes.Status200OK;
            proxy.AvailableDestinations = left;
            await next(http);
        }
    }
}
