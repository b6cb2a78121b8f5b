using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Decisions;
using Wuwei.Indicator.Observations;
using Wuwei.Outbox;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;
using Wuwei.Tables.Writing;

namespace Wuwei.Indicator.Reports;

public static class ReadForm
{
    public static void Map(IEndpointRouteBuilder reports)
    {
        Refusing(reports.MapGet("/form", HandleAsync).WithName(nameof(ReadForm)));
        Refusing(reports.MapGet("/form.csv", HandleCsvAsync).WithName("GetReportForm").Produces<Stream>(StatusCodes.Status200OK, "text/csv"));
        Refusing(reports.MapGet("/form.xlsx", HandleXlsxAsync).WithName("GetReportFormXlsx").Produces<Stream>(StatusCodes.Status200OK, XlsxRows.MediaType));
    }

    private static RouteHandlerBuilder Refusing(RouteHandlerBuilder form) => form
        .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>
    /// What a region has to fill in for a period: every indicator it reports, with what is written so far, the last value, that
    /// of the year before, the year to date, and hints of what to look at again.
    /// </summary>
    /// <param name="region">A county, or the city for what only it reports.</param>
    /// <param name="period">A month, or a year for annual indicators.</param>
    internal static async Task<Results<Pulled<ReportForm>, ProblemHttpResult>> HandleAsync(
        string region, string period, Caller caller, IndicatorCatalogue catalogue, Database db, TimeProvider clock, CancellationToken cancellation) =>
        (await FormAsync(region, period, caller, catalogue, db, clock, cancellation)).IsRefused(out var refusal, out var form) ? refusal.ToProblem() : new Pulled<ReportForm>(form);

    /// <summary>The same as a template that is filled in as far as it is written; it goes to /imports as it is.</summary>
    /// <param name="region">A county, or the city for what only it reports.</param>
    /// <param name="period">A month, or a year for annual indicators.</param>
    internal static async Task<Results<FileContentHttpResult, ProblemHttpResult>> HandleCsvAsync(
        string region, string period, Caller caller, IndicatorCatalogue catalogue, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        if ((await FormAsync(region, period, caller, catalogue, db, clock, cancellation)).IsRefused(out var refusal, out var form))
        {
            return refusal.ToProblem();
        }

        var table = ReportTable.Of(await catalogue.AllPrintedAsync(cancellation));
        var lines = new StringBuilder("\ufeff");
        CsvText.Append(lines, [.. table.Columns.Select(column => column.Header), .. table.Beside]);
        foreach (var row in form.Rows())
        {
            CsvText.Append(lines, row);
        }

        return TypedResults.File(Encoding.UTF8.GetBytes(lines.ToString()), "text/csv; charset=utf-8", $"报表-{form.RegionName}-{form.Period}.csv");
    }

    /// <summary>The same as a workbook, with lists to choose from and a sheet that explains each column.</summary>
    /// <param name="region">A county, or the city for what only it reports.</param>
    /// <param name="period">A month, or a year for annual indicators.</param>
    internal static async Task<Results<FileContentHttpResult, ProblemHttpResult>> HandleXlsxAsync(
        string region, string period, Caller caller, IndicatorCatalogue catalogue, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        if ((await FormAsync(region, period, caller, catalogue, db, clock, cancellation)).IsRefused(out var refusal, out var form))
        {
            return refusal.ToProblem();
        }

        using var output = new MemoryStream();
        await XlsxTemplate.WriteFilledAsync(ReportTable.Of(await catalogue.AllPrintedAsync(cancellation)), form.Rows(), output, cancellation);
        return TypedResults.File(output.ToArray(), XlsxRows.MediaType, $"报表-{form.RegionName}-{form.Period}.xlsx");
    }

    private static async Task<Decision<ReportForm>> FormAsync(
        string region, string period, Caller caller, IndicatorCatalogue catalogue, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        if (!(region == RegionCode.City || RegionCode.Counties.Any(county => county.Code == region)) || !caller.Covers(region))
        {
            return ObservationQuery.RegionNotFound;
        }

        if (!ObservationQuery.TryPeriod(period, out var asked))
        {
            return ObservationQuery.PeriodMalformed;
        }

        var today = clock.Today();
        if ((asked.Kind is PeriodKind.Month or PeriodKind.Year ? ReportRules.CheckPeriod(asked, today) : ReportRules.PeriodKind) is { } invalid)
        {
            return invalid;
        }

        var indicators = (await catalogue.AllPrintedAsync(cancellation))
            .Where(found => found.OriginOn(asked.Start) != Origin.Derived && ReportRules.CheckPlace(found, region, asked, today) is null).ToArray();
        var rules = await db.ListAsync<DueRule>(Scope.System("reporting"), DueRule.CurrentSql, null, cancellation);
        var policy = new PolicyParameters(await db.ListAsync<PolicyParameter>(caller.Scope, PolicyParameters.InForceSql, null, cancellation));
        var written = (await db.ListAsync<StoredReport>(caller.Scope, WrittenSql, new { region, period = asked.ToString() }, cancellation)).ToDictionary(report => report.Indicator);
        var month = new DateOnly(asked.End.Year, asked.End.Month, 1);
        var cells = await db.TotalsAsync(caller.Scope, indicators, region, new(new(asked.Year - 1, 1, 1), month), 6, null, cancellation);
        return new ReportForm(region, RegionCode.Wuwei[region].Name, asked.ToString(), await catalogue.NotesAsync(indicators.Select(indicator => indicator.Code), null, cancellation),
            [.. indicators.Select(indicator => FormLine.Of(indicator, region, asked, written.GetValueOrDefault(indicator.Code), cells, ReportingRates.DueOn(indicator.Code, region, asked, rules), policy))]);
    }

    private const string WrittenSql = $"select {ReportRows.Columns} from report r where r.region = @region and r.period = @period";
}

/// <summary>What a region has to fill in.</summary>
/// <param name="Decisions">What the plan leaves open about these indicators, and how it is read.</param>
public sealed record ReportForm(string Region, string RegionName, string Period, IReadOnlyList<DecisionNote> Decisions, IReadOnlyList<FormLine> Lines)
{
    /// <summary>As a file has it: the columns of <see cref="ReportTable"/>, then those beside them.</summary>
    internal IEnumerable<IReadOnlyList<string?>> Rows() => Lines.Select(line => (IReadOnlyList<string?>)
    [
        line.NameZh, RegionName, Period, Text(line.Rate ? null : line.Value), Text(line.Numerator), Text(line.Denominator), line.Note, Text(line.Revision > 0 ? line.Revision : null),
        line.Unit, $"{line.DueOn:yyyy-MM-dd}", line.LastPeriod, Text(line.Last), Text(line.YearBefore), Text(line.Change), Text(line.YearToDate),
        string.Join('；', line.Hints.Select(hint => hint.Text.TrimEnd('。'))), string.Join('；', Decisions.Where(note => note.Indicator == line.Indicator).Select(note => note.Text)),
    ]);

    private static string? Text(decimal? number) => number?.ToString(CultureInfo.InvariantCulture);
}

/// <summary>An indicator of a form.</summary>
/// <param name="Rate">Numerator and denominator are filled in, not a value.</param>
/// <param name="State">Null: nobody has begun.</param>
/// <param name="Revision">Of the report, for If-Match; 0: there is none.</param>
/// <param name="Value">As written so far; for rates what numerator and denominator come to.</param>
/// <param name="LastPeriod">The last one before that counts.</param>
/// <param name="YearBefore">Of the same period of the year before.</param>
/// <param name="Change">Value against <paramref name="Last"/>, in percent of it; for shares in percentage points.</param>
/// <param name="YearToDate">What counts from January on, with <paramref name="Value"/> for this period; of flows only.</param>
/// <param name="Hints">Reasons to look again, never refusals.</param>
/// <param name="Link">Where it is written.</param>
public sealed record FormLine(
    string Indicator, string NameZh, string Unit, bool Rate, DateOnly DueOn, ReportState? State, int Revision,
    decimal? Value, decimal? Numerator, decimal? Denominator, string? Note, string? Reason,
    string? LastPeriod, decimal? Last, decimal? YearBefore, decimal? Change, decimal? YearToDate, IReadOnlyList<FormHint> Hints, string Link)
{
    /// <param name="cells">What counts, this year and the year before.</param>
    internal static FormLine Of(
        PlanIndicator indicator, string region, Period period, StoredReport? report, IReadOnlyList<Cell> cells, DateOnly dueOn, PolicyParameters policy)
    {
        var last = Enumerable.Range(1, 12).Select(ago => period.Add(-ago)).Where(before => before.Year >= period.Year - 1)
            .Select(before => (Period: before, Value: ValueOf(before))).FirstOrDefault(before => before.Value is not null);
        var isRate = indicator.Counting == Counting.Ratio;
        var value = isRate
            ? report is { Numerator: { } part, Denominator: > 0 and { } whole } ? decimal.Round(100 * part / whole, 2, MidpointRounding.AwayFromZero) : null
            : Plain(report?.Value);
        var change = Pivot.Change(value, last.Value, indicator.Unit == "%");
        return new(
            indicator.Code, indicator.NameZh, indicator.Unit, isRate, dueOn, report?.At, report?.Revision ?? 0,
            value, Plain(report?.Numerator), Plain(report?.Denominator), report?.Note, report?.Reason,
            last.Value is null ? null : last.Period.ToString(), last.Value, ValueOf(period with { Year = period.Year - 1 }), change,
            indicator.Counting == Counting.Sum && value is { } own ? own + Before().Sum() : null,
            [.. FormHint.Of(indicator, period, value, last.Value, change, policy)],
            Links.Record("indicator", new ReportKey(indicator.Code, region, period.ToString()).RecordId));

        decimal? ValueOf(Period one)
        {
            var window = new Window(one.Start, new(one.End.Year, one.End.Month, 1));
            return Aggregation.Of(indicator, region, window, cells).Value is { } counted ? decimal.Round(counted, 4) : null;
        }

        static decimal? Plain(decimal? number) => number is { } known ? Aggregation.Plain(known) : null;

        IEnumerable<decimal> Before() => Enumerable.Range(1, period.Number - 1).Select(number => ValueOf(period with { Number = number }) ?? 0);
    }
}

/// <summary>What to look at again.</summary>
/// <param name="Code"><c>large-change</c> or <c>same-as-last</c>.</param>
public sealed record FormHint(string Code, string Text)
{
    internal static IEnumerable<FormHint> Of(PlanIndicator indicator, Period period, decimal? value, decimal? last, decimal? change, PolicyParameters policy)
    {
        var (key, unit) = indicator.Unit == "%" ? ("share", "个百分点") : ("count", "%");
        if (policy.Value("report.plausible_change", key, period.End) is { } limit && Math.Abs(change ?? 0) >= limit)
        {
            yield return new("large-change", $"与上期相差 {change} {unit}，请核实，必要时在备注中说明。");
        }

        if (value is > 0 && value == last && indicator.Counting == Counting.Sum)
        {
            yield return new("same-as-last", "与上期完全相同，请核实。");
        }
    }
}
