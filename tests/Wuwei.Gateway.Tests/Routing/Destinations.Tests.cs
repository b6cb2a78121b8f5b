using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Wuwei.Gateway.Routing;

/// <summary>Replicas come and go; the tests start their own.</summary>
[Collection(nameof(Platform))]
public sealed class DestinationsTests(Platform platform)
{
    [Fact]
    public async Task Given_two_replicas_When_asked_often_Then_both_answer()
    {
        using var client = await platform.ClientAsync("indicator-620600");
        var before = platform.Indicator.Select(replica => replica.Requests).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => client.GetStringAsync("api/indicator/v1/address")));
        Assert.All(platform.Indicator.Select((replica, i) => replica.Requests - before[i]), asked => Assert.InRange(asked, 5, 55));
    }

    [Fact]
    public async Task Given_a_dead_replica_When_asked_often_Then_every_request_is_answered_by_the_other()
    {
        await using var alive = await Backend.StartAsync("training", platform.Identity.Address);
        await using var gateway = GatewayServer.Start(
            platform.Identity, new Dictionary<string, Uri[]> { ["training"] = [alive.Address, new("http://127.0.0.1:1")] });
        using var client = gateway.Client(await platform.Identity.TokenAsync("training-620602"));
        for (var i = 0; i < 30; i++)
        {
            using var answer = await client.PutAsync($"api/training/v1/things/{i}", new ByteArrayContent(new byte[1000]));
            Assert.Equal("1000", await answer.Content.ReadAsStringAsync());
        }

        Assert.Equal(30, alive.Requests);
    }

    [Fact]
    public async Task Given_a_service_that_dies_while_it_answers_a_write_Then_the_caller_is_told_and_not_cut_off()
    {
        await using var dies = await Backend.StartAsync("training", platform.Identity.Address);
        await using var gateway = GatewayServer.Start(platform.Identity, new Dictionary<string, Uri[]> { ["training"] = [dies.Address] });
        using var client = gateway.Client(await platform.Identity.TokenAsync("training-620602"));
        using var answer = await client.PostAsync("api/training/v1/broken-off", null);
        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal("server.bad_gateway", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Fact]
    public async Task Given_traffic_When_a_replica_stops_Then_no_request_fails()
    {
        await using var stays = await Backend.StartAsync("training", platform.Identity.Address);
        await using var stops = await Backend.StartAsync("training", platform.Identity.Address);
        await using var gateway = GatewayServer.Start(
            platform.Identity, new Dictionary<string, Uri[]> { ["training"] = [stays.Address, stops.Address] },
            ("Limits:RequestsPerSecond", "100000"), ("Limits:Burst", "100000"));
        using var client = gateway.Client(await platform.Identity.TokenAsync("training-620602"));
        using var enough = new CancellationTokenSource();
        var answers = new System.Collections.Concurrent.ConcurrentBag<HttpStatusCode>();
        var traffic = Task.WhenAll(Enumerable.Range(0, 4).Select(async worker =>
        {
            while (!enough.IsCancellationRequested)
            {
                using var answer = worker % 2 == 0
                    ? await client.GetAsync("api/training/v1/address")
                    : await client.PutAsync("api/training/v1/things/1", new ByteArrayContent(new byte[500]));
                answers.Add(answer.StatusCode);
                await Task.Delay(5);
            }
        }));
        await UntilAsync(() => Task.FromResult(stops.Requests > 50));
        var stopping = Stopwatch.StartNew();
        await stops.StopAsync();

        // It waits until nobody has asked for a while: the gateway turned away at its word, not when it was gone.
        Assert.True(stopping.Elapsed < TimeSpan.FromSeconds(1.5), $"It was asked to the end: {stopping.Elapsed}.");
        var (atStop, after) = (stops.Requests, stays.Requests);
        await UntilAsync(() => Task.FromResult(stays.Requests > after + 200));
        await enough.CancelAsync();
        await traffic;
        Assert.All(answers, status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(atStop, stops.Requests);
    }

    [Fact]
    public async Task Given_a_replica_that_answers_but_is_not_well_When_probed_Then_it_is_left_alone_until_it_is_well_again()
    {
        await using var well = await Backend.StartAsync("training", platform.Identity.Address);
        await using var unwell = await Backend.StartAsync("training", platform.Identity.Address);
        unwell.Well = false;
        await using var gateway = GatewayServer.Start(
            platform.Identity, new Dictionary<string, Uri[]> { ["training"] = [well.Address, unwell.Address] });
        using var client = gateway.Client(await platform.Identity.TokenAsync("training-620602"));
        Assert.Equal("degraded", await TrainingAsync("degraded"));

        // The health of the whole is degraded at the first probe that fails; the second one takes the replica out.
        await UntilAsync(async () => (await AskedAsync(20))[1] == 0);
        Assert.Equal(new[] { 50, 0 }, await AskedAsync(50));

        unwell.Well = true;
        Assert.Equal("healthy", await TrainingAsync("healthy"));
        Assert.All(await AskedAsync(60), asked => Assert.InRange(asked, 5, 55));

        async Task<string> TrainingAsync(string until) =>
            (await HealthAsync(client, checks => checks.GetProperty("training").GetString() == until)).GetProperty("checks").GetProperty("training").GetString()!;

        async Task<int[]> AskedAsync(int times)
        {
            var before = new[] { well.Requests, unwell.Requests };
            await Task.WhenAll(Enumerable.Range(0, times).Select(_ => client.GetStringAsync("api/training/v1/address")));
            return [well.Requests - before[0], unwell.Requests - before[1]];
        }
    }

    [Fact]
    public async Task Given_services_that_are_away_When_asked_for_health_Then_it_is_degraded_and_names_them_and_no_more()
    {
        using var client = platform.Gateway.Client();
        var health = await HealthAsync(client, checks => checks.GetProperty("indicator").GetString() == "healthy");
        Assert.Equal("degraded", health.GetProperty("status").GetString());
        var checks = health.GetProperty("checks");
        Assert.Equal(["healthy", "healthy", "healthy", "degraded", "degraded"],
            new[] { "identity", "indicator", "training", "loans", "assessment" }.Select(service => checks.GetProperty(service).GetString()!));
        Assert.DoesNotContain("127.0.0.1", health.GetRawText(), StringComparison.Ordinal);
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var i = 0; !await holds(); i++)
        {
            Assert.True(i < 300, "It did not come about within half a minute.");
            await Task.Delay(100);
        }
    }

    // The first probes are under way when the gateway answers.
    private static async Task<JsonElement> HealthAsync(HttpClient client, Func<JsonElement, bool> until)
    {
        for (var i = 0; ; i++)
        {
            using var answer = await client.GetAsync("health");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var health = await answer.Content.ReadFromJsonAsync<JsonElement>();
            if (i == 200 || until(health.GetProperty("checks")))
            {
                return health;
            }

            await Task.Delay(100);
        }
    }
}
