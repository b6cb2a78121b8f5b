using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Ledger;
using Wuwei.Indicator.Observations;
using Wuwei.Indicator.Reports;
using Wuwei.Indicator.Targets;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Releases;

public static class ReleasePeriod
{
    public static readonly Refusal NotOver = Refusal.Invalid("release.period_not_over", "该期间尚未结束，不能公布。", "/period");
    public static readonly Refusal EmbargoTooLong = Refusal.Invalid("release.embargo_too_long", "公布时间最晚为一年之后。", "/publishAt");

    public static void Map(IEndpointRouteBuilder releases) => releases
        .MapPut("/{period}", HandleAsync)
        .WithName(nameof(ReleasePeriod))
        .RequireScope("indicator.write")
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);

    /// <summary>
    /// Releases a period's figures to the public, now or at an instant to come: as they are known now, or were at an instant. Small
    /// counts are withheld, and what would tell them. Once more with If-Match: a further revision.
    /// </summary>
    /// <param name="period">A month, or a year for annual indicators.</param>
    internal static async Task<Results<Ok<ReleasedPeriod>, ProblemHttpResult>> HandleAsync(
        string period, ReleaseForm form, Caller caller, IndicatorCatalogue catalogue, Database db, TimeProvider clock, HttpContext http, CancellationToken cancellation)
    {
        if (!caller.IsCityApprover())
        {
            return SetTargets.CityOnly.ToProblem();
        }

        if (!ObservationQuery.TryPeriod(period, out var asked) || asked.Kind is not (PeriodKind.Month or PeriodKind.Year))
        {
            return ReportRules.PeriodKind.ToProblem();
        }

        var now = clock.GetUtcNow();
        if ((asked.End >= clock.Today() ? NotOver : form.PublishAt > now.AddYears(1) ? EmbargoTooLong : null) is { } invalid)
        {
            return invalid.ToProblem();
        }

        // An instant is closed before it is published, so that what is computed now is what it will always have been.
        if ((await LedgerClock.KnownAtAsync(db, form.AsOf is { } asOf ? Instants.Format(asOf) : null, cancellation)).IsRefused(out var refusal, out var knowledge))
        {
            return refusal.ToProblem();
        }

        var indicators = ReleaseValues.Of(await catalogue.AllPrintedAsync(cancellation), asked).ToArray();
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        var ledger = await LedgerClock.LockAsync(work);
        var policy = await PolicyParameters.ReadAsync(work);
        var args = new { period = asked.ToString() };
        var before = await work.ListAsync<Release>(ReadReleases.OfPeriodSql, args) is [var latest, ..] ? latest : null;
        if (http.CheckIfMatch(before?.Revision) is { } stale)
        {
            return stale.ToProblem();
        }

        var withheld = (await work.ListAsync<ReleasedValue>(WithheldSql, args)).Select(value => (value.Indicator, value.Region)).ToHashSet();
        var window = new Window(asked.Start, new(asked.End.Year, asked.End.Month, 1));
        var cells = (await work.TotalsAsync(indicators, RegionCode.City, window, knowledge.Position)).ToLookup(cell => cell.Measure);
        var least = policy.Value("open.least_count", asked.End) ?? 0;
        var values = indicators.SelectMany(indicator => ReleaseValues.Of(indicator, asked, indicator.Measures.SelectMany(measure => cells[measure.Measure]), least, withheld)).ToArray();
        var next = new Release(asked.ToString(), (before?.Revision ?? 0) + 1, knowledge.AsOf ?? ledger.KnownAt,
            form.PublishAt is { } later && later > now ? later : now, form.Note, caller.Subject, now);
        work.Write(InsertSql, next);
        work.Write(InsertValuesSql, new
        {
            next.Period,
            next.Revision,
            indicators = values.Select(value => value.Indicator).ToArray(),
            regions = values.Select(value => value.Region).ToArray(),
            values = values.Select(value => value.Value).ToArray(),
            statuses = values.Select(value => value.Status).ToArray(),
        });
        work.Audit(caller, new Act("release.made", $"releases/{next.Period}", before, next) { DecidedUnder = policy.TakeConsulted() });
        await work.CommitAsync();
        http.Response.Headers.ETag = ETags.Of(next.Revision);
        return TypedResults.Ok(new ReleasedPeriod(next, values));
    }

    private const string WithheldSql = """
        select distinct indicator, region, null::numeric as value, status
        from release_value
        where period = @period and status = 'suppressed'
        """;

    private const string InsertSql = """
        insert into release (period, revision, as_of, publish_at, note, released_by, released_at)
        values (@Period, @Revision, @AsOf, @PublishAt, @Note, @ReleasedBy, @ReleasedAt)
        """;

    private const string InsertValuesSql = """
        insert into release_value (period, revision, indicator, region, value, status)
        select @Period, @Revision, * from unnest(@indicators, @regions, @values, @statuses)
        """;
}

/// <summary>When a period's figures are published, and which.</summary>
public sealed record ReleaseForm
{
    /// <summary>End of the embargo, with offset; at once when absent or over.</summary>
    public DateTimeOffset? PublishAt { get; init; }

    /// <summary>State of knowledge to publish, an instant with offset; as known now when absent.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>What the public is told with it, e.g. what was corrected.</summary>
    [TextLength(500, ErrorMessage = "说明最多 500 字。")] public string? Note { get; init; }
}

/// <summary>A release with its figures.</summary>
public sealed record ReleasedPeriod(Release Release, IReadOnlyList<ReleasedValue> Values);
