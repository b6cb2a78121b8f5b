using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Wuwei.ServiceDefaults;

/// <summary>
/// Before a service stops listening it says so: not ready, and with every answer, so that callers who have somewhere else
/// to go do, and no request meets a closing connection. A service that nobody asks stops at once.
/// </summary>
public sealed class Draining : IHostedLifecycleService, IHealthCheck
{
    /// <summary>Header of the answers of a service that is about to stop, for the gateway.</summary>
    public const string Header = "X-Draining";

    // On a busy machine a caller may take most of a second between choosing this replica and sending.
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(5), s_quiet = TimeSpan.FromSeconds(1);

    private long _lastRequest = Environment.TickCount64 - (long)s_longest.TotalMilliseconds;
    private int _underWay;
    private volatile bool _stopping;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        var began = Environment.TickCount64;
        while (Environment.TickCount64 - began < s_longest.TotalMilliseconds
            && (Volatile.Read(ref _underWay) > 0 || Environment.TickCount64 - Interlocked.Read(ref _lastRequest) < s_quiet.TotalMilliseconds))
        {
            await Task.Delay(25, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (_stopping)
        {
            http.Response.Headers.Connection = "close";
            http.Response.Headers[Header] = "true";
        }

        // Probes do not count: they come as long as somebody listens.
        if (http.Request.Path.Value is "/health" or "/alive")
        {
            await next(http);
            return;
        }

        Interlocked.Increment(ref _underWay);
        try
        {
            await next(http);
        }
        finally
        {
            Interlocked.Exchange(ref _lastRequest, Environment.TickCount64);
            Interlocked.Decrement(ref _underWay);
        }
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_stopping ? HealthCheckResult.Unhealthy() : HealthCheckResult.Healthy());

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
