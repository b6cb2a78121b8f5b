using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Wuwei.Testing;

namespace Wuwei.Register.Tests;

// Which files are taken, and which are not.
public sealed partial class ImportTests
{
    [Fact]
    public async Task Given_the_templates_When_downloaded_Then_they_have_a_Chinese_name_and_are_like_what_is_read()
    {
        using var xlsx = await service.City.GetAsync(Address("template.xlsx"));
        using var csv = await service.City.GetAsync(Address("template.csv"));

        Assert.Equal($"{Table.Title}导入模板.xlsx", xlsx.Content.Headers.ContentDisposition!.FileNameStar);
        Assert.Equal($"{Table.Title}导入模板.csv", csv.Content.Headers.ContentDisposition!.FileNameStar);
        foreach (var template in new[] { await xlsx.Content.ReadAsByteArrayAsync(), await csv.Content.ReadAsByteArrayAsync() })
        {
            var answer = await SendAsync(service.City, template, "dry-run");
            Assert.Equal((HttpStatusCode.UnprocessableEntity, "table.no_rows"), (answer.Status, answer.Code));
        }
    }

    [Theory]
    [InlineData("xls", HttpStatusCode.UnsupportedMediaType, "table.old_excel")]
    [InlineData("text", HttpStatusCode.UnprocessableEntity, "table.header_unknown")]
    [InlineData("large", HttpStatusCode.RequestEntityTooLarge, "import.too_large")]
    [InlineData("empty", HttpStatusCode.UnprocessableEntity, "table.empty")]
    [InlineData("open-quote", HttpStatusCode.UnprocessableEntity, "table.open_quote")]
    public async Task Given_a_file_that_is_not_read_When_sent_Then_the_answer_says_why_and_there_is_no_job(string kind, HttpStatusCode status, string code)
    {
        var jobs = await CountAsync("job");
        byte[] file = kind switch
        {
            "xls" => [0xd0, 0xcf, 0x11, 0xe0, .. new byte[100]],
            "text" => "你好"u8.ToArray(),
            "large" => new byte[1_000_001],
            // It turns out at the end.
            "open-quote" => [.. Csv(Forms(5)), .. "\"A1,"u8],
            _ => [],
        };

        var answer = await SendAsync(service.City, file, "accept-valid");

        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Equal(jobs, await CountAsync("job"));
    }

    [Fact]
    public async Task Given_a_file_in_a_form_When_sent_Then_it_is_the_form_s_file()
    {
        using var form = new MultipartFormDataContent { { new StringContent("x"), "note" }, { new ByteArrayContent(Csv(Forms(2))), "file", "../../记录.csv" } };
        using var response = await service.City.PostAsync(new Uri($"{service.Records}/imports?mode=accept-valid", UriKind.Relative), form);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal($"/api/{service.Name}/v1/jobs/{answer["id"]}", response.Headers.Location!.ToString());
        Assert.Equal(2, (int)(await WaitAsync(service.City, (string)answer["id"]!))["accepted"]!);
    }

    [Fact]
    public async Task Given_a_form_without_a_file_When_sent_Then_that_is_said()
    {
        using var form = new MultipartFormDataContent { { new StringContent("x"), "note" } };
        using var response = await service.City.PostAsync(new Uri($"{service.Records}/imports?mode=accept-valid", UriKind.Relative), form);
        Assert.Equal(
            (HttpStatusCode.UnprocessableEntity, "import.no_file"),
            (response.StatusCode, (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["code"]));
    }

    [Theory]
    [InlineData("accept-valid")]
    [InlineData("all-or-nothing")]
    [InlineData("dry-run")]
    public async Task Given_a_file_with_rows_of_another_county_When_sent_Then_the_whole_is_refused_and_the_trail_says_so(string mode)
    {
        var (jobs, rows) = (await CountAsync("job"), await CountAsync("import_row"));
        var file = Csv([service.Form(TestPerson.Next()), service.Form(TestPerson.Next(), RegisterService.Minqin), service.Form(TestPerson.Next(), "620621100")]);

        var answer = await SendAsync(service.County(), file, mode);

        Assert.Equal((HttpStatusCode.Forbidden, "auth.out_of_region"), (answer.Status, answer.Code));
        Assert.Contains("第 3 行", (string)answer.Body!["detail"]!, StringComparison.Ordinal);
        Assert.Equal((jobs, rows), (await CountAsync("job"), await CountAsync("import_row")));
        Assert.Equal(1, await CountAsync($"audit_entry where action = 'import.refused' and after ->> 'row' = '3' and after ->> 'mode' = '{mode}'"));
        Assert.Equal(3, (int)(await DoneAsync(service.City, file, "dry-run"))["accepted"]!);
    }

    [Fact]
    public async Task Given_a_sender_who_hangs_up_in_the_middle_When_the_file_is_read_Then_there_is_no_job()
    {
        var jobs = await CountAsync("job");
        var file = Csv(Forms(20));
        using var half = new StreamContent(new HangingUp(file[..(file.Length / 2)]));

        await Assert.ThrowsAnyAsync<Exception>(() => service.City.PostAsync(new Uri($"{service.Records}/imports?mode=accept-valid", UriKind.Relative), half));

        // Whoever sends it whole has both places.
        Assert.Equal(20, (int)(await DoneAsync(service.City, file, "accept-valid"))["accepted"]!);
        Assert.Equal(jobs + 1, await CountAsync("job"));
    }

    [Fact]
    public async Task Given_a_sender_who_goes_on_for_too_long_When_the_time_is_over_Then_the_place_is_another_s()
    {
        await using var one = service.WithWebHostBuilder(builder => builder.UseSetting("Imports:AtOnce", "1").UseSetting("Imports:ReceiveTime", "00:00:00.500"));
        using var client = one.CreateDefaultClient(); // the other one first takes in whole what it sends
        client.DefaultRequestHeaders.Authorization = service.City.DefaultRequestHeaders.Authorization;
        var file = Csv(Forms(2));
        var answered = new TaskCompletionSource();
        using var pausing = new Pausing(file, answered.Task);

        using var slow = await client.PostAsync(new Uri($"{service.Records}/imports?mode=accept-valid", UriKind.Relative), pausing);
        answered.SetResult();

        Assert.Equal(HttpStatusCode.RequestTimeout, slow.StatusCode);
        Assert.Equal("import.too_slow", (string?)JsonNode.Parse(await slow.Content.ReadAsStringAsync())!["code"]);
        Assert.Equal(2, (int)(await DoneAsync(client, file, "accept-valid"))["accepted"]!);
    }

    [Fact]
    public async Task Given_a_reader_When_a_file_is_sent_Then_it_is_refused()
    {
        using var reader = service.ClientFor(TestCaller.Of(service.Name) with { Scopes = [$"{service.Name}.read"] });
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(reader, Csv(Forms(1)), "dry-run")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(service.City, Csv(Forms(1)), "whatever")).Status);
    }

    [Fact]
    public async Task Given_rows_that_wait_When_looked_at_in_the_database_Then_no_number_of_a_person_is_in_clear()
    {
        var person = TestPerson.Next();
        await using var held = await HeldAsync();

        var sent = await SendAsync(service.City, Csv([service.Form(person)], _ => null), "accept-valid");

        var stored = await service.ScalarAsync<string>(
            $"select (select string_agg(encode(content, 'escape'), '') from import_file where job_id = '{sent.Body!["id"]}') || (select string_agg(job::text, '') from job)");
        Assert.DoesNotContain(person.NationalId, stored, StringComparison.Ordinal);
        Assert.DoesNotContain(person.Phone, stored, StringComparison.Ordinal);
        Assert.DoesNotContain(Encoding.UTF8.GetBytes(person.Name).Aggregate("", (text, b) => $"{text}\\{Convert.ToString(b, 8)}"), stored, StringComparison.Ordinal);
        await ExecuteAsync(held, "rollback");
        await WaitAsync(service.City, (string)sent.Body!["id"]!);
        Assert.Equal(0, await CountAsync($"import_file where job_id = '{sent.Body["id"]}'"));
    }

    /// <summary>A file whose sender is gone when half of it is sent.</summary>
    private sealed class HangingUp(byte[] half) : MemoryStream(half)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new IOException("The sender is gone.");

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    /// <summary>A file whose sender pauses in the middle, until something happens, and goes on after half a minute all the same.</summary>
    private sealed class Pausing(byte[] file, Task until) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(file.AsMemory(0, file.Length / 2));
            await stream.FlushAsync();
            await Task.WhenAny(until, Task.Delay(TimeSpan.FromSeconds(30)));
            await stream.WriteAsync(file.AsMemory(file.Length / 2));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = file.Length;
            return true;
        }
    }
}
