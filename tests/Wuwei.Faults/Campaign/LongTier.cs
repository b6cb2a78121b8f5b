namespace Wuwei.Faults.Campaign;

internal static class LongTier
{
    public static bool IsOn { get; } = Environment.GetEnvironmentVariable("WUWEI_LONG") == "1";

    public const string Reason = "Long tier: ./wuwei test --long";
}

/// <summary>A round that takes its time.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LongFactAttribute : FactAttribute
{
    public LongFactAttribute() => Skip = LongTier.IsOn ? null : LongTier.Reason;
}

/// <summary>Rounds that take their time.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LongTheoryAttribute : TheoryAttribute
{
    public LongTheoryAttribute() => Skip = LongTier.IsOn ? null : LongTier.Reason;
}
