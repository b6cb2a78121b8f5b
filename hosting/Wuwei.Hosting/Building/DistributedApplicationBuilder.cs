using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Wuwei.Hosting;

namespace Aspire.Hosting;

public sealed class DistributedApplicationOptions
{
    public string[]? Args { get; set; }

    public string? AssemblyName { get; set; }

    /// <summary>Decides the default of waits, as in Aspire: without a dashboard a failed dependency fails the waiter.</summary>
    public bool DisableDashboard { get; set; }

    public bool EnableResourceLogging { get; set; }

    public bool AllowUnsecuredTransport { get; set; }
}

public enum DistributedApplicationOperation
{
    Run,
    Publish,
}

public class DistributedApplicationExecutionContext(DistributedApplicationOperation operation)
{
    public DistributedApplicationOperation Operation { get; } = operation;

    public bool IsRunMode => Operation == DistributedApplicationOperation.Run;

    public bool IsPublishMode => Operation == DistributedApplicationOperation.Publish;
}

public class DistributedApplicationException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Collects the resources of the application.</summary>
public interface IDistributedApplicationBuilder
{
    ConfigurationManager Configuration { get; }

    /// <summary>Folder of the AppHost project.</summary>
    string AppHostDirectory { get; }

    Assembly? AppHostAssembly { get; }

    IHostEnvironment Environment { get; }

    IServiceCollection Services { get; }

    DistributedApplicationExecutionContext ExecutionContext { get; }

    IResourceCollection Resources { get; }

    IResourceBuilder<T> AddResource<T>(T resource) where T : IResource;

    IResourceBuilder<T> CreateResourceBuilder<T>(T resource) where T : IResource;

    DistributedApplication Build();
}

internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private readonly HostApplicationBuilder _host;
    private readonly TestingSession? _testing = TestingSession.Current;

    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        _testing?.Adjust(options);
        AppHostAssembly = _testing?.EntryAssembly
            ?? (options.AssemblyName is { } name ? Assembly.Load(name) : Assembly.GetEntryAssembly());
        AppHostDirectory = ProjectDirectory(AppHostAssembly) ?? Directory.GetCurrentDirectory();
        _host = new(new HostApplicationBuilderSettings { Args = options.Args, ContentRootPath = AppHostDirectory });
        // Aspire's order: ASPIRE_ variables lose against everything the generic host reads.
        _host.Configuration.Sources.Insert(0,
            new Microsoft.Extensions.Configuration.EnvironmentVariables.EnvironmentVariablesConfigurationSource { Prefix = "ASPIRE_" });
        Folder = DataFolder.From(Configuration, AppHostDirectory);

        // Level by level, each as long as its slowest may take.
        Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromMinutes(4));
        Services.Configure<ConsoleLifetimeOptions>(o => o.SuppressStatusMessages = true);
        _host.Logging.AddFilter("Microsoft", LogLevel.Warning);
        _host.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        // Checks fail until their resource is up; the state says so, a log of exceptions would drown it.
        _host.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        Services.AddHealthChecks();
        Services.AddSingleton(ExecutionContext);
        Services.AddSingleton<IResourceCollection>(Resources);
        Services.AddSingleton(Folder);
        Services.AddSingleton(_ => new ResourceNotificationService(options.DisableDashboard
            ? WaitBehavior.StopOnResourceUnavailable
            : WaitBehavior.WaitOnResourceUnavailable));
        Services.AddSingleton<Orchestrator>();
        Services.AddHostedService(services => services.GetRequiredService<Orchestrator>());
    }

    public ConfigurationManager Configuration => _host.Configuration;

    public string AppHostDirectory { get; }

    public Assembly? AppHostAssembly { get; }

    public IHostEnvironment Environment => _host.Environment;

    public IServiceCollection Services => _host.Services;

    public DistributedApplicationExecutionContext ExecutionContext { get; } = new(DistributedApplicationOperation.Run);

    public IResourceCollection Resources { get; } = new ResourceCollection();

    internal DataFolder Folder { get; }

    public IResourceBuilder<T> AddResource<T>(T resource) where T : IResource
    {
        if (Resources.Any(r => r.Name.Equals(resource.Name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new DistributedApplicationException($"There is already a resource named '{resource.Name}'.");
        }

        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource) where T : IResource =>
        new ResourceBuilder<T>(this, resource);

    public DistributedApplication Build()
    {
        // As in Aspire: a test gets the builder when the AppHost has added everything.
        _testing?.Offer(this);
        _testing?.AwaitBuild();
        var application = new DistributedApplication(_host.Build(), _testing);
        _testing?.Offer(application);
        return application;
    }

    private static string? ProjectDirectory(Assembly? assembly) => assembly?
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(a => a.Key.Equals("apphostprojectpath", StringComparison.OrdinalIgnoreCase))?.Value
        is { } path && Directory.Exists(path) ? path : null;
}
