using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Ledger;
using Wuwei.Indicator.Observations;
using Wuwei.Indicator.Targets;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Reports;

public static class SetDueRule
{
    public static readonly Refusal FrequencyUnknown = Refusal.Invalid("report.due_frequency", "frequency 须为 month 或 year。", "/frequency");
    public static readonly Refusal NotAMonth = Refusal.Invalid("report.due_month", $"起始日期须是 {PlanYears.First} 到 {PlanYears.Last} 年间某月的第一天。", "/validFrom");

    public static void Map(IEndpointRouteBuilder reports) => reports
        .MapPut("/due-rules/{frequency}/{validFrom}", HandleAsync)
        .WithName(nameof(SetDueRule))
        .RequireScope("indicator.write")
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);

    /// <summary>Sets on which day reports are due from a period on: all of a frequency, those of an indicator, of a region, or of an indicator in a region.</summary>
    /// <param name="frequency"><c>month</c> or <c>year</c>.</param>
    /// <param name="validFrom">First day of the first period that it is for.</param>
    /// <param name="indicator">Catalogue code; all when absent.</param>
    /// <param name="region">A county, or the city; all when absent.</param>
    internal static async Task<Results<Ok<DueRule>, ProblemHttpResult>> HandleAsync(
        string frequency, DateOnly validFrom, [FromQuery] string? indicator, [FromQuery] string? region, DueRuleForm form,
        Caller caller, IndicatorCatalogue catalogue, Database db, HttpContext http, CancellationToken cancellation)
    {
        if (!caller.IsCityApprover())
        {
            return SetTargets.CityOnly.ToProblem();
        }

        if ((frequency is not ("month" or "year") ? FrequencyUnknown
            : validFrom.Day != 1 || validFrom.Year is < PlanYears.First or > PlanYears.Last ? NotAMonth
            : region is not null && region != RegionCode.City && RegionCode.Counties.All(county => county.Code != region) ? ObservationQuery.RegionNotFound
            : indicator is not null && await catalogue.FindPrintedAsync(indicator, cancellation) is null ? IndicatorCatalogue.NotFound : null) is { } invalid)
        {
            return invalid.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        var ledger = await LedgerClock.LockAsync(work);
        var before = (await work.ListAsync<DueRule>(DueRule.CurrentSql))
            .FirstOrDefault(rule => rule.Frequency == frequency && rule.Indicator == indicator && rule.Region == region && rule.ValidFrom == validFrom);
        if (http.CheckIfMatch(before?.Revision) is { } stale)
        {
            return stale.ToProblem();
        }

        var next = new DueRule(frequency, indicator, region, validFrom, (before?.Revision ?? 0) + 1, form.MonthsAfter, form.Day, form.Verified ? "L" : "D", form.Verified, form.Source);
        work.Write(InsertSql, new
        {
            next.Frequency,
            next.Indicator,
            next.Region,
            next.ValidFrom,
            next.Revision,
            next.MonthsAfter,
            next.Day,
            next.Mark,
            next.Verified,
            next.Source,
            caller.Subject,
            ledger.KnownAt,
        });
        work.Audit(caller, new Act("due-rule.set", $"reports/due-rules/{frequency}/{validFrom:yyyy-MM-dd}", before, next));
        await work.CommitAsync();
        http.Response.Headers.ETag = ETags.Of(next.Revision);
        return TypedResults.Ok(next);
    }

    private const string InsertSql = """
        insert into report_due (frequency, indicator, region, valid_from, revision, months_after, day, mark, verified, source, set_by, known_at)
        values (@Frequency, @Indicator, @Region, @ValidFrom, @Revision, @MonthsAfter, @Day, @Mark, @Verified, @Source, @Subject, @KnownAt)
        """;
}

/// <summary>On which day reports are due.</summary>
public sealed record DueRuleForm
{
    /// <summary>1: in the month after the period ends.</summary>
    [Range(1, 6, ErrorMessage = "月数须在 1 到 6 之间。")] public required int MonthsAfter { get; init; }

    /// <summary>Day of that month.</summary>
    [Range(1, 28, ErrorMessage = "日须在 1 到 28 之间。")] public required int Day { get; init; }

    /// <summary>Confirmed by a document.</summary>
    public required bool Verified { get; init; }

    /// <summary>The document's number, or why.</summary>
    [Required(ErrorMessage = "须写明文号或理由。"), TextLength(500, MinimumLength = 1, ErrorMessage = "文号或理由须为 1 到 500 字。")]
    public required string Source { get; init; }
}
