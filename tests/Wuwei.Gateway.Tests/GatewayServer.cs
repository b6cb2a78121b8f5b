using System.Net.Http.Headers;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Wuwei.Gateway.Routing;

namespace Wuwei.Gateway;

/// <summary>The gateway as it is, on a real port, before services wherever a test puts them.</summary>
public sealed class GatewayServer : IAsyncDisposable
{
    private readonly Process _process;

    private GatewayServer(Process process) => _process = process;

    public Uri Address => _process.ClientOptions.BaseAddress;

    /// <param name="services">Addresses of each service's replicas.</param>
    public static GatewayServer Start(
        IdentityServer identity, IReadOnlyDictionary<string, Uri[]> services, params (string Key, string Value)[] settings)
    {
        var process = new Process(builder =>
        {
            builder.UseContentRoot(Path.Combine(AppContext.BaseDirectory, "settings", "gateway"))
                .UseEnvironment("Production")
                .UseSetting("Logging:LogLevel:Default", "Error")
                .UseSetting("Authentication:Authority", identity.Address.AbsoluteUri)
                .UseSetting("Authentication:Issuer", IdentityServer.Issuer)
                .UseSetting("Authentication:KeyCachePath", "")
                .UseSetting("services:identity:http:0", identity.Address.AbsoluteUri);
            foreach (var (name, addresses) in services)
            {
                for (var i = 0; i < addresses.Length; i++)
                {
                    builder.UseSetting($"services:{name}:http:{i}", addresses[i].AbsoluteUri);
                }
            }

            foreach (var (key, value) in settings)
            {
                builder.UseSetting(key, value);
            }
        });
        process.StartServer();
        return new(process);
    }

    /// <summary>A client that follows nothing and keeps its own connections.</summary>
    public HttpClient Client(string? token = null)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private sealed class Process : WebApplicationFactory<ClusterDefaults>
    {
        private readonly Action<IWebHostBuilder> _configure;

        public Process(Action<IWebHostBuilder> configure)
        {
            UseKestrel(0);
            _configure = configure;
        }

        protected override void ConfigureWebHost(IWebHostBuilder builder) => _configure(builder);
    }
}

/// <summary>Identity, two replicas of the indicator service, one training service, and the gateway before them.</summary>
public sealed class Platform : IAsyncLifetime
{
    public IdentityServer Identity { get; } = new();

    public Backend[] Indicator { get; private set; } = [];

    public Backend Training { get; private set; } = null!;

    public GatewayServer Gateway { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await Identity.InitializeAsync();
        Indicator = [await Backend.StartAsync("indicator", Identity.Address), await Backend.StartAsync("indicator", Identity.Address)];
        Training = await Backend.StartAsync("training", Identity.Address);
        Gateway = GatewayServer.Start(Identity, new Dictionary<string, Uri[]>
        {
            ["indicator"] = [.. Indicator.Select(replica => replica.Address)],
            ["training"] = [Training.Address],
            ["loans"] = [new("http://127.0.0.1:1")], // nobody there
        });
    }

    public async Task DisposeAsync()
    {
        await Gateway.DisposeAsync();
        foreach (var backend in Indicator.Append(Training))
        {
            await backend.DisposeAsync();
        }

        await Identity.DisposeAsync();
    }

    /// <summary>A client of the gateway with a fresh token.</summary>
    public async Task<HttpClient> ClientAsync(string client, string? scope = null) => Gateway.Client(await Identity.TokenAsync(client, scope));
}

[CollectionDefinition(nameof(Platform))]
public sealed class SharedPlatform : ICollectionFixture<Platform>;
