using System.Net;
using Wuwei.ServiceDefaults;
using static Wuwei.Assessment.Tests.Given;

namespace Wuwei.Assessment.Tests.Scores;

/// <summary>Pulled again, as of another day, or while numbers change.</summary>
public sealed class ScorePullTests(AssessmentService service) : ScoreTests(service), IClassFixture<AssessmentService>
{
    [Fact]
    public async Task Given_a_table_held_already_When_pulled_again_Then_it_is_304_until_a_number_changes_and_new_at_the_next_pull()
    {
        using var first = await GetAsync("/scores");
        var tag = first.Headers.ETag!;
        Assert.False(tag.IsWeak);
        using var again = await GetAsync("/scores", tag);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal(tag, again.Headers.ETag);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync());

        await Service.ObserveAsync(Observed("1", Liangzhou, "2025-03", 5000, revision: 2));
        using var changed = await GetAsync("/scores", tag);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.NotEqual(tag, changed.Headers.ETag);
    }

    [Fact]
    public async Task Given_a_change_in_May_When_pulled_Then_April_is_served_as_it_was_and_June_is_new()
    {
        using var april = await GetAsync("/scores?period=2025-04");
        using var june = await GetAsync("/scores?period=2025-06");
        await Service.ObserveAsync(Observed("7", Gulang, "2025-05", 0, revision: 2));
        using var aprilAgain = await GetAsync("/scores?period=2025-04", april.Headers.ETag);
        using var juneAgain = await GetAsync("/scores?period=2025-06", june.Headers.ETag);
        Assert.Equal((HttpStatusCode.NotModified, HttpStatusCode.OK), (aprilAgain.StatusCode, juneAgain.StatusCode));
        Assert.Equal(1, await Service.CountAsync("score_document d where d.changes < (select sum(changes) from score_change c where c.month <= d.month) or d.month = '2025-04-01'"));
    }

    [Fact]
    public async Task Given_corrections_When_asked_as_of_before_them_Then_the_old_score_comes_back_exactly()
    {
        var before = await Service.PullAsync("/scores?period=2025-06");
        var instant = Noon.AddMinutes(10);
        await Service.ObserveAsync(Observed("1", Liangzhou, "2025-01", 99_999, revision: 1000));
        await Service.AimAsync(Aimed("6", Minqin, 2025, 7, revision: 2) with { KnownAt = Noon.AddMinutes(11) });
        await Service.ObserveAsync(Observed("1", Liangzhou, "2025-07", 1, revision: 1001));
        var after = await Service.PullAsync("/scores?period=2025-06");
        Assert.NotEqual(before.GetProperty("regions").GetRawText(), after.GetProperty("regions").GetRawText());

        var asOf = Uri.EscapeDataString(Instants.Format(instant));
        var then = await Service.PullAsync($"/scores?asOf={asOf}");
        Assert.Equal("2025-06", then.GetProperty("heading").GetProperty("period").GetString());
        Assert.Equal(
            before.GetProperty("regions").GetRawText(),
            then.GetProperty("regions").GetRawText().Replace($"?asOf={asOf}", "", StringComparison.Ordinal));
        var explained = await Service.PullAsync($"/scores/{Liangzhou}/2025-06/items/1?asOf={asOf}");
        Assert.EndsWith($"/2025-01/facts?asOf={asOf}", explained.GetProperty("inputs").EnumerateArray()
            .Single(input => input.GetProperty("period").GetString() == "2025-01").GetProperty("facts").GetString(), StringComparison.Ordinal);
        using var pulled = await GetAsync($"/scores?asOf={asOf}");
        using var again = await GetAsync($"/scores?asOf={asOf}", pulled.Headers.ETag);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Fact]
    public async Task Given_pulls_while_observations_pour_in_When_all_is_quiet_Then_the_served_table_is_the_recomputed_one()
    {
        var pulled = 0;
        using var done = new CancellationTokenSource();
        var pullers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                await Service.PullAsync("/scores?period=2025-06");
                Interlocked.Increment(ref pulled);
            }
        })).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 3).Select(sender => Task.Run(async () =>
        {
            for (var revision = 10; revision < 50 || (Volatile.Read(ref pulled) <= 10 && revision < 2000); revision++)
            {
                // Three senders, each its own cells: their commits overlap as those of two queues and an office do.
                await Service.ObserveAsync(
                    Observed($"{(sender == 0 ? 1 : sender == 1 ? 6 : 7)}", Gulang, "2025-06", revision * 10, revision),
                    Observed($"{(sender == 0 ? 1 : sender == 1 ? 6 : 7)}", Gulang, "2025-02", revision * 9, revision));
            }
        })));
        await done.CancelAsync();
        await Task.WhenAll(pullers);
        var served = await Service.PullAsync("/scores?period=2025-06");
        await using (var command = Service.Database.DataSource.CreateCommand("delete from score_document"))
        {
            await command.ExecuteNonQueryAsync();
        }

        Assert.Equal((await Service.PullAsync("/scores?period=2025-06")).GetRawText(), served.GetRawText());
        Assert.True(pulled > 10, $"Only {pulled} pulls.");
    }
}
