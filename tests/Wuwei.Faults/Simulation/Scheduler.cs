using System.Globalization;

namespace Wuwei.Faults.Simulation;

/// <summary>
/// One thread that runs everything: picks by its seed which continuation of which process is next, and moves the clock
/// only from event to event. The same seed is the same history.
/// </summary>
internal sealed class Scheduler(int seed)
{
    private readonly PriorityQueue<Action, (TimeSpan Due, long Order)> _events = new();
    private readonly List<SimProcess> _processes = [];
    private readonly List<SimProcess> _runnable = [];
    private long _order;

    public Random Random { get; } = new(seed);

    public TimeSpan Now { get; private set; }

    /// <summary>What happened, when somebody wants to read it.</summary>
    public List<string>? Log { get; init; }

    /// <summary>How likely a process dies instead of going on after an await.</summary>
    public double CrashChance { get; set; }

    /// <summary>A process is to die now.</summary>
    public Action<SimProcess> Crash { get; set; } = process => process.End();

    public void Note(FormattableString what) => Log?.Add(string.Create(CultureInfo.InvariantCulture, $"{Now.TotalSeconds,8:0.000}  {what.ToString(CultureInfo.InvariantCulture)}"));

    public bool Chance(double probability) => probability > 0 && Random.NextDouble() < probability;

    public TimeSpan Between(double fromSeconds, double toSeconds) => TimeSpan.FromSeconds(fromSeconds + Random.NextDouble() * (toSeconds - fromSeconds));

    /// <summary>Has something happen later, outside every process.</summary>
    public void After(TimeSpan wait, Action happens) => _events.Enqueue(happens, (Now + wait, _order++));

    public void Add(SimProcess process) => _processes.Add(process);

    /// <summary>Runs until the clock shows <paramref name="until"/>, or nothing is left to happen.</summary>
    public void RunUntil(TimeSpan until)
    {
        var outside = SynchronizationContext.Current;
        try
        {
            while (Step(until))
            {
                // Next.
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outside);
        }
    }

    private bool Step(TimeSpan until)
    {
        _processes.RemoveAll(process => !process.Alive);
        _runnable.Clear();
        _runnable.AddRange(_processes.Where(process => process.IsReady(Now)));
        // Now and then the clock moves on although somebody could go on: he is slow.
        if (_runnable.Count > 0 && !Chance(0.02))
        {
            var process = _runnable[Random.Next(_runnable.Count)];
            if (process.Mortal && Chance(CrashChance))
            {
                Crash(process);
            }
            else
            {
                process.RunOne(Random);
            }

            return true;
        }

        if (!_events.TryPeek(out _, out var next) || next.Due > until)
        {
            Now = _runnable.Count > 0 ? Now : until;
            return _runnable.Count > 0;
        }

        var happens = _events.Dequeue();
        Now = next.Due > Now ? next.Due : Now;
        SynchronizationContext.SetSynchronizationContext(null);
        happens();
        return true;
    }
}

/// <summary>
/// A process: the context on which all its continuations run. One that died is never run again, wherever it was; one that
/// is frozen is not run for a while, and its clock goes on meanwhile.
/// </summary>
internal sealed class SimProcess : SynchronizationContext
{
    private readonly Scheduler _scheduler;
    private readonly List<(SendOrPostCallback Callback, object? State)> _ready = [];

    public SimProcess(Scheduler scheduler, string name, bool mortal = true)
    {
        (_scheduler, Name, Mortal) = (scheduler, name, mortal);
        Clock = new SimClock(scheduler, this);
        scheduler.Add(this);
    }

    public string Name { get; }

    /// <summary>Whether faults hit it.</summary>
    public bool Mortal { get; }

    public bool Alive { get; private set; } = true;

    public TimeSpan FrozenUntil { get; private set; }

    public TimeProvider Clock { get; }

    /// <summary>Begins work in this process.</summary>
    public void Start(Func<Task> work) => Post(static state => _ = ((Func<Task>)state!)(), work);

    public void End()
    {
        Alive = false;
        _ready.Clear();
    }

    public void Freeze(TimeSpan duration)
    {
        FrozenUntil = _scheduler.Now + duration;
        _scheduler.After(duration, () => { }); // so that the clock comes by
    }

    public bool IsReady(TimeSpan now) => _ready.Count > 0 && now >= FrozenUntil;

    /// <summary>Runs any of the continuations that could run: threads keep no order.</summary>
    public void RunOne(Random random)
    {
        var next = random.Next(_ready.Count);
        var (callback, state) = _ready[next];
        _ready.RemoveAt(next);
        SetSynchronizationContext(this);
        callback(state);
        SetSynchronizationContext(null);
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Alive)
        {
            _ready.Add((d, state));
        }
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nothing waits in a simulation.");

    public override SynchronizationContext CreateCopy() => this;
}

/// <summary>The clock of a process; its timers die with it.</summary>
internal sealed class SimClock(Scheduler scheduler, SimProcess process) : TimeProvider
{
    private static readonly DateTimeOffset s_start = new(2025, 6, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => scheduler.Now.Ticks;

    public override DateTimeOffset GetUtcNow() => s_start + scheduler.Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(scheduler, process, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(Scheduler scheduler, SimProcess process, TimerCallback callback, object? state) : ITimer
    {
        private int _setting;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (period != Timeout.InfiniteTimeSpan)
            {
                throw new NotSupportedException("Only timers that ring once.");
            }

            var setting = ++_setting;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                scheduler.After(dueTime, () => process.Post(_ =>
                {
                    if (setting == _setting)
                    {
                        callback(state);
                    }
                }, null));
            }

            return true;
        }

        public void Dispose() => _setting++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>The connection broke: what was asked may have been done or not.</summary>
internal sealed class ConnectionLostException() : Exception("The connection was lost.");

/// <summary>A server that is asked over a network.</summary>
internal sealed class Server(Scheduler scheduler, string name)
{
    /// <summary>Nothing is answered.</summary>
    public bool Away { get; set; }

    /// <summary>How likely a call is lost, before it was done or after.</summary>
    public double Trouble { get; set; }

    /// <summary>How likely a call takes up to two seconds rather than milliseconds.</summary>
    public double Slow { get; set; }

    public TimeSpan Latency() => scheduler.Chance(Slow) ? scheduler.Between(0.01, 2) : scheduler.Between(0.0005, 0.005);

    /// <summary>Asks, and completes with the answer: done and answered, not done, or done and the answer lost.</summary>
    /// <param name="broken">What the server does once it notices that the asker is gone.</param>
    public Task<T> AskAsync<T>(SimProcess asker, string what, Func<T> serve, Action? broken = null, CancellationToken cancellation = default)
    {
        var answer = new TaskCompletionSource<T>();
        var lostBefore = scheduler.Chance(Trouble / 2);
        var lostAfter = scheduler.Chance(Trouble / 2);
        if (cancellation.CanBeCanceled)
        {
            cancellation.Register(() => answer.TrySetCanceled(cancellation));
        }

        scheduler.After(Latency(), () =>
        {
            if (Away || lostBefore || (!asker.Alive && scheduler.Chance(0.5)))
            {
                Lose("not done");
                return;
            }

            T result;
            try
            {
                result = serve();
            }
            catch (Exception error)
            {
                scheduler.After(Latency(), () => answer.TrySetException(error));
                return;
            }

            if (lostAfter)
            {
                Lose("done");
                return;
            }

            scheduler.After(Latency(), () =>
            {
                if (!answer.Task.IsCompleted && asker.Alive)
                {
                    scheduler.Note($"{asker.Name}: {what} at {name}");
                }

                answer.TrySetResult(result);
            });
        });
        return answer.Task;

        void Lose(string done)
        {
            scheduler.Note($"{asker.Name}: {what} at {name} lost, {done}");
            broken?.Invoke();
            scheduler.After(Latency(), () => answer.TrySetException(new ConnectionLostException()));
        }
    }
}
