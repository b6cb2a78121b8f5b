using Wuwei.Assessment.Scores;

namespace Wuwei.Assessment.Tests.Scores;

public sealed class SharedLooksTests
{
    private readonly Stopped _clock = new();
    private readonly SharedLooks<int> _looks;
    private readonly List<TaskCompletionSource<int>> _begun = [];

    public SharedLooksTests() => _looks = new(_clock);

    [Fact]
    public async Task Given_a_look_under_way_When_many_ask_Then_they_share_one_that_begins_after_it()
    {
        var first = AskAsync();
        Task<int>[] others = [.. Enumerable.Range(0, 20).Select(_ => AskAsync())];
        Assert.Single(_begun);

        _begun[0].SetResult(1);
        await SecondAsync();
        var late = AskAsync();
        _begun[1].SetResult(2);

        Assert.Equal(1, await first);
        Assert.All(await Task.WhenAll(others), answer => Assert.Equal(2, answer));
        Assert.False(late.IsCompleted); // the second had begun before it was asked
    }

    [Fact]
    public async Task Given_a_look_that_fails_When_others_wait_Then_they_are_answered_by_the_next()
    {
        var first = AskAsync();
        var second = AskAsync();

        _begun[0].SetException(new InvalidOperationException());
        await SecondAsync();
        _begun[1].SetResult(2);

        await Assert.ThrowsAsync<InvalidOperationException>(() => first);
        Assert.Equal(2, await second);
    }

    [Fact]
    public async Task Given_nothing_under_way_When_someone_asks_Then_a_look_begins_at_once()
    {
        _ = AskAsync();
        _begun[0].SetResult(1);
        await _begun[0].Task;

        _ = AskAsync();

        Assert.Equal(2, _begun.Count);
    }

    [Fact]
    public async Task Given_an_answer_of_a_moment_ago_When_it_is_fresh_enough_Then_no_look_begins()
    {
        var first = AskAsync();
        _begun[0].SetResult(1);
        await first;

        _clock.Ticks += 10 * TimeSpan.TicksPerMillisecond;
        Assert.Equal(1, await AskAsync(notOlderThan: TimeSpan.FromMilliseconds(11)));
        _clock.Ticks += TimeSpan.TicksPerMillisecond;
        _ = AskAsync(notOlderThan: TimeSpan.FromMilliseconds(11));

        Assert.Equal(2, _begun.Count);
    }

    [Fact]
    public async Task Given_a_look_that_failed_a_moment_ago_When_someone_asks_Then_another_begins()
    {
        var first = AskAsync();
        _begun[0].SetException(new InvalidOperationException());
        await Assert.ThrowsAsync<InvalidOperationException>(() => first);

        _ = AskAsync(notOlderThan: TimeSpan.FromMilliseconds(10));

        Assert.Equal(2, _begun.Count);
    }

    // Whoever asks later asks a tick later: an answer of the same tick would be fresh.
    private Task<int> AskAsync(TimeSpan notOlderThan = default)
    {
        _clock.Ticks++;
        return _looks.AskAsync(_clock.GetTimestamp() - notOlderThan.Ticks, Look);
    }

    private Task<int> Look()
    {
        var look = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_begun)
        {
            _begun.Add(look);
        }

        return look.Task;
    }

    private async Task SecondAsync()
    {
        while (_begun.Count < 2)
        {
            await Task.Delay(1);
        }
    }

    private sealed class Stopped : TimeProvider
    {
        public long Ticks { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Ticks;
    }
}
