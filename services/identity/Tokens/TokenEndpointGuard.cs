using System.Net.Http.Headers;
using System.Text;
using System.Threading.RateLimiting;

namespace Wuwei.Identity.Tokens;

/// <summary>
/// Slows down who guesses. Every refusal takes the same time, whether the client is unknown or its secret wrong; ten
/// refusals of a client from one address in a minute, or sixty from one address, and that address waits.
/// </summary>
internal sealed class TokenEndpointGuard(TimeProvider clock) : IAsyncDisposable
{
    /// <summary>Longer than any secret takes to check.</summary>
    private static readonly TimeSpan s_refusal = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<Attempt> _refusals = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<Attempt, Attempt>(attempt => Window(attempt, 10)),
        PartitionedRateLimiter.Create<Attempt, string>(attempt => Window(attempt.Address, 60)));

    public ValueTask DisposeAsync() => _refusals.DisposeAsync();

    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (!http.Request.Path.Equals("/connect/token", StringComparison.OrdinalIgnoreCase))
        {
            await next(http);
            return;
        }

        var attempt = new Attempt(http.Connection.RemoteIpAddress?.ToString() ?? "", await ClientIdAsync(http));
        using (var allowed = _refusals.AttemptAcquire(attempt, permitCount: 0))
        {
            if (!allowed.IsAcquired)
            {
                http.Response.Headers.RetryAfter = ((int)s_window.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
                await Results.Problem(statusCode: StatusCodes.Status429TooManyRequests).ExecuteAsync(http);
                return;
            }
        }

        var began = clock.GetTimestamp();
        http.Response.OnStarting(async () =>
        {
            if (http.Response.StatusCode == StatusCodes.Status401Unauthorized)
            {
                _refusals.AttemptAcquire(attempt).Dispose();
                var left = s_refusal - clock.GetElapsedTime(began);
                await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock);
            }
        });
        await next(http);
    }

    private static RateLimitPartition<TKey> Window<TKey>(TKey key, int refusals) => RateLimitPartition.GetFixedWindowLimiter(
        key, _ => new() { PermitLimit = refusals, Window = s_window, QueueLimit = 0 });

    // By form or by Basic authentication, as RFC 6749 allows; too long to be one of ours counts as none.
    private static async Task<string> ClientIdAsync(HttpContext http)
    {
        var id = "";
        if (AuthenticationHeaderValue.TryParse(http.Request.Headers.Authorization, out var header) && header.Parameter is { } parameter)
        {
            var credentials = new byte[parameter.Length];
            id = Convert.TryFromBase64String(parameter, credentials, out var length) ? Encoding.UTF8.GetString(credentials, 0, length).Split(':')[0] : "";
        }
        else if (http.Request.HasFormContentType)
        {
            id = (await http.Request.ReadFormAsync(http.RequestAborted))["client_id"].ToString();
        }

        return id.Length <= 100 ? id : "";
    }

    private readonly record struct Attempt(string Address, string ClientId);
}
