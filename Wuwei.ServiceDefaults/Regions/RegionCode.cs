using System.Collections.Frozen;

namespace Wuwei.ServiceDefaults.Regions;

/// <summary>A place with a GB/T 2260 code: six digits, townships nine.</summary>
/// <param name="Level"><c>province</c>, <c>prefecture</c>, <c>county</c> or <c>township</c>.</param>
/// <param name="Parent">Code of the place it belongs to; empty for a province.</param>
public sealed record Region(string Code, string Name, string Level, string Parent);

/// <summary>Codes of places. Source: statistical division codes of the national bureau, 2022/2023 edition.</summary>
public static class RegionCode
{
    /// <summary>武威市, the city this platform serves.</summary>
    public const string City = "620600";

    /// <summary>Gansu, Wuwei, its 4 counties and 108 townships, by code.</summary>
    public static readonly FrozenDictionary<string, Region> Wuwei = Read("wuwei.csv", columns => new(columns[0], columns[2], columns[3], columns[5]));

    /// <summary>China's provinces and prefectures, by code: where people go.</summary>
    public static readonly FrozenDictionary<string, Region> China = Read("china.csv", columns => new(columns[0], columns[1], columns[2], columns[3]));

    /// <summary>The four counties, by code.</summary>
    public static readonly IReadOnlyList<Region> Counties = [.. Wuwei.Values.Where(region => region.Level == "county").OrderBy(region => region.Code, StringComparer.Ordinal)];

    /// <summary>Whether the code is a county or township of the city.</summary>
    public static bool IsCountyOrTownship(string code) => Wuwei.TryGetValue(code, out var region) && region.Level is "county" or "township";

    // Since 2001, when the prefecture became a city.
    private static readonly FrozenDictionary<string, string> s_successors = new Dictionary<string, string>
    {
        ["622300"] = City,
        ["622301"] = "620602",
        ["622322"] = "620621",
        ["622323"] = "620622",
        ["622326"] = "620623",
    }.ToFrozenDictionary();

    /// <summary>The refusal of a code that is none of ours; of one that was, it says which took its place.</summary>
    public static Refusal Unknown(string code, Refusal refusal) => s_successors.TryGetValue(code, out var now)
        ? refusal with { Detail = $"该代码已停用，现为 {now}（{Wuwei[now].Name}）。" }
        : refusal;

    /// <summary>The county of a county's or township's code.</summary>
    public static string CountyOf(string code) => code.Length >= 6 ? code[..6] : code;

    /// <summary>Whether <paramref name="inner"/> is <paramref name="outer"/> or lies in it.</summary>
    public static bool Covers(string outer, string inner) => inner.StartsWith(Prefix(outer), StringComparison.Ordinal);

    /// <summary>What the codes in a region begin with: a prefecture's own ends in 00, a province's in 0000.</summary>
    public static string Prefix(string code) => code.Length != 6 ? code
        : code.EndsWith("0000", StringComparison.Ordinal) ? code[..2]
        : code.EndsWith("00", StringComparison.Ordinal) ? code[..4]
        : code;

    private static FrozenDictionary<string, Region> Read(string file, Func<string[], Region> row)
    {
        using var reader = new StreamReader(typeof(RegionCode).Assembly.GetManifestResourceStream($"Wuwei.ServiceDefaults.Regions.{file}")!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => char.IsAsciiDigit(line[0]))
            .Select(line => row(line.Split(',')))
            .ToFrozenDictionary(region => region.Code);
    }
}
