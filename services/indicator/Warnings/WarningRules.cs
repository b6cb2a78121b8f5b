using System.Globalization;
using Wuwei.Indicator.Enterprises;
using Wuwei.Indicator.Layoffs;
using Wuwei.Indicator.Watch;
using Wuwei.Outbox;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Warnings;

/// <summary>What a rule finds of one subject.</summary>
/// <param name="Value">The figure last looked at.</param>
/// <param name="Message">Chinese sentence with the figures.</param>
internal sealed record Finding(string Rule, string Region, string Subject, Alarm Alarm, decimal? Value, string Message);

/// <summary>What is watched. A rule finds the same from the same data, however often it is asked.</summary>
internal interface IWarningRule
{
    /// <summary>Stable code.</summary>
    string Name { get; }

    /// <summary>Every subject that the rule has something to say of; of one that is not among them, nothing is to be warned of any more.</summary>
    /// <param name="open">Level of the open warning of this rule, region and subject; null: there is none.</param>
    Task<IReadOnlyList<Finding>> FindAsync(UnitOfWork work, PolicyParameters policy, DateOnly today, Func<string, string, string, Alarm> open);
}

/// <summary>Jobs that shrinking enterprises of the sample lose, by county and for the city, month after month.</summary>
internal sealed class JobLossRule : IWarningRule
{
    public const string Code = "job-loss-rate";

    public string Name => Code;

    // The months that a figure's past is made of: an alarm of two years ago has been dealt with.
    private const int Months = 24;

    public async Task<IReadOnlyList<Finding>> FindAsync(UnitOfWork work, PolicyParameters policy, DateOnly today, Func<string, string, string, Alarm> open)
    {
        var from = Period.MonthOf(today).Add(-Months);
        var rows = await work.ListAsync<Row>(Sql, new { from = from.ToString(), before = from.Add(-1).ToString() });
        var city = rows.GroupBy(row => row.Period).Select(month => new Row(
            RegionCode.City, month.Key, month.Sum(row => row.Linked), month.Sum(row => row.Last), month.Sum(row => row.Lost)));
        return [.. rows.Concat(city).GroupBy(row => row.Region).Select(region => Of(region.Key, [.. region.OrderBy(row => row.Period, StringComparer.Ordinal)], policy))];
    }

    /// <summary>The fold over a region's months.</summary>
    internal static Finding Of(string region, IReadOnlyList<Row> months, PolicyParameters policy)
    {
        var (alarm, last) = (Alarm.None, (decimal?)null);
        foreach (var month in months)
        {
            var end = Enterprises.Months.Read(month.Period)!.Value.End;
            last = month.Linked < policy.Value("watch.least_linked", end) || month.Last == 0 ? null : Math.Round(100m * month.Lost / month.Last, 2, MidpointRounding.AwayFromZero);
            alarm = alarm.Next(month.Period, last, Thresholds.Of(policy, end, "watch.job_loss_rate", "watch.job_loss_rate_clear", "watch.job_loss_clear_after"));
        }

        return new(Code, region, "", alarm, last, string.Create(CultureInfo.InvariantCulture,
            $"{RegionCode.Wuwei[region].Name} {months[^1].Period} 监测企业岗位流失率 {last:0.##}%（{months[^1].Linked} 家，减少岗位 {months[^1].Lost} 个，上期末 {months[^1].Last} 人）。"));
    }

    /// <summary>A county's month: enterprises with this return and the one before, their staff before, and the jobs that those with fewer staff lost.</summary>
    internal sealed record Row(string Region, string Period, long Linked, long Last, long Lost);

    private const string Sql = """
        select r.region, r.period, count(*) as linked, sum(p.headcount_now)::bigint as last, sum(greatest(p.headcount_now - r.headcount_now, 0))::bigint as lost
        from enterprise_return r
        join enterprise_return p on p.credit_code = r.credit_code and p.period = to_char(to_date(r.period, 'YYYY-MM') - interval '1 month', 'YYYY-MM')
        join enterprise e on e.credit_code = r.credit_code and e.sampled_from <= r.period and (e.sampled_until is null or e.sampled_until >= r.period)
        where r.period >= @from and p.period >= @before
        group by r.region, r.period
        """;
}

/// <summary>Enterprises of the sample that have not returned a month whose due day is over; a warning for each county and month.</summary>
internal sealed class OverdueReturnsRule : IWarningRule
{
    public const string Code = "overdue-returns";

    public string Name => Code;

    // Older months are history: nobody hands them in any more.
    private const int Months = 6;

    public async Task<IReadOnlyList<Finding>> FindAsync(UnitOfWork work, PolicyParameters policy, DateOnly today, Func<string, string, string, Alarm> open)
    {
        var periods = Enumerable.Range(1, Months).Select(ago => Period.MonthOf(today).Add(-ago))
            .Where(period => Returns.DueDate.Of(period, policy) < today).Select(period => period.ToString()).ToArray();
        return [.. (await work.ListAsync<Row>(Sql, new { periods })).Select(row => Of(row, open(Code, row.Region, row.Period), policy))];
    }

    /// <summary>The share that is missing, against how it stood.</summary>
    internal static Finding Of(Row row, Alarm before, PolicyParameters policy)
    {
        var share = Math.Round(100m * (row.Sampled - row.Received) / row.Sampled, 2, MidpointRounding.AwayFromZero);
        var thresholds = Thresholds.Of(policy, Enterprises.Months.Read(row.Period)!.Value.End, "watch.overdue_share", "watch.overdue_share_clear");
        return new(Code, row.Region, row.Period, before.Next(row.Period, share, thresholds), share, string.Create(CultureInfo.InvariantCulture,
            $"{RegionCode.Wuwei[row.Region].Name} {row.Period} 监测企业月报逾期未报 {row.Sampled - row.Received} 家，占样本 {row.Sampled} 家的 {share:0.##}%。"));
    }

    internal sealed record Row(string Region, string Period, int Sampled, int Received);

    private const string Sql = """
        select e.region, m.period, count(*)::integer as sampled, count(r.credit_code)::integer as received
        from unnest(@periods) as m (period)
        join enterprise e on e.sampled_from <= m.period and (e.sampled_until is null or e.sampled_until >= m.period)
        left join enterprise_return r on r.credit_code = e.credit_code and r.period = m.period
        group by e.region, m.period
        """;
}

/// <summary>Layoffs that the law wants reported, while they are planned; a warning for each.</summary>
internal sealed class LayoffWarningRule : IWarningRule
{
    public const string Code = "layoff";

    public string Name => Code;

    public async Task<IReadOnlyList<Finding>> FindAsync(UnitOfWork work, PolicyParameters policy, DateOnly today, Func<string, string, string, Alarm> open) =>
        [.. (await work.ListAsync<StoredLayoff>(Sql)).Select(layoff => Of(layoff, open(Code, layoff.Region, layoff.LayoffId.ToString()), policy))];

    /// <summary>The persons who are to leave; nobody once it is withdrawn or over.</summary>
    internal static Finding Of(StoredLayoff layoff, Alarm before, PolicyParameters policy)
    {
        var open = layoff.State == "planned" && LayoffRule.IsStatutory(layoff.Persons, layoff.Headcount);
        var alarm = before.Next(
            Period.MonthOf(layoff.PlannedOn).ToString(), open ? layoff.Persons : 0, Thresholds.Of(policy, layoff.PlannedOn, "watch.layoff_persons"),
            open ? WarningLevel.Yellow : null);
        return new(Code, layoff.Region, layoff.LayoffId.ToString(), alarm, layoff.Persons, string.Create(CultureInfo.InvariantCulture,
            $"{layoff.Name}（{Industries.Names[layoff.Industry]}）拟裁减 {layoff.Persons} 人，职工总数 {layoff.Headcount} 人，计划 {layoff.PlannedOn:yyyy-MM-dd} 起实施。"));
    }

    // Those that are open, and those that ended and whose warning may not know.
    private const string Sql = $"""
        select {StoredLayoff.Columns}
        from layoff l
        where l.state = 'planned' or exists (select from warning w where w.rule = '{Code}' and w.subject = l.layoff_id::text and w.state <> 'closed')
        """;
}
