using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Expressions;
using Wuwei.Indicator.Observations;
using Wuwei.Indicator.Watch;
using Wuwei.Outbox;
using Wuwei.Register;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Warnings;

/// <summary>On which side of a threshold a figure is bad.</summary>
public enum FigureSide { Above, Below }

/// <summary>A figure that is watched in every region, month by month.</summary>
/// <param name="ValidFrom">First month that it judges; it holds until a later one.</param>
/// <param name="Revision">Also the ETag.</param>
/// <param name="Expression">As in a definition.</param>
/// <param name="Raise">Where each level begins.</param>
/// <param name="Clear">Back beyond which it ends.</param>
/// <param name="ClearAfter">Months in a row that this takes.</param>
/// <param name="Mark">How sure: P plan, S public source, L law, I inference, D design proposal, U unverified.</param>
public sealed record FigureRule(
    string Code, DateOnly ValidFrom, int Revision, string NameZh, string Expression, MissingValues Missing, FigureSide Side, LevelFigures Raise, LevelFigures Clear, int ClearAfter,
    bool Active, string Mark, string Reason, DateTimeOffset KnownAt)
{
    /// <summary>What is bad below is, turned round, bad above.</summary>
    private int Sign => Side == FigureSide.Above ? 1 : -1;

    /// <summary>The fold over a region's months: each by the rule of then, the last by the one in force.</summary>
    /// <param name="versions">By first month.</param>
    internal static Alarm Fold(IReadOnlyList<FigureRule> versions, IEnumerable<(string Period, DateOnly Month, decimal? Value)> months)
    {
        var alarm = Alarm.None;
        foreach (var (period, month, value) in months)
        {
            if (versions.LastOrDefault(version => version.ValidFrom <= month) is { Active: true } rule)
            {
                alarm = alarm.Next(period, rule.Sign * value, new(rule.Raise.Times(rule.Sign), rule.Clear.Times(rule.Sign), rule.ClearAfter));
            }
        }

        return alarm;
    }
}

/// <summary>A figure for each level.</summary>
public sealed record LevelFigures
{
    /// <summary>Ⅲ级.</summary>
    [Range(-1e12, 1e12, ErrorMessage = "超出范围。")] public required decimal Yellow { get; init => field = decimal.Round(value, 4); }

    /// <summary>Ⅱ级.</summary>
    [Range(-1e12, 1e12, ErrorMessage = "超出范围。")] public required decimal Orange { get; init => field = decimal.Round(value, 4); }

    /// <summary>Ⅰ级.</summary>
    [Range(-1e12, 1e12, ErrorMessage = "超出范围。")] public required decimal Red { get; init => field = decimal.Round(value, 4); }

    internal Dictionary<WarningLevel, decimal> Times(int sign) => new() { [WarningLevel.Yellow] = sign * Yellow, [WarningLevel.Orange] = sign * Orange, [WarningLevel.Red] = sign * Red };
}

/// <summary>A rule as stored.</summary>
internal sealed record FigureRuleRow(
    string Code, DateOnly ValidFrom, int Revision, string NameZh, string Expression, string Missing, string Side, decimal Yellow, decimal Orange, decimal Red,
    decimal YellowClear, decimal OrangeClear, decimal RedClear, int ClearAfter, bool Active, string Mark, string Reason, string SetBy, DateTimeOffset KnownAt)
{
    public const string Columns = """
        code, valid_from, revision, name_zh, expression, missing, side, yellow, orange, red, yellow_clear, orange_clear, red_clear, clear_after, active, mark,
        reason, set_by, known_at
        """;

    public const string CurrentSql = $"""
        select distinct on (code, valid_from) {Columns}
        from figure_rule
        order by code, valid_from, revision desc
        """;

    public FigureRule ToRule() => new(
        Code, ValidFrom, Revision, NameZh, Expression, Definitions.MissingOf(Missing), Codes.Parse<FigureSide>(Side), LevelsOf(Yellow, Orange, Red), LevelsOf(YellowClear, OrangeClear, RedClear),
        ClearAfter, Active, Mark, Reason, KnownAt);

    private static LevelFigures LevelsOf(decimal yellow, decimal orange, decimal red) => new() { Yellow = Aggregation.Plain(yellow), Orange = Aggregation.Plain(orange), Red = Aggregation.Plain(red) };
}

/// <summary>Any figure that an expression makes of indicators and measures, in the city and its counties; a warning for each rule and region.</summary>
internal sealed class FigureWarningRule(IndicatorCatalogue catalogue) : IWarningRule
{
    public const string Code = "figure";

    // As of the other monthly figures: an alarm of two years ago has been dealt with.
    private const int Months = 24;

    public string Name => Code;

    public async Task<IReadOnlyList<Finding>> FindAsync(UnitOfWork work, PolicyParameters policy, DateOnly today, Func<string, string, string, Alarm> open)
    {
        var last = new DateOnly(today.Year, today.Month, 1).AddMonths(-1);
        var window = new Window(last.AddMonths(1 - Months), last);
        var rules = (await work.ListAsync<FigureRuleRow>(FigureRuleRow.CurrentSql)).Select(row => row.ToRule()).Where(rule => rule.ValidFrom <= last)
            .GroupBy(rule => rule.Code).Select(versions => versions.ToArray()).Where(versions => versions[^1].Active).ToArray();
        if (rules is [])
        {
            return [];
        }

        var nameable = await catalogue.NameableAsync(work);
        var definitions = await IndicatorCatalogue.DefinitionsAsync(work);
        // Months before a change are judged by the expression of now.
        var watched = rules.Select(versions => (versions, figure: Definitions.ToIndicator(
            s_row, Definitions.Stored(versions[^1].Expression, versions[^1].Missing, nameable, definitions), nameable))).ToArray();
        var cells = await work.TotalsAsync([.. watched.Select(one => one.figure)], RegionCode.City, window);
        return
        [
            .. from one in watched
               from region in RegionCode.Counties.Select(county => county.Code).Prepend(RegionCode.City)
               where one.figure.AppliesTo(region)
               let months = window.Months().Select(month => (Period: Period.MonthOf(month).ToString(), Month: month, Value: Whole(Aggregation.Of(one.figure, region, new(month, month), cells)))).ToArray()
               where months.Any(month => month.Value is not null)
               select Of(one.versions, region, months),
        ];

        // A month that somebody has not reported yet has no figure.
        static decimal? Whole(Observed observed) => observed.Missing is { Count: > 0 } ? null : observed.Value;
    }

    private static Finding Of(FigureRule[] versions, string region, (string Period, DateOnly Month, decimal? Value)[] months)
    {
        var (rule, last) = (versions[^1], months.Last(month => month.Value is not null));
        return new(Code, region, rule.Code, FigureRule.Fold(versions, months), last.Value, string.Create(CultureInfo.InvariantCulture,
            $"{RegionCode.Wuwei[region].Name} {rule.NameZh} {last.Period} 为 {last.Value:0.##}（Ⅲ、Ⅱ、Ⅰ级起点 {rule.Raise.Yellow:0.##}、{rule.Raise.Orange:0.##}、{rule.Raise.Red:0.##}）。"));
    }

    private static readonly DefinitionRow s_row = new("", 0, "", "", "", "", "", "", "up", null, null, null, "", "", "", default);
}
