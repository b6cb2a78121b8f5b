using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Wuwei.Hosting.Probe;

namespace Wuwei.Hosting.Tests;

/// <summary>Small applications of probe processes, each in a throw-away folder.</summary>
internal static class Applications
{
    /// <summary>Longer than anything here should take on a busy machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static IDistributedApplicationBuilder Create(params string[] args) => DistributedApplication.CreateBuilder(
        new DistributedApplicationOptions
        {
            Args = ["--Hosting:ThrowAway=true", "--Hosting:RestartDelaySeconds=0.2", .. args],
            DisableDashboard = true,
        });

    /// <summary>A web application of the probe.</summary>
    public static IResourceBuilder<ProjectResource> AddService(
        this IDistributedApplicationBuilder builder, string name, params string[] args) =>
        builder.AddProject<ProbeProject>(name).WithHttpEndpoint().WithHttpHealthCheck("/health").WithArgs(args);

    /// <summary>A probe that does its work and ends.</summary>
    public static IResourceBuilder<ProjectResource> AddJob(this IDistributedApplicationBuilder builder, string name, int exitCode) =>
        builder.AddProject<ProbeProject>(name).WithArgs("exit", $"{exitCode}");

    public static Task<ResourceEvent> HealthyAsync(this DistributedApplication app, string name) =>
        app.ResourceNotifications.WaitForResourceHealthyAsync(name).WaitAsync(Patience);

    public static Task<ResourceEvent> StateAsync(this DistributedApplication app, string name, string state) =>
        app.ResourceNotifications.WaitForResourceAsync(name, e => e.Snapshot.State?.Text == state).WaitAsync(Patience);

    public static int ProcessId(this ResourceEvent e) => e.Snapshot.Get<int>(SnapshotProperties.ProcessId);

    public static bool IsAlive(int pid) => Native.StartTime(pid) is not null;

    public static async Task CrashAsync(this DistributedApplication app, string name)
    {
        using var client = app.CreateHttpClient(name);
        try
        {
            using var response = await client.PostAsync(new Uri("/crash", UriKind.Relative), null);
        }
        catch (HttpRequestException)
        {
            // It died before it could answer.
        }
    }
}
