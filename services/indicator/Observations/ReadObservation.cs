using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Decisions;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Observations;

public static class ReadObservation
{
    public static void Map(IEndpointRouteBuilder observations) => observations
        .MapGet("/{indicator}/{region}/{period}", HandleAsync)
        .WithName(nameof(ReadObservation))
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>One value with what it is made of: measures, regions below, months, and what is missing.</summary>
    internal static async Task<Results<Pulled<OpenedObservation>, ProblemHttpResult>> HandleAsync(
        string indicator, string region, string period, string? total, string? asOf,
        Caller caller, IndicatorCatalogue catalogue, Provenance provenance, Database db, CancellationToken cancellation)
    {
        if ((await ObservationQuery.ReadAsync(indicator, region, total, asOf, caller, catalogue, db, cancellation)).IsRefused(out var refusal, out var question))
        {
            return refusal.ToProblem();
        }

        if (!ObservationQuery.TryPeriod(period, out var asked))
        {
            return ObservationQuery.PeriodMalformed.ToProblem();
        }

        var digits = region == RegionCode.City ? 6 : 9;
        var cells = await db.TotalsAsync(caller.Scope, question.Indicator, region, question.WindowOf(asked), digits, question.Knowledge.Position, cancellation);
        var reported = question.Indicator.OriginOn(asked.Start) == Origin.Derived && question.Indicator.Derivation is null
            ? await db.ListAsync<ControlReport>(caller.Scope, ReportedSql, new { indicator, low = LedgerTotals.Range(region).Low, high = LedgerTotals.Range(region).High, period = asked.ToString() }, cancellation)
            : null;
        return new Pulled<OpenedObservation>(Open(question, asked, cells, provenance.Demonstration) with { Reported = reported });
    }

    private const string ReportedSql = """
        select r.region, r.value, r.state, r.note, '/api/indicator/v1/reports/' || r.indicator || '/' || r.region || '/' || r.period as link
        from report r
        where r.indicator = @indicator and r.region >= @low and r.region < @high and r.period = @period and r.state <> 'draft'
        order by r.region
        """;

    /// <summary>Takes a value apart.</summary>
    internal static OpenedObservation Open(Question question, Period period, IReadOnlyList<Cell> cells, bool demonstration)
    {
        var window = question.WindowOf(period);
        var observed = question.Applies ? Aggregation.Of(question.Indicator, question.Region, window, cells) : null;
        var whole = Observation.Of(question, period, observed);
        var used = observed is null ? [] : cells.Where(cell => cell.Facts > 0 && (observed.Months?.Contains(cell.Month) ?? true)).ToArray();
        var below = question.Region == RegionCode.City ? RegionCode.Counties.Select(county => county.Code).Where(question.Indicator.AppliesTo)
            : used.Select(cell => cell.Region).Where(code => code != question.Region).Distinct().Order(StringComparer.Ordinal);
        return new(
            whole,
            [.. question.Indicator.Measures.Select(measure => (measure, cells: used.Where(cell => cell.Measure == measure.Measure).ToArray()))
                .Select(part => new MeasurePart(part.measure.Measure, part.measure.Name, part.measure.Role, part.measure.Unit,
                    part.cells is [] ? null : Aggregation.Plain(part.cells.Sum(cell => cell.Quantity)), part.cells.Sum(cell => cell.Facts)))],
            [.. below.Select(code => (code, value: Observation.Of(question with { Region = code }, period, cells)))
                .Select(part => new RegionPart(part.code, RegionCode.Wuwei[part.code].Name, part.value.Value, part.value.Facts, part.value.Status,
                    Links.Observation(question.Indicator.Code, part.code, period.ToString(), question)))],
            [.. (period.Kind == PeriodKind.Month && question.Total == Total.Period ? [] : window.Months())
                .Select(month => (month: Period.MonthOf(month), value: question.Applies ? Aggregation.Of(question.Indicator, question.Region, new(month, month), cells) : null))
                .Where(part => part.value is { Facts: > 0 })
                .Select(part => new MonthPart(part.month.ToString(), part.value!.Value, part.value.Facts,
                    Links.Observation(question.Indicator.Code, question.Region, part.month.ToString(), question with { Total = Total.Period })))],
            observed?.Missing?.Select(missing => new MissingPart(missing.Region,
                (question.Indicator.Frequency == "year" ? Period.YearOf(missing.Month.Year) : Period.MonthOf(missing.Month)).ToString())).ToArray(),
            question.Knowledge.AsOf,
            Links.Observation(question.Indicator.Code, question.Region, period.ToString(), question, "/facts"),
            DecisionNote.Of(question.Indicator), demonstration);
    }
}

/// <summary>A value and its parts.</summary>
/// <param name="Measures">What the value adds up or divides.</param>
/// <param name="Regions">The regions below. They add up to the value, but for rates and for what is only known of the region itself.</param>
/// <param name="Months">Months of a longer period that have a value.</param>
/// <param name="Missing">Reports that were due and are not in; null for derived indicators.</param>
/// <param name="AsOf">State of knowledge; null: now.</param>
/// <param name="Facts">Link to the facts that add up to it.</param>
/// <param name="Decisions">What the plan leaves open about the indicator, and how it is read.</param>
/// <param name="Demonstration">The platform holds synthetic records: no real figures.</param>
public sealed record OpenedObservation(
    Observation Observation, IReadOnlyList<MeasurePart> Measures, IReadOnlyList<RegionPart> Regions, IReadOnlyList<MonthPart> Months,
    IReadOnlyList<MissingPart>? Missing, DateTimeOffset? AsOf, string Facts, IReadOnlyList<DecisionNote> Decisions, bool Demonstration)
{
    /// <summary>What counties reported of an indicator that registers make: control figures, never added; null for others.</summary>
    public IReadOnlyList<ControlReport>? Reported { get; init; }
}

/// <summary>A report beside a derived value.</summary>
/// <param name="Note">Why it differs.</param>
public sealed record ControlReport(string Region, decimal? Value, string State, string? Note, string Link);

/// <summary>A measure's share of a value.</summary>
/// <param name="Quantity">In <paramref name="Unit"/>.</param>
public sealed record MeasurePart(string Measure, string Name, MeasureRole Role, string Unit, decimal? Quantity, long Facts);

/// <summary>A lower region's value.</summary>
public sealed record RegionPart(string Region, string Name, decimal? Value, long Facts, string Status, string Link);

/// <summary>A month's value.</summary>
public sealed record MonthPart(string Period, decimal? Value, long Facts, string Link);

/// <summary>A report that was due.</summary>
public sealed record MissingPart(string Region, string Period);
