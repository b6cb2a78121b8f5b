using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Wuwei.Hosting;

namespace Aspire.Hosting.ApplicationModel
{
    public class RabbitMQServerResource : ContainerResource, IResourceWithConnectionString
    {
        private const string DefaultUserName = "guest";

        public RabbitMQServerResource(string name, ParameterResource? userName, ParameterResource password) : base(name)
        {
            UserNameParameter = userName;
            PasswordParameter = password;
            PrimaryEndpoint = new(this, "tcp");
        }

        public EndpointReference PrimaryEndpoint { get; }

        public ParameterResource? UserNameParameter { get; }

        public ParameterResource PasswordParameter { get; }

        public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create(
            $"amqp://{UserNameReference:uri}:{PasswordParameter:uri}@{PrimaryEndpoint.Property(EndpointProperty.Host)}:{PrimaryEndpoint.Property(EndpointProperty.Port)}");

        public ReferenceExpression UriExpression => ConnectionStringExpression;

        internal ReferenceExpression UserNameReference => UserNameParameter is { } parameter
            ? ReferenceExpression.Create($"{parameter}")
            : ReferenceExpression.Create($"{DefaultUserName}");

        public virtual IEnumerable<KeyValuePair<string, ReferenceExpression>> GetConnectionProperties() =>
        [
            new("Host", ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Host)}")),
            new("Port", ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Port)}")),
            new("Username", UserNameReference),
            new("Password", ReferenceExpression.Create($"{PasswordParameter}")),
            new("Uri", UriExpression),
        ];
    }
}

namespace Aspire.Hosting
{
    public static class RabbitMQBuilderExtensions
    {
        /// <summary>A private RabbitMQ server. Without a password one is generated and kept with the data.</summary>
        public static IResourceBuilder<RabbitMQServerResource> AddRabbitMQ(
            this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource>? userName = null,
            IResourceBuilder<ParameterResource>? password = null, int? port = null)
        {
            var server = new RabbitMQServerResource(
                name, userName?.Resource, password?.Resource ?? builder.CreatePassword($"{name}-password"));
            builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
                $"{name}_check", _ => new RabbitMQCheck(server), null, null, TimeSpan.FromSeconds(10)));
            return builder.AddResource(server)
                .WithAnnotation(new EndpointAnnotation(ProtocolType.Tcp, port: port, targetPort: 5672, name: "tcp") { TargetHost = "127.0.0.1" })
                .WithAnnotation(new RunAnnotation(new PrivateRabbitMQ(server).PlanAsync))
                .WithHealthCheck($"{name}_check");
        }

        /// <summary>Keeps queues and messages between runs; without it each run begins empty.</summary>
        public static IResourceBuilder<RabbitMQServerResource> WithDataVolume(
            this IResourceBuilder<RabbitMQServerResource> builder, string? name = null, bool isReadOnly = false)
        {
            ServerData.RefuseReadOnly(isReadOnly);
            return builder.WithAnnotation(new DataVolumeAnnotation(name), ResourceAnnotationMutationBehavior.Replace);
        }

        /// <summary>Adds the HTTP API and its pages as endpoint <c>management</c>.</summary>
        public static IResourceBuilder<RabbitMQServerResource> WithManagementPlugin(
            this IResourceBuilder<RabbitMQServerResource> builder) => builder.WithManagementPlugin(port: null);

        public static IResourceBuilder<RabbitMQServerResource> WithManagementPlugin(
            this IResourceBuilder<RabbitMQServerResource> builder, int? port) =>
            builder.WithAnnotation(new EndpointAnnotation(
                ProtocolType.Tcp, "http", port: port, targetPort: 15672, name: PrivateRabbitMQ.Management)
            { TargetHost = "127.0.0.1" });
    }
}
