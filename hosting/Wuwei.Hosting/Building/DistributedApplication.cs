using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Wuwei.Hosting;

namespace Aspire.Hosting;

/// <summary>The whole system, ready to run.</summary>
public class DistributedApplication : IHost, IAsyncDisposable
{
    private readonly IHost _host;
    private readonly TestingSession? _testing;

    internal DistributedApplication(IHost host, TestingSession? testing)
    {
        _host = host;
        _testing = testing;
    }

    public IServiceProvider Services => _host.Services;

    public ResourceNotificationService ResourceNotifications => Services.GetRequiredService<ResourceNotificationService>();

    public static IDistributedApplicationBuilder CreateBuilder() => CreateBuilder([]);

    public static IDistributedApplicationBuilder CreateBuilder(string[] args) =>
        CreateBuilder(new DistributedApplicationOptions { Args = args });

    public static IDistributedApplicationBuilder CreateBuilder(DistributedApplicationOptions options) =>
        new DistributedApplicationBuilder(options);

    /// <summary>Starts every resource in the order of its waits; returns when the ports are chosen, before all is up.</summary>
    /// <exception cref="DistributedApplicationException">Another host runs on the same data folder.</exception>
    public virtual Task StartAsync(CancellationToken cancellationToken = default) => _host.StartAsync(cancellationToken);

    /// <summary>Stops everything, against the order of the waits.</summary>
    public virtual Task StopAsync(CancellationToken cancellationToken = default) => _host.StopAsync(cancellationToken);

    public virtual void Run() => RunAsync().GetAwaiter().GetResult();

    /// <summary>Runs until SIGINT, SIGTERM or the token, then stops everything.</summary>
    public virtual async Task RunAsync(CancellationToken cancellationToken = default)
    {
        if (_testing is not null)
        {
            // The test starts and stops this application; its entry point only stands by.
            await _testing.Ended.WaitAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        try
        {
            using var progress = new ProgressLines(ResourceNotifications, Console.Out);
            await _host.StartAsync(cancellationToken).ConfigureAwait(false);
            await _host.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DistributedApplicationException problem)
        {
            // A port in use, a folder taken: the sentence says it, a stack trace would hide it.
            await Console.Error.WriteLineAsync(problem.Message).ConfigureAwait(false);
            Environment.ExitCode = 1;
        }
        finally
        {
            await DisposeAsync().ConfigureAwait(false);
        }
    }

    public virtual void Dispose()
    {
        DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await Services.GetRequiredService<Orchestrator>().StopAsync(CancellationToken.None).ConfigureAwait(false);
        await ((IAsyncDisposable)_host).DisposeAsync().ConfigureAwait(false);
        _testing?.End();
        GC.SuppressFinalize(this);
    }
}
