namespace Wuwei.Assessment.Scores;

/// <summary>
/// One look at a time, shared by those who ask. Who asks while a look is under way gets the answer of the next one: it
/// begins after they asked, so that nobody hears of a state older than their question.
/// </summary>
internal sealed class SharedLooks<T>
{
    private readonly Lock _lock = new();
    private Task<T>? _current;
    private Task<T>? _next;

    /// <summary>The answer of a look that begins now or later.</summary>
    /// <param name="look">Any caller's will do: all ask the same.</param>
    public Task<T> AskAsync(Func<Task<T>> look)
    {
        lock (_lock)
        {
            return _next is not null ? _next
                : _current is { IsCompleted: false } ? _next = AfterAsync(_current, look)
                : _current = look();
        }
    }

    private async Task<T> AfterAsync(Task<T> current, Func<Task<T>> look)
    {
        await ((Task)current).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        Task<T> own;
        lock (_lock)
        {
            _next = null;
            own = _current = look();
        }

        return await own;
    }
}
