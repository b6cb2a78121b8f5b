using Wuwei.Assessment.Schemes;

namespace Wuwei.Assessment.Scores;

/// <summary>The steps from observations to points as Chinese sentences with the numbers put in.</summary>
internal static class ScoreFormula
{
    private const string YearEndStocks = "注意：规划把时点数印成五年累计，此处按各年末数相加（从不逐月相加），须由主管部门裁定";

    /// <param name="region">Code of the unit.</param>
    public static IReadOnlyList<string> Of(ScoredItem scored, string region)
    {
        var (item, evidence, score) = scored;
        List<string> steps = [];
        if (score.Value is { } value)
        {
            steps.Add($"数值 = {Sum(InputTerms(item, evidence), value)} {item.Unit}");
            if (item.Aggregate is Aggregate.SumOfYearEndStocks)
            {
                steps.Add(YearEndStocks);
            }
        }

        if (score is { Counted: { } counted, Target: { } target, Progress: { } progress, Score: { } points, Met: { } met })
        {
            steps.Add($"至本期目标 = {Sum(evidence.Dues.Select(due => Term($"{due!.Target.Year} 年", due.Target.Value!.Value, due.Share)), target)} {item.Unit}");
            steps.Add($"达标条件：{N(score.Value!.Value)} {score.Comparator} {N(target)}，{(met ? "达标" : "未达标")}");
            steps.Add($"完成比例 = {Progress(item, score.Value!.Value, target, met)}{N(progress)}");
            steps.Add($"计入比例 = {N(counted)}（{ScoreText.Of(score.Rule)}）");
            steps.Add($"得分 = 权重 {N(item.Weight)} × {N(counted)} = {N(points)}");
        }

        if (scored.Compared is { } compared && compared.FirstOrDefault(value => value.Unit == region) is { } own)
        {
            steps.AddRange(Compared(item, own, compared));
            if (score is { Counted: { } share, Score: { } earned })
            {
                steps.Add($"计入比例 = {N(share)}（{ScoreText.Of(score.Rule)}）");
                steps.Add($"得分 = 权重 {N(item.Weight)} × {N(share)} = {N(earned)}");
            }
        }

        if (score.Remark is { } remark)
        {
            steps.Add(remark);
        }

        return steps;
    }

    private static IEnumerable<string> Compared(SchemeItem item, ComparedValue own, IReadOnlyList<ComparedValue> all)
    {
        if (own is { Denominator: { } denominator, Value: { } value, Compared: { } shared })
        {
            yield return $"比较值 = {N(value)} ÷ {N(denominator)} × {N(item.Rule!.PerScale)} = {N(shared)}";
        }
        else if (own is { Imputed: true, Compared: { } standIn })
        {
            yield return $"比较值 = {N(standIn)}（{(item.Rule!.Imputation is Imputation.Mean ? "同类平均数" : "同类中位数")}插补）";
        }

        foreach (var treated in all.Where(other => other.Treated != other.Compared))
        {
            yield return $"异常值处理（{ScoreText.Of(item.Rule!.Treatment)}）：{treated.Name} {N(treated.Compared!.Value)} → {N(treated.Treated!.Value)}";
        }

        if (own.Place is { } place)
        {
            yield return $"比较方法：{ScoreText.Of(item)}；参加比较 {all.Count(other => other.Treated is not null)} 个单位，位置 = {N(place)}";
        }
    }

    private static string Progress(SchemeItem item, decimal value, decimal target, bool met) => item.Direction switch
    {
        _ when target <= 0 => $"目标不大于 0，{(met ? "达标记 1" : "未达标记 0")}：",
        Direction.Higher => $"{N(value)} ÷ {N(target)} = ",
        _ when met => "越低越好，达标记 1：",
        _ => $"1 − ({N(value)} − {N(target)}) ÷ {N(target)} = ",
    };

    // Fifty months do not fit into a sentence; years do, and the months are listed beside it.
    private static IEnumerable<string> InputTerms(SchemeItem item, Evidence evidence) => item.Aggregate is Aggregate.Cumulative
        ? evidence.Inputs.GroupBy(input => input.Observation.EndsOn.Year)
            .Select(year => Term($"{year.Key} 年 {year.Count()} 个月", year.Sum(input => input.Counted), 1))
        : evidence.Inputs.Select(input => Term(input.Observation.Period, input.Observation.Value!.Value, input.Share));

    private static string Term(string name, decimal value, decimal share) =>
        share == 1 ? $"{N(value)}（{name}）" : $"{N(value)}（{name}）× {N(share)}";

    private static string Sum(IEnumerable<string> terms, decimal sum) => terms.ToArray() is { Length: > 1 } several
        ? $"{string.Join(" + ", several)} = {N(sum)}"
        : string.Join("", terms) is var single && single.Contains('×', StringComparison.Ordinal) ? $"{single} = {N(sum)}" : single;

    private static string N(decimal value) => ScoreText.Number(value);
}
