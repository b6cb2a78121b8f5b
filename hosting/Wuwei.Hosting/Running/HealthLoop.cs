using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Wuwei.Hosting;

/// <summary>
/// Asks a running instance how it is: many times a second until it is healthy for the first time, since others wait for
/// that; later every half minute, and at growing pauses while it is not.
/// </summary>
internal sealed class HealthLoop(
    IResource resource, string instanceId, int replica, ResourceNotificationService notifications, HealthCheckService health)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WhenHealthy = TimeSpan.FromSeconds(30);
    private readonly HashSet<string> _keys = [.. resource.Annotations.OfType<HealthCheckAnnotation>().Select(a => a.Key)];

    public async Task RunAsync(CancellationToken cancellation)
    {
        ReplicaScope.Enter(resource, replica);
        var pause = Shortest;
        var hasBeenHealthy = false;
        while (true)
        {
            var status = await AskAsync(cancellation).ConfigureAwait(false);
            await notifications.PublishUpdateAsync(resource, instanceId, s =>
                s.State?.Text == KnownResourceStates.Running && s.HealthStatus != status ? s with { HealthStatus = status } : s)
                .ConfigureAwait(false);
            if (status == HealthStatus.Healthy)
            {
                await BecomeReadyAsync(cancellation).ConfigureAwait(false);
                (pause, hasBeenHealthy) = (Shortest, true);
                await Task.Delay(WhenHealthy, cancellation).ConfigureAwait(false);
            }
            else
            {
                await Task.Delay(pause, cancellation).ConfigureAwait(false);
                pause = !hasBeenHealthy ? Shortest : pause * 1.5 < Longest ? pause * 1.5 : Longest;
            }
        }
    }

    private async Task<HealthStatus> AskAsync(CancellationToken cancellation)
    {
        if (_keys.Count == 0)
        {
            return HealthStatus.Healthy;
        }

        var report = await health.CheckHealthAsync(check => _keys.Contains(check.Name), cancellation).ConfigureAwait(false);
        return report.Status;
    }

    private async Task BecomeReadyAsync(CancellationToken cancellation)
    {
        var ready = notifications.Ready(resource);
        if (ready.Task.IsCompleted)
        {
            return;
        }

        try
        {
            foreach (var annotation in resource.Annotations.OfType<ReadyAnnotation>())
            {
                await annotation.Handler(cancellation).ConfigureAwait(false);
            }

            ready.TrySetResult();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // As in Aspire: who waits for this resource fails with its handler's error.
            ready.TrySetException(error);
        }
    }
}
