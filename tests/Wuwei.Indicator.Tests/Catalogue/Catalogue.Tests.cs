using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wuwei.Indicator.Tests.Catalogue;

/// <summary>The catalogue says what the plan's table says, to the letter.</summary>
public sealed class CatalogueTests(IndicatorService service) : IClassFixture<IndicatorService>
{
    [Fact]
    public async Task Given_the_plans_table_When_the_catalogue_is_read_Then_every_row_says_the_same()
    {
        var golden = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "vectors", "plan-indicators.json")))!;
        var catalogue = JsonNode.Parse(await service.City.GetStringAsync(new Uri("indicators", UriKind.Relative)))!.AsArray();

        Assert.Equal(17, catalogue.Count); // the table's twelve first, then those of the text
        foreach (var (row, printed) in catalogue.Zip(golden["indicators"]!.AsArray()))
        {
            var (indicator, plan) = (row!, printed!);
            Assert.Equal((int)plan["no"]!, int.Parse((string)indicator["code"]!, System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal((string)plan["name"]!, (string)indicator["nameZh"]!);
            Assert.Equal((string?)plan["unit"], (string?)indicator["printedUnit"]);
            Assert.Equal((string)plan["basePrinted"]!, (string)indicator["base"]!["printed"]!);
            Assert.Equal(plan["base2020"]?["value"].Decimal(), indicator["base"]!["value"].Decimal());
            Assert.Equal(((string?)plan["base2020"]?["op"])?.Replace(">=", "≥", StringComparison.Ordinal), (string?)indicator["base"]!["comparator"]);
            Assert.Equal((string)plan["targetPrinted"]!, (string)indicator["target"]!["printed"]!);
            Assert.Equal(plan["target2025"]!["value"].Decimal(), indicator["target"]!["value"].Decimal());
            // Where the table prints only a number, "not below it" is the reading, and a note says so.
            var comparator = (string)plan["target2025"]!["op"]! switch { ">=" or "=" => "≥", var other => other };
            Assert.Equal(comparator, (string)indicator["target"]!["comparator"]!);
            Assert.True((string)plan["target2025"]!["op"]! != "=" || (string)indicator["code"]! == "8"
                || indicator["decisions"]!.AsArray().Any(note => (string)note!["reading"]! == "≥"), (string)indicator["nameZh"]!);
            Assert.Equal((bool)plan["cumulative"]!, (bool)indicator["cumulative"]!);
            Assert.Equal((string)plan["kind"]!, (string)indicator["attribute"]!);
            Assert.Equal((string)plan["direction"]!, (string)indicator["direction"]!);
            Assert.Equal(((string?)indicator["printedUnit"])?.StartsWith('万') ?? true ? 10_000 : 1, (int)indicator["scale"]!);
            Assert.NotEmpty(indicator["decisions"]!.AsArray());
            Assert.NotEmpty(indicator["measures"]!.AsArray());
            Assert.Equal(1m, indicator["seasons"]![0]!["shares"]![11].Decimal());
            Assert.False((bool)indicator["seasons"]![0]!["verified"]!);
        }
    }

    [Fact]
    public async Task Given_labour_transfer_When_its_season_is_read_Then_it_is_front_loaded()
    {
        var shares = (await service.City.GetJsonAsync("indicators/6"))["seasons"]![0]!["shares"]!.AsArray();
        Assert.Equal((0.75m, 0.95m, 1m), (shares[2].Decimal(), shares[5].Decimal(), shares[8].Decimal()));
    }

    [Fact]
    public async Task Given_the_regions_When_they_are_read_Then_there_are_a_province_a_city_4_counties_and_108_townships()
    {
        var regions = JsonSerializer.Deserialize<JsonArray>(await service.City.GetStringAsync(new Uri("regions", UriKind.Relative)))!;
        Assert.Equal(
            [("county", 4), ("prefecture", 1), ("province", 1), ("township", 108)],
            regions.GroupBy(region => (string)region!["level"]!).Select(level => (level.Key, level.Count())).Order());
    }

    [Fact]
    public async Task Given_a_catalogue_held_before_When_it_is_pulled_again_Then_it_is_not_sent()
    {
        using var first = await service.City.GetAsync(new Uri("indicators", UriKind.Relative));
        using var again = new HttpRequestMessage(HttpMethod.Get, "indicators");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await service.City.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Empty(await second.Content.ReadAsStringAsync());
    }
}
