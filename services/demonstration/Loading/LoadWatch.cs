using Wuwei.Demonstration.Gateway;
using Wuwei.Demonstration.Generator;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Demonstration.Loading;

/// <summary>
/// Records the sample of the unemployment watch, its returns, a layoff and two cases as the counties' bureaus would. Every one says in its
/// name or remark that it is made up; the same again changes nothing.
/// </summary>
public static class LoadWatch
{
    private static readonly string s_last = $"cases/{SeededRandom.IdOf("case/arrears")}";

    /// <summary>Whether it is there: the last of it is.</summary>
    public static async Task<bool> IsCompleteAsync(GatewayClient gateway, CancellationToken cancellation) =>
        await gateway.FindAsync<object>($"indicator-{RegionCode.City}", $"/api/indicator/v1/{s_last}", cancellation) is not null;

    public static async Task RunAsync(GatewayClient gateway, IReadOnlyList<Enterprise> enterprises, CancellationToken cancellation)
    {
        await Batches.EachAsync("watched enterprises and their returns", enterprises, _ => 1, async (enterprise, cancelled) =>
        {
            await PutAsync(gateway, enterprise.County, $"enterprises/{enterprise.CreditCode}", new
            {
                Region = enterprise.County,
                enterprise.Name,
                enterprise.Industry,
                enterprise.Size,
                enterprise.Ownership,
                BasePeriod = $"{Watch.Year - 1}-12",
                BaseHeadcount = enterprise.Staff[0],
                SampledFrom = $"{Watch.Year}-01",
                SampledUntil = $"{Watch.Year}-12",
                Note = Reports.Synthetic,
            }, cancelled);
            for (var month = 1; month <= 12; month++)
            {
                var (last, now) = (enterprise.Staff[month - 1], enterprise.Staff[month]);
                await PutAsync(gateway, enterprise.County, $"enterprises/{enterprise.CreditCode}/returns/{new Period(PeriodKind.Month, Watch.Year, month)}", new
                {
                    HeadcountLast = last,
                    HeadcountNow = now,
                    Hires = now > last ? new[] { new { Reason = "replacement", Persons = now - last } } : [],
                    Losses = now < last ? new[] { new { Type = last - now > 5 ? "layoff" : "resignation", Reason = last - now > 5 ? "orders" : "personal", Persons = last - now } } : [],
                }, cancelled);
            }
        }, cancellation);

        var shrinking = enterprises.MinBy(enterprise => enterprise.Staff[12] - enterprise.Staff[Watch.Shrinking - 1])!;
        var lost = shrinking.Staff[Watch.Shrinking - 1] - shrinking.Staff[12];
        await PutAsync(gateway, shrinking.County, $"layoffs/{SeededRandom.IdOf("layoff")}", new
        {
            shrinking.CreditCode,
            shrinking.Name,
            Region = shrinking.County,
            shrinking.Industry,
            Headcount = shrinking.Staff[Watch.Shrinking - 1],
            Persons = lost,
            Reason = "serious-difficulty",
            NoticedOn = $"{Watch.Year}-09-01",
            ReportedOn = $"{Watch.Year}-09-03",
            PlannedOn = $"{Watch.Year}-10-10",
            State = "carried-out",
            EndedOn = $"{Watch.Year}-12-20",
            LaidOff = lost,
            Note = Reports.Synthetic,
        }, cancellation);
        await PutAsync(gateway, shrinking.County, $"cases/{SeededRandom.IdOf("case/complaint")}", new
        {
            Region = shrinking.County,
            Kind = "complaint",
            Respondent = shrinking.Name,
            FiledOn = $"{Watch.Year}-11-03",
            ClosedOn = $"{Watch.Year}-12-01",
            Outcome = "corrected",
            Note = Reports.Synthetic,
        }, cancellation);
        await PutAsync(gateway, shrinking.County, s_last, new
        {
            Region = shrinking.County,
            Kind = "arrears",
            Respondent = shrinking.Name,
            FiledOn = $"{Watch.Year}-12-10",
            Arrears = new { Workers = 12, Amount = 86_400, OwedSince = $"{Watch.Year}-11-30", MassEvent = false },
            Note = Reports.Synthetic,
        }, cancellation);
    }

    private static Task<object> PutAsync(GatewayClient gateway, string county, string path, object body, CancellationToken cancellation) =>
        gateway.SendAsync<object>($"indicator-{county}", HttpMethod.Put, $"/api/indicator/v1/{path}", body, cancellation);
}
