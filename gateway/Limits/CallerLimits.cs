using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Wuwei.Gateway.Limits;

/// <summary>How much one caller may ask, from configuration section <c>Limits</c>.</summary>
internal sealed class CallerLimitOptions
{
    /// <summary>Requests a second in the long run.</summary>
    [Range(10, 1_000_000)] public int RequestsPerSecond { get; set; } = 200;

    /// <summary>Requests at once after a pause.</summary>
    [Range(1, 1_000_000)] public int Burst { get; set; } = 400;

    /// <summary>Requests a second in the long run to what is everybody's, from one address.</summary>
    [Range(10, 1_000_000)] public int PublicPerSecond { get; set; } = 10;

    /// <summary>The same at once after a pause.</summary>
    [Range(1, 1_000_000)] public int PublicBurst { get; set; } = 20;
}

/// <summary>A bucket of requests for each client, by its token; for who has none, by its address.</summary>
internal static class CallerLimits
{
    extension(IHostApplicationBuilder builder)
    {
        public void AddCallerLimits()
        {
            builder.Services.AddOptions<CallerLimitOptions>().BindConfiguration("Limits").ValidateDataAnnotations().ValidateOnStart();
            builder.Services.AddRateLimiter(_ => { });
            builder.Services.AddOptions<RateLimiterOptions>().Configure<IOptions<CallerLimitOptions>>((limiter, limits) =>
            {
                limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
                limiter.OnRejected = (rejected, _) =>
                {
                    rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait);
                    rejected.HttpContext.Response.Headers.RetryAfter =
                        Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
                    return ValueTask.CompletedTask;
                };
                // By address whoever asks, a token or not: it is named by routes that want none.
                limiter.AddPolicy("public", http => Bucket(
                    $"address {http.Connection.RemoteIpAddress}", limits.Value.PublicPerSecond, limits.Value.PublicBurst));
                limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http => BucketOf(http, limits.Value));
            });
        }
    }

    private static RateLimitPartition<string> BucketOf(HttpContext http, CallerLimitOptions limits) =>
        http.Request.Path.Value is "/health" or "/alive"
            ? RateLimitPartition.GetNoLimiter("")
            : Bucket(
                http.User.FindFirstValue("sub") is { } client ? $"client {client}" : $"address {http.Connection.RemoteIpAddress}",
                limits.RequestsPerSecond, limits.Burst);

    private static RateLimitPartition<string> Bucket(string caller, int perSecond, int burst) => RateLimitPartition.GetTokenBucketLimiter(caller, _ => new()
    {
        TokenLimit = burst,
        TokensPerPeriod = perSecond / 10,
        ReplenishmentPeriod = TimeSpan.FromMilliseconds(100),
        QueueLimit = 0,
    });
}
