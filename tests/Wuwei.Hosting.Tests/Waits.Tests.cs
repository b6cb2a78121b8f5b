using Microsoft.Extensions.DependencyInjection;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Wuwei.Hosting.Tests;

public sealed class WaitsTests
{
    [Fact]
    public async Task Given_a_slow_dependency_When_waited_for_Then_the_waiter_starts_after_it_is_healthy()
    {
        var builder = Applications.Create();
        var slow = builder.AddService("slow", "slow", "1.5");
        builder.AddService("patient").WaitFor(slow);
        builder.AddService("eager").WaitForStart(slow);
        await using var app = builder.Build();
        await app.StartAsync();

        var healthyAt = app.ResourceNotifications.WaitForResourceHealthyAsync("slow").ContinueWith(_ => DateTime.UtcNow, TaskScheduler.Default);
        var patient = await app.StateAsync("patient", KnownResourceStates.Running);
        var eager = await app.StateAsync("eager", KnownResourceStates.Running);

        Assert.True(patient.Snapshot.StartTimeStamp >= await healthyAt - TimeSpan.FromMilliseconds(300));
        Assert.True(eager.Snapshot.StartTimeStamp < await healthyAt);
    }

    [Fact]
    public async Task Given_something_that_is_healthy_late_When_others_wait_for_it_Then_it_is_asked_again_and_again_without_growing_pauses()
    {
        var asked = 0;
        var builder = Applications.Create();
        builder.Services.AddHealthChecks().AddCheck("late", () => Interlocked.Increment(ref asked) > 15 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
        builder.AddProject<Probe.ProbeProject>("late").WithHttpEndpoint().WithHealthCheck("late");
        await using var app = builder.Build();
        await app.StartAsync();
        var running = await app.StateAsync("late", KnownResourceStates.Running);

        await app.HealthyAsync("late");

        // Fifteen pauses of 0.2 s; growing by half up to 5 s they would take 48.
        Assert.InRange(DateTime.UtcNow - running.Snapshot.StartTimeStamp!.Value, TimeSpan.FromSeconds(2.5), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Given_a_job_When_it_ends_with_zero_Then_it_is_finished_and_who_waited_starts()
    {
        var builder = Applications.Create();
        var job = builder.AddJob("job", exitCode: 0);
        builder.AddService("service").WaitForCompletion(job);
        await using var app = builder.Build();
        await app.StartAsync();

        await app.HealthyAsync("service");
        app.ResourceNotifications.TryGetCurrentState("job", out var ended);

        Assert.Equal(KnownResourceStates.Finished, ended!.Snapshot.State!.Text);
        Assert.Equal(0, ended.Snapshot.ExitCode);
        Assert.Equal(0, ended.Snapshot.Get<int>(SnapshotProperties.Restarts));
    }

    [Theory]
    [InlineData(3, 0, "FailedToStart")]
    [InlineData(3, 3, "Running")]
    public async Task Given_a_job_that_ends_with_three_When_another_code_is_awaited_Then_the_waiter_fails(
        int exitCode, int awaited, string expected)
    {
        var builder = Applications.Create();
        var job = builder.AddJob("job", exitCode);
        builder.AddService("service").WaitForCompletion(job, awaited);
        await using var app = builder.Build();
        await app.StartAsync();

        var reached = await app.StateAsync("service", expected);

        Assert.Equal(expected == "FailedToStart", reached.Snapshot.Get<string>(SnapshotProperties.Problem)?.Contains("exit code 3", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Given_a_dependency_that_cannot_start_When_waits_stop_Then_the_waiter_fails_and_otherwise_keeps_waiting()
    {
        var builder = Applications.Create();
        var broken = builder.AddProject<Unbuilt>("broken").WithHttpEndpoint();
        builder.AddService("stopping").WaitFor(broken);
        builder.AddService("waiting").WaitFor(broken, WaitBehavior.WaitOnResourceUnavailable);
        await using var app = builder.Build();
        await app.StartAsync();

        await app.StateAsync("broken", KnownResourceStates.FailedToStart);
        await app.StateAsync("stopping", KnownResourceStates.FailedToStart);
        await Assert.ThrowsAsync<DistributedApplicationException>(() => app.HealthyAsync("stopping"));
        app.ResourceNotifications.TryGetCurrentState("waiting", out var waiting);

        Assert.Equal(KnownResourceStates.Waiting, waiting!.Snapshot.State!.Text);
    }

    [Fact]
    public async Task Given_a_resource_with_explicit_start_When_the_application_starts_Then_it_does_not_until_asked()
    {
        var builder = Applications.Create();
        builder.AddService("manual").WithExplicitStart();
        await using var app = builder.Build();
        await app.StartAsync();

        app.ResourceNotifications.TryGetCurrentState("manual", out var before);
        app.Services.GetRequiredService<Orchestrator>().Start("manual");
        var after = await app.HealthyAsync("manual");

        Assert.Equal(KnownResourceStates.NotStarted, before!.Snapshot.State!.Text);
        Assert.Equal(HealthStatus.Healthy, after.Snapshot.HealthStatus);
    }

    [Fact]
    public void Given_a_resource_When_told_to_wait_for_itself_or_its_parent_Then_it_refuses()
    {
        var builder = Applications.Create();
        var service = builder.AddService("service");

        Assert.Throws<DistributedApplicationException>(() => service.WaitFor(service));
        Assert.Throws<DistributedApplicationException>(() => builder.AddService("service"));
    }

    private sealed class Unbuilt : IProjectMetadata
    {
        public string ProjectPath => "/nowhere/Unbuilt.csproj";
    }
}
