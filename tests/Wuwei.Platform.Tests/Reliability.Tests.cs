using System.Globalization;
using Wuwei.Platform.Tests.Running;

namespace Wuwei.Platform.Tests;

/// <summary>What may go away while departments work, and what must not be lost when it does.</summary>
[Collection(PlatformCollection.Name)]
public sealed class Reliability(RunningPlatform platform)
{
    [Fact]
    public async Task Given_no_broker_When_departures_are_recorded_Then_all_are_accepted_and_each_arrives_once()
    {
        var county = await platform.ClientAsync("labour-transfer-620621");
        await platform.KillAsync("rabbitmq");

        var recorded = new List<Guid>();
        for (var i = 0; i < 20; i++)
        {
            var id = Guid.CreateVersion7();
            using var answer = await county.PutAsync($"/api/labour-transfer/v1/departures/{id}", Departures.Body(Departures.NewNationalId()));
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
            recorded.Add(id);
        }

        await ArriveOnceAsync(recorded);
    }

    [Fact]
    public async Task Given_a_departure_just_answered_When_its_service_is_killed_Then_the_fact_still_arrives_once()
    {
        var county = await platform.ClientAsync("labour-transfer-620621");
        var recorded = new List<Guid>();
        for (var round = 0; round < 3; round++)
        {
            var id = Guid.CreateVersion7();
            using (var answer = await county.PutAsync($"/api/labour-transfer/v1/departures/{id}", Departures.Body(Departures.NewNationalId())))
            {
                Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
            }

            await platform.KillAsync("labour-transfer");
            recorded.Add(id);
            await RunningPlatform.UntilAsync(
                async () =>
                {
                    using var alive = await county.GetAsync(new Uri($"/api/labour-transfer/v1/departures/{id}", UriKind.Relative));
                    return alive.IsSuccessStatusCode;
                },
                "the service is back");
        }

        await ArriveOnceAsync(recorded);
    }

    [Theory]
    [InlineData("indicator")]
    [InlineData("postgres")]
    public async Task Given_departures_on_their_way_When_a_process_is_killed_Then_each_arrives_once(string killed)
    {
        var county = await platform.ClientAsync("labour-transfer-620622");
        var recorded = new List<Guid>();
        for (var i = 0; i < 30; i++)
        {
            var id = Guid.CreateVersion7();
            using var answer = await county.PutAsync(
                $"/api/labour-transfer/v1/departures/{id}", Departures.Body(Departures.NewNationalId(), "620622"));
            if (answer.IsSuccessStatusCode)
            {
                recorded.Add(id);
            }

            if (i == 15)
            {
                await platform.KillAsync(killed);
            }
        }

        Assert.True(recorded.Count >= 15);
        await ArriveOnceAsync(recorded);
    }

    private async Task ArriveOnceAsync(List<Guid> departures)
    {
        var records = string.Join(',', departures.Select(id => $"'departures/{id}'"));
        await RunningPlatform.UntilAsync(
            async () => await CountAsync($"select count(*) from fact_head where record_id in ({records})") == departures.Count,
            $"{departures.Count} facts in the ledger",
            seconds: 120);
        Assert.Equal(departures.Count, await CountAsync($"select count(*) from fact_history where record_id in ({records})"));

        async Task<int> CountAsync(string sql)
        {
            try
            {
                return int.Parse((await platform.QueryAsync("indicator", sql))[0]!, CultureInfo.InvariantCulture);
            }
            catch (Npgsql.NpgsqlException)
            {
                return -1; // The server is on its way back.
            }
        }
    }
}
