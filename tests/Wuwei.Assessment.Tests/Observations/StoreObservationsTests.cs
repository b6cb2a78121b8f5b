using Npgsql;
using Wuwei.Assessment.Observations;
using Wuwei.Assessment.Scores;
using Wuwei.Assessment.Targets;
using Wuwei.Contracts.Observations;
using Wuwei.Contracts.Targets;
using Wuwei.Outbox;
using static Wuwei.Assessment.Tests.Given;

namespace Wuwei.Assessment.Tests.Observations;

public sealed class StoreObservationsTests(AssessmentService service) : IClassFixture<AssessmentService>, IAsyncLifetime
{
    public Task InitializeAsync()
    {
        _ = service.Server; // starts it
        return service.ForgetAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Given_a_history_When_it_arrives_shuffled_repeated_and_cut_anyhow_Then_scores_are_the_same(int seed)
    {
        var (observations, targets) = History(seed);
        var expected = await PullAfterAsync(observations, targets, random: null);
        for (var round = 0; round < 3; round++)
        {
            Assert.Equal(expected, await PullAfterAsync(observations, targets, new Random(seed * 100 + round)));
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public async Task Given_a_history_When_asked_as_of_every_instant_Then_the_scores_are_those_of_what_was_known(int seed)
    {
        var (observations, targets) = History(seed);
        await PullAfterAsync(observations, targets, new Random(seed));
        var compared = 0;
        foreach (var instant in observations.Select(o => o.KnownAt).Concat(targets.Select(t => t.KnownAt)).Distinct().Order())
        {
            var answer = await service.Reader.ComputeAsync(new(null, "plan-12", instant), default);
            var known = observations.Where(o => o.KnownAt <= instant).GroupBy(o => (o.Indicator, o.Region, o.Period))
                .Select(versions => versions.MaxBy(o => (o.Epoch, o.Revision))!).ToArray();
            var latest = known.Where(o => o is { Value: not null, IsMonth: true }).Select(o => o.Period).DefaultIfEmpty("").Max()!;
            if (answer.IsRefused(out var refusal, out var scoring))
            {
                Assert.Equal(ScoreQuestion.NoData, refusal);
                Assert.Empty(latest);
                continue;
            }

            var aimed = targets.Where(t => t.KnownAt <= instant).GroupBy(t => (t.Indicator, t.Region, t.Year))
                .Select(versions => versions.MaxBy(t => t.Revision)!).ToArray();
            var expected = ScoreTable.Of(scoring.Table.Scheme, Month(latest), known, aimed);
            Assert.Equal(Summary(expected), Summary(scoring.Table));
            compared++;
        }

        Assert.True(compared > 100, $"Only {compared} instants had scores.");
    }

    [Fact]
    public async Task Given_a_restored_ledger_When_its_epoch_is_higher_Then_it_wins_over_any_revision()
    {
        await service.ObserveAsync(Observed("1", Liangzhou, "2025-06", 10, revision: 900, epoch: 1));
        await service.ObserveAsync(Observed("1", Liangzhou, "2025-06", 20, revision: 5, epoch: 2));
        await service.ObserveAsync(Observed("1", Liangzhou, "2025-06", 30, revision: 901, epoch: 1));
        Assert.Equal(20m, await ScalarAsync("select value from observation"));
        Assert.Equal(3, await service.CountAsync("observation_version"));
    }

    [Fact]
    public async Task Given_a_version_known_already_When_it_comes_again_in_another_message_Then_documents_stay_fresh()
    {
        await service.ObserveAsync(Observed("1", Liangzhou, "2025-06", 10, revision: 2));
        await service.ObserveAsync(Observed("1", Liangzhou, "2025-06", 9, revision: 1), Observed("1", Liangzhou, "2025-06", 10, revision: 2));
        Assert.Equal(1L, await ScalarAsync("select changes from score_change"));
    }

    [Fact]
    public async Task Given_five_hundred_messages_about_one_county_When_they_come_as_a_batch_Then_it_is_one_change()
    {
        await service.ObserveAsync([.. Enumerable.Range(1, 500).Select(revision => Observed("6", Minqin, "2025-05", revision, revision))]);
        Assert.Equal(1L, await ScalarAsync("select changes from score_change"));
        Assert.Equal(500m, await ScalarAsync("select value from observation"));
    }

    [Fact]
    public async Task Given_the_same_revision_with_another_value_When_it_arrives_Then_it_is_refused_and_nothing_changes()
    {
        var first = Observed("1", Liangzhou, "2025-06", 10);
        await service.ObserveAsync(first);
        await Assert.ThrowsAsync<InvalidOperationException>(() => service.ObserveAsync(first with { Value = 11 }));
        await Assert.ThrowsAsync<InvalidOperationException>(() => service.ObserveAsync(
            Observed("7", Liangzhou, "2025-06", 1), Observed("7", Liangzhou, "2025-06", 2)));
        await service.AimAsync(Aimed("1", Liangzhou, 2025, 10));
        await Assert.ThrowsAsync<InvalidOperationException>(() => service.AimAsync(Aimed("1", Liangzhou, 2025, 11)));
        Assert.Equal(10m, await ScalarAsync("select value from observation_version"));
        Assert.Equal(10m, await ScalarAsync("select value from target_version"));
    }

    [Theory]
    [InlineData("2025-13")]
    [InlineData("202506")]
    [InlineData("2025-Q2")]
    [InlineData("")]
    public async Task Given_a_period_that_is_no_month_or_year_When_it_arrives_Then_it_is_refused(string period)
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => service.DeliverAsync<ObservationChanged, StoreObservations>(
            [Observed("1", Liangzhou, "2025-06", 1).Message() with { Period = period }]));
        Assert.Equal(0, await service.CountAsync("observation_version"));
    }

    [Fact]
    public async Task Given_values_seasons_and_comparators_that_cannot_be_When_they_arrive_Then_they_are_refused()
    {
        var target = Aimed("1", Liangzhou, 2025, 10);
        await Assert.ThrowsAsync<PostgresException>(() => service.ObserveAsync(Observed("1", Liangzhou, "2025-06", decimal.MaxValue)));
        await Assert.ThrowsAsync<PostgresException>(() => service.AimAsync(target with { Comparator = "=" }));
        await Assert.ThrowsAsync<InvalidOperationException>(() => service.AimAsync(target with { Season = Even[..11] }));
        await Assert.ThrowsAsync<InvalidOperationException>(() => service.AimAsync(target with { Season = [.. Even[..11], 1.01m] }));
        Assert.Equal(0, await service.CountAsync("observation_version") + await service.CountAsync("target_version"));
    }

    [Fact]
    public async Task Given_messages_delivered_twice_When_handled_Then_the_second_time_has_no_effect()
    {
        Received<TargetChanged>[] received = [new(Guid.CreateVersion7(), Aimed("1", Liangzhou, 2025, 10).Message())];
        await service.DeliverAsync<TargetChanged, StoreTargets>(received);
        await service.DeliverAsync<TargetChanged, StoreTargets>(received);
        Assert.Equal(1L, await ScalarAsync("select changes from score_change"));
    }

    /// <summary>Some hundreds of versions of few cells, revisions and instants growing together as a ledger stamps them.</summary>
    private static (Observation[] Observations, Target[] Targets) History(int seed)
    {
        var random = new Random(seed);
        string[] indicators = ["1", "2", "5", "6", "8"], regions = [Liangzhou, Minqin, Gulang, Tianzhu, City];
        List<Target> targets = [];
        List<Observation> observations = [];
        foreach (var (at, cell) in indicators.SelectMany(i => regions.SelectMany(r => Enumerable.Range(2021, 2).Select(year => (i, r, year)))).Index())
        {
            for (var revision = 1; revision <= random.Next(1, 3); revision++)
            {
                targets.Add(Aimed(cell.i, cell.r, cell.year, random.Next(10) == 0 ? null : random.Next(1, 5000), cell.i == "2" ? "<" : "≥", FrontLoaded, revision)
                    with
                { KnownAt = Noon.AddSeconds(at + 100 * revision) });
            }
        }

        for (var revision = 1; revision <= 400; revision++)
        {
            var indicator = indicators[random.Next(indicators.Length)];
            var period = indicator == "5" ? $"{random.Next(2021, 2023)}" : Month("2021-01").Add(random.Next(18)).ToString();
            observations.Add(Observed(
                indicator, regions[random.Next(regions.Length)], period, random.Next(12) == 0 ? null : random.Next(0, 90_000) / 100m, revision, 1 + revision / 300));
        }

        return ([.. observations], [.. targets]);
    }

    private async Task<string> PullAfterAsync(Observation[] observations, Target[] targets, Random? random)
    {
        await service.ForgetAsync();
        await DeliverAsync(observations, service.ObserveAsync, random);
        await DeliverAsync(targets, service.AimAsync, random);
        return (await service.PullAsync("/scores")).GetRawText();
    }

    private static async Task DeliverAsync<T>(T[] items, Func<IReadOnlyList<T>, Task> deliver, Random? random)
    {
        T[] sent = random is null ? items : [.. items.Concat(items.Where(_ => random.Next(3) == 0)).OrderBy(_ => random.Next())];
        for (var at = 0; at < sent.Length;)
        {
            var size = random?.Next(1, 120) ?? sent.Length;
            await deliver(sent[at..Math.Min(sent.Length, at + size)]);
            at += size;
        }
    }

    private static string Summary(ScoreTable table) => string.Join('\n', table.Regions.Select(result =>
        $"{table.Month} {result.Region.Code} {result.Combined} {result.Rank} {string.Join(" | ", result.Items.Select(item => item.Score))}"));

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var command = service.Database.DataSource.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
