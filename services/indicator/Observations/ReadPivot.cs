using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Decisions;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Observations;

public static class ReadPivot
{
    /// <summary>Most values of one table: 17 indicators of five regions over twenty years of months.</summary>
    public const int MaxCells = 25_000;

    internal const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    internal const string SdmxCsv = "application/vnd.sdmx.data+csv", SdmxJson = "application/vnd.sdmx.data+json";

    public static readonly Refusal TooManyCells = Refusal.Invalid("observation.too_many_cells", $"一次最多 {MaxCells} 个数值，请减少指标、地区或期间。", "/to");
    public static readonly Refusal FormatUnknown = Refusal.Invalid("observation.unknown_format", "format 须为 json、csv、xlsx、sdmx-csv、sdmx-json、chart 或 map。", "/format");
    public static readonly Refusal NotAcceptable = new(
        "request.not_acceptable", "只提供 application/json、text/csv、XLSX、SDMX-CSV 2.0、SDMX-JSON 2.0 与 SVG。", StatusCodes.Status406NotAcceptable);

    private static readonly (string Name, string MediaType, string Served)[] s_formats =
    [
        ("json", "application/json", "application/json; charset=utf-8"),
        ("csv", "text/csv", "text/csv; charset=utf-8"),
        ("xlsx", Xlsx, Xlsx),
        ("sdmx-csv", SdmxCsv, $"{SdmxCsv};version=2.0.0"),
        ("sdmx-json", SdmxJson, $"{SdmxJson};version=2.0.0"),
        ("chart", PivotPictures.MediaType, PivotPictures.MediaType),
        ("map", PivotPictures.MediaType, PivotPictures.MediaType),
    ];

    public static void Map(IEndpointRouteBuilder observations) => observations
        .MapGet("/pivot", HandleAsync)
        .WithName(nameof(ReadPivot))
        .Produces<PivotTable>(StatusCodes.Status200OK, "application/json", "text/csv", Xlsx, SdmxCsv, SdmxJson, PivotPictures.MediaType)
        .Produces(StatusCodes.Status304NotModified)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status406NotAcceptable)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>
    /// Indicators × regions × periods, with 同比 and 环比 (percentage points for rates); as known now or at an instant. As JSON,
    /// CSV, XLSX, SDMX-CSV 2.0 or SDMX-JSON 2.0, by <c>Accept</c> or <c>format</c>; as a picture (SVG), a line for each row, or the
    /// counties on a sketch map.
    /// </summary>
    internal static async Task<IResult> HandleAsync(
        [AsParameters] PivotQuery query, Caller caller, IndicatorCatalogue catalogue, Provenance provenance, Database db, TimeProvider clock,
        HttpContext http, CancellationToken cancellation)
    {
        http.Response.Headers.Vary = HeaderNames.Accept;
        if (FormatOf(query.Format, http.Request.Headers.Accept!).IsRefused(out var refusal, out var format))
        {
            return refusal.ToProblem();
        }

        if ((await ObservationQuery.KnownAsync(query.Total, query.AsOf, db, cancellation)).IsRefused(out refusal, out var known))
        {
            return refusal.ToProblem();
        }

        var all = await catalogue.AllAsync(known.Knowledge.AsOf, cancellation);
        var codes = query.Indicator?.Split(',');
        var indicators = codes is null ? [.. all] : codes.Select(code => all.FirstOrDefault(found => found.Code == code)).OfType<PlanIndicator>().Distinct().ToArray();
        if (indicators.Length == 0 || (codes is not null && indicators.Length < codes.Distinct().Count()))
        {
            return IndicatorCatalogue.NotFound.ToProblem();
        }

        var regions = query.Region?.Split(',').Distinct().ToArray()
            ?? [.. RegionCode.Counties.Select(county => county.Code).Prepend(RegionCode.City).Where(caller.Covers)];
        if (regions is [] || regions.Any(region => !(region == RegionCode.City || RegionCode.IsCountyOrTownship(region)) || !caller.Covers(region)))
        {
            return ObservationQuery.RegionNotFound.ToProblem();
        }

        if (ListObservations.Points(query.From, query.To, query.By ?? "year").IsRefused(out refusal, out var periods))
        {
            return refusal.ToProblem();
        }

        if ((long)indicators.Length * regions.Length * periods.Length > MaxCells)
        {
            return TooManyCells.ToProblem();
        }

        // One look for all: the smallest region that holds them.
        var around = regions.Length == 1 ? regions[0] : regions.Select(RegionCode.CountyOf).Distinct().Count() == 1 ? RegionCode.CountyOf(regions[0]) : RegionCode.City;
        var cells = (await db.TotalsAsync(caller.Scope, indicators, around, Pivot.Fetched(periods, known.Total),
            regions.Any(region => region.Length > 6) ? 9 : 6, known.Knowledge.Position, cancellation)).ToLookup(cell => cell.Measure);
        var rows = from indicator in indicators
                   let own = indicator.Measures.SelectMany(measure => cells[measure.Measure]).ToArray()
                   from region in regions
                   select Pivot.Row(new(indicator, region, known.Total, known.Knowledge), periods, own);
        var table = new PivotTable(known.Total, query.By ?? "year", [.. periods.Select(period => period.ToString())], [.. rows],
            known.Knowledge.AsOf, known.Knowledge.Epoch, [.. indicators.SelectMany(DecisionNote.Of).Distinct()], provenance.Demonstration);
        var pictures = new PivotPictures(table);
        if ((format.Name switch { "chart" => pictures.NoChart, "map" => pictures.NoMap, _ => null }) is { } impossible)
        {
            return impossible.ToProblem();
        }

        return await AnswerAsync(new(table, indicators.ToDictionary(indicator => indicator.Code)), format, clock, http, cancellation);
    }

    private static async Task<IResult> AnswerAsync(PivotFiles files, Format format, TimeProvider clock, HttpContext http, CancellationToken cancellation)
    {
        // The tag is of the figures: a file of the same figures is the same, whenever it was made.
        http.Response.Headers.CacheControl = "private, no-cache";
        var json = JsonSerializer.SerializeToUtf8Bytes(files.Table, Json.Options);
        if (http.IsNotModified(format.Name == "json" ? ETags.Of(json) : $"{ETags.Of(json)[..^1]}-{format.Name}\""))
        {
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        }

        var bytes = format.Name switch
        {
            "json" => json,
            "csv" => files.Csv(),
            "xlsx" => await files.XlsxAsync(cancellation),
            "sdmx-csv" => files.SdmxCsv(),
            "chart" => new PivotPictures(files.Table).Chart(),
            "map" => new PivotPictures(files.Table).Map(),
            _ => files.SdmxJson(clock.GetUtcNow()),
        };
        return format.Name is "csv" or "xlsx" ? TypedResults.File(bytes, format.Served, $"指标值.{format.Name}") : TypedResults.Bytes(bytes, format.Served);
    }

    /// <summary>The form asked for by name, else the one the caller prefers; JSON when it does not say.</summary>
    internal static Decision<Format> FormatOf(string? name, IList<string> accept)
    {
        if (name is not null)
        {
            return s_formats.FirstOrDefault(format => format.Name == name) is { Name: not null } named ? new Format(named.Name, named.Served) : FormatUnknown;
        }

        if (accept is [])
        {
            return new Format(s_formats[0].Name, s_formats[0].Served);
        }

        if (!MediaTypeHeaderValue.TryParseList(accept, out var wanted))
        {
            return NotAcceptable;
        }

        return wanted
            .Where(type => type.Quality is null or > 0)
            .OrderByDescending(type => type.Quality ?? 1)
            .Select(type => s_formats.FirstOrDefault(format => MediaTypeHeaderValue.Parse(format.MediaType).IsSubsetOf(new(type.MediaType))))
            .FirstOrDefault(format => format.Name is not null) is { Name: not null } found ? new Format(found.Name, found.Served) : NotAcceptable;
    }

    internal sealed record Format(string Name, string Served);
}

/// <summary>Which table.</summary>
public sealed record PivotQuery
{
    /// <summary>Catalogue codes, parted by commas; all when absent.</summary>
    [FromQuery(Name = "indicator")] public string? Indicator { get; init; }

    /// <summary>City, counties or townships, parted by commas; the city and its counties when absent.</summary>
    [FromQuery(Name = "region")] public string? Region { get; init; }

    /// <summary>First period; the plan's first year when absent.</summary>
    [FromQuery(Name = "from")] public string? From { get; init; }

    /// <summary>Last period; the plan's last year when absent.</summary>
    [FromQuery(Name = "to")] public string? To { get; init; }

    /// <summary><c>month</c>, <c>quarter</c>, <c>half-year</c> or <c>year</c> (when absent).</summary>
    [FromQuery(Name = "by")] public string? By { get; init; }

    /// <summary><c>period</c> (when absent), <c>year-to-date</c> or <c>plan-to-date</c>.</summary>
    [FromQuery(Name = "total")] public string? Total { get; init; }

    /// <summary>Instant with offset: the state of knowledge to answer from; now when absent.</summary>
    [FromQuery(Name = "asOf")] public string? AsOf { get; init; }

    /// <summary><c>json</c>, <c>csv</c>, <c>xlsx</c>, <c>sdmx-csv</c>, <c>sdmx-json</c>, <c>chart</c> (of one unit) or <c>map</c> (of one indicator and period); when absent, as <c>Accept</c> says.</summary>
    [FromQuery(Name = "format")] public string? Format { get; init; }
}
