using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Wuwei.Hosting;

/// <summary>Runs one instance of a resource: waits, starts, watches its health, starts it again when it ends.</summary>
internal sealed class Supervisor(
    RunContext context, ResourceNotificationService notifications, HealthCheckService health, ProcessLedger ledger,
    bool isJob, TimeSpan firstDelay)
{
    /// <summary>Ends within this many consecutive tries make a crash loop, which the state then shows.</summary>
    private const int CrashLoop = 3;

    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StableAfter = TimeSpan.FromMinutes(1);
    private SupervisedProcess? _process;
    private SupervisedProcess? _companion;
    private Task _run = Task.CompletedTask;
    private int _restarts;

    public IResource Resource => context.Resource;

    public Task IntroduceAsync() => UpdateAsync(s => s with
    {
        State = IsExplicit ? KnownResourceStates.NotStarted : KnownResourceStates.Starting,
        Urls = [.. Resource.Annotations.OfType<EndpointAnnotation>()
            .Select(e => new UrlSnapshot(e.Name, e.Url(context.Replica), IsInternal: !e.IsExternal))],
        Properties = Properties(),
    });

    public void Start(CancellationToken stopping, bool isAsked = false)
    {
        if ((isAsked || !IsExplicit) && _run.IsCompleted)
        {
            _run = Task.Run(() => RunAsync(stopping), CancellationToken.None);
        }
    }

    /// <summary>Call after the stopping token was cancelled.</summary>
    public async Task StopAsync()
    {
        await _run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_process is { Exited.IsCompleted: false } process)
        {
            await UpdateAsync(s => s with { State = KnownResourceStates.Stopping, HealthStatus = null }).ConfigureAwait(false);
            await process.StopAsync().ConfigureAwait(false);
            await EndedAsync(KnownResourceStates.Finished, await process.Exited.ConfigureAwait(false)).ConfigureAwait(false);
        }

        await (_companion?.StopAsync() ?? Task.CompletedTask).ConfigureAwait(false);
    }

    private bool IsExplicit => Resource.Annotations.OfType<ExplicitStartupAnnotation>().Any();

    private async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            if (Resource.Annotations.OfType<WaitAnnotation>().Any())
            {
                await UpdateAsync(s => s with { State = KnownResourceStates.Waiting }).ConfigureAwait(false);
                await notifications.WaitForDependenciesAsync(Resource, stopping).ConfigureAwait(false);
            }

            await KeepRunningAsync(stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // StopAsync does the rest.
        }
        catch (Exception error)
        {
            await File.AppendAllTextAsync(context.LogFile, $"{error.Message}\n", CancellationToken.None).ConfigureAwait(false);
            await EndedAsync(KnownResourceStates.FailedToStart, null, error.Message).ConfigureAwait(false);
        }
    }

    private async Task KeepRunningAsync(CancellationToken stopping)
    {
        var crashes = 0;
        while (true)
        {
            await UpdateAsync(s => s with { State = KnownResourceStates.Starting, HealthStatus = null }).ConfigureAwait(false);
            var started = DateTime.UtcNow;
            var exitCode = await RunOnceAsync(stopping).ConfigureAwait(false);
            stopping.ThrowIfCancellationRequested();
            if (isJob)
            {
                await EndedAsync(KnownResourceStates.Finished, exitCode).ConfigureAwait(false);
                return;
            }

            crashes = DateTime.UtcNow - started > StableAfter ? 1 : crashes + 1;
            _restarts++;
            await EndedAsync(crashes >= CrashLoop ? KnownResourceStates.RuntimeUnhealthy : KnownResourceStates.Starting, exitCode)
                .ConfigureAwait(false);
            var delay = firstDelay * Math.Pow(2, Math.Min(crashes - 1, 10));
            await Task.Delay(delay < LongestDelay ? delay : LongestDelay, stopping).ConfigureAwait(false);
        }
    }

    private async Task<int> RunOnceAsync(CancellationToken stopping)
    {
        ReplicaScope.Enter(Resource, context.Replica);
        var run = Resource.Annotations.OfType<RunAnnotation>().LastOrDefault()
            ?? throw new Aspire.Hosting.DistributedApplicationException(
                $"'{Resource.Name}' is a container this host knows no installed program for.");
        var plan = await run.Plan(context).ConfigureAwait(false);
        stopping.ThrowIfCancellationRequested();
        if (plan.Companion is { } companion && _companion is null or { Exited.IsCompleted: true })
        {
            _companion = SupervisedProcess.Start(plan.Companion!, ledger);
        }

        _process = SupervisedProcess.Start(plan.Main, ledger);
        await UpdateAsync(s => s with
        {
            State = KnownResourceStates.Running,
            StartTimeStamp = DateTime.UtcNow,
            StopTimeStamp = null,
            ExitCode = null,
            Properties = Properties(),
        }).ConfigureAwait(false);

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var healthLoop = new HealthLoop(Resource, context.InstanceId, context.Replica, notifications, health).RunAsync(ended.Token);
        try
        {
            return await _process.Exited.WaitAsync(stopping).ConfigureAwait(false);
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await healthLoop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task EndedAsync(string state, int? exitCode, string? problem = null) => UpdateAsync(s => s with
    {
        State = state,
        HealthStatus = null,
        ExitCode = exitCode,
        StopTimeStamp = DateTime.UtcNow,
        Properties = Properties(problem),
    });

    private ImmutableArray<ResourcePropertySnapshot> Properties(string? problem = null)
    {
        ResourcePropertySnapshot restarts = new(SnapshotProperties.Restarts, _restarts);
        return problem is not null ? [restarts, new(SnapshotProperties.Problem, problem)]
            : _process is { Exited.IsCompleted: false } process ? [restarts, new(SnapshotProperties.ProcessId, process.Id)]
            : [restarts];
    }

    private Task UpdateAsync(Func<CustomResourceSnapshot, CustomResourceSnapshot> change) =>
        notifications.PublishUpdateAsync(Resource, context.InstanceId, change);
}

/// <summary>Names under which a snapshot carries what Aspire has no field for.</summary>
internal static class SnapshotProperties
{
    public const string ProcessId = "executable.pid";
    public const string Restarts = "wuwei.restarts";
    public const string Problem = "wuwei.problem";

    public static T? Get<T>(this CustomResourceSnapshot snapshot, string name) =>
        snapshot.Properties.FirstOrDefault(p => p.Name == name)?.Value is T value ? value : default;
}
