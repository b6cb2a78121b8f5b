using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator;

/// <summary>What a value of a unit can be at all.</summary>
internal static class Values
{
    /// <summary>Whether the value is possible: shares to 100, years of schooling to 30, counts to a billion; at most four decimals.</summary>
    public static bool Fits(string unit, decimal value) => value >= 0 && decimal.Round(value, 4) == value
        && value <= unit switch { "%" => 100m, "年" => 30m, _ => 1_000_000_000m };

    /// <summary>Whether the unit counts whole things.</summary>
    public static bool IsWhole(string unit) => unit is not ("%" or "年");
}

internal static class Callers
{
    extension(Caller caller)
    {
        /// <summary>Whether the caller is of the employment bureau, whose domain the indicators are.</summary>
        public bool IsOfBureau => caller.Department == "indicator";

        /// <summary>Whether the caller locks, returns and sets targets.</summary>
        public bool IsCityApprover() => caller.IsOfBureau && caller.Region == RegionCode.City && caller.Is(CallerRoles.Approver);
    }
}
