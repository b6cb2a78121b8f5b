using System.Globalization;
using Wuwei.Assessment.Evaluations;
using Wuwei.Assessment.Scores;

namespace Wuwei.Assessment.Reports;

/// <summary>What a report says: a pure function of the assessment, its snapshot and its sheets.</summary>
internal static class ReportText
{
    private const string Office = "武威市考核办公室";

    /// <summary>The report of a whole assessment.</summary>
    /// <param name="sheets">Of every ranked unit.</param>
    public static IEnumerable<Block> Of(
        Evaluation evaluation, Result result, IReadOnlyList<Sheet> sheets, IReadOnlyList<Rectification> rectifications, bool demonstration, DateOnly today)
    {
        var ranked = sheets.Select(sheet => sheet.Unit).ToHashSet();
        ResultUnit[] units = [.. result.Ranked(ranked)];
        var section = 0;
        Heading Next(string title) => new(1, $"{Chinese(++section)}、{title}");
        if (IssuedUnder(evaluation) is { } issued)
        {
            yield return new RedHead(issued.Issuer, issued.Number);
        }

        foreach (var block in Head(evaluation, $"{evaluation.Name}报告", demonstration))
        {
            yield return block;
        }

        if (IssuedUnder(evaluation)?.To is { } to)
        {
            yield return new Recipients($"{to}：");
        }

        yield return Next("总体情况");
        yield return new Paragraph(Overview(evaluation, units));
        yield return new Grid("表 1　综合得分", ["名次", "单位", "综合得分", "等次", "覆盖率（%）"],
            [.. units.Select(unit => (string[])[Rank(unit), unit.Name, Number(unit.Score), unit.Grade ?? "—", Number(unit.Coverage)])]);
        yield return new BarChart("图 1　综合得分", [.. units.Select(unit => unit.Name)], [new("综合得分", [.. units.Select(unit => unit.Score)])]);

        // The city stands beside its counties: the plan's targets are its own.
        foreach (var shown in result.Units.Where(unit => !ranked.Contains(unit.Code) && unit.Items.Any(item => item.Value is not null)))
        {
            yield return Next($"{shown.Name}规划指标完成情况");
            yield return new Paragraph(Judgement.Legend);
            yield return new Grid($"{shown.Name}规划指标", ["指标", "规划目标", "至本期目标", "完成", "完成比例（%）", "进度评价"], [.. shown.Items.Select(item => (string[])
                [$"{item.Name}（{item.Unit}）", Aimed(item, item.PlanTarget), Aimed(item, item.Target), Number(item.Value), Percent(item.Progress), Judgement.Of(item)])]);
        }

        var items = units.SelectMany(unit => unit.Items).DistinctBy(item => item.Code).ToArray();
        yield return Next("考核项完成情况");
        yield return new Paragraph("完成比例为实绩与至本期目标之比，100% 为完成；逆向指标达标记 100%。“—”为不适用或没有数据。");
        yield return new Grid("表 2　各项完成比例（%）", ["考核项", .. units.Select(unit => unit.Name)],
            [.. items.Select(item => (string[])[item.Name, .. units.Select(unit => Percent(unit.Items.FirstOrDefault(own => own.Code == item.Code)?.Progress))])]);
        var drawn = items.Where(item => units.Any(unit => ProgressOf(unit, item) is not null)).ToArray();
        yield return new BarChart("图 2　各项完成比例（%）", [.. drawn.Select(item => item.Name)],
            [.. units.Select(unit => new Series(unit.Name, [.. drawn.Select(item => 100 * ProgressOf(unit, item))]))]);

        yield return Next("各单位情况");
        foreach (var (at, unit) in units.Index())
        {
            yield return new Heading(2, $"（{Chinese(at + 1)}）{unit.Name}");
            yield return new Paragraph(Portrait(unit));
        }

        yield return Next("数据核对与实地核查");
        yield return new Paragraph(Checks(sheets));
        yield return Next("存在问题与整改");
        yield return new Paragraph(units.Any(unit => unit.Missed.Any())
            ? $"未达标的项：{string.Join('；', units.Where(unit => unit.Missed.Any()).Select(unit => $"{unit.Name} {string.Join('、', unit.Missed.Select(item => item.Name))}"))}。"
            : "各单位均无未达标的项。");
        if (rectifications.Count > 0)
        {
            yield return new Grid("表 3　整改", ["单位", "考核项", "整改要求", "期限", "状态"], [.. rectifications.Select(one => (string[])
            [
                units.FirstOrDefault(unit => unit.Code == one.Unit)?.Name ?? one.Unit, items.FirstOrDefault(item => item.Code == one.Item)?.Name ?? one.Item,
                one.Requirement, Day(one.DueOn), one.State switch { RectificationState.Accepted => "已验收", RectificationState.Reported => "待验收", _ => "整改中" },
            ])]);
        }

        yield return Next("说明");
        yield return new Paragraph(Method(evaluation));
        yield return Signed(evaluation, today);
        if (IssuedUnder(evaluation) is { } head)
        {
            yield return new Imprint(head.CopiesTo, head.Issuer, head.IssuedOn);
        }
    }

    /// <summary>A page for one unit.</summary>
    public static IEnumerable<Block> Briefing(Evaluation evaluation, ResultUnit unit, Sheet sheet, bool demonstration, DateOnly today)
    {
        foreach (var block in Head(evaluation, $"{unit.Name}{evaluation.Name}情况通报", demonstration))
        {
            yield return block;
        }

        yield return new Heading(1, "一、结果");
        yield return new Paragraph(Portrait(unit));
        yield return new Heading(1, "二、逐项情况");
        yield return new Grid("表 1　考核项", ["考核项", "目标", "自评", "系统值", "完成比例（%）", "进度评价", "得分"], [.. unit.Items.Select(item =>
        {
            var line = sheet.Lines.FirstOrDefault(line => line.Item == item.Code);
            return (string[])
            [
                $"{item.Name}（{item.Unit}）", Aimed(item, item.Target), Number(line?.Reported), Number(item.Value),
                Percent(item.Progress), Judgement.Of(item), Number(ScoreText.Rounded(item.Score)),
            ];
        })]);
        ResultItem[] shown = [.. unit.Items.Where(item => item.Progress is not null)];
        yield return new BarChart("图 1　完成比例（%）", [.. shown.Select(item => item.Name)], [new(unit.Name, [.. shown.Select(item => 100 * item.Progress)])]);
        yield return new Heading(1, "三、说明");
        yield return new Paragraph(Judgement.Legend + Method(evaluation));
        yield return Signed(evaluation, today);
    }

    private static IEnumerable<Block> Head(Evaluation evaluation, string title, bool demonstration)
    {
        yield return new Title(title);
        yield return new Subtitle($"（规划开局至 {Month(evaluation)}，{State(evaluation)}）");
        if (demonstration)
        {
            yield return new Paragraph(ScoreHeading.DemonstrationNote);
        }
    }

    /// <summary>An official head is for what is approved; a draft has none.</summary>
    private static Letterhead? IssuedUnder(Evaluation evaluation) => evaluation.Stage is EvaluationStage.Approved or EvaluationStage.Published ? evaluation.Letterhead : null;

    private static Signature Signed(Evaluation evaluation, DateOnly today) =>
        IssuedUnder(evaluation) is { } head ? new(head.Issuer, head.IssuedOn) : new(Office, today);

    private static string Overview(Evaluation evaluation, ResultUnit[] units)
    {
        var scored = units.Where(unit => unit.Score is not null).ToArray();
        var kind = evaluation.Kind switch { EvaluationKind.MidTerm => "中期评估", EvaluationKind.Final => "最终评估", _ => "年度考核" };
        var said = $"按考核方案 {evaluation.Scheme} 第 {evaluation.SchemeVersion} 版，对 {units.Length} 个单位进行{kind}，评估期至 {Month(evaluation)}。";
        return scored.Length == 0 ? $"{said}各单位数据不足，均无综合得分。"
            : $"{said}有综合得分的 {scored.Length} 个，平均 {Number(ScoreText.Rounded(scored.Average(unit => unit.Score)))} 分，"
                + $"最高 {scored[0].Name}（{Number(scored[0].Score)} 分），最低 {scored[^1].Name}（{Number(scored[^1].Score)} 分）。";
    }

    private static string Portrait(ResultUnit unit)
    {
        var met = unit.Items.Count(item => item.Met is true);
        var judged = unit.Items.Count(item => item.Met is not null);
        var result = unit.Score is null ? unit.Remark ?? "没有综合得分" : $"综合得分 {Number(unit.Score)} 分，{(unit.Rank is { } rank ? $"第 {rank} 名" : "不参加排名")}"
            + (unit.Grade is { } grade ? $"，等次为{grade}" : "");
        var best = unit.Items.Where(item => item.Met is true).OrderByDescending(item => item.Progress).Take(3).Select(Told).ToArray();
        var worst = unit.Missed.Take(3).Select(Told).ToArray();
        return $"{result}。有目标的 {judged} 项中达标 {met} 项。"
            + (best.Length > 0 ? $"较好的是{string.Join('、', best)}。" : "") + (worst.Length > 0 ? $"差距较大的是{string.Join('、', worst)}。" : "");
    }

    private static string Checks(IReadOnlyList<Sheet> sheets)
    {
        var lines = sheets.SelectMany(sheet => sheet.Lines).ToArray();
        return $"{sheets.Count} 个单位中自评 {sheets.Count(sheet => sheet.SelfAssessed is not null)} 个，系统值与自评值逐项对照 {lines.Length} 项，"
            + $"不同 {lines.Count(line => line.Differs)} 项，其中以系统值为准 {lines.Count(line => line is { Differs: true, Finding: Finding.SystemStands })} 项；"
            + $"实地核查 {lines.Count(line => line.FieldEvidence is not null)} 项。核查数与系统数不符的，均先更正数据再计分。";
    }

    private static string Method(Evaluation evaluation) =>
        "本报告由评估结果的快照自动生成，数值与公示、发布的逐行一致；每个数的公式、数据来源和修订号在快照的相应行中。"
        + (evaluation.Steps.LastOrDefault(step => step.Stage is EvaluationStage.Approved) is { Note: { } document } ? $"审定依据：{document}。" : "")
        + (evaluation.Publication is { } number ? $"结果为第 {number} 号发布，可在核验接口查验。" : "");

    private static string State(Evaluation evaluation) => evaluation.Stage switch
    {
        EvaluationStage.Published => "正式",
        EvaluationStage.Approved => "审定稿",
        EvaluationStage.Noticed => "公示稿",
        _ => "送审稿",
    };

    private static string Month(Evaluation evaluation) => evaluation.Question.Month is { } month ? $"{month.Year} 年 {month.Number} 月" : "";

    private static decimal? ProgressOf(ResultUnit unit, ResultItem item) => unit.Items.FirstOrDefault(own => own.Code == item.Code)?.Progress;

    private static string Told(ResultItem item) => item.Progress is { } progress ? $"{item.Name}（{Percent(progress)}%）" : item.Name;

    private static string Rank(ResultUnit unit) => unit.Rank?.ToString(CultureInfo.InvariantCulture) ?? "—";

    private static string Number(decimal? value) => value is { } number ? ScoreText.Number(Math.Round(number, 2, MidpointRounding.AwayFromZero)) : "—";

    private static string Aimed(ResultItem item, decimal? target) => target is null ? "—" : $"{item.Comparator}{Number(target)}";

    private static string Percent(decimal? progress) => Number(100 * progress);

    private static string Day(DateOnly day) => $"{day.Year}年{day.Month}月{day.Day}日";

    // 一 to 九十九: more units than that are counted in figures.
    private static string Chinese(int number)
    {
        const string Digits = "零一二三四五六七八九";
        return number switch
        {
            < 10 => $"{Digits[number]}",
            < 20 => $"十{(number == 10 ? "" : Digits[number % 10])}",
            < 100 => $"{Digits[number / 10]}十{(number % 10 == 0 ? "" : Digits[number % 10])}",
            _ => number.ToString(CultureInfo.InvariantCulture),
        };
    }
}
