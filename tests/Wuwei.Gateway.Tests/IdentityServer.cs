using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Wuwei.Identity;
using Wuwei.Identity.Clients;
using Wuwei.Testing;

namespace Wuwei.Gateway;

/// <summary>Identity on a real port and a database of its own, which outlives restarts.</summary>
public sealed class IdentityServer : IAsyncLifetime
{
    public const string Issuer = "http://issuer.test", Seed = "seed of the tests", Secret = "a secret of the tests, long enough";

    private TestDatabase _database = null!;
    private Process? _process;

    public TestClock Clock { get; } = new();

    public Uri Address => _process!.Address;

    public IServiceProvider Services => _process!.Services;

    public Npgsql.NpgsqlDataSource Database => _database.DataSource;

    public HttpClient Client { get; } = new();

    public async Task InitializeAsync()
    {
        _database = await TestServers.CreateDatabaseAsync(typeof(IdentityContext).Assembly);
        Start();
    }

    public async Task DisposeAsync()
    {
        await StopAsync();
        Client.Dispose();
        await _database.DisposeAsync();
    }

    public void Start(string secret = Secret)
    {
        // The same address every time: services remember it.
        _process = new Process(_database.ConnectionString, secret, Clock, _port);
        _process.StartServer();
        _port = Address.Port;
    }

    public async Task StopAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
            _process = null;
        }
    }

    /// <summary>Asks for a token as a client does.</summary>
    /// <param name="secret">The client's own when absent.</param>
    /// <param name="scope">None when absent: all that the client may have.</param>
    public async Task<(HttpStatusCode Status, JsonElement Body)> AskAsync(string client, string? secret = null, string? scope = null)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = client,
            ["client_secret"] = secret ?? SecretOf(client),
        };
        if (scope is not null)
        {
            form["scope"] = scope;
        }

        using var content = new FormUrlEncodedContent(form);
        using var answer = await Client.PostAsync(new Uri(Address, "connect/token"), content);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    public async Task<string> TokenAsync(string client, string? scope = null)
    {
        var (status, body) = await AskAsync(client, scope: scope);
        Assert.Equal(HttpStatusCode.OK, status);
        return body.GetProperty("access_token").GetString()!;
    }

    public Task<JsonElement> GetAsync(string path) => Client.GetFromJsonAsync<JsonElement>(new Uri(Address, path));

    public static string SecretOf(string client) => DevelopmentClients.SecretOf(Seed, client);

    private int _port;

    private sealed class Process : WebApplicationFactory<IdentityContext>
    {
        private readonly Action<IWebHostBuilder> _configure;

        public Process(string connectionString, string secret, TimeProvider clock, int port)
        {
            UseKestrel(port);
            _configure = builder => builder
                .UseContentRoot(Path.Combine(AppContext.BaseDirectory, "settings", "identity"))
                .UseEnvironment("Production")
                .UseSetting("ConnectionStrings:database", connectionString)
                .UseSetting("Signing:Secret", secret)
                .UseSetting("DevelopmentClients:Seed", Seed)
                .UseSetting("Authentication:Issuer", Issuer)
                .UseSetting("Logging:LogLevel:Default", "Warning")
                .ConfigureTestServices(services => services.RemoveAll<TimeProvider>().AddSingleton(clock));
        }

        public Uri Address => ClientOptions.BaseAddress;

        protected override void ConfigureWebHost(IWebHostBuilder builder) => _configure(builder);
    }
}
