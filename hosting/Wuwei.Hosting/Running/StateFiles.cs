using Aspire.Hosting.ApplicationModel;

namespace Wuwei.Hosting;

/// <summary>What the outside may read: <c>state.json</c> after each change, <c>connections.json</c> for the owner only.</summary>
internal sealed class StateFiles : IAsyncDisposable
{
    private readonly DataFolder _folder;
    private readonly ResourceNotificationService _notifications;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _writing;

    public StateFiles(DataFolder folder, ResourceNotificationService notifications)
    {
        _folder = folder;
        _notifications = notifications;
        _writing = Task.Run(WriteStatesAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        WriteState();
        _stopping.Dispose();
    }

    /// <summary>Every server's and database's connection string, with the administrator's password, as URI too.</summary>
    public async Task WriteConnectionsAsync(IResourceCollection resources, CancellationToken cancellation)
    {
        var connections = new SortedDictionary<string, Connection>(StringComparer.Ordinal);
        foreach (var resource in resources.OfType<IResourceWithConnectionString>())
        {
            var uri = resource.GetConnectionProperties().FirstOrDefault(p => p.Key == "Uri").Value;
            connections[resource.Name] = new(
                await resource.GetConnectionStringAsync(cancellation).ConfigureAwait(false),
                uri is null ? null : await uri.GetValueAsync(cancellation).ConfigureAwait(false));
        }

        _folder.WriteJson("connections.json", connections, secret: true);
    }

    private async Task WriteStatesAsync()
    {
        await foreach (var _ in _notifications.WatchAsync(_stopping.Token).ConfigureAwait(false))
        {
            WriteState();
        }
    }

    private void WriteState() => _folder.WriteJson("state.json", new State(
        Environment.ProcessId, DateTimeOffset.Now, [.. _notifications.Current()
            .Where(e => e.Resource is not ParameterResource).Select(ResourceState.From)]));

    private sealed record Connection(string? ConnectionString, string? Uri);

    private sealed record State(int Host, DateTimeOffset WrittenAt, IReadOnlyList<ResourceState> Resources);

    private sealed record ResourceState(
        string Name, string Resource, string Type, string? State, string? Health, int? ProcessId, IReadOnlyList<string> Urls,
        int Restarts, int? ExitCode, string? Problem, DateTime? StartedAt)
    {
        public static ResourceState From(ResourceEvent e)
        {
            var pid = e.Snapshot.Get<int>(SnapshotProperties.ProcessId);
            return new(e.ResourceId, e.Resource.Name, e.Snapshot.ResourceType, e.Snapshot.State?.Text,
                e.Snapshot.HealthStatus?.ToString(), pid == 0 ? null : pid, [.. e.Snapshot.Urls.Select(u => u.Url)],
                e.Snapshot.Get<int>(SnapshotProperties.Restarts), e.Snapshot.ExitCode,
                e.Snapshot.Get<string>(SnapshotProperties.Problem), e.Snapshot.StartTimeStamp);
        }
    }
}
