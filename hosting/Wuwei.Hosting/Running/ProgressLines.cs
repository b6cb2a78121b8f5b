using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Wuwei.Hosting;

/// <summary>Tells whoever looks at the terminal how the start goes: one line for each step of each resource.</summary>
internal sealed class ProgressLines : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, string> _last = [];
    private readonly TextWriter _output;

    public ProgressLines(ResourceNotificationService notifications, TextWriter output)
    {
        _output = output;
        _ = PrintAsync(notifications);
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private async Task PrintAsync(ResourceNotificationService notifications)
    {
        try
        {
            await foreach (var update in notifications.WatchAsync(_stopping.Token).ConfigureAwait(false))
            {
                Print(update);
            }
        }
        catch (OperationCanceledException)
        {
            // The application has ended.
        }
    }

    private void Print(ResourceEvent update)
    {
        if (update.Resource is ParameterResource or IResourceWithParent || update.Snapshot.State is not { } state)
        {
            return;
        }

        var last = _last.GetValueOrDefault(update.ResourceId);
        var text = Describe(update.Snapshot, state.Text);
        if (text == KnownResourceStates.Running && last?.StartsWith("Healthy", StringComparison.Ordinal) == true)
        {
            text = "Unhealthy";
        }

        if (text is not null && text != last)
        {
            _last[update.ResourceId] = text;
            _output.WriteLine($"{DateTime.Now:HH:mm:ss}  {update.ResourceId,-18} {text}");
        }
    }

    /// <returns>Null for what goes without saying: waiting, starting, and not yet healthy.</returns>
    private static string? Describe(CustomResourceSnapshot snapshot, string state)
    {
        var problem = snapshot.Get<string>(SnapshotProperties.Problem);
        var exit = snapshot.ExitCode is { } code ? $", exit code {code}" : "";
        var url = snapshot.Urls.FirstOrDefault(u => !u.IsInternal) is { } external ? $"  {external.Url}" : "";
        return problem is not null ? $"{state}: {problem}"
            : state == KnownResourceStates.Running && snapshot.HealthStatus == HealthStatus.Healthy ? $"Healthy{url}"
            : state == KnownResourceStates.Starting && exit.Length > 0 ? $"Starting again{exit}"
            : state == KnownResourceStates.Starting || state == KnownResourceStates.Waiting ? null
            : $"{state}{exit}";
    }
}
