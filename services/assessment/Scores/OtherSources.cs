using Wuwei.Assessment.Observations;
using Wuwei.Assessment.Panels;
using Wuwei.Assessment.Schemes;
using Wuwei.Assessment.Tasks;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Scores;

/// <summary>Values that the indicator service does not publish, as if the ledger had said them: entered by hand, by panels, by tasks.</summary>
internal static class OtherSources
{
    // The plan's tasks stand from the day of the plan on, before anything is known of them.
    private static readonly DateTimeOffset s_planKnownAt = new(2022, 1, 5, 0, 0, 0, TimeSpan.FromHours(8));

    /// <summary>What a scheme's items and points of these sources are known to be by the end of a month.</summary>
    public static async Task<IReadOnlyList<Observation>> ReadAsync(UnitOfWork work, Scheme scheme, Period month, DateTimeOffset? asOf)
    {
        string[] entered = [.. Items(scheme, ValueSource.Entered), .. scheme.Tree.Points.Where(point => point.Source is ValueSource.Entered).Select(point => point.Code)];
        var scored = Items(scheme, ValueSource.Panel);
        return
        [
            .. entered.Length == 0 ? [] : await work.ListAsync<Observation>(EntriesSql, new { entered, end = month.End, asOf }),
            .. scored.Length == 0 ? [] : (await work.ListAsync<PanelScores>(PanelsSql, new { scored, end = month.End, asOf })).Select(ByPanel),
            .. Items(scheme, ValueSource.Tasks) is { Length: > 0 } codes ? await ByTasksAsync(work, codes, scheme.PlanFrom, month, asOf) : [],
        ];
    }

    /// <summary>Items of a source.</summary>
    private static string[] Items(Scheme scheme, ValueSource source) => [.. scheme.Items.Where(item => item.Rule?.Source == source).Select(item => item.Indicator)];

    private static Observation ByPanel(PanelScores scores) => new(
        scores.Item, scores.Unit, scores.Period, scores.EndsOn, PanelRule.Mean(scores.Scores), "分", Observation.ByPanel, 0, scores.Revision, scores.ClosedAt);

    // What was found completed only after the instant asked about was not completed then. Days and departments are those of now.
    private static async Task<IEnumerable<Observation>> ByTasksAsync(UnitOfWork work, string[] codes, int planFrom, Period month, DateTimeOffset? asOf)
    {
        var later = (await work.ListAsync<string>("select task from task_report where accepted and reviewed_at > @asOf::timestamptz", new { asOf })).ToHashSet();
        var knownAt = (await work.FindAsync<Latest>(
            "select max(reviewed_at) as at from task_report where accepted and (@asOf::timestamptz is null or reviewed_at <= @asOf)", new { asOf }))!.At;
        var tasks = (await TaskStore.ListAsync(work)).Select(task => later.Contains(task.Code) ? task with { CompletedOn = null } : task);
        return ReadTasks.OnTime(tasks, new(planFrom, 1, 1), month.End).Where(share => share.Percent is not null).SelectMany(share => codes.Select(code => new Observation(
            code, share.Department, month.ToString(), month.End, share.Percent, "%", Observation.ByTasks, 0, share.Due, knownAt ?? s_planKnownAt)));
    }

    private sealed record Latest(DateTimeOffset? At);

    private sealed record PanelScores(string Item, string Unit, string Period, DateOnly EndsOn, long Revision, DateTimeOffset ClosedAt, decimal[] Scores);

    // Columns by their table: a bare unit would be the answer's own, which is empty.
    private const string EntriesSql = $"""
        select * from (
            select distinct on (e.unit, e.item, e.period) e.item as indicator, e.unit as region, e.period,
                   (to_date(e.period, 'YYYY-MM') + interval '1 month - 1 day')::date as ends_on, value, '' as unit, '{Observation.Entered}' as status,
                   0 as epoch, version::bigint as revision, known_at
            from entry_version e
            where e.item = any(@entered) and (@asOf::timestamptz is null or known_at <= @asOf)
            order by e.unit, e.item, e.period, e.version desc) latest
        where value is not null and ends_on <= @end
        """;

    private const string PanelsSql = """
        select p.item, s.unit, to_char(p.month, 'YYYY-MM') as period, (p.month + interval '1 month - 1 day')::date as ends_on, p.revision::bigint as revision,
               p.closed_at, array_agg(s.score order by s.member) as scores
        from panel p
        join panel_score s on s.panel = p.panel_id and s.member = any(p.members)
        where p.item = any(@scored) and p.closed_at is not null and p.month <= @end and (@asOf::timestamptz is null or p.closed_at <= @asOf)
        group by p.panel_id, s.unit
        order by p.month, s.unit
        """;
}
