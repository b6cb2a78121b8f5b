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
            "--Demonstration=true", "--Parameters:postgres-password=s3c:ret@1", "--Parameters:rabbitmq-password=r@bbit",
            "--Parameters:training-password=tp", "--Parameters:labour-transfer-password=lp", "--Parameters:personal-data-key=pk",
            "--Parameters:person-key=hk", "--Parameters:development-clients-seed=seed",
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

    [Fact]
    public async Task Given_AppHost_When_training_starts_Then_its_variables_are_these_and_no_others()
    {
        var given = await OwnVariablesAsync("training");
        var instance = given["OTEL_RESOURCE_ATTRIBUTES"].Split('=')[1];

        Assert.Matches("^[a-z]{8}$", instance);
        Assert.Equal(Sorted(new()
        {
            ["ASPNETCORE_URLS"] = $"http://localhost:{Port("training")}",
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["DOTNET_ENVIRONMENT"] = "Production",
            ["OTEL_SERVICE_NAME"] = "training",
            ["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={instance}",
            ["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory",
            ["DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION"] = "true",
            ["LOGGING__CONSOLE__FORMATTERNAME"] = "simple",
            ["STATE_DIRECTORY"] = _app.Services.GetRequiredService<DataFolder>().File("state", "training"),
            ["ConnectionStrings__database"] = $"Host=127.0.0.1;Port={Port("postgres", "tcp")};Username=training;Password=tp;Database=training",
            ["ConnectionStrings__rabbitmq"] = $"amqp://training:tp@127.0.0.1:{Port("rabbitmq", "tcp")}",
            ["Authentication__Authority"] = $"http://localhost:{Port("identity")}",
            ["Authentication__Issuer"] = $"http://localhost:{Port("gateway")}",
            ["PersonalData__EncryptionKey"] = "pk",
            ["PersonalData__LookupKey"] = "hk",
        }), given);
    }

    [Fact]
    public async Task Given_AppHost_When_the_gateway_starts_Then_it_knows_every_service_by_discovery_and_none_of_their_secrets()
    {
        var given = await OwnVariablesAsync("gateway");

        foreach (var service in new[] { "identity", "indicator", "training", "loans", "labour-transfer", "assessment" })
        {
            var url = $"http://localhost:{Port(service)}";
            Assert.Equal(url, given[$"services__{service}__http__0"]);
            Assert.Equal(url, given[$"{service.ToUpperInvariant().Replace('-', '_')}_HTTP"]);
        }

        Assert.Equal(12, given.Keys.Count(k => k.StartsWith("services__", StringComparison.Ordinal) || k.EndsWith("_HTTP", StringComparison.Ordinal)));
        Assert.Equal($"http://localhost:{Port("gateway")}", given["ASPNETCORE_URLS"]);
        Assert.Equal($"http://localhost:{Port("identity")}", given["Authentication__Authority"]);
        Assert.DoesNotContain(given.Keys, k => k.StartsWith("ConnectionStrings", StringComparison.Ordinal) || k.StartsWith("PersonalData", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Given_AppHost_When_migrations_start_Then_they_get_the_administrators_connections_in_Aspires_forms()
    {
        var given = await OwnVariablesAsync("migrations");
        var port = Port("postgres", "tcp");
        var broker = Port("rabbitmq", "tcp");

        Assert.Equal(Sorted(new()
        {
            ["ConnectionStrings__labour-transfer-db"] = $"Host=127.0.0.1;Port={port};Username=postgres;Password=s3c:ret@1;Database=labour_transfer",
            ["LABOUR_TRANSFER_DB_HOST"] = "127.0.0.1",
            ["LABOUR_TRANSFER_DB_PORT"] = $"{port}",
            ["LABOUR_TRANSFER_DB_USERNAME"] = "postgres",
            ["LABOUR_TRANSFER_DB_PASSWORD"] = "s3c:ret@1",
            ["LABOUR_TRANSFER_DB_DATABASENAME"] = "labour_transfer",
            ["LABOUR_TRANSFER_DB_URI"] = $"postgresql://postgres:s3c%3Aret%401@127.0.0.1:{port}/labour_transfer",
            ["LABOUR_TRANSFER_DB_JDBCCONNECTIONSTRING"] = $"jdbc:postgresql://127.0.0.1:{port}/labour_transfer",
            ["ConnectionStrings__rabbitmq"] = $"amqp://guest:r%40bbit@127.0.0.1:{broker}",
            ["RABBITMQ_HOST"] = "127.0.0.1",
            ["RABBITMQ_PORT"] = $"{broker}",
            ["RABBITMQ_USERNAME"] = "guest",
            ["RABBITMQ_PASSWORD"] = "r@bbit",
            ["RABBITMQ_URI"] = $"amqp://guest:r%40bbit@127.0.0.1:{broker}",
            ["RabbitMQ__Management"] = $"http://127.0.0.1:{Port("rabbitmq", "management")}",
            ["Passwords__labour_transfer"] = "lp",
        }), Sorted(given.Where(v => v.Key.Contains("labour", StringComparison.OrdinalIgnoreCase) || v.Key.Contains("rabbitmq", StringComparison.OrdinalIgnoreCase)).ToDictionary()));
        Assert.Equal(7, given.Keys.Count(k => k.StartsWith("ConnectionStrings__", StringComparison.Ordinal)));
        Assert.Equal(6, given.Keys.Count(k => k.StartsWith("Passwords__", StringComparison.Ordinal)));
        // No endpoint, no address; and Aspire's publish-only variables never appear.
        Assert.DoesNotContain(given.Keys, k => k is "ASPNETCORE_URLS" or "HTTP_PORTS" or "HTTPS_PORTS" or "OTEL_EXPORTER_OTLP_ENDPOINT");
    }

    [Fact]
    public async Task Given_AppHost_When_identity_and_the_demonstration_start_Then_they_share_the_clients_seed()
    {
        var identity = await OwnVariablesAsync("identity");
        var demonstration = await OwnVariablesAsync("demonstration");

        Assert.Equal("seed", identity["DevelopmentClients__Seed"]);
        Assert.Equal("seed", demonstration["DevelopmentClients__Seed"]);
        Assert.Equal($"http://localhost:{Port("gateway")}", demonstration["services__gateway__http__0"]);
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
        Assert.Equal(("1000", "1000", "1000"), (given["OTEL_BLRP_SCHEDULE_DELAY"], given["OTEL_BSP_SCHEDULE_DELAY"], given["OTEL_METRIC_EXPORT_INTERVAL"]));
        Assert.Equal(("always_on", "trace_based"), (given["OTEL_TRACES_SAMPLER"], given["OTEL_METRICS_EXEMPLAR_FILTER"]));
        // An endpoint whose port goes to a variable is not an address of Kestrel's.
        Assert.Equal($"http://localhost:{service.GetEndpoint("http").Port}", given["ASPNETCORE_URLS"]);
        Assert.Equal($"{service.GetEndpoint("admin").Port}", given["ADMIN_PORT"]);
        Directory.Delete(app.Services.GetRequiredService<DataFolder>().Path, recursive: true);
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
