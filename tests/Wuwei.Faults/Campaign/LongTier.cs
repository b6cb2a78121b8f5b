namespace Wuwei.Faults.Campaign;

internal static class LongTier
{
    public static bool IsOn { get; } = Environment.GetEnvironmentVariable("WUWEI_LONG") == "1";

    /// <summary>Why a round is not struck here; null: it is.</summary>
    public static string? Missing(Needs needs) => !IsOn ? "Long tier: ./wuwei test --long"
        : needs is Needs.FakeTime && Nemesis.FakeTime is null ? "libfaketime is not installed (Debian: apt-get install faketime)"
        : needs is Needs.Root && !Environment.IsPrivilegedProcess ? "Only root can make a small disk"
        : null;
}

/// <summary>A round that takes its time.</summary>
/// <param name="needs">What must be there for it to be struck at all.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LongFactAttribute(Needs needs = Needs.Nothing) : FactAttribute
{
    public override string? Skip => LongTier.Missing(needs);
}

/// <summary>Rounds that take their time.</summary>
/// <param name="needs">What must be there for them to be struck at all.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LongTheoryAttribute(Needs needs = Needs.Nothing) : TheoryAttribute
{
    public override string? Skip => LongTier.Missing(needs);
}

/// <summary>What some rounds need of the machine.</summary>
internal enum Needs
{
    Nothing,

    /// <summary>The library that shifts clocks.</summary>
    FakeTime,

    /// <summary>To be allowed to mount a disk.</summary>
    Root,
}
