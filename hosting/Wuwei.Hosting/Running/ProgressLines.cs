using Aspire.Hosting.ApplicationModel;

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

        var text = state.Text == KnownResourceStates.Running && update.Snapshot.HealthStatus is { } health
            ? health.ToString()
            : state.Text;
        if (update.Snapshot.ExitCode is { } code)
        {
            text += $", exit code {code}";
        }

        if (update.Snapshot.Get<string>(SnapshotProperties.Problem) is { } problem)
        {
            text += $": {problem}";
        }

        if (text == "Healthy" && update.Snapshot.Urls.FirstOrDefault(u => !u.IsInternal) is { } url)
        {
            text += $"  {url.Url}";
        }

        if (_last.GetValueOrDefault(update.ResourceId) != text)
        {
            _last[update.ResourceId] = text;
            _output.WriteLine($"{DateTime.Now:HH:mm:ss}  {update.ResourceId,-18} {text}");
        }
    }
}
