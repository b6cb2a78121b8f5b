using Wuwei.Assessment.Scores;

namespace Wuwei.Assessment.Tests.Scores;

public sealed class SharedLooksTests
{
    private readonly SharedLooks<int> _looks = new();
    private readonly List<TaskCompletionSource<int>> _begun = [];

    [Fact]
    public async Task Given_a_look_under_way_When_many_ask_Then_they_share_one_that_begins_after_it()
    {
        var first = _looks.AskAsync(Look);
        Task<int>[] others = [.. Enumerable.Range(0, 20).Select(_ => _looks.AskAsync(Look))];
        Assert.Single(_begun);

        _begun[0].SetResult(1);
        await SecondAsync();
        var late = _looks.AskAsync(Look);
        _begun[1].SetResult(2);

        Assert.Equal(1, await first);
        Assert.All(await Task.WhenAll(others), answer => Assert.Equal(2, answer));
        Assert.False(late.IsCompleted); // the second had begun before it was asked
    }

    [Fact]
    public async Task Given_a_look_that_fails_When_others_wait_Then_they_are_answered_by_the_next()
    {
        var first = _looks.AskAsync(Look);
        var second = _looks.AskAsync(Look);

        _begun[0].SetException(new InvalidOperationException());
        await SecondAsync();
        _begun[1].SetResult(2);

        await Assert.ThrowsAsync<InvalidOperationException>(() => first);
        Assert.Equal(2, await second);
    }

    [Fact]
    public async Task Given_nothing_under_way_When_someone_asks_Then_a_look_begins_at_once()
    {
        _ = _looks.AskAsync(Look);
        _begun[0].SetResult(1);
        await _begun[0].Task;

        _ = _looks.AskAsync(Look);

        Assert.Equal(2, _begun.Count);
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
}
