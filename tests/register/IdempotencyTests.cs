using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Wuwei.Register.Tests;

/// <summary>Requests that name themselves with Idempotency-Key.</summary>
public sealed class IdempotencyTests(Service service) : IClassFixture<Service>
{
    private const string Key = "Idempotency-Key";

    [Fact]
    public async Task Given_a_cancellation_When_sent_again_with_its_key_Then_the_first_answer_comes_back_and_nothing_is_done()
    {
        var (id, _, _) = await service.GivenRecordAsync();
        var (path, key) = ($"{service.Path(id)}/cancellation", $"{Guid.NewGuid()}");
        using var first = await SendAsync(service.City, path, Reason("重复登记"), key, "\"1\"");
        using var again = await SendAsync(service.City, path, Reason("重复登记"), key, "\"1\"");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, again.StatusCode));
        Assert.False(first.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal("true", Assert.Single(again.Headers.GetValues("Idempotent-Replayed")));
        Assert.Equal(await first.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
        Assert.Equal(first.Content.Headers.ContentType, again.Content.Headers.ContentType);
        Assert.Equal("\"2\"", again.Headers.ETag!.Tag);
        Assert.Equal(first.Headers.ETag, again.Headers.ETag);
        Assert.Equal(1, await CountAsync(id, "cancelled"));
    }

    [Fact]
    public async Task Given_a_key_When_used_for_another_body_or_address_Then_it_is_refused()
    {
        var (id, _, _) = await service.GivenRecordAsync();
        var (other, _, _) = await service.GivenRecordAsync();
        var key = $"{Guid.NewGuid()}";
        using var first = await SendAsync(service.City, $"{service.Path(id)}/cancellation", Reason("重复登记"), key, "\"1\"");
        using var body = await SendAsync(service.City, $"{service.Path(id)}/cancellation", Reason("另一原因"), key, "\"1\"");
        using var address = await SendAsync(service.City, $"{service.Path(other)}/cancellation", Reason("重复登记"), key, "\"1\"");

        await ShouldBeAsync(body, HttpStatusCode.UnprocessableEntity, "request.idempotency_mismatch");
        await ShouldBeAsync(address, HttpStatusCode.UnprocessableEntity, "request.idempotency_mismatch");
        Assert.Equal(0, await CountAsync(other, "cancelled"));
    }

    [Fact]
    public async Task Given_another_client_When_it_uses_the_same_key_Then_it_is_another()
    {
        var (id, _, _) = await service.GivenRecordAsync();
        var (other, _, _) = await service.GivenRecordAsync();
        var key = $"{Guid.NewGuid()}";
        using var county = service.County();
        using var first = await SendAsync(service.City, $"{service.Path(id)}/cancellation", Reason("重复登记"), key, "\"1\"");
        using var theirs = await SendAsync(county, $"{service.Path(other)}/cancellation", Reason("重复登记"), key, "\"1\"");
        Assert.Equal(HttpStatusCode.OK, theirs.StatusCode);
        Assert.False(theirs.Headers.Contains("Idempotent-Replayed"));
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("钥匙")]
    [InlineData("two", "keys")]
    [InlineData("256")]
    public async Task Given_what_is_no_key_When_sent_Then_it_is_malformed(params string[] keys)
    {
        var (id, _, _) = await service.GivenRecordAsync();
        using var answer = await SendAsync(service.City, $"{service.Path(id)}/cancellation", Reason("重复登记"), keys is ["256"] ? [new string('k', 256)] : keys, "\"1\"");
        await ShouldBeAsync(answer, HttpStatusCode.BadRequest, "request.idempotency_key");
        using var longest = await SendAsync(service.City, $"{service.Path(id)}/cancellation", Reason("重复登记"), $"{Guid.NewGuid()}".PadRight(255, 'k'), "\"1\"");
        Assert.Equal(HttpStatusCode.OK, longest.StatusCode);
    }

    [Fact]
    public async Task Given_an_empty_key_When_sent_Then_it_is_malformed()
    {
        // A client of .NET leaves an empty header out; others send it.
        var answer = await service.Server.SendAsync(http =>
        {
            http.Request.Method = "POST";
            http.Request.Path = $"{service.Path(Guid.CreateVersion7())}/cancellation";
            http.Request.Headers.Authorization = service.City.DefaultRequestHeaders.Authorization!.ToString();
            http.Request.Headers[Key] = "";
        });
        Assert.Equal(400, answer.Response.StatusCode);
    }

    [Fact]
    public async Task Given_a_refusal_When_sent_again_with_its_key_Then_it_is_decided_anew()
    {
        var (id, _, _) = await service.GivenRecordAsync();
        var (path, key) = ($"{service.Path(id)}/cancellation", $"{Guid.NewGuid()}");
        using var refused = await SendAsync(service.City, path, Reason("重复登记"), key, "\"7\"");
        using var accepted = await SendAsync(service.City, path, Reason("重复登记"), key, "\"1\"");
        Assert.Equal((HttpStatusCode.PreconditionFailed, HttpStatusCode.OK), (refused.StatusCode, accepted.StatusCode));
    }

    [Fact]
    public async Task Given_a_hundred_twins_When_sent_at_once_Then_one_is_done_and_the_others_are_answered_alike_or_told_to_wait()
    {
        var batch = RegisterService.BatchOf(Enumerable.Range(0, 3).Select(_ => (Guid.CreateVersion7(), service.Form(TestPerson.Next()))));
        var key = $"{Guid.NewGuid()}";
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => SendAsync(service.City, $"{service.Records}/batch", batch.DeepClone(), key)));
        var done = answers.Where(answer => answer.StatusCode == HttpStatusCode.OK && !answer.Headers.Contains("Idempotent-Replayed")).ToArray();
        var said = await Assert.Single(done).Content.ReadAsStringAsync();
        foreach (var answer in answers)
        {
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                Assert.Equal(said, await answer.Content.ReadAsStringAsync());
            }
            else
            {
                await ShouldBeAsync(answer, HttpStatusCode.Conflict, "request.under_way");
                Assert.NotNull(answer.Headers.RetryAfter);
            }

            answer.Dispose();
        }

        // What would show a second time through: the batch again says unchanged, and three acts are three acts.
        Assert.Equal(3, JsonNode.Parse(said)!["results"]!.AsArray().Count(result => (string)result!["status"]! == "created"));
        foreach (var item in batch["items"]!.AsArray())
        {
            Assert.Equal(1, await CountAsync(Guid.Parse((string)item!["id"]!), "created"));
        }

        using var later = await SendAsync(service.City, $"{service.Records}/batch", batch.DeepClone(), key);
        Assert.Equal(said, await later.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Given_stored_answers_When_looked_at_Then_they_hold_masks_only()
    {
        var (id, person, _) = await service.GivenRecordAsync();
        using var _ = await SendAsync(service.City, $"{service.Path(id)}/cancellation", Reason("重复登记"), $"{Guid.NewGuid()}", "\"1\"");
        var stored = await service.ScalarAsync<string>("select string_agg(a::text, ' ') from kept_answer a");
        Assert.Contains(person.MaskedId, stored, StringComparison.Ordinal);
        Assert.DoesNotContain(person.NationalId, stored, StringComparison.Ordinal);
        Assert.DoesNotContain(person.Name, stored, StringComparison.Ordinal);
        Assert.DoesNotContain(person.Phone, stored, StringComparison.Ordinal);
    }

    private static JsonObject Reason(string reason) => new() { ["reason"] = reason };

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string path, JsonNode body, string key, string? ifMatch = null) =>
        SendAsync(client, path, body, [key], ifMatch);

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string path, JsonNode body, string[] keys, string? ifMatch)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation(Key, keys);
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        return await client.SendAsync(request);
    }

    private static async Task ShouldBeAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal((status, code), (answer.StatusCode, (string?)body!["code"]));
    }

    private Task<long> CountAsync(Guid id, string act) => service.ScalarAsync<long>(
        $"select count(*) from audit_entry where record = '{service.Records[1..]}/{id}' and action = '{service.Name}.{act}'");
}
