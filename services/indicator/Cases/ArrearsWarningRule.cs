using System.Globalization;
using Wuwei.Indicator.Warnings;
using Wuwei.Indicator.Watch;
using Wuwei.Outbox;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Cases;

/// <summary>Wages that are owed; a warning for each case, of the level of its arrears, which time raises by itself.</summary>
internal sealed class ArrearsWarningRule : IWarningRule
{
    public const string Code = "wage-arrears";

    public string Name => Code;

    // The level is judged by its own rule; no figure reaches it.
    private static readonly Thresholds s_none = new(
        Enum.GetValues<WarningLevel>().ToDictionary(level => level, _ => decimal.MaxValue), Enum.GetValues<WarningLevel>().ToDictionary(level => level, _ => decimal.MaxValue), 1);

    public async Task<IReadOnlyList<Finding>> FindAsync(UnitOfWork work, PolicyParameters policy, DateOnly today, Func<string, string, string, Alarm> open) =>
        [.. (await work.ListAsync<StoredCase>(Sql)).Select(arrears => Of(arrears, open(Code, arrears.Region, arrears.CaseId.ToString()), today, policy))];

    /// <summary>The level as of a day.</summary>
    internal static Finding Of(StoredCase arrears, Alarm before, DateOnly today, PolicyParameters policy) => new(
        Code, arrears.Region, arrears.CaseId.ToString(), before.Next(Period.MonthOf(today).ToString(), 0, s_none, ArrearsRule.LevelOf(arrears, today, policy)),
        arrears.Amount - (arrears.Recovered ?? 0), string.Create(CultureInfo.InvariantCulture,
            $"{arrears.Respondent} 拖欠 {arrears.Workers} 人工资 {arrears.Amount:0.##} 元，自 {arrears.OwedSince:yyyy-MM-dd} 起{(ArrearsRule.IsMajor(arrears, policy, today) ? "，属重大欠薪" : "")}。"));

    private const string Sql = $"""
        select {StoredCase.Columns}
        from labour_case c
        where c.kind = 'arrears' and (c.closed_on is null or exists (select from warning w where w.rule = '{Code}' and w.subject = c.case_id::text and w.state <> 'closed'))
        """;
}
