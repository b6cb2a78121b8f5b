using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Wuwei.ServiceDefaults.Personal;

namespace Wuwei.Register.Tests;

/// <summary>What holds for the records of every register.</summary>
public sealed partial class RecordTests(Service service) : IClassFixture<Service>
{
    [Fact]
    public async Task Given_a_record_When_sent_corrected_and_cancelled_Then_each_change_is_one_revision_and_its_facts()
    {
        var (id, person, form) = (Guid.CreateVersion7(), TestPerson.Next(), new JsonObject());
        form = service.Form(person);
        var key = KeyOf(person);
        _ = await service.FactsSentAsync();

        var created = await PutAsync(service.City, service.Path(id), form);
        Assert.Equal((HttpStatusCode.Created, "\"1\""), (created.Status, created.ETag));
        Assert.Equal(service.Facts(id, form, 1, key), await service.FactsSentAsync());

        var again = await PutAsync(service.City, service.Path(id), form);
        Assert.Equal((HttpStatusCode.OK, "\"1\""), (again.Status, again.ETag));
        Assert.Empty(await service.FactsSentAsync());

        form[service.Correction.Member] = service.Correction.Value.DeepClone();
        var unnamed = await PutAsync(service.City, service.Path(id), form);
        Assert.Equal(((HttpStatusCode)428, "request.if_match_required"), (unnamed.Status, unnamed.Code));
        var stale = await PutAsync(service.City, service.Path(id), form, "\"7\"");
        Assert.Equal((HttpStatusCode.PreconditionFailed, "request.stale"), (stale.Status, stale.Code));
        Assert.Empty(await service.FactsSentAsync());

        var corrected = await PutAsync(service.City, service.Path(id), form, "\"1\"");
        Assert.Equal((HttpStatusCode.OK, "\"2\""), (corrected.Status, corrected.ETag));
        Assert.Equal(service.Facts(id, form, 2, key), await service.FactsSentAsync());

        var cancelled = await PostAsync(service.City, $"{service.Path(id)}/cancellation", new JsonObject { ["reason"] = "重复登记" }, "\"2\"");
        Assert.Equal((HttpStatusCode.OK, "\"3\""), (cancelled.Status, cancelled.ETag));
        Assert.Equal(service.Facts(id, form, 3, key).Select(fact => fact with { Quantity = null }), await service.FactsSentAsync());

        var twice = await PostAsync(service.City, $"{service.Path(id)}/cancellation", new JsonObject { ["reason"] = "又一次" }, "\"3\"");
        Assert.Equal((HttpStatusCode.OK, "\"3\"", "重复登记"), (twice.Status, twice.ETag, (string?)twice.Body!["cancelledFor"]));
        var revived = await PutAsync(service.City, service.Path(id), form, "\"3\"");
        Assert.Equal((HttpStatusCode.Conflict, "register.cancelled"), (revived.Status, revived.Code));
        Assert.Empty(await service.FactsSentAsync());
    }

    [Fact]
    public async Task Given_a_record_When_read_Then_the_person_is_masked_and_the_facts_are_those_sent()
    {
        var (id, person, form) = await service.GivenRecordAsync();

        var answer = await GetAsync(service.City, service.Path(id));

        Assert.Equal((HttpStatusCode.OK, "\"1\""), (answer.Status, answer.ETag));
        Assert.Equal(person.MaskedId, (string?)answer.Body!["person"]!["nationalId"]);
        Assert.Equal("张**", (string?)answer.Body["person"]!["name"]);
        Assert.Equal($"{person.Phone[..3]}****{person.Phone[^4..]}", (string?)answer.Body["person"]!["phone"]);
        Assert.True((bool)answer.Body["synthetic"]!);
        Assert.Equal($"/api/{service.Name}/v1{service.Path(id)}", (string?)answer.Body["link"]);
        Assert.Equal(
            service.Facts(id, form, 1, "").Select(fact => (fact.RecordId, fact.Measure, fact.Revision, fact.Region, fact.EventDate, fact.Quantity)),
            answer.Body["facts"]!.AsArray().Select(fact => ((string)fact!["recordId"]!, (string)fact["measure"]!, (int)fact["revision"]!,
                (string)fact["region"]!, DateOnly.Parse((string)fact["eventDate"]!, null), (decimal?)fact["quantity"])));
        Assert.DoesNotContain(KeyOf(person), answer.Body.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_known_revision_When_asked_again_Then_it_is_not_sent_again()
    {
        var (id, _, _) = await service.GivenRecordAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(service.Path(id), UriKind.Relative));
        request.Headers.TryAddWithoutValidation("If-None-Match", "\"1\"");

        using var answer = await service.City.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
    }

    [Fact]
    public async Task Given_another_countys_record_When_a_county_asks_Then_it_does_not_exist_and_nothing_can_be_changed()
    {
        var (id, _, form) = await service.GivenRecordAsync(Service.Minqin);
        using var liangzhou = service.County();
        using var minqin = service.County(Service.Minqin);

        Assert.Equal(HttpStatusCode.OK, (await GetAsync(minqin, service.Path(id))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(liangzhou, service.Path(id))).Status);
        var change = await PutAsync(liangzhou, service.Path(id), form, "\"1\"");
        Assert.Equal((HttpStatusCode.Forbidden, "auth.out_of_region"), (change.Status, change.Code));
        var over = await PutAsync(liangzhou, service.Path(id), service.Form(TestPerson.Next()), "\"1\"");
        Assert.Equal((HttpStatusCode.Forbidden, "auth.out_of_region"), (over.Status, over.Code));
        var cancel = await PostAsync(liangzhou, $"{service.Path(id)}/cancellation", new JsonObject { ["reason"] = "x" }, "\"1\"");
        Assert.Equal((HttpStatusCode.Forbidden, "auth.out_of_region"), (cancel.Status, cancel.Code));
        var list = await GetAsync(liangzhou, $"{service.Records}?limit=200");
        Assert.DoesNotContain(list.Body!["items"]!.AsArray(), item => ((string)item!["region"]!).StartsWith(Service.Minqin, StringComparison.Ordinal));
        Assert.Contains(id.ToString(), (await GetAsync(minqin, $"{service.Records}?limit=200")).Body!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_county_When_it_records_for_another_Then_it_may_not()
    {
        using var liangzhou = service.County();
        var form = service.Form(TestPerson.Next(), Service.Minqin);

        var single = await PutAsync(liangzhou, service.Path(Guid.CreateVersion7()), form);
        var batch = await PostAsync(liangzhou, $"{service.Records}/batch", Service.BatchOf((Guid.CreateVersion7(), form)));

        Assert.Equal((HttpStatusCode.Forbidden, "auth.out_of_region"), (single.Status, single.Code));
        Assert.Equal("auth.out_of_region", (string?)batch.Body!["results"]![0]!["code"]);
    }

    [Theory]
    [InlineData("?from=2025-02-30", HttpStatusCode.BadRequest)]
    [InlineData("?limit=x", HttpStatusCode.BadRequest)]
    [InlineData("?after=%00", HttpStatusCode.BadRequest)]
    [InlineData("?region=%00", HttpStatusCode.BadRequest)]
    [InlineData("?region=%25", HttpStatusCode.OK)]
    [InlineData("?region=6206021000", HttpStatusCode.BadRequest)]
    public async Task Given_a_query_that_cannot_be_When_listed_Then_it_finds_nothing_or_says_what_is_wrong(string query, HttpStatusCode status)
    {
        var answer = await GetAsync(service.City, service.Records + query);

        Assert.Equal(status, answer.Status);
        Assert.True(status != HttpStatusCode.OK || answer.Body!["items"]!.AsArray().Count == 0);
    }

    [Theory]
    [InlineData("PUT", "", "{} {}", 400, "request.malformed")]
    [InlineData("PUT", "", "{\"person\":{}}", 400, "request.malformed")]
    [InlineData("PUT", "", "{\"person\":{\"nationalId\":null,\"name\":null}}", 400, "request.malformed")]
    [InlineData("POST", "/cancellation", "{\"reason\":\"\"}", 400, "request.invalid")]
    [InlineData("POST", "/cancellation", "{\"reason\":\"\u3000\"}", 400, "request.invalid")]
    [InlineData("POST", "/cancellation", "{\"reason\":7}", 400, "request.malformed")]
    [InlineData("POST", "/cancellation", "{}", 400, "request.malformed")]
    [InlineData("POST", "/cancellation", "{\"reason\":\"号码622301198603151016录错\"}", 400, "request.id_number")]
    [InlineData("POST", "/cancellation", "{\"reason\":\"a\\nb\\u0000\"}", 400, "request.malformed")]
    [InlineData("POST", "/cancellation", "{\"reason\":\"录错\"}", 428, "request.if_match_required")]
    [InlineData("POST", "", "{}", 405, "route.method_not_allowed")]
    [InlineData("GET", "/nothing", null, 404, "route.not_found")]
    public async Task Given_a_record_When_what_cannot_be_is_asked_Then_it_is_refused_and_the_record_stays(
        string method, string path, string? body, int status, string code)
    {
        var (id, _, _) = await service.GivenRecordAsync();

        var answer = await SendTextAsync(service.City, new(method), service.Path(id) + path, body);

        Assert.Equal((status, code), ((int)answer.Status, answer.Code));
        Assert.NotNull(answer.Body!["traceId"]);
        Assert.Equal("\"1\"", (await GetAsync(service.City, service.Path(id))).ETag);
    }

    [Fact]
    public async Task Given_an_id_that_is_none_When_asked_Then_there_is_nothing_there()
    {
        foreach (var id in new[] { "1", "01932f3e-7a00-7000-8000-00000000000g", "..%2f..%2fhealth", "%2e%2e", "a%252fb", Guid.CreateVersion7().ToString() })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(service.City, $"{service.Records}/{id}")).Status);
        }

        Assert.Equal("request.id_number", (await GetAsync(service.City, $"{service.Records}/622301198603151016")).Code);
    }

    [Fact]
    public async Task Given_a_person_who_belongs_to_another_county_When_the_city_moves_the_record_Then_it_counts_there_and_is_read_there()
    {
        var (id, person, form) = await service.GivenRecordAsync();
        using var liangzhou = service.County();
        using var minqin = service.County(Service.Minqin);
        _ = await service.FactsSentAsync();
        form["region"] = Service.Minqin;

        var own = await PutAsync(liangzhou, service.Path(id), form, "\"1\"");
        var moved = await PutAsync(service.City, service.Path(id), form, "\"1\"");

        Assert.Equal("auth.out_of_region", own.Code);
        Assert.Equal((HttpStatusCode.OK, "\"2\""), (moved.Status, moved.ETag));
        Assert.All(service.Facts(id, form, 2, KeyOf(person)), fact => Assert.Equal(Service.Minqin, fact.Region));
        Assert.Equal(service.Facts(id, form, 2, KeyOf(person)), await service.FactsSentAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(liangzhou, service.Path(id))).Status);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(minqin, service.Path(id))).Status);
    }

    [Fact]
    public void Given_every_address_When_looked_at_Then_only_health_and_the_description_need_no_token()
    {
        _ = service.City;
        var open = service.Services.GetServices<Microsoft.AspNetCore.Routing.EndpointDataSource>()
            .SelectMany(source => source.Endpoints).OfType<Microsoft.AspNetCore.Routing.RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Authorization.IAllowAnonymous>() is not null)
            .Select(endpoint => endpoint.RoutePattern.RawText!);

        Assert.Equal(["/alive", "/health", "/openapi.json", "/status"], open.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Given_many_records_When_listed_by_pages_Then_each_comes_once_in_order()
    {
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add((await service.GivenRecordAsync("620623100")).Id.ToString());
        }

        var (listed, after) = (new List<string>(), "");
        do
        {
            var page = (await GetAsync(service.City, $"{service.Records}?region=620623100&limit=2{after}")).Body!;
            listed.AddRange(page["items"]!.AsArray().Select(item => (string)item!["id"]!));
            after = page["next"] is { } next ? $"&after={next}" : null;
        }
        while (after is not null);

        Assert.Equal(ids.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Given_records_of_people_When_every_table_is_searched_Then_no_number_name_or_phone_is_found()
    {
        var (id, person, form) = await service.GivenRecordAsync();
        var refused = service.Form(person);
        _ = await PutAsync(service.City, service.Path(Guid.CreateVersion7()), refused);
        form[service.Correction.Member] = service.Correction.Value.DeepClone();
        _ = await PutAsync(service.City, service.Path(id), form, "\"1\"");

        var dump = await DumpAsync();

        Assert.Contains(KeyOf(person), dump, StringComparison.Ordinal);
        foreach (var secret in new[] { person.NationalId, person.NationalId[6..], person.Phone, person.Name })
        {
            Assert.DoesNotContain(secret, dump, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(secret)), dump, StringComparison.Ordinal);
        }
    }

    private string KeyOf(TestPerson person)
    {
        var protector = service.Services.GetRequiredService<PersonalDataProtector>();
        Assert.False(NationalId.Parse(person.NationalId, DateOnly.MaxValue).IsRefused(out _, out var number));
        return protector.PersonKey(number);
    }

    // Every row of every table as text, as a dump would hold it.
    private async Task<string> DumpAsync()
    {
        var tables = (await service.ScalarAsync<string>(
            "select string_agg(format('%I.%I', table_schema, table_name), ' ') from information_schema.tables where table_schema = 'public'")).Split(' ');
        Assert.Contains("public.guard", tables);
        var dump = new System.Text.StringBuilder();
        foreach (var table in tables)
        {
            dump.AppendLine(await service.ScalarAsync<string>($"select coalesce(string_agg(t::text, ' '), '') from {table} t"));
        }

        return dump.ToString();
    }
}
