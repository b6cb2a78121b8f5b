using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Register.HistoricTotals;

/// <summary>A month's total as it is to be.</summary>
public sealed record HistoricTotalForm
{
    /// <summary>In the measure's unit; null withdraws the total, zero is a value.</summary>
    [Range(0, 100_000_000, ErrorMessage = "数量须在 0 到 1 亿之间。")] public required int? Quantity { get; init; }

    /// <summary>Where the figure was published, or who vouches for it.</summary>
    [Required(ErrorMessage = "请填写数据来源。"), TextLength(200, MinimumLength = 1, ErrorMessage = "数据来源须为 1 到 200 个字。")]
    public required string Source { get; init; }

    /// <summary>Made up for demonstration.</summary>
    public bool Synthetic { get; init; }
}

public static class RecordHistoricTotal
{
    public static readonly Refusal UnknownRegion = new(
        "historic_total.unknown_region", "地区代码不是本市的县区或乡镇。", StatusCodes.Status422UnprocessableEntity);

    public static readonly Refusal UnknownMeasure = new(
        "historic_total.unknown_measure", "本服务没有这项计数。", StatusCodes.Status422UnprocessableEntity);

    public static readonly Refusal NotAMonth = new("historic_total.not_a_month", "月份格式应为 2023-05。", StatusCodes.Status422UnprocessableEntity);

    public static readonly Refusal RealName = new(
        "historic_total.real_name_year", "该月份已实行实名登记，由逐条记录汇总，不能登记合计数。", StatusCodes.Status422UnprocessableEntity);

    public static void Map(IEndpointRouteBuilder totals) => totals
        .MapPut("/{region}/{measure}/{month}", HandleAsync)
        .WithName(nameof(RecordHistoricTotal))
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);

    /// <summary>Records a month's total from before real-name records, or corrects it (If-Match).</summary>
    /// <param name="region">A county's six digits or a township's nine.</param>
    /// <param name="measure">One of the service's measures.</param>
    /// <param name="month">e.g. 2023-05.</param>
    internal static async Task<Results<Ok<HistoricTotalShown>, Created<HistoricTotalShown>, ProblemHttpResult>> HandleAsync(
        string region, string measure, string month, HistoricTotalForm form,
        Caller caller, RegisterIdentity register, Database db, HttpContext http, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        var policy = await PolicyParameters.ReadAsync(work);
        if (Decide(form, region, measure, month, register.Measures, policy).IsRefused(out var refusal, out var next))
        {
            return refusal.ToProblem();
        }

        if (!caller.Covers(region))
        {
            return Caller.OutOfRegion.ToProblem();
        }

        string[] locks = [next.RecordId];
        await work.ExecuteAsync(Guard.HoldSql, new { locks });
        var current = await work.FindAsync<HistoricTotal>(ReadSql, new { next.Region, next.Measure, next.Month });
        var unchanged = current is not null && next with { Revision = current.Revision } == current;
        if (!unchanged)
        {
            if (http.CheckIfMatch(current?.Revision) is { } stale)
            {
                return stale.ToProblem();
            }

            next = next with { Revision = (current?.Revision ?? 0) + 1 };
            work.Write(SaveSql, new { next.Region, next.Measure, next.Month, next.Revision, next.Quantity, next.Source, next.Synthetic, by = caller.Subject });
            work.Audit(caller, new Act("historic-total.set", next.RecordId, current?.Show(register.Name), next.Show(register.Name), next.Region)
            {
                DecidedUnder = policy.TakeConsulted(),
            });
            work.PublishFacts(register.Name, [next.Fact]);
            await work.CommitAsync();
        }

        var shown = (unchanged ? current! : next).Show(register.Name);
        http.Response.Headers.ETag = ETags.Of(shown.Revision);
        return current is null ? TypedResults.Created(shown.Link, shown) : TypedResults.Ok(shown);
    }

    /// <summary>The rule: a known region and measure, in a month before people are recorded by name.</summary>
    internal static Decision<HistoricTotal> Decide(
        HistoricTotalForm form, string region, string measure, string month, IReadOnlyList<string> measures, PolicyParameters policy)
    {
        if (!Period.TryParse(month, out var period) || period.Kind is not PeriodKind.Month)
        {
            return NotAMonth;
        }

        return !RegionCode.IsCountyOrTownship(region) ? UnknownRegion
            : !measures.Contains(measure) ? UnknownMeasure
            : period.Year >= (policy.Value(PolicyParameters.RealNameFromYear, period.Start) ?? 0) ? RealName
            : new HistoricTotal(region, measure, period.Start, 0, form.Quantity, form.Source, form.Synthetic);
    }

    private const string ReadSql = $"""
        select {HistoricTotal.Columns}
        from historic_total
        where region = @Region and measure = @Measure and month = @Month
        """;

    private const string SaveSql = $"""
        insert into historic_total ({HistoricTotal.Columns}, recorded_by)
        values (@Region, @Measure, @Month, @Revision, @Quantity, @Source, @Synthetic, @by)
        on conflict (region, measure, month) do update
        set revision = excluded.revision, quantity = excluded.quantity, source = excluded.source, synthetic = excluded.synthetic,
            recorded_at = now(), recorded_by = excluded.recorded_by
        """;
}
