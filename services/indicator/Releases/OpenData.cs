using System.Globalization;
using System.Text;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Decisions;
using Wuwei.Indicator.Observations;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;
using Wuwei.Tables.Writing;

namespace Wuwei.Indicator.Releases;

/// <summary>What the public may know, of every region: figures that were released, from the end of their embargo on.</summary>
public static class OpenData
{
    public const string Scope = "indicator.open";

    public static readonly Refusal FormatUnknown = Refusal.Invalid("observation.unknown_format", "format 须为 json 或 csv。", "/format");

    public static void Map(IEndpointRouteBuilder open)
    {
        open.MapGet("/releases", HandleAsync).WithName("ListOpenReleases");
        open.MapGet("/observations/{period}", ReadAsync).WithName("ReadOpenObservations")
            .Produces<OpenObservations>(StatusCodes.Status200OK, "application/json", "text/csv")
            .Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>The periods that are published, the latest first.</summary>
    internal static async Task<Pulled<IReadOnlyList<OpenRelease>>> HandleAsync(Caller caller, Database db, TimeProvider clock, CancellationToken cancellation) =>
        new([.. (await db.ListAsync<Release>(caller.Scope.SeeingEverywhere(), PublishedSql, new { period = (string?)null, now = clock.GetUtcNow() }, cancellation)).Select(OpenRelease.Of)]);

    /// <summary>A period's published figures of the city and its counties, as JSON or CSV. Small counts, and what would tell them, are withheld.</summary>
    /// <param name="format"><c>json</c> (when absent) or <c>csv</c>.</param>
    internal static async Task<IResult> ReadAsync(
        string period, string? format, Caller caller, IndicatorCatalogue catalogue, Provenance provenance, Database db, TimeProvider clock, HttpContext http, CancellationToken cancellation)
    {
        if (format is not (null or "json" or "csv"))
        {
            return FormatUnknown.ToProblem();
        }

        if ((await db.ListAsync<Release>(caller.Scope.SeeingEverywhere(), PublishedSql, new { period = (string?)period, now = clock.GetUtcNow() }, cancellation)) is not [var release])
        {
            return ReadReleases.NotFound.ToProblem();
        }

        var indicators = (await catalogue.AllPrintedAsync(cancellation)).ToDictionary(indicator => indicator.Code);
        var values = await db.ListAsync<ReleasedValue>(caller.Scope.SeeingEverywhere(), ReadReleases.ValuesSql, new { period, release.Revision }, cancellation);
        var document = new OpenObservations(OpenRelease.Of(release), provenance.Demonstration, [.. values.Select(value => new OpenObservation(
            value.Indicator, indicators[value.Indicator].NameZh, value.Region, RegionCode.Wuwei[value.Region].Name, indicators[value.Indicator].Unit,
            value.Value is { } known ? Aggregation.Plain(known) : null, value.Status))],
            await catalogue.NotesAsync(values.Select(value => value.Indicator), null, cancellation));
        if (format != "csv")
        {
            return new Pulled<OpenObservations>(document);
        }

        http.Response.Headers.CacheControl = "private, no-cache";
        var bytes = Csv(document);
        return http.IsNotModified(ETags.Of(bytes)) ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.File(bytes, "text/csv; charset=utf-8", $"公开数据-{period}.csv");
    }

    private static byte[] Csv(OpenObservations document)
    {
        var lines = new StringBuilder("\ufeff");
        CsvText.Append(lines, ["指标代码", "指标", "地区代码", "地区", "期间", "数值", "单位", "状态", "规划读法"]);
        var read = document.Decisions.ToLookup(note => note.Indicator, note => note.Text);
        foreach (var one in document.Items)
        {
            CsvText.Append(lines,
            [
                one.Indicator, one.NameZh, one.Region, one.RegionName, document.Release.Period, one.Value?.ToString(CultureInfo.InvariantCulture), one.Unit,
                one.Status switch { "published" => "已公布", "suppressed" => "人数过少，不公布", _ => "缺数" }, string.Join('；', read[one.Indicator]),
            ]);
        }

        return Encoding.UTF8.GetBytes(lines.ToString());
    }

    private const string PublishedSql = $"""
        select distinct on (r.period) {Release.Columns}
        from release r
        where r.publish_at <= @now and (@period::text is null or r.period = @period)
        order by r.period desc, r.revision desc
        """;
}

/// <summary>A period that is published.</summary>
/// <param name="AsOf">State of knowledge of its figures.</param>
public sealed record OpenRelease(string Period, int Revision, DateTimeOffset AsOf, DateTimeOffset PublishedAt, string? Note)
{
    internal static OpenRelease Of(Release release) => new(release.Period, release.Revision, release.AsOf, release.PublishAt, release.Note);
}

/// <summary>A period's published figures.</summary>
/// <param name="Demonstration">The platform holds synthetic records: no real figures.</param>
/// <param name="Decisions">What the plan leaves open about these indicators, and how it is read.</param>
public sealed record OpenObservations(OpenRelease Release, bool Demonstration, IReadOnlyList<OpenObservation> Items, IReadOnlyList<DecisionNote> Decisions);

/// <summary>A published figure.</summary>
/// <param name="Value">In <paramref name="Unit"/>; null: withheld, or not known.</param>
/// <param name="Status"><c>published</c>, <c>suppressed</c> or <c>missing</c>.</param>
public sealed record OpenObservation(string Indicator, string NameZh, string Region, string RegionName, string Unit, decimal? Value, string Status);
