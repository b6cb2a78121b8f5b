using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using System.Net.Http.Json;

namespace Wuwei.Hosting.Tests;

public sealed class RestartsTests
{
    [Fact]
    public async Task Given_a_service_When_it_crashes_Then_it_comes_back_on_its_port_and_the_crash_is_counted()
    {
        var builder = Applications.Create();
        builder.AddService("service");
        await using var app = builder.Build();
        await app.StartAsync();
        var before = await app.HealthyAsync("service");
        var port = app.GetEndpoint("service").Port;

        await app.CrashAsync("service");
        var after = await app.ResourceNotifications.WaitForResourceAsync("service", e =>
            e.Snapshot.HealthStatus is not null && e.ProcessId() != before.ProcessId() && e.ProcessId() != 0).WaitAsync(Applications.Patience);
        await app.HealthyAsync("service");

        Assert.Equal(1, after.Snapshot.Get<int>(SnapshotProperties.Restarts));
        Assert.Equal(port, app.GetEndpoint("service").Port);
        using var client = app.CreateHttpClient("service");
        Assert.Equal(after.ProcessId(), await client.GetFromJsonAsync<int>(new Uri("/process", UriKind.Relative)));
    }

    [Fact]
    public async Task Given_a_service_that_dies_at_once_When_it_is_tried_again_and_again_Then_the_pauses_grow_and_the_loop_shows()
    {
        var builder = Applications.Create();
        builder.AddService("service", "exit", "5");
        await using var app = builder.Build();
        await app.StartAsync();

        var ends = new List<DateTime>();
        await foreach (var update in app.ResourceNotifications.WatchAsync())
        {
            if (update.Resource.Name == "service" && update.Snapshot.ExitCode == 5 && (ends.Count == 0 || update.Snapshot.StopTimeStamp != ends[^1]))
            {
                ends.Add(update.Snapshot.StopTimeStamp!.Value);
                if (ends.Count == 5)
                {
                    Assert.Equal(KnownResourceStates.RuntimeUnhealthy, update.Snapshot.State!.Text);
                    Assert.Equal(5, update.Snapshot.Get<int>(SnapshotProperties.Restarts));
                    break;
                }
            }
        }

        // 0.2, 0.4, 0.8 and 1.6 seconds, each plus the little a process takes to start and die.
        Assert.True(ends[4] - ends[3] > TimeSpan.FromSeconds(1.6));
        Assert.True(ends[4] - ends[3] > ends[2] - ends[1]);
    }

    [Fact]
    public async Task Given_three_replicas_When_started_Then_each_has_its_port_and_others_get_all_addresses()
    {
        var builder = Applications.Create();
        var many = builder.AddService("many-ones").WithReplicas(3);
        builder.AddService("caller").WithReference(many).WaitFor(many);
        await using var app = builder.Build();
        await app.StartAsync();
        await app.HealthyAsync("caller");

        using var caller = app.CreateHttpClient("caller");
        var environment = (await caller.GetFromJsonAsync<Dictionary<string, string>>(new Uri("/environment", UriKind.Relative)))!;
        var processes = new HashSet<int>();
        for (var replica = 0; replica < 3; replica++)
        {
            using var client = new HttpClient { BaseAddress = new(environment[$"services__many-ones__http__{replica}"]) };
            processes.Add(await client.GetFromJsonAsync<int>(new Uri("/process", UriKind.Relative)));
        }

        Assert.Equal(3, processes.Count);
        Assert.Equal(environment["services__many-ones__http__0"], environment["MANY_ONES_HTTP"]);
        Assert.False(environment.ContainsKey("services__many-ones__http__3"));
    }

    [Fact]
    public async Task Given_running_services_When_the_application_stops_Then_users_go_before_what_they_use_and_the_deaf_are_killed()
    {
        var builder = Applications.Create("--Hosting:StopSeconds=6");
        var ground = builder.AddService("ground");
        builder.AddService("user").WithReference(ground).WaitFor(ground);
        builder.AddService("deaf", "deaf").WithReference(ground).WaitFor(ground);
        var app = builder.Build();
        await app.StartAsync();
        int[] processes = [(await app.HealthyAsync("ground")).ProcessId(), (await app.HealthyAsync("user")).ProcessId(), (await app.HealthyAsync("deaf")).ProcessId()];
        var stopAsked = DateTime.UtcNow;

        await app.StopAsync();
        var states = new Dictionary<string, CustomResourceSnapshot>();
        foreach (var name in new[] { "ground", "user", "deaf" })
        {
            app.ResourceNotifications.TryGetCurrentState(name, out var state);
            states[name] = state!.Snapshot;
        }

        await app.DisposeAsync();
        Assert.All(states.Values, s => Assert.Equal(KnownResourceStates.Finished, s.State!.Text));
        Assert.Equal(0, states["user"].ExitCode);
        Assert.Equal(128 + 9, states["deaf"].ExitCode);
        Assert.True(states["user"].StopTimeStamp < stopAsked + TimeSpan.FromSeconds(5));
        Assert.InRange(states["deaf"].StopTimeStamp!.Value - stopAsked, TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(9));
        Assert.True(states["ground"].StopTimeStamp > states["deaf"].StopTimeStamp);
        Assert.DoesNotContain(processes, Applications.IsAlive);
    }

    [Fact]
    public async Task Given_a_request_under_way_When_the_application_stops_Then_it_is_answered_before_the_service_ends()
    {
        var builder = Applications.Create();
        builder.AddService("service");
        await using var app = builder.Build();
        await app.StartAsync();
        await app.HealthyAsync("service");
        using var client = app.CreateHttpClient("service");
        var answer = client.GetStringAsync(new Uri("/wait/9", UriKind.Relative));
        await Task.Delay(1000); // it has arrived

        await app.StopAsync();
        app.ResourceNotifications.TryGetCurrentState("service", out var ended);

        Assert.Equal("done", await answer);
        Assert.Equal(0, ended!.Snapshot.ExitCode);
    }
}
