using System.Globalization;
using System.Text;

namespace Wuwei.Demonstration.Scores;

/// <summary>A region's combined score in a period.</summary>
/// <param name="Rank">Among the counties; null for the city.</param>
/// <param name="Score">0 to 100 and a little more; null when too much is missing.</param>
public sealed record RegionScore(string Region, string Name, int? Rank, decimal? Score, IReadOnlyList<ItemScore> Items);

/// <summary>One indicator in a combined score.</summary>
/// <param name="Value">To date, in <paramref name="Unit"/>.</param>
/// <param name="Target">To date.</param>
/// <param name="Progress">Value by target, 1 is on time; null when it cannot be said.</param>
/// <param name="Score">0 to 100.</param>
/// <param name="Status">What is special about it, in Chinese; empty when nothing.</param>
public sealed record ItemScore(
    string Indicator, string Name, string Unit, decimal? Value, string Comparator, decimal? Target, decimal? Progress, decimal? Score, string Status);

/// <summary>Prints combined scores for a terminal.</summary>
public static class ScoreTable
{
    private const string Missing = "—";

    /// <param name="synthetic">Says under the table that the records are invented.</param>
    public static string Format(string period, IReadOnlyList<RegionScore> regions, bool synthetic)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"就业促进规划综合得分  {period}");
        text.AppendLine();
        text.AppendLine(Summary(regions));
        foreach (var region in regions)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{region.Name}  综合得分 {Number(region.Score, 2)}");
            text.AppendLine(Items(region));
        }

        if (synthetic)
        {
            text.AppendLine("注：登记记录和统计数均为演示数据（固定种子生成，不是真实统计）；目标来自规划，按年分县为建议值，可修改。");
        }

        return text.ToString();
    }

    private static string Summary(IReadOnlyList<RegionScore> regions) => TextTable.Format(
        [["地区", "位次", "综合得分"], .. regions.Select(region => new[]
        {
            region.Name, region.Rank?.ToString(CultureInfo.InvariantCulture) ?? Missing, Number(region.Score, 2),
        })], 0);

    private static string Items(RegionScore region) => TextTable.Format(
        [["指标", "单位", "累计完成", "序时目标", "进度%", "得分", "说明"], .. region.Items.Select(item => new[]
        {
            $"{item.Indicator,2} {item.Name}", item.Unit, Number(item.Value, 2),
            item.Target is null ? Missing : item.Comparator + Number(item.Target, 2),
            Number(item.Progress * 100, 1), Number(item.Score, 2), item.Status,
        })], 0, 1, 6);

    // Whole numbers are counts: grouped, without decimals.
    private static string Number(decimal? value, int decimals) => value switch
    {
        null => Missing,
        { } whole when decimals == 2 && decimal.IsInteger(whole) && Math.Abs(whole) >= 1000 => whole.ToString("N0", CultureInfo.InvariantCulture),
        { } number => Math.Round(number, decimals, MidpointRounding.AwayFromZero).ToString($"N{decimals}", CultureInfo.InvariantCulture),
    };
}
