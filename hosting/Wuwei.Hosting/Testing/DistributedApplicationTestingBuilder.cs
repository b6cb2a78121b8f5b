using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using System.Reflection;
using Wuwei.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>The AppHost as a test sees it: everything may be changed before it is built.</summary>
public interface IDistributedApplicationTestingBuilder : IDistributedApplicationBuilder, IAsyncDisposable, IDisposable
{
    Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default);
}

/// <summary>Runs a real AppHost for a test, with random ports and a throw-away data folder.</summary>
public static class DistributedApplicationTestingBuilder
{
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(
        CancellationToken cancellationToken = default) where TEntryPoint : class =>
        CreateAsync<TEntryPoint>([], cancellationToken);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(
        string[] args, CancellationToken cancellationToken = default) where TEntryPoint : class =>
        CreateAsync<TEntryPoint>(args, (_, _) => { }, cancellationToken);

    /// <param name="args">
    /// Settings of the test, which win over its defaults: <c>--Hosting:ThrowAway=false --Hosting:DataPath=…</c> keeps the data.
    /// </param>
    public static async Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(
        string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder,
        CancellationToken cancellationToken = default) where TEntryPoint : class
    {
        string[] settings = ["--DcpPublisher:RandomizePorts=true", "--Hosting:ThrowAway=true", .. args];
        var session = new TestingSession(typeof(TEntryPoint).Assembly, settings,
            options => configureBuilder(options, new HostApplicationBuilderSettings { Args = options.Args }));
        session.Start();
        return new TestingBuilder(await session.Builder.WaitAsync(cancellationToken).ConfigureAwait(false), session);
    }

    private sealed class TestingBuilder(DistributedApplicationBuilder inner, TestingSession session) :
        IDistributedApplicationTestingBuilder
    {
        private DistributedApplication? _application;

        public ConfigurationManager Configuration => inner.Configuration;

        public string AppHostDirectory => inner.AppHostDirectory;

        public Assembly? AppHostAssembly => inner.AppHostAssembly;

        public IHostEnvironment Environment => inner.Environment;

        public IServiceCollection Services => inner.Services;

        public DistributedApplicationExecutionContext ExecutionContext => inner.ExecutionContext;

        public IResourceCollection Resources => inner.Resources;

        public IResourceBuilder<T> AddResource<T>(T resource) where T : IResource => inner.AddResource(resource);

        public IResourceBuilder<T> CreateResourceBuilder<T>(T resource) where T : IResource =>
            inner.CreateResourceBuilder(resource);

        public DistributedApplication Build() => BuildAsync().GetAwaiter().GetResult();

        public async Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default) =>
            _application = await session.BuildAsync(cancellationToken).ConfigureAwait(false);

        public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

        public async ValueTask DisposeAsync()
        {
            if (_application is not null)
            {
                await _application.DisposeAsync().ConfigureAwait(false);
            }

            session.End();
        }
    }
}

public static class DistributedApplicationHostingTestingExtensions
{
    /// <summary>A client whose base address is the resource's endpoint, https before http when none is named.</summary>
    public static HttpClient CreateHttpClient(
        this DistributedApplication app, string resourceName, string? endpointName = null) =>
        new() { BaseAddress = app.GetEndpoint(resourceName, endpointName) };

    /// <exception cref="ArgumentException">There is no such resource or endpoint.</exception>
    public static Uri GetEndpoint(this DistributedApplication app, string resourceName, string? endpointName = null)
    {
        var endpoints = Find(app, resourceName).Annotations.OfType<EndpointAnnotation>().ToList();
        var endpoint = endpointName is null
            ? endpoints.Find(e => e.UriScheme == "https") ?? endpoints.Find(e => e.UriScheme == "http")
            : endpoints.Find(e => e.Name.Equals(endpointName, StringComparison.OrdinalIgnoreCase));
        return endpoint is null
            ? throw new ArgumentException($"'{resourceName}' has no endpoint '{endpointName ?? "http"}'.", nameof(endpointName))
            : new(endpoint.Url(0));
    }

    public static ValueTask<string?> GetConnectionStringAsync(
        this DistributedApplication app, string resourceName, CancellationToken cancellationToken = default) =>
        Find(app, resourceName) is IResourceWithConnectionString resource
            ? resource.GetConnectionStringAsync(cancellationToken)
            : throw new ArgumentException($"'{resourceName}' has no connection string.", nameof(resourceName));

    private static IResource Find(DistributedApplication app, string name) =>
        app.Services.GetRequiredService<IResourceCollection>()
            .FirstOrDefault(r => r.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"There is no resource named '{name}'.", nameof(name));
}
