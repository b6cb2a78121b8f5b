namespace Wuwei.Assessment.Scores;

/// <summary>
/// One look at a time, shared by those who ask. Everybody says since when a look must have begun to be good enough: who
/// asks for one of now while another is under way gets the next, which begins after they asked.
/// </summary>
internal sealed class SharedLooks<T>(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private Task<T>? _current;
    private Task<T>? _next;
    private long _began;

    /// <summary>The answer of a look that began at an instant or later.</summary>
    /// <param name="since">Timestamp of the clock. A look that failed is nobody's but theirs who waited for it.</param>
    /// <param name="look">Any caller's will do: all ask the same.</param>
    public Task<T> AskAsync(long since, Func<Task<T>> look)
    {
        lock (_lock)
        {
            return _current is { IsFaulted: false, IsCanceled: false } && _began >= since ? _current
                : _next is not null ? _next
                : _current is { IsCompleted: false } ? _next = AfterAsync(_current, look)
                : Begin(look);
        }
    }

    private Task<T> Begin(Func<Task<T>> look)
    {
        _began = clock.GetTimestamp();
        return _current = look();
    }

    private async Task<T> AfterAsync(Task<T> current, Func<Task<T>> look)
    {
        await ((Task)current).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        Task<T> own;
        lock (_lock)
        {
            _next = null;
            own = Begin(look);
        }

        return await own;
    }
}
