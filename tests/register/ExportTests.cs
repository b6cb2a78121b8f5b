using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Wuwei.Tables;

namespace Wuwei.Register.Tests;

/// <summary>What holds for the files that any register gives out.</summary>
public sealed class ExportTests(Service service) : IClassFixture<Service>
{
    private const string Tianzhu = "620623"; // nobody else here records anything in it

    private Table Table => service.Services.GetRequiredService<Table>();

    [Fact]
    public async Task Given_records_When_exported_Then_persons_are_masked_and_nothing_is_calculated()
    {
        var (id, person, form) = (Guid.CreateVersion7(), TestPerson.Next(), new JsonObject());
        form = service.Form(person, Tianzhu);
        var text = Table.Columns.Last(column => column.Type is ColumnType.Text && form.ContainsKey(column.Field[1..]));
        form[text.Field[1..]] = "=1+1";
        Assert.Equal(HttpStatusCode.Created, (await PutAsync(service.City, service.Path(id), form)).Status);

        var csv = await FileAsync("csv", $"?region={Tianzhu}");
        Assert.Equal([0xef, 0xbb, 0xbf], csv[..3]);
        var lines = Encoding.UTF8.GetString(csv).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("\ufeff记录编号,版本,身份证号码,姓名,手机号码", lines[0], StringComparison.Ordinal);
        Assert.StartsWith($"{id},1,{person.MaskedId},张**,", Assert.Single(lines[1..]), StringComparison.Ordinal);
        Assert.Contains(",'=1+1,", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain(person.NationalId, lines[1], StringComparison.Ordinal);

        using var workbook = new ZipArchive(new MemoryStream(await FileAsync("xlsx", $"?region={Tianzhu}")));
        using var sheet = new StreamReader(workbook.GetEntry("xl/worksheets/sheet1.xml")!.Open());
        var xml = await sheet.ReadToEndAsync();
        Assert.Contains(person.MaskedId, xml, StringComparison.Ordinal);
        Assert.Contains(Table.NameOf("/region", Tianzhu)!, xml, StringComparison.Ordinal);
        Assert.DoesNotContain(person.NationalId, xml, StringComparison.Ordinal);
        Assert.DoesNotContain("<f>", xml, StringComparison.Ordinal);

        var json = JsonNode.Parse(await FileAsync("json", $"?region={Tianzhu}"))!.AsArray();
        Assert.Equal((await GetAsync(service.City, service.Path(id))).Body!.ToJsonString(), Assert.Single(json)!.ToJsonString());
    }

    [Fact]
    public async Task Given_more_records_than_a_file_may_have_When_exported_Then_the_answer_says_how_many_it_may()
    {
        await PostAsync(service.City, $"{service.Records}/batch", RegisterService.BatchOf(
            Enumerable.Range(0, 21).Select(_ => (Guid.CreateVersion7(), service.Form(TestPerson.Next())))));

        var answer = await GetAsync(service.City, $"{service.Records}/export.csv?region={RegisterService.Liangzhou}");

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "export.too_many_rows"), (answer.Status, answer.Code));
        Assert.Contains("20", (string?)answer.Body!["title"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_county_When_it_exports_Then_another_county_s_records_are_not_in_it()
    {
        await service.GivenRecordAsync(RegisterService.Minqin);

        using var response = await service.County("620622").GetAsync(new Uri($"{service.Records}/export.csv", UriKind.Relative));

        Assert.Single((await response.Content.ReadAsStringAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(HttpStatusCode.BadRequest, (await GetAsync(service.City, $"{service.Records}/export.pdf")).Status);
        Assert.Equal("request.bad_range", (await GetAsync(service.City, $"{service.Records}/export.csv?from=2025-02-01&to=2025-01-01")).Code);
    }

    private async Task<byte[]> FileAsync(string format, string query)
    {
        using var response = await service.City.GetAsync(new Uri($"{service.Records}/export.{format}{query}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal($"{Table.Title}.{format}", response.Content.Headers.ContentDisposition!.FileNameStar);
        return await response.Content.ReadAsByteArrayAsync();
    }
}
