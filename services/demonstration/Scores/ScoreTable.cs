using System.Globalization;
using System.Text;

namespace Wuwei.Demonstration.Scores;

/// <summary>A region's combined score in a period.</summary>
/// <param name="Rank">Among the counties; null for the city.</param>
/// <param name="Score">0 to 100; null when too much is missing.</param>
public sealed record RegionScore(string Region, string Name, int? Rank, decimal? Score, IReadOnlyList<ItemScore> Items);

/// <summary>One indicator in a combined score.</summary>
/// <param name="Value">To date, in <paramref name="Unit"/>.</param>
/// <param name="Target">Due to date.</param>
/// <param name="Progress">Value by target, 1 is on time; null when it cannot be said.</param>
/// <param name="Score">Of the item's weight.</param>
/// <param name="Remark">What is special about it, in Chinese.</param>
public sealed record ItemScore(
    string Indicator, string Name, string Unit, decimal Weight, decimal? Value, string? Comparator, decimal? Target, decimal? Progress,
    decimal? Score, string? Remark);

/// <summary>Prints combined scores for a terminal.</summary>
public static class ScoreTable
{
    private const string Missing = "—";

    /// <param name="period">The month at whose end the scores stand.</param>
    /// <param name="notes">What a reader must know: printed under the table.</param>
    public static string Format(string period, IReadOnlyList<RegionScore> regions, IReadOnlyList<string> notes)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"就业促进规划综合得分  {period}（规划累计）").AppendLine();
        text.AppendLine(Summary(regions));
        foreach (var region in regions)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{region.Name}  综合得分 {Number(region.Score, 2)}");
            text.AppendLine(Items(region));
        }

        foreach (var note in notes)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"注：{note}");
        }

        return text.ToString();
    }

    private static string Summary(IReadOnlyList<RegionScore> regions) => TextTable.Format(
        [["地区", "位次", "综合得分"], .. regions.Select(region => new[]
        {
            region.Name, region.Rank?.ToString(CultureInfo.InvariantCulture) ?? Missing, Number(region.Score, 2),
        })], 0);

    private static string Items(RegionScore region) => TextTable.Format(
        [["指标", "单位", "完成", "序时目标", "进度%", "权重", "得分", "说明"], .. region.Items.Select(item => new[]
        {
            $"{item.Indicator,2} {item.Name}", item.Unit, Value(item.Value), item.Target is null ? Missing : item.Comparator + Value(item.Target),
            Number(item.Progress * 100, 1), Number(item.Weight, 0), Number(item.Score, 2), item.Remark ?? "",
        })], 0, 1, 7);

    // Counts are grouped and whole; rates and years have two decimals.
    private static string Value(decimal? value) => Number(value, value is { } count && Math.Abs(count) >= 1000 ? 0 : 2);

    private static string Number(decimal? value, int decimals) => value is { } number
        ? Math.Round(number, decimals, MidpointRounding.AwayFromZero).ToString($"N{decimals}", CultureInfo.InvariantCulture)
        : Missing;
}
