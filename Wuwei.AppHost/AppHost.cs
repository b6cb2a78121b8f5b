using Microsoft.Extensions.Configuration;

// The whole system, in Aspire's API and nothing else: it runs with Aspire or with hosting/Wuwei.Hosting (see the project file).
var builder = DistributedApplication.CreateBuilder(args);

var postgres = builder.AddPostgres("postgres").WithDataVolume();
var rabbitmq = builder.AddRabbitMQ("rabbitmq").WithDataVolume().WithManagementPlugin();

// Knows the administrators' logins, makes everything the services need with their own, and ends.
var migrations = builder.AddProject<Projects.Wuwei_Migrations>("migrations")
    .WithReference(rabbitmq)
    .WithEnvironment("RabbitMQ__Management", rabbitmq.GetEndpoint("management"))
    .WaitFor(postgres)
    .WaitFor(rabbitmq);

var identity = AddService<Projects.Wuwei_Identity>("identity");
var indicator = AddService<Projects.Wuwei_Indicator>("indicator");
var training = AddService<Projects.Wuwei_Training>("training");
var loans = AddService<Projects.Wuwei_EntrepreneurshipLoan>("loans");
var labourTransfer = AddService<Projects.Wuwei_LabourTransfer>("labour-transfer");
var assessment = AddService<Projects.Wuwei_Assessment>("assessment");

var gateway = builder.AddProject<Projects.Wuwei_Gateway>("gateway")
    .WithHttpEndpoint(port: builder.Configuration.GetValue("Gateway:Port", 8080))
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health");

// Numbers of persons are kept encrypted; the same person has the same key in every register.
var encryptionKey = AddSecret("personal-data-key");
var lookupKey = AddSecret("person-key");
foreach (var register in new[] { training, loans, labourTransfer })
{
    register
        .WithEnvironment("PersonalData__EncryptionKey", encryptionKey)
        .WithEnvironment("PersonalData__LookupKey", lookupKey);
}

IResourceBuilder<ProjectResource>[] services = [identity, indicator, training, loans, labourTransfer, assessment];
foreach (var service in services)
{
    // One service that does not come up must not keep the gateway from serving the others: started is enough.
    gateway.WithReference(service).WaitForStart(service);
}

// Keys are fetched from identity itself, not through the gateway: a token stays valid whatever name the gateway goes by.
foreach (var project in services.Append(gateway))
{
    project
        .WithEnvironment("Authentication__Authority", identity.GetEndpoint("http"))
        .WithEnvironment("Authentication__Issuer", gateway.GetEndpoint("http"));
}

// Secrets of the development clients are derived from one seed, so that identity and whoever calls it agree.
var clientsSeed = AddSecret("development-clients-seed");
identity
    .WithEnvironment("DevelopmentClients__Seed", clientsSeed)
    .WithEnvironment("Signing__Secret", AddSecret("signing-secret")); // what the signing keys are stored under

// What published scores are signed with; a city's own key takes its place by configuration (docs/operations.md).
assessment.WithEnvironment("Publications__Keys__1__Secret", AddSecret("publication-signing-secret"));

// "plan": load the plan's targets; "records": and the demonstration records; as any department would, through the gateway.
if (builder.Configuration["Demonstration"] is { } demonstrated)
{
    var records = demonstrated == "records" ? "true" : "false";
    indicator.WithEnvironment("Demonstration", records); // every answer with values or scores says so
    assessment.WithEnvironment("Demonstration", records);
    var demonstration = builder.AddProject<Projects.Wuwei_Demonstration>("demonstration")
        .WithReference(gateway)
        .WithEnvironment("DevelopmentClients__Seed", clientsSeed)
        .WithEnvironment("Demonstration__Records", records)
        .WaitFor(gateway);
    foreach (var service in services)
    {
        demonstration.WaitFor(service);
    }
}

builder.Build().Run();

// A service has a database and its own logins to database and broker, with no more rights than it needs.
IResourceBuilder<ProjectResource> AddService<TProject>(string name) where TProject : IProjectMetadata, new()
{
    var login = name.Replace('-', '_');
    var password = AddSecret($"{name}-password");
    var database = postgres.AddDatabase($"{name}-db", login);
    migrations.WithReference(database).WithEnvironment($"Passwords__{login}", password);

    var server = postgres.Resource.PrimaryEndpoint;
    var broker = rabbitmq.Resource.PrimaryEndpoint;
    return builder.AddProject<TProject>(name)
        .WithHttpEndpoint()
        .WithHttpHealthCheck("/health")
        .WithEnvironment("ConnectionStrings__database", ReferenceExpression.Create(
            $"Host={server.Property(EndpointProperty.Host)};Port={server.Property(EndpointProperty.Port)};Username={login};Password={password};Database={login}"))
        .WithEnvironment("ConnectionStrings__rabbitmq", ReferenceExpression.Create(
            $"amqp://{login}:{password}@{broker.Property(EndpointProperty.HostAndPort)}"))
        .WaitForCompletion(migrations);
}

// Generated once and kept; letters and digits only, since it goes into addresses and connection strings.
IResourceBuilder<ParameterResource> AddSecret(string name) => builder.AddParameter(
    name, new GenerateParameterDefault { MinLength = 40, Special = false }, secret: true, persist: true);
