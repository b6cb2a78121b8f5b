using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Wuwei.Hosting.Tests;

/// <summary>The real AppHost.cs, described and given ports but not started: what would each process get?</summary>
public sealed class EnvironmentTests : IAsyncLifetime, IDisposable
{
    private DistributedApplication _app = null!;
    private DataFolder _folder = null!;
    private Ports _ports = null!;
    private IResourceCollection _resources = null!;

    public async Task InitializeAsync()
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Wuwei_AppHost>(
        [
            "--Demonstration=records", "--Parameters:postgres-password=s3c:ret@1", "--Parameters:rabbitmq-password=r@bbit",
            "--Parameters:training-password=tp", "--Parameters:labour-transfer-password=lp", "--Parameters:identity-password=ip",
            "--Parameters:indicator-password=np", "--Parameters:loans-password=op", "--Parameters:assessment-password=ap",
            "--Parameters:personal-data-key=pk", "--Parameters:person-key=hk", "--Parameters:development-clients-seed=seed",
            "--Parameters:signing-secret=ss", "--Parameters:publication-signing-secret=ps",
        ]);
        _app = await builder.BuildAsync();
        _folder = _app.Services.GetRequiredService<DataFolder>();
        _resources = builder.Resources;
        _ports = new(_folder);
        _ports.Allocate(_resources, builder.Configuration);
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        Directory.Delete(_folder.Path, recursive: true);
    }

    public void Dispose() => _ports.Dispose();

    [Theory]
    [InlineData("identity", "identity", "ip", "DevelopmentClients__Seed=seed", "Signing__Secret=ss")]
    [InlineData("indicator", "indicator", "np", "Demonstration=true")]
    [InlineData("training", "training", "tp", "PersonalData__EncryptionKey=pk", "PersonalData__LookupKey=hk")]
    [InlineData("loans", "loans", "op", "PersonalData__EncryptionKey=pk", "PersonalData__LookupKey=hk")]
    [InlineData("labour-transfer", "labour_transfer", "lp", "PersonalData__EncryptionKey=pk", "PersonalData__LookupKey=hk")]
    [InlineData("assessment", "assessment", "ap", "Demonstration=true", "Publications__Keys__1__Secret=ps")]
    public async Task Given_AppHost_When_a_service_starts_Then_its_variables_are_these_and_no_others(
        string service, string login, string password, params string[] more)
    {
        var given = await OwnVariablesAsync(service);

        var expected = Common(service, given);
        expected["ASPNETCORE_URLS"] = $"http://localhost:{Port(service)}";
        expected["ConnectionStrings__database"] =
            $"Host=127.0.0.1;Port={Port("postgres", "tcp")};Username={login};Password={password};Database={login}";
        expected["ConnectionStrings__rabbitmq"] = $"amqp://{login}:{password}@127.0.0.1:{Port("rabbitmq", "tcp")}";
        expected["Authentication__Authority"] = $"http://localhost:{Port("identity")}";
        expected["Authentication__Issuer"] = $"http://localhost:{Port("gateway")}";
        foreach (var variable in more)
        {
            expected.Add(variable.Split('=')[0], variable.Split('=')[1]);
        }

        Assert.Equal(Sorted(expected), given);
    }

    [Fact]
    public async Task Given_AppHost_When_the_gateway_starts_Then_it_knows_every_service_by_discovery_and_none_of_their_secrets()
    {
        var given = await OwnVariablesAsync("gateway");

        var expected = Common("gateway", given);
        expected["ASPNETCORE_URLS"] = $"http://localhost:{Port("gateway")}";
        expected["Authentication__Authority"] = $"http://localhost:{Port("identity")}";
        expected["Authentication__Issuer"] = $"http://localhost:{Port("gateway")}";
        foreach (var service in new[] { "identity", "indicator", "training", "loans", "labour-transfer", "assessment" })
        {
            expected[$"services__{service}__http__0"] = $"http://localhost:{Port(service)}";
            expected[$"{service.ToUpperInvariant().Replace('-', '_')}_HTTP"] = $"http://localhost:{Port(service)}";
        }

        Assert.Equal(Sorted(expected), given);
    }

    [Fact]
    public async Task Given_AppHost_When_the_demonstration_starts_Then_it_knows_the_gateway_and_the_clients_seed()
    {
        var given = await OwnVariablesAsync("demonstration");

        var expected = Common("demonstration", given);
        expected["services__gateway__http__0"] = $"http://localhost:{Port("gateway")}";
        expected["GATEWAY_HTTP"] = $"http://localhost:{Port("gateway")}";
        expected["DevelopmentClients__Seed"] = "seed";
        expected["Demonstration__Records"] = "true";
        Assert.Equal(Sorted(expected), given);
    }

    [Fact]
    public async Task Given_AppHost_When_migrations_start_Then_they_get_the_administrators_connections_in_Aspires_forms()
    {
        var given = await OwnVariablesAsync("migrations");
        var port = Port("postgres", "tcp");
        var broker = Port("rabbitmq", "tcp");

        var expected = Common("migrations", given);
        foreach (var (service, password) in new[]
        {
            ("identity", "ip"), ("indicator", "np"), ("training", "tp"), ("loans", "op"), ("labour-transfer", "lp"), ("assessment", "ap"),
        })
        {
            var database = service.Replace('-', '_');
            var prefix = $"{database.ToUpperInvariant()}_DB_";
            expected[$"Passwords__{database}"] = password;
            expected[$"ConnectionStrings__{service}-db"] = $"Host=127.0.0.1;Port={port};Username=postgres;Password=s3c:ret@1;Database={database}";
            expected[$"{prefix}HOST"] = "127.0.0.1";
            expected[$"{prefix}PORT"] = $"{port}";
            expected[$"{prefix}USERNAME"] = "postgres";
            expected[$"{prefix}PASSWORD"] = "s3c:ret@1";
            expected[$"{prefix}DATABASENAME"] = database;
            expected[$"{prefix}URI"] = $"postgresql://postgres:s3c%3Aret%401@127.0.0.1:{port}/{database}";
            expected[$"{prefix}JDBCCONNECTIONSTRING"] = $"jdbc:postgresql://127.0.0.1:{port}/{database}";
        }

        expected["ConnectionStrings__rabbitmq"] = $"amqp://guest:r%40bbit@127.0.0.1:{broker}";
        expected["RABBITMQ_HOST"] = "127.0.0.1";
        expected["RABBITMQ_PORT"] = $"{broker}";
        expected["RABBITMQ_USERNAME"] = "guest";
        expected["RABBITMQ_PASSWORD"] = "r@bbit";
        expected["RABBITMQ_URI"] = $"amqp://guest:r%40bbit@127.0.0.1:{broker}";
        expected["RabbitMQ__Management"] = $"http://127.0.0.1:{Port("rabbitmq", "management")}";
        // No endpoint, so no address; and Aspire's publish-only variables never appear.
        Assert.Equal(Sorted(expected), given);
    }

    [Fact]
    public void Given_AppHost_When_levels_are_laid_Then_each_stands_above_what_it_waits_for()
    {
        var levels = Levels.Of(_resources);

        Assert.Equal(1, levels[Find("postgres")]);
        Assert.Equal(2, levels[Find("migrations")]);
        Assert.All(["identity", "training", "assessment"], service => Assert.Equal(3, levels[Find(service)]));
        Assert.Equal(4, levels[Find("gateway")]);
        Assert.Equal(5, levels[Find("demonstration")]);
    }

    [Theory]
    [InlineData("migrations", "postgres", WaitType.WaitUntilHealthy)]
    [InlineData("migrations", "rabbitmq", WaitType.WaitUntilHealthy)]
    [InlineData("training", "migrations", WaitType.WaitForCompletion)]
    [InlineData("gateway", "assessment", WaitType.WaitUntilStarted)]
    [InlineData("demonstration", "gateway", WaitType.WaitUntilHealthy)]
    public void Given_AppHost_When_it_is_read_Then_things_wait_for_one_another(string waiter, string dependency, WaitType type) =>
        Assert.Contains(Find(waiter).Annotations.OfType<WaitAnnotation>(), w => w.Resource.Name == dependency && w.WaitType == type);

    [Fact]
    public async Task Given_a_telemetry_address_and_development_When_a_service_starts_Then_it_is_told_as_Aspire_tells_it()
    {
        var builder = Applications.Create("--environment=Development", "--OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:18889", "--AppHost:OtlpApiKey=k");
        var service = builder.AddService("service").WithHttpEndpoint(name: "admin", env: "ADMIN_PORT");
        await using var app = builder.Build();
        using var ports = new Ports(app.Services.GetRequiredService<DataFolder>());
        ports.Allocate(builder.Resources, builder.Configuration);

        var given = await VariablesAsync(app, service.Resource, ports);

        Assert.Equal("http://localhost:18889", given["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        Assert.Equal("grpc", given["OTEL_EXPORTER_OTLP_PROTOCOL"]);
        Assert.Equal("x-otlp-api-key=k", given["OTEL_EXPORTER_OTLP_HEADERS"]);
        Assert.Equal("Development", given["ASPNETCORE_ENVIRONMENT"]);
        Assert.Equal("true", given["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"]);
        Assert.Equal("true", given["OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION"]);
        Assert.Equal("true", given["OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION"]);
        Assert.Equal(("1000", "1000", "1000"), (given["OTEL_BLRP_SCHEDULE_DELAY"], given["OTEL_BSP_SCHEDULE_DELAY"], given["OTEL_METRIC_EXPORT_INTERVAL"]));
        Assert.Equal(("always_on", "trace_based"), (given["OTEL_TRACES_SAMPLER"], given["OTEL_METRICS_EXEMPLAR_FILTER"]));
        // An endpoint whose port goes to a variable is not an address of Kestrel's.
        Assert.Equal($"http://localhost:{service.GetEndpoint("http").Port}", given["ASPNETCORE_URLS"]);
        Assert.Equal($"{service.GetEndpoint("admin").Port}", given["ADMIN_PORT"]);
        Directory.Delete(app.Services.GetRequiredService<DataFolder>().Path, recursive: true);
    }

    /// <summary>What every project gets; the instance is random, and the same in both.</summary>
    private Dictionary<string, string> Common(string resource, SortedDictionary<string, string> given)
    {
        Assert.Matches("^service.instance.id=[a-z]{8}$", given["OTEL_RESOURCE_ATTRIBUTES"]);
        return new()
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["DOTNET_ENVIRONMENT"] = "Production",
            ["OTEL_SERVICE_NAME"] = resource,
            ["OTEL_RESOURCE_ATTRIBUTES"] = given["OTEL_RESOURCE_ATTRIBUTES"],
            ["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory",
            ["DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION"] = "true",
            ["LOGGING__CONSOLE__FORMATTERNAME"] = "simple",
            ["STATE_DIRECTORY"] = _folder.File("state", resource),
        };
    }

    private IResource Find(string name) => _resources.Single(r => r.Name == name);

    private int Port(string resource, string endpoint = "http") => new EndpointReference((IResourceWithEndpoints)Find(resource), endpoint).Port;

    /// <summary>Without what every process inherits.</summary>
    private async Task<SortedDictionary<string, string>> OwnVariablesAsync(string resource) =>
        Sorted((await VariablesAsync(_app, Find(resource), _ports))
            .Where(v => Environment.GetEnvironmentVariable(v.Key) != v.Value).ToDictionary());

    private static async Task<IReadOnlyDictionary<string, string>> VariablesAsync(DistributedApplication app, IResource resource, Ports ports)
    {
        var context = new RunContext(resource, 0, resource.Name, 2, app.Services.GetRequiredService<DataFolder>(), ports,
            app.Services.GetRequiredService<DistributedApplicationExecutionContext>(), CancellationToken.None);
        return (await resource.Annotations.OfType<RunAnnotation>().Last().Plan(context)).Main.Environment;
    }

    private static SortedDictionary<string, string> Sorted(Dictionary<string, string> variables) => new(variables, StringComparer.Ordinal);
}
