using System.Globalization;
using Wuwei.Assessment.Schemes;

namespace Wuwei.Assessment.Scores;

/// <summary>Numbers and codes as people read them.</summary>
internal static class ScoreText
{
    /// <summary>Two decimals, half away from zero (四舍五入).</summary>
    public static decimal? Rounded(decimal? score) => score is { } value ? Math.Round(value, 2, MidpointRounding.AwayFromZero) : null;

    /// <summary>Exactly, with thousands separators and without idle zeros.</summary>
    public static string Number(decimal value) => value.ToString("#,0.############################", CultureInfo.InvariantCulture);

    public static string Of(ItemStatus status) => status switch
    {
        ItemStatus.Scored => "完整",
        ItemStatus.Partial => "不全",
        ItemStatus.CarriedForward => "沿用",
        ItemStatus.Missing => "缺数",
        ItemStatus.Imputed => "插补",
        _ => "不适用",
    };

    public static string Of(ScoringRule? rule) => rule switch
    {
        ScoringRule.Proportional => "按完成比例计",
        ScoringRule.Cap => "超额按上限计",
        ScoringRule.Floor => "按下限计",
        ScoringRule.UnmetCeiling => "未达标，按未达标最高比例计",
        ScoringRule.AllOrNothing => "未达标，按下限计",
        ScoringRule.Steps => "未达标，按扣分档计",
        ScoringRule.Compared => "按比较位置计",
        _ => "",
    };

    public static string Of(Treatment treatment) => treatment switch
    {
        Treatment.Winsorise => "缩尾",
        Treatment.Logarithm => "取对数",
        _ => "不处理",
    };

    /// <summary>How an item's value becomes a share of its points, with the figures of its rule.</summary>
    public static string Of(SchemeItem item) => item.Method switch
    {
        Method.Proportional => "按目标完成比例",
        Method.AllOrNothing => "达标得分，未达标按下限",
        Method.Steps => $"达标得全分；{string.Join('，', item.Rule!.Steps!.Select(step => $"缺口不超过 {Number(100 * step.Shortfall)}% 扣 {Number(100 * step.Lost)}%"))}，缺口更大不得分",
        Method.Goalposts => $"区间 {Number(item.Rule!.Low!.Value)} 至 {Number(item.Rule.High!.Value)} 内的位置",
        Method.MinMax => "同类最差到最好之间的位置",
        Method.ZScore => $"标准分（样本标准差），{Number(item.Rule!.Low!.Value)} 至 {Number(item.Rule.High!.Value)} 个标准差之间的位置",
        Method.Rank => "(n − 名次 + 1) ÷ n",
        Method.Percentile => "比其差的单位数 ÷ (n − 1)",
        Method.Borda => "波达计数：比其差的单位数 ÷ 最好者的该数",
        Method.DistanceToBest => "1 − 与最好者的差距 ÷ 最差者与最好者的差距",
        _ => $"1 − 与参照单位 {item.Rule!.Reference} 的差距 ÷ 最差者与参照单位的差距",
    };

    public static string Of(Aggregation aggregation) => aggregation switch
    {
        Aggregation.Arithmetic => "加权算术平均",
        Aggregation.Geometric => "加权几何平均（有一部分为 0 则为 0）",
        Aggregation.Harmonic => "加权调和平均（有一部分为 0 则为 0）",
        Aggregation.Median => "加权中位数",
        _ => "科普兰两两比较（胜数减负数，折算为 0 至 1）",
    };

    public static string Of(PointKind kind) => kind switch { PointKind.Plus => "加分", PointKind.Minus => "减分", _ => "作废" };
}
