using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Wuwei.Hosting;

namespace Aspire.Hosting.ApplicationModel
{
    public class PostgresServerResource : ContainerResource, IResourceWithConnectionString
    {
        private const string DefaultUserName = "postgres";

        public PostgresServerResource(string name, ParameterResource? userName, ParameterResource password) : base(name)
        {
            UserNameParameter = userName;
            PasswordParameter = password;
            PrimaryEndpoint = new(this, "tcp");
        }

        public EndpointReference PrimaryEndpoint { get; }

        public ParameterResource? UserNameParameter { get; set; }

        public ParameterResource PasswordParameter { get; set; }

        public ReferenceExpression UserNameReference => UserNameParameter is { } parameter
            ? ReferenceExpression.Create($"{parameter}")
            : ReferenceExpression.Create($"{DefaultUserName}");

        public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create(
            $"Host={PrimaryEndpoint.Property(EndpointProperty.Host)};Port={PrimaryEndpoint.Property(EndpointProperty.Port)};Username={UserNameReference};Password={PasswordParameter}");

        public ReferenceExpression UriExpression => ReferenceExpression.Create(
            $"postgresql://{UserNameReference:uri}:{PasswordParameter:uri}@{PrimaryEndpoint.Property(EndpointProperty.Host)}:{PrimaryEndpoint.Property(EndpointProperty.Port)}");

        public ReferenceExpression JdbcConnectionString => ReferenceExpression.Create(
            $"jdbc:postgresql://{PrimaryEndpoint.Property(EndpointProperty.Host)}:{PrimaryEndpoint.Property(EndpointProperty.Port)}");

        public IReadOnlyDictionary<string, string> Databases => DatabaseNames;

        internal Dictionary<string, string> DatabaseNames { get; } = [];

        public virtual IEnumerable<KeyValuePair<string, ReferenceExpression>> GetConnectionProperties() =>
        [
            new("Host", ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Host)}")),
            new("Port", ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Port)}")),
            new("Username", UserNameReference),
            new("Password", ReferenceExpression.Create($"{PasswordParameter}")),
            new("Uri", UriExpression),
            new("JdbcConnectionString", JdbcConnectionString),
        ];
    }

    public class PostgresDatabaseResource(string name, string databaseName, PostgresServerResource postgresParentResource) :
        Resource(name), IResourceWithParent<PostgresServerResource>, IResourceWithConnectionString
    {
        public PostgresServerResource Parent { get; } = postgresParentResource;

        public string DatabaseName { get; } = databaseName;

        public ReferenceExpression ConnectionStringExpression =>
            ReferenceExpression.Create($"{Parent};Database={DatabaseName}");

        public ReferenceExpression UriExpression =>
            ReferenceExpression.Create($"{Parent.UriExpression}/{DatabaseName:uri}");

        public ReferenceExpression JdbcConnectionString =>
            ReferenceExpression.Create($"{Parent.JdbcConnectionString}/{DatabaseName:uri}");

        public virtual IEnumerable<KeyValuePair<string, ReferenceExpression>> GetConnectionProperties() =>
        [
            .. Parent.GetConnectionProperties().Where(p => p.Key is not ("Uri" or "JdbcConnectionString")),
            new("DatabaseName", ReferenceExpression.Create($"{DatabaseName}")),
            new("Uri", UriExpression),
            new("JdbcConnectionString", JdbcConnectionString),
        ];
    }
}

namespace Aspire.Hosting
{
    public static class PostgresBuilderExtensions
    {
        /// <summary>A private PostgreSQL server. Without a password one is generated and kept with the data.</summary>
        public static IResourceBuilder<PostgresServerResource> AddPostgres(
            this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource>? userName = null,
            IResourceBuilder<ParameterResource>? password = null, int? port = null)
        {
            var server = new PostgresServerResource(
                name, userName?.Resource, password?.Resource ?? builder.CreatePassword($"{name}-password"));
            builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
                $"{name}_check", _ => new PostgresCheck(server), null, null, TimeSpan.FromSeconds(5)));
            return builder.AddResource(server)
                .WithAnnotation(new EndpointAnnotation(ProtocolType.Tcp, port: port, targetPort: 5432, name: "tcp") { TargetHost = "127.0.0.1" })
                .WithAnnotation(new RunAnnotation(new PrivatePostgres(server).PlanAsync))
                .WithAnnotation(new ReadyAnnotation(cancellation => PrivatePostgres.CreateDatabasesAsync(server, cancellation)))
                .WithHealthCheck($"{name}_check");
        }

        /// <summary>A database of the server, created when the server is ready and it is missing.</summary>
        public static IResourceBuilder<PostgresDatabaseResource> AddDatabase(
            this IResourceBuilder<PostgresServerResource> builder, string name, string? databaseName = null)
        {
            var database = new PostgresDatabaseResource(name, databaseName ?? name, builder.Resource);
            builder.Resource.DatabaseNames.Add(name, database.DatabaseName);
            builder.ApplicationBuilder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
                $"{name}_check", _ => new PostgresCheck(database), null, null, TimeSpan.FromSeconds(5)));
            return builder.ApplicationBuilder.AddResource(database).WithHealthCheck($"{name}_check");
        }

        /// <summary>Keeps the data between runs; without it each run begins empty.</summary>
        public static IResourceBuilder<PostgresServerResource> WithDataVolume(
            this IResourceBuilder<PostgresServerResource> builder, string? name = null, bool isReadOnly = false)
        {
            ServerData.RefuseReadOnly(isReadOnly);
            return builder.WithAnnotation(new DataVolumeAnnotation(name), ResourceAnnotationMutationBehavior.Replace);
        }
    }
}
