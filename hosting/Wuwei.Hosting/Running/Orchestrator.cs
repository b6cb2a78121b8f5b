using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Wuwei.Hosting;

/// <summary>Starts every resource when what it waits for is there, and stops them in the other direction.</summary>
internal sealed class Orchestrator(
    IResourceCollection resources, DataFolder folder, ResourceNotificationService notifications, HealthCheckService health,
    DistributedApplicationExecutionContext execution, IConfiguration configuration) : IHostedService, IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly ProcessLedger _ledger = new(folder);
    private readonly List<(int Level, Supervisor Supervisor)> _supervisors = [];
    private readonly List<Task> _followers = [];
    private Dictionary<IResource, int> _levels = [];
    private Ports? _ports;
    private StateFiles? _files;
    private bool _taken;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new DistributedApplicationException("This host runs on Linux; build with -p:UseAspire=true elsewhere.");
        }

        folder.Take();
        _taken = true;
        await _ledger.StartAsync(cancellationToken).ConfigureAwait(false);
        _ports = new(folder);
        _ports.Allocate(resources, configuration);
        _levels = Levels.Of(resources);
        _files = new(folder, notifications);
        await _files.WriteConnectionsAsync(resources, cancellationToken).ConfigureAwait(false);
        foreach (var resource in resources)
        {
            await IntroduceAsync(resource).ConfigureAwait(false);
        }

        foreach (var (_, supervisor) in _supervisors)
        {
            supervisor.Start(_stopping.Token);
        }

        _followers.Add(RotateLogsAsync());
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!_taken)
        {
            return;
        }

        _taken = false;
        await _stopping.CancelAsync().ConfigureAwait(false);
        foreach (var level in _supervisors.GroupBy(s => s.Level).OrderByDescending(g => g.Key))
        {
            await Task.WhenAll(level.Select(s => s.Supervisor.StopAsync())).ConfigureAwait(false);
        }

        await Task.WhenAll(_followers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _ledger.DisposeAsync().ConfigureAwait(false);
        _ports?.Dispose();
        if (_files is not null)
        {
            await _files.DisposeAsync().ConfigureAwait(false);
        }

        folder.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        _stopping.Dispose();
    }

    /// <summary>Starts a resource that was told to wait for this call, or has ended.</summary>
    public void Start(string resourceName)
    {
        foreach (var (_, supervisor) in _supervisors.Where(s => s.Supervisor.Resource.Name == resourceName))
        {
            supervisor.Start(_stopping.Token, isAsked: true);
        }
    }

    private async Task IntroduceAsync(IResource resource)
    {
        if (resource is ParameterResource parameter)
        {
            await IntroduceAsync(parameter).ConfigureAwait(false);
            return;
        }

        if (resource is IResourceWithParent child)
        {
            await notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.Waiting }).ConfigureAwait(false);
            _followers.Add(FollowAsync(child));
            return;
        }

        var replicas = Ports.Replicas(resource);
        for (var replica = 0; replica < replicas; replica++)
        {
            var context = new RunContext(resource, replica, replicas == 1 ? resource.Name : $"{resource.Name}-{replica}",
                _levels[resource], folder, _ports!, execution, _stopping.Token);
            var firstDelay = configuration.GetValue("Hosting:RestartDelaySeconds", 1.0);
            var supervisor = new Supervisor(context, notifications, health, _ledger, IsJob(resource), TimeSpan.FromSeconds(firstDelay));
            await supervisor.IntroduceAsync().ConfigureAwait(false);
            _supervisors.Add((context.Level, supervisor));
        }
    }

    private async Task IntroduceAsync(ParameterResource parameter)
    {
        string? problem = null;
        try
        {
            _ = await parameter.GetValueAsync().ConfigureAwait(false);
        }
        catch (MissingParameterValueException error)
        {
            problem = error.Message;
        }

        await notifications.PublishUpdateAsync(parameter, s => s with
        {
            State = problem is null ? KnownResourceStates.Running : KnownResourceStates.ValueMissing,
        }).ConfigureAwait(false);
    }

    /// <summary>A database lives in its server: it is there when the server is ready, and its own check says how it is.</summary>
    private async Task FollowAsync(IResourceWithParent child)
    {
        await notifications.Ready(child.Parent).Task.WaitAsync(_stopping.Token).ConfigureAwait(false);
        await notifications.PublishUpdateAsync(child, s => s with
        {
            State = KnownResourceStates.Running,
            StartTimeStamp = DateTime.UtcNow,
        }).ConfigureAwait(false);
        await new HealthLoop(child, child.Name, 0, notifications, health).RunAsync(_stopping.Token).ConfigureAwait(false);
    }

    /// <summary>
    /// A resource that offers an endpoint is there to stay, and is started again however it ended; one that offers none,
    /// or whose completion someone awaits, does its work and ends.
    /// </summary>
    private bool IsJob(IResource resource) => !resource.Annotations.OfType<EndpointAnnotation>().Any()
        || resources.SelectMany(r => r.Annotations.OfType<WaitAnnotation>())
            .Any(w => ReferenceEquals(w.Resource, resource) && w.WaitType == WaitType.WaitForCompletion);

    private async Task RotateLogsAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(30));
        while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false))
        {
            foreach (var file in Directory.EnumerateFiles(folder.File("logs"), "*.log"))
            {
                LogFiles.Rotate(file);
            }
        }
    }
}
