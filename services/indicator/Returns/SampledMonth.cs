using Wuwei.Outbox;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Returns;

/// <summary>An enterprise of the sample in a month: what it returned, and what is known around that.</summary>
/// <param name="Return">Null: it has not returned yet.</param>
/// <param name="Hints">What looks odd in the return.</param>
internal sealed record SampledEnterprise(
    string CreditCode, string Region, string Name, string Industry, string Size, string Ownership, int BaseHeadcount, StoredReturn? Return,
    int? Before, IReadOnlyList<ReturnHint> Hints);

/// <summary>A month of the watch.</summary>
/// <param name="DueOn">Last day in time for its returns.</param>
internal sealed record SampledMonth(Period Period, DateOnly DueOn, IReadOnlyList<SampledEnterprise> Enterprises)
{
    /// <summary>Reads the month as far as the scope sees it; some hundred enterprises.</summary>
    /// <param name="creditCode">Only this enterprise; null: all.</param>
    public static async Task<SampledMonth> ReadAsync(UnitOfWork work, Period period, PolicyParameters policy, string? creditCode = null)
    {
        var still = (int)Math.Clamp(policy.Value("watch.still_months", period.End) ?? 1, 1, 120) - 1;
        var rows = await work.ListAsync<Row>(Sql, new
        {
            creditCode,
            period = period.ToString(),
            before = period.Add(-1).ToString(),
            stillFrom = period.Add(-still).ToString(),
            start = period.Start,
            end = period.End,
        });
        return new(period, DueDate.Of(period, policy), [.. rows.Select(row => row.Of(period, policy))]);
    }

    private const string Sql = $"""
        select e.credit_code as code, e.region as county, e.name, e.industry, e.size, e.ownership, e.base_headcount, p.headcount_now as before,
               coalesce((select count(*) from enterprise_return s where s.credit_code = e.credit_code and s.period >= @stillFrom and s.period < @period
                   and s.headcount_now = r.headcount_now and s.hired = 0 and s.lost = 0), 0)::integer as still,
               exists (select from layoff l where l.credit_code = e.credit_code and l.planned_on <= @end and coalesce(l.ended_on, 'infinity') >= @start) as layoff_known,
               {StoredReturn.Columns}
        from enterprise e
        left join enterprise_return r on r.credit_code = e.credit_code and r.period = @period
        left join enterprise_return p on p.credit_code = e.credit_code and p.period = @before
        where e.sampled_from <= @period and (e.sampled_until is null or e.sampled_until >= @period) and (@creditCode::text is null or e.credit_code = @creditCode)
        order by e.credit_code
        """;

    private sealed record Row(
        string Code, string County, string Name, string Industry, string Size, string Ownership, int BaseHeadcount, int? Before, int Still, bool LayoffKnown,
        string? CreditCode, string? Region, string? Period, int? HeadcountLast, int? HeadcountNow, int? Hired, int? Lost, string? Hires, string? Losses,
        string? Explanation, DateOnly? ReceivedOn, int? Revision, string? ChangedBy, DateTimeOffset? ChangedAt)
    {
        public SampledEnterprise Of(Period period, PolicyParameters policy)
        {
            var given = Revision is { } revision
                ? new StoredReturn(CreditCode!, Region!, Period!, HeadcountLast!.Value, HeadcountNow!.Value, Hired!.Value, Lost!.Value, Hires!, Losses!,
                    Explanation, ReceivedOn!.Value, revision, ChangedBy!, ChangedAt!.Value)
                : null;
            return new(Code, County, Name, Industry, Size, Ownership, BaseHeadcount, given, Before,
                given is null ? [] : ReturnHints.Of(given, new(Before, Still, LayoffKnown), period, policy));
        }
    }
}
