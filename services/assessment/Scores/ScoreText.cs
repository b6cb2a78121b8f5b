using System.Globalization;

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
        _ => "不适用",
    };

    public static string Of(ScoringRule? rule) => rule switch
    {
        ScoringRule.Proportional => "按完成比例计",
        ScoringRule.Cap => "超额按上限计",
        ScoringRule.Floor => "按下限计",
        ScoringRule.UnmetCeiling => "未达标，按未达标最高比例计",
        ScoringRule.AllOrNothing => "未达标，按下限计",
        _ => "",
    };
}
