namespace Wuwei.Testing;

/// <summary>The service's clock, set to any instant; it runs on from there, and timers stay real.</summary>
public sealed class TestClock : TimeProvider
{
    private TimeSpan _shift;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _shift;

    /// <summary>Sets what time it is.</summary>
    public void Set(DateTimeOffset now) => _shift = now - base.GetUtcNow();

    /// <summary>Sets the Wuwei calendar day, noon.</summary>
    public void SetToday(DateOnly day) => Set(new(day.ToDateTime(new(12, 0)), TimeSpan.FromHours(8)));
}
