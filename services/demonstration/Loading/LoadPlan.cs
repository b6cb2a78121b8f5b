using Wuwei.Demonstration.Gateway;
using Wuwei.Demonstration.Plan;

namespace Wuwei.Demonstration.Loading;

/// <summary>Sets the plan's targets, once: what the office has changed since stays as it is.</summary>
public static class LoadPlan
{
    private const string Office = "indicator-620600";

    /// <returns>How many targets were set; 0 when there were some already.</returns>
    public static async Task<int> RunAsync(GatewayClient gateway, CancellationToken cancellation)
    {
        var targets = PlanTargets.All().ToArray();
        var last = targets[^1];
        // All are set in one request, so the last is there when any is.
        var path = $"/api/indicator/v1/targets?indicator={last.Indicator}&region={last.Region}&year={last.Year}";
        if (await gateway.FindAsync<Page>(Office, path, cancellation) is { Items: [_, ..] })
        {
            return 0;
        }

        await gateway.SendAsync<object>(Office, HttpMethod.Put, "/api/indicator/v1/targets", targets, cancellation);
        return targets.Length;
    }

    private sealed record Page(IReadOnlyList<object> Items);
}
