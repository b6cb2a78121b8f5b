using Wuwei.Faults.Campaign;
using Wuwei.ServiceDefaults.Regions;
using Xunit.Abstractions;

namespace Wuwei.Faults.Rounds;

/// <summary>Networks, databases, clocks and logins that fail: F14, F16, F22, F24, F25, F30, F34.</summary>
[Collection(SharedCluster.Name)]
public sealed class ServerRounds(SharedCluster shared, ITestOutputHelper output)
{
    [LongFact]
    public async Task F14_Given_a_database_that_ends_every_session_again_and_again_Then_nothing_is_lost_or_doubled()
    {
        await using var round = await shared.BeginAsync(output);
        foreach (var service in Cluster.Services)
        {
            await round.StrikeAsync(round.Nemesis.SessionsEnded(service, times: 10));
        }

        await round.EndAsync();
    }

    [LongTheory]
    [InlineData("labour-transfer", "postgres")]
    [InlineData("indicator", "postgres")]
    [InlineData("training", "rabbitmq")]
    [InlineData("indicator", "rabbitmq")]
    [InlineData("gateway", "loans")]
    public async Task F16_Given_a_network_that_fails_in_every_way_Then_nothing_is_lost_or_doubled(string from, string to)
    {
        await using var round = await shared.BeginAsync(output);
        foreach (var how in new[] { Network.Blackhole, Network.OneWay, Network.Slow, Network.Refuse, Network.Reset })
        {
            await round.StrikeAsync(round.Nemesis.Cut(from, to, how, TimeSpan.FromSeconds(how is Network.Blackhole ? 20 : 8)));
        }

        await round.EndAsync();
    }

    [LongTheory(Needs.FakeTime)]
    [InlineData("indicator", "+2d")]
    [InlineData("indicator", "-90s")]
    [InlineData("assessment", "+0 x10")]
    [InlineData("labour-transfer", "-30s")]
    public async Task F22_Given_a_service_whose_clock_is_wrong_Then_nothing_is_lost_doubled_or_reordered(string service, string by)
    {
        await using var round = await shared.BeginAsync(output);
        await round.StrikeAsync(round.Nemesis.ClockShifted(service, by, TimeSpan.FromSeconds(20)));
        await round.EndAsync();
    }

    [LongFact(Needs.FakeTime)]
    public async Task F22_Given_a_service_two_days_ahead_Then_it_takes_no_token_that_has_run_out_by_its_clock()
    {
        await using var round = await shared.BeginAsync(output);
        round.Client.Understood = 401;
        await round.StrikeAsync(round.Nemesis.ClockShifted("training", "+2d", TimeSpan.FromSeconds(20)));
        Assert.True(round.Client.AnswersOf("training").GetValueOrDefault(401) > 0, $"No token was refused: {string.Join(", ", round.Client.AnswersOf("training"))}");
        await round.EndAsync();
    }

    [LongFact]
    public async Task F24_Given_an_assessment_that_is_stuck_Then_the_others_go_on_and_it_catches_up()
    {
        await using var round = await shared.BeginAsync(output);
        await round.StrikeAsync(round.Nemesis.Frozen("assessment", TimeSpan.FromSeconds(40)), async since =>
        {
            await Task.Delay(TimeSpan.FromSeconds(25));
            var now = DateTimeOffset.UtcNow;
            foreach (var service in Cluster.Registers)
            {
                await round.Client.AcknowledgesAsync(service, now, 10);
            }

            await Until.TrueAsync(async () => await round.Cluster.AskAsync<DateTime>("indicator", "select max(received_at) from inbox_message") > now.UtcDateTime,
                "the ledger goes on", 10);
        });
        await round.EndAsync();
    }

    [LongFact]
    public async Task F25_Given_two_connections_for_two_hundred_callers_Then_those_who_wait_too_long_are_told_to_come_again()
    {
        await using var round = await shared.BeginAsync(output, load => load with { Writers = 65, Pause = TimeSpan.Zero, BatchWriters = 0 });
        const string Pool = "ConnectionStrings__database+";
        await round.StrikeAsync(new("pool of 2", "loans",
            async () =>
            {
                round.Cluster.Override("loans", Pool, ";Maximum Pool Size=2");
                await round.Nemesis.RestartAsync("loans");
            },
            async () =>
            {
                round.Cluster.Override("loans", Pool, null);
                await round.Nemesis.RestartAsync("loans");
            },
            TimeSpan.FromSeconds(20)));
        output.WriteLine($"Answers: {string.Join(", ", round.Client.AnswersOf("loans"))}");
        await round.EndAsync();
    }

    [LongFact]
    public async Task F30_Given_departments_at_work_When_every_value_is_said_again_Then_it_is_the_same_to_the_last_bit()
    {
        await using var round = await shared.BeginAsync(output);
        await round.StrikeAsync(new("rebuild", "indicator", async () =>
        {
            var rebuilt = await round.Checker.RebuildAsync(raiseEpoch: true);
            Assert.All(rebuilt.Where(member => member.Key.EndsWith("Righted", StringComparison.Ordinal)), member => Assert.Equal(0, member.Value!.GetValue<int>()));
        }));
        await round.EndAsync();
        var epoch = await round.Cluster.AskAsync<int>("indicator", "select epoch from ledger");
        Assert.Equal(0, await round.Cluster.AskAsync<long>("assessment", $"select count(*) from observation where epoch < {epoch} and indicator in ('6', '10', '11')"));
    }

    [LongFact]
    public async Task F34_Given_an_identity_that_is_away_Then_known_tokens_are_taken_and_unknown_ones_are_not()
    {
        await using var round = await shared.BeginAsync(output);
        // Who has no token yet gets none while identity is away.
        await Task.WhenAll(RegionCode.Counties.Select(county => county.Code).Append(RegionCode.City).Select(code => round.Client.Tokens.OfAsync($"loans-{code}")));
        await round.StrikeAsync(round.Nemesis.Frozen("identity", TimeSpan.FromSeconds(30)), async since =>
        {
            // Even by a service that has just begun and has never heard of identity.
            await round.Nemesis.RestartAsync("loans");
            await round.Client.AcknowledgesAsync("loans", since, 25);
            using var http = new HttpClient { BaseAddress = round.Cluster.Gateway };
            var token = (await round.Client.Tokens.OfAsync("loans-620602")).Split('.');
            http.DefaultRequestHeaders.Authorization = new("Bearer", $"{token[0]}.{token[1]}.{new string([.. token[2].Reverse()])}");
            using var answer = await http.GetAsync(new Uri("/api/loans/v1/loans", UriKind.Relative));
            Assert.Equal(System.Net.HttpStatusCode.Unauthorized, answer.StatusCode);
        });
        await round.EndAsync();
    }

    [LongFact]
    public async Task F34_Given_a_password_that_was_changed_When_the_service_is_told_Then_it_works_on()
    {
        await using var round = await shared.BeginAsync(output);
        await round.StrikeAsync(new("password changed", "training",
            () => round.Cluster.ExecuteAsync("training", "alter role training password 'another'; select pg_terminate_backend(pid) from pg_stat_activity where usename = 'training'"),
            async () =>
            {
                round.Cluster.Override("training", "ConnectionStrings__database+", ";Password=another");
                await round.Nemesis.RestartAsync("training");
            },
            TimeSpan.FromSeconds(8)));
        await round.EndAsync();
    }
}
