using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Wuwei.Contracts.Facts;

namespace Wuwei.Register.Tests;

/// <summary>Monthly totals from before real-name records, in every register.</summary>
public sealed class HistoricTotalTests(Service service) : IClassFixture<Service>
{
    private string Measure => service.Services.GetRequiredService<RegisterIdentity>().Measures[0];

    [Fact]
    public async Task Given_a_total_When_sent_corrected_and_withdrawn_Then_the_ledger_hears_of_each()
    {
        var (path, id) = ($"/historic-totals/620602/{Measure}/2023-05", $"historic-totals/620602/{Measure}/2023-05");
        Fact Expected(int revision, decimal? quantity) => new(id, Measure, revision, "620602", new(2023, 5, 31), null, quantity);
        _ = await service.FactsSentAsync();

        var created = await PutAsync(service.City, path, Total(1234));
        var again = await PutAsync(service.City, path, Total(1234));
        var unnamed = await PutAsync(service.City, path, Total(0));
        var zero = await PutAsync(service.City, path, Total(0), "\"1\"");
        var withdrawn = await PutAsync(service.City, path, Total(null), "\"2\"");

        Assert.Equal(
            [HttpStatusCode.Created, HttpStatusCode.OK, (HttpStatusCode)428, HttpStatusCode.OK, HttpStatusCode.OK],
            new[] { created, again, unnamed, zero, withdrawn }.Select(answer => answer.Status));
        Assert.Equal([Expected(1, 1234), Expected(2, 0), Expected(3, null)], await service.FactsSentAsync());
        var read = await GetAsync(service.City, path);
        Assert.Equal(("\"3\"", 3), (read.ETag, (int)read.Body!["revision"]!));
        Assert.True((bool)read.Body["synthetic"]!);
    }

    [Theory]
    [InlineData("620602", "2025-01", 1, HttpStatusCode.UnprocessableEntity, "historic_total.real_name_year")]
    [InlineData("620602", "2023", 1, HttpStatusCode.UnprocessableEntity, "historic_total.not_a_month")]
    [InlineData("620602", "2023-13", 1, HttpStatusCode.UnprocessableEntity, "historic_total.not_a_month")]
    [InlineData("620600", "2023-01", 1, HttpStatusCode.UnprocessableEntity, "historic_total.unknown_region")]
    [InlineData("999999", "2023-01", 1, HttpStatusCode.UnprocessableEntity, "historic_total.unknown_region")]
    [InlineData("620602", "2023-01", -1, HttpStatusCode.BadRequest, "request.invalid")]
    public async Task Given_a_total_that_cannot_be_When_sent_Then_it_is_refused(string region, string month, int quantity, HttpStatusCode status, string code)
    {
        var answer = await PutAsync(service.City, $"/historic-totals/{region}/{Measure}/{month}", Total(quantity));

        Assert.Equal((status, code), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Given_an_unknown_measure_When_sent_Then_it_is_refused()
    {
        var answer = await PutAsync(service.City, "/historic-totals/620602/nothing/2023-01", Total(1));

        Assert.Equal("historic_total.unknown_measure", answer.Code);
        Assert.Equal("request.malformed", (await GetAsync(service.City, "/historic-totals?measure=%00")).Code);
        Assert.Equal("request.invalid", (await GetAsync(service.City, "/historic-totals?measure=A%20b")).Code);
    }

    [Fact]
    public async Task Given_another_county_When_a_county_writes_or_reads_Then_it_may_not()
    {
        var path = $"/historic-totals/{Service.Minqin}/{Measure}/2022-02";
        using var liangzhou = service.County();
        _ = await PutAsync(service.City, path, Total(5));

        Assert.Equal("auth.out_of_region", (await PutAsync(liangzhou, path, Total(6), "\"1\"")).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(liangzhou, path)).Status);
        Assert.DoesNotContain(Service.Minqin, (await GetAsync(liangzhou, "/historic-totals")).Body!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_totals_When_listed_by_pages_Then_each_comes_once()
    {
        for (var month = 1; month <= 5; month++)
        {
            _ = await PutAsync(service.City, $"/historic-totals/620622/{Measure}/2021-{month:00}", Total(month));
        }

        var first = (await GetAsync(service.City, "/historic-totals?region=620622&limit=3")).Body!;
        var second = (await GetAsync(service.City, $"/historic-totals?region=620622&limit=3&after={first["next"]}")).Body!;

        Assert.Equal(
            Enumerable.Range(1, 5).Select(month => $"2021-{month:00}"),
            first["items"]!.AsArray().Concat(second["items"]!.AsArray()).Select(item => (string)item!["month"]!));
        Assert.Null(second["next"]);
    }

    private static JsonObject Total(int? quantity) => new() { ["quantity"] = quantity, ["source"] = "示范数据", ["synthetic"] = true };
}
