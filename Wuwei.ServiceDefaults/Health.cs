using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Wuwei.ServiceDefaults;

/// <summary>What <c>/health</c> answers: the whole and its parts, by name; never why, which may name hosts or logins.</summary>
/// <param name="Status"><c>healthy</c>, <c>degraded</c> (works, something beside it does not) or <c>unhealthy</c> (503).</param>
/// <param name="Checks">Each part's status, by name.</param>
public sealed record Health(string Status, IReadOnlyDictionary<string, string> Checks)
{
    internal static Task WriteAsync(HttpContext http, HealthReport report) => http.Response.WriteAsJsonAsync(new Health(
        Name(report.Status), report.Entries.ToDictionary(entry => entry.Key, entry => Name(entry.Value.Status))));

    private static string Name(HealthStatus status) => status.ToString().ToLowerInvariant();
}
