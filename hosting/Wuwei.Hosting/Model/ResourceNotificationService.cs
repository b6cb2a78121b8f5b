using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

public static class KnownResourceStates
{
    public static readonly string Starting = "Starting";
    public static readonly string Running = "Running";
    public static readonly string FailedToStart = "FailedToStart";
    public static readonly string RuntimeUnhealthy = "RuntimeUnhealthy";
    public static readonly string Stopping = "Stopping";
    public static readonly string Exited = "Exited";
    public static readonly string Finished = "Finished";
    public static readonly string Waiting = "Waiting";
    public static readonly string NotStarted = "NotStarted";
    public static readonly string ValueMissing = "ValueMissing";
    public static readonly string Active = "Active";

    public static readonly IReadOnlyList<string> TerminalStates = [Finished, FailedToStart, Exited];
}

public sealed record ResourceStateSnapshot(string Text, string? Style)
{
    [return: NotNullIfNotNull(nameof(s))]
    public static implicit operator ResourceStateSnapshot?(string? s) => s is null ? null : new(s, null);
}

public sealed record UrlSnapshot(string? Name, string Url, bool IsInternal);

public sealed record ResourcePropertySnapshot(string Name, object? Value)
{
    public bool IsSensitive { get; init; }
}

/// <summary>How one instance of a resource is doing at one moment.</summary>
public sealed record CustomResourceSnapshot
{
    public required string ResourceType { get; init; }

    public required ImmutableArray<ResourcePropertySnapshot> Properties { get; init; }

    public ResourceStateSnapshot? State { get; init; }

    public int? ExitCode { get; init; }

    public DateTime? CreationTimeStamp { get; init; }

    public DateTime? StartTimeStamp { get; init; }

    public DateTime? StopTimeStamp { get; init; }

    /// <summary>Null unless the resource is running and has been looked at.</summary>
    public HealthStatus? HealthStatus { get; internal init; }

    public ImmutableArray<UrlSnapshot> Urls { get; init; } = [];
}

public class ResourceEvent(IResource resource, string resourceId, CustomResourceSnapshot snapshot)
{
    public IResource Resource { get; } = resource;

    /// <summary>The resource's name; with several replicas the name and the replica's number.</summary>
    public string ResourceId { get; } = resourceId;

    public CustomResourceSnapshot Snapshot { get; } = snapshot;
}

/// <summary>Knows the state of every resource and tells whoever watches.</summary>
public sealed class ResourceNotificationService : IDisposable
{
    private readonly WaitBehavior _defaultWaitBehavior;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ResourceEvent> _current = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<Channel<ResourceEvent>> _watchers = [];
    private readonly Dictionary<string, TaskCompletionSource> _ready = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="defaultWaitBehavior">How waits behave that do not say so themselves.</param>
    internal ResourceNotificationService(WaitBehavior defaultWaitBehavior) => _defaultWaitBehavior = defaultWaitBehavior;

    public bool TryGetCurrentState(string resourceId, [NotNullWhen(true)] out ResourceEvent? resourceEvent)
    {
        lock (_lock)
        {
            return _current.TryGetValue(resourceId, out resourceEvent);
        }
    }

    public Task PublishUpdateAsync(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory) =>
        PublishUpdateAsync(resource, resource.Name, stateFactory);

    public Task PublishUpdateAsync(
        IResource resource, string resourceId, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        lock (_lock)
        {
            var before = _current.TryGetValue(resourceId, out var known) ? known.Snapshot : new()
            {
                ResourceType = resource.GetType().Name.Replace("Resource", "", StringComparison.Ordinal),
                Properties = [],
                CreationTimeStamp = DateTime.UtcNow,
            };
            var update = new ResourceEvent(resource, resourceId, stateFactory(before));
            _current[resourceId] = update;
            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryWrite(update);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>First the present state of every resource, then each change.</summary>
    public async IAsyncEnumerable<ResourceEvent> WatchAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateUnbounded<ResourceEvent>();
        lock (_lock)
        {
            foreach (var known in _current.Values)
            {
                channel.Writer.TryWrite(known);
            }

            _watchers.Add(channel);
        }

        try
        {
            await foreach (var update in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return update;
            }
        }
        finally
        {
            lock (_lock)
            {
                _watchers.Remove(channel);
            }
        }
    }

    public Task WaitForResourceAsync(
        string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(
            resourceName, e => e.Snapshot.State?.Text == (targetState ?? KnownResourceStates.Running), cancellationToken);

    public async Task<string> WaitForResourceAsync(
        string resourceName, IEnumerable<string> targetStates, CancellationToken cancellationToken = default)
    {
        var states = targetStates.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var reached = await WaitForResourceAsync(
            resourceName, e => e.Snapshot.State is { } state && states.Contains(state.Text), cancellationToken)
            .ConfigureAwait(false);
        return reached.Snapshot.State!.Text;
    }

    public async Task<ResourceEvent> WaitForResourceAsync(
        string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
    {
        await foreach (var update in WatchAsync(cancellationToken).ConfigureAwait(false))
        {
            var isMeant = update.Resource.Name.Equals(resourceName, StringComparison.OrdinalIgnoreCase)
                || update.ResourceId.Equals(resourceName, StringComparison.OrdinalIgnoreCase);
            if (isMeant && predicate(update))
            {
                return update;
            }
        }

        throw new OperationCanceledException(
            $"The application ended before '{resourceName}' was as expected.", cancellationToken);
    }

    public Task<ResourceEvent> WaitForResourceHealthyAsync(
        string resourceName, CancellationToken cancellationToken = default) =>
        WaitForResourceHealthyAsync(resourceName, _defaultWaitBehavior, cancellationToken);

    /// <exception cref="DistributedApplicationException">
    /// The resource ended or could not start, and <paramref name="waitBehavior"/> says to stop then.
    /// </exception>
    public async Task<ResourceEvent> WaitForResourceHealthyAsync(
        string resourceName, WaitBehavior waitBehavior, CancellationToken cancellationToken = default)
    {
        var reached = await WaitForResourceAsync(
            resourceName, e => IsHealthy(e) || (IsUnavailable(e) && waitBehavior == WaitBehavior.StopOnResourceUnavailable),
            cancellationToken).ConfigureAwait(false);
        if (!IsHealthy(reached))
        {
            throw new DistributedApplicationException($"'{resourceName}' is {reached.Snapshot.State?.Text}{ExitText(reached)}.");
        }

        await Ready(reached.Resource).Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        return reached;
    }

    /// <summary>Waits for everything the resource was told to wait for.</summary>
    /// <exception cref="DistributedApplicationException">A dependency ended in a way that ends the wait.</exception>
    public Task WaitForDependenciesAsync(IResource resource, CancellationToken cancellationToken) =>
        Task.WhenAll(resource.Annotations.OfType<WaitAnnotation>()
            .Select(wait => WaitForDependencyAsync(resource, wait, cancellationToken)));

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryComplete();
            }
        }
    }

    /// <summary>Completes when the handlers of a resource's readiness have run; their exception is the waiters' too.</summary>
    internal TaskCompletionSource Ready(IResource resource)
    {
        lock (_lock)
        {
            return _ready.TryGetValue(resource.Name, out var source)
                ? source
                : _ready[resource.Name] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    internal IReadOnlyList<ResourceEvent> Current()
    {
        lock (_lock)
        {
            return [.. _current.Values];
        }
    }

    private async Task WaitForDependencyAsync(IResource waiter, WaitAnnotation wait, CancellationToken cancellation)
    {
        var dependency = wait.Resource;
        var behavior = wait.WaitBehavior ?? _defaultWaitBehavior;
        if (wait.WaitType == WaitType.WaitForCompletion)
        {
            await ForEachReplicaAsync(dependency, e => e.Snapshot.State is { } state
                && KnownResourceStates.TerminalStates.Contains(state.Text), cancellation).ConfigureAwait(false);
            if (Replicas(dependency).FirstOrDefault(e => e.Snapshot.State?.Text == KnownResourceStates.FailedToStart
                || e.Snapshot.ExitCode != wait.ExitCode) is { } failed)
            {
                throw new DistributedApplicationException(
                    $"'{waiter.Name}' waited for '{dependency.Name}' to complete, but it is {failed.Snapshot.State?.Text}{ExitText(failed)}.");
            }

            return;
        }

        bool Arrived(ResourceEvent e) =>
            wait.WaitType == WaitType.WaitUntilStarted ? e.Snapshot.State?.Text == KnownResourceStates.Running : IsHealthy(e);

        await ForEachReplicaAsync(
            dependency, e => Arrived(e) || (IsUnavailable(e) && behavior == WaitBehavior.StopOnResourceUnavailable),
            cancellation).ConfigureAwait(false);
        if (Replicas(dependency).FirstOrDefault(e => IsUnavailable(e) && !Arrived(e)) is { } gone
            && behavior == WaitBehavior.StopOnResourceUnavailable)
        {
            throw new DistributedApplicationException(
                $"'{waiter.Name}' waited for '{dependency.Name}', but it is {gone.Snapshot.State?.Text}{ExitText(gone)}.");
        }

        if (wait.WaitType == WaitType.WaitUntilHealthy)
        {
            await Ready(dependency).Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    private async Task ForEachReplicaAsync(IResource resource, Func<ResourceEvent, bool> predicate, CancellationToken cancellation)
    {
        await foreach (var _ in WatchAsync(cancellation).ConfigureAwait(false))
        {
            if (Replicas(resource) is { Count: > 0 } replicas && replicas.All(predicate))
            {
                return;
            }
        }

        throw new OperationCanceledException($"The application ended while something waited for '{resource.Name}'.", cancellation);
    }

    private List<ResourceEvent> Replicas(IResource resource) =>
        [.. Current().Where(e => ReferenceEquals(e.Resource, resource))];

    private static bool IsHealthy(ResourceEvent e) => e.Snapshot.State?.Text == KnownResourceStates.Running
        && e.Snapshot.HealthStatus == Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy;

    private static bool IsUnavailable(ResourceEvent e) => e.Snapshot.State is { } state
        && (KnownResourceStates.TerminalStates.Contains(state.Text) || state.Text == KnownResourceStates.RuntimeUnhealthy);

    private static string ExitText(ResourceEvent e) => e.Snapshot.ExitCode is { } code ? $" (exit code {code})" : "";
}
