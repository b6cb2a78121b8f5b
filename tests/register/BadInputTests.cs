using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Wuwei.Testing;
using Wuwei.Testing.Attack;
using Wuwei.Testing.Files;

namespace Wuwei.Register.Tests;

/// <summary>The list of bad input, as far as it can come to a register.</summary>
[Collection(nameof(Attacked))]
public sealed class BadInputTests(Service service)
{
    static BadInputTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [Fact]
    public async Task Given_what_is_wrong_by_the_list_When_sent_Then_each_is_answered_as_the_list_says()
    {
        var complaints = await new BadInput(
            service.Name, service.Members, service.LongestText, RightAsync, service.ClientFor, StoredAsync, ImportAsync).TryAsync();

        Assert.True(complaints.Count == 0, string.Join('\n', complaints));
    }

    private async Task<RightRequest> RightAsync(string name)
    {
        var caller = TestCaller.Of(service.Name);
        var person = TestPerson.Next();
        switch (name)
        {
            case "write":
                return new(HttpMethod.Put, service.Path(Guid.CreateVersion7()), service.Form(person), caller);
            case "batch":
                return new(HttpMethod.Post, $"{service.Records}/batch", Service.BatchOf((Guid.CreateVersion7(), service.Form(person))), caller);
            case "twins":
                return new(HttpMethod.Post, $"{service.Records}/batch", Service.BatchOf(
                    (Guid.CreateVersion7(), service.Form(person)), (Guid.CreateVersion7(), service.Form(person))), caller);
            case "list":
                return new(HttpMethod.Get, service.Records, null, caller);
            case "read":
                return new(HttpMethod.Get, service.Path((await service.GivenRecordAsync()).Id), null, caller);
            case "correction":
                var (id, _, form) = await service.GivenRecordAsync();
                form[service.Correction.Member] = service.Correction.Value.DeepClone();
                return new(HttpMethod.Put, service.Path(id), form, caller);
            default:
                throw new ArgumentOutOfRangeException(nameof(name), name, null);
        }
    }

    private Task<string> StoredAsync() => service.ScalarAsync<string>(
        $"select format('%s records, %s messages, %s jobs', (select count(*) from {service.Rows}), (select count(*) from outbox_message), (select count(*) from job))");

    private async Task<string?> ImportAsync(BadCase one)
    {
        using var client = service.ClientFor(one.County is null ? TestCaller.Of(service.Name) : TestCaller.Of(service.Name, one.County));
        using var file = new ByteArrayContent(FileOf(one));
        file.Headers.ContentType = MediaTypeHeaderValue.Parse(one.ContentType ?? "application/octet-stream");
        using var form = new MultipartFormDataContent();
        if (one.FileName is not null)
        {
            form.Add(file, "file", one.FileName);
        }

        using var answer = await client.PostAsync(new Uri($"{service.Records}/imports?mode=accept-valid", UriKind.Relative), one.FileName is null ? file : form);
        var text = await answer.Content.ReadAsStringAsync();
        if (BadInput.Complaint(one, (int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, $"{answer.Headers}", text) is { } complaint || one.Status >= 400)
        {
            return BadInput.Complaint(one, (int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, $"{answer.Headers}", text);
        }

        var job = JsonNode.Parse(text)!;
        if (one.Row is null && one.Detail is { } said && !((string)job["message"]!).Contains(said, StringComparison.Ordinal))
        {
            return $"message {job["message"]}";
        }

        while (job["finishedAt"] is null)
        {
            await Task.Delay(20);
            job = (await GetAsync(service.City, $"/jobs/{job["id"]}")).Body!;
        }

        var errors = (await GetAsync(client, $"/jobs/{job["id"]}/errors")).Body!["items"]!.AsArray();
        var error = errors.Count == 0 ? null : errors[0]!["errors"]![0]!;
        return (string?)error?["code"] != one.Row ? $"{job["message"]} {error?.ToJsonString()}"
            : (int)job["accepted"]! != (one.Row is null ? 1 : 0) ? $"{job["accepted"]} rows were taken"
            : one.Row is not null && one.Detail is { } detail && !((string)error!["advice"]!).Contains(detail, StringComparison.Ordinal) ? $"advice {error["advice"]}"
            : null;
    }

    private byte[] FileOf(BadCase one)
    {
        var headers = service.Table.Columns.Select(column => column.Header).ToArray();
        var texts = service.TextsOf(service.Form(TestPerson.Next()));
        foreach (var (pointer, text) in one.Cells ?? new Dictionary<string, string>())
        {
            texts[service.Table.Columns.ToList().FindIndex(column => column.Field == pointer)] = text;
        }

        return (one.Hostile, one.File) switch
        {
            ("other-county", _) => Csv(one, headers, texts, service.TextsOf(service.Form(TestPerson.Next(), Service.Minqin))),
            ({ } kind, _) => new HostileFiles(service.Table.Title, headers, texts).Of(kind),
            (_, "xlsx") => Xlsx.Of(writer => writer.Write(Xlsx.Row(1, headers) + Xlsx.Row(2, texts)), name: service.Table.Title),
            _ => Csv(one, headers, texts),
        };
    }

    private static byte[] Csv(BadCase one, params IEnumerable<IEnumerable<string>> rows)
    {
        var encoding = one.Encoding switch
        {
            "utf-8" => new UTF8Encoding(false),
            "utf-16" => Encoding.Unicode,
            "gb18030" => Encoding.GetEncoding("GB18030"),
            _ => Encoding.UTF8,
        };
        return [.. encoding.Preamble, .. encoding.GetBytes(string.Concat(rows.Select(row =>
            string.Join(',', row.Select(text => text.Contains(',', StringComparison.Ordinal) ? $"\"{text}\"" : text)) + "\r\n")))];
    }
}
