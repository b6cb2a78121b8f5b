using Aspire.Hosting;

namespace Wuwei.Hosting.Probe;

/// <summary>A whole application in miniature, to be killed by a test.</summary>
internal static class ProbeHost
{
    public static Task RunAsync(string[] args)
    {
        var builder = DistributedApplication.CreateBuilder([$"--Hosting:DataPath={args[0]}", .. args[1..]]);
        var postgres = builder.AddPostgres("postgres").WithDataVolume();
        var database = postgres.AddDatabase("probe-db", "probe");
        var rabbitmq = builder.AddRabbitMQ("rabbitmq").WithDataVolume().WithManagementPlugin();
        builder.AddProject<ProbeProject>("probe")
            .WithHttpEndpoint()
            .WithHttpHealthCheck("/health")
            .WithReplicas(2)
            .WithReference(database)
            .WithReference(rabbitmq)
            .WaitFor(database)
            .WaitFor(rabbitmq);
        if (builder.Configuration["Demonstration"] is not null)
        {
            // What the wuwei script looks for.
            builder.AddProject<ProbeProject>("gateway").WithHttpEndpoint().WithHttpHealthCheck("/health");
            builder.AddProject<ProbeProject>("demonstration").WithArgs("exit", "0");
        }

        return builder.Build().RunAsync();
    }
}
