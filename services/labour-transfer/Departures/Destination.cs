using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.LabourTransfer.Departures;

/// <summary>How far away the work is, as labour statistics split it.</summary>
public enum DestinationKind
{
    /// <summary>市内</summary>
    WithinCity,

    /// <summary>省内市外</summary>
    WithinProvince,

    /// <summary>省外</summary>
    OtherProvince,

    /// <summary>境外: another country, Hong Kong, Macao or Taiwan.</summary>
    Abroad,
}

internal static class Destination
{
    public const string Abroad = "abroad";

    /// <summary>The kind of a destination; null when the code is none.</summary>
    /// <remarks>The province's own code says only that the work is outside the city: those at home are recorded by county.</remarks>
    public static DestinationKind? KindOf(string destination) => destination switch
    {
        Abroad => DestinationKind.Abroad,
        _ when destination.StartsWith("6206", StringComparison.Ordinal) && RegionCode.Wuwei.ContainsKey(destination) => DestinationKind.WithinCity,
        _ when !RegionCode.China.ContainsKey(destination) => null,
        ['6', '2', ..] => DestinationKind.WithinProvince,
        _ => DestinationKind.OtherProvince,
    };
}
