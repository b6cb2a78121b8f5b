using System.Net;
using System.Text.Json.Nodes;
using Wuwei.Register.Policy;
using Wuwei.Testing;

namespace Wuwei.Register.Tests;

/// <summary>Figures that policy may change, in every register.</summary>
public sealed class PolicyParameterTests(Service service) : IClassFixture<Service>
{
    private const string Path = $"/policy-parameters/{PolicyParameters.RealNameFromYear}";

    [Fact]
    public async Task Given_a_parameter_When_set_for_a_later_day_Then_both_values_are_known_with_their_documents()
    {
        var set = await PutAsync(service.City, $"{Path}/2031-01-01", Value(2026, "武人社〔2030〕1号", verified: true));

        Assert.Equal((HttpStatusCode.OK, "\"1\""), (set.Status, set.ETag));
        var listed = (await GetAsync(service.City, "/policy-parameters")).Body!.AsArray()
            .Where(parameter => (string)parameter!["code"]! == PolicyParameters.RealNameFromYear && (string)parameter["validFrom"]! is "2000-01-01" or "2031-01-01")
            .ToArray();
        Assert.Equal(["2000-01-01", "2031-01-01"], listed.Select(parameter => (string)parameter!["validFrom"]!));
        Assert.Equal([2025m, 2026m], listed.Select(parameter => (decimal)parameter!["value"]!));
        Assert.Equal([false, true], listed.Select(parameter => (bool)parameter!["verified"]!));
    }

    [Fact]
    public async Task Given_a_value_When_corrected_Then_it_takes_the_revision_and_the_old_one_is_kept()
    {
        _ = await PutAsync(service.City, $"{Path}/2040-01-01", Value(2030));

        var same = await PutAsync(service.City, $"{Path}/2040-01-01", Value(2030));
        var unnamed = await PutAsync(service.City, $"{Path}/2040-01-01", Value(2031));
        var corrected = await PutAsync(service.City, $"{Path}/2040-01-01", Value(2031), "\"1\"");
        var stale = await PutAsync(service.City, $"{Path}/2040-01-01", Value(2032), "\"1\"");

        Assert.Equal("\"1\"", same.ETag);
        Assert.Equal("request.if_match_required", unnamed.Code);
        Assert.Equal("\"2\"", corrected.ETag);
        Assert.Equal("request.stale", stale.Code);
        var versions = (await GetAsync(service.City, Path)).Body!.AsArray().Where(version => (string)version!["validFrom"]! == "2040-01-01");
        Assert.Equal([2030m, 2031m], versions.Select(version => (decimal)version!["value"]!));
    }

    [Fact]
    public async Task Given_callers_who_are_not_the_citys_approver_When_they_set_one_Then_they_may_not()
    {
        using var county = service.County();
        using var clerk = service.ClientFor(TestCaller.Of(service.Name) with { Roles = ["clerk"] });
        using var reader = service.ClientFor(TestCaller.AssessmentOffice);

        foreach (var client in new[] { county, clerk, reader })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await PutAsync(client, $"{Path}/2050-01-01", Value(1))).Status);
            Assert.Equal(HttpStatusCode.OK, (await GetAsync(client, Path)).Status);
        }
    }

    [Fact]
    public async Task Given_values_that_cannot_be_When_set_Then_they_are_refused()
    {
        Assert.Equal("policy.unknown_code", (await PutAsync(service.City, "/policy-parameters/no.such/2030-01-01", Value(1))).Code);
        Assert.Equal("policy.document_required", (await PutAsync(service.City, $"{Path}/2060-01-01", Value(1, verified: true))).Code);
        Assert.Equal("policy.too_precise", (await PutAsync(service.City, $"{Path}/2060-01-01", Value(1.00001m))).Code);
        Assert.Equal("request.invalid", (await PutAsync(service.City, $"{Path}/2060-01-01", Value(-1))).Code);
        Assert.Equal("request.malformed", (await PutAsync(service.City, $"{Path}/2060-02-30", Value(1))).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(service.City, "/policy-parameters/no.such")).Status);
    }

    [Fact]
    public async Task Given_a_day_When_asked_what_is_in_force_Then_each_figure_has_one_version_with_its_kind()
    {
        _ = await PutAsync(service.City, $"{Path}/2081-01-01", Value(2027));
        foreach (var (day, value) in new[] { ("2080-12-31", 0m), ("2081-01-01", 2027m), ("2090-12-31", 2027m) })
        {
            var listed = (await GetAsync(service.City, $"/policy-parameters?on={day}")).Body!.AsArray();
            Assert.Equal(listed.Count, listed.Select(parameter => (string)parameter!["code"]!).Distinct().Count());
            var parameter = listed.Single(parameter => (string)parameter!["code"]! == PolicyParameters.RealNameFromYear)!;
            Assert.Equal("count", (string)parameter["kind"]!);
            Assert.True(value == 0 ? (decimal)parameter["value"]! != 2027 : (decimal)parameter["value"]! == value);
        }

        Assert.DoesNotContain((await GetAsync(service.City, "/policy-parameters?on=1999-12-31")).Body!.AsArray(),
            parameter => (string)parameter!["code"]! == PolicyParameters.RealNameFromYear);
        Assert.Equal("request.malformed", (await GetAsync(service.City, "/policy-parameters?on=soon")).Code);
    }

    [Fact]
    public async Task Given_the_list_When_pulled_again_Then_it_is_sent_only_after_a_change()
    {
        var first = await GetAsync(service.City, "/policy-parameters");
        Assert.Equal(HttpStatusCode.NotModified, await PullAsync(first.ETag!));
        _ = await PutAsync(service.City, $"{Path}/2091-01-01", Value(2028));
        Assert.Equal(HttpStatusCode.OK, await PullAsync(first.ETag!));

        async Task<HttpStatusCode> PullAsync(string etag)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/policy-parameters", UriKind.Relative)) { Headers = { { "If-None-Match", etag } } };
            using var answer = await service.City.SendAsync(request);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Given_a_table_When_set_Then_it_keeps_its_keys_and_its_precision()
    {
        await using (var insert = service.Database.DataSource.CreateCommand("""
            insert into policy_parameter (code, valid_from, revision, entries, unit, verified, recorded_by)
            values ('test.table', '2000-01-01', 1, '[{"key": "a", "value": 1000}, {"key": "b", "value": 1500.5}]', '元', false, 'test')
            """))
        {
            await insert.ExecuteNonQueryAsync();
        }

        const string Table = "/policy-parameters/test.table";
        var set = await PutAsync(service.City, $"{Table}/2030-01-01", Entries(("b", 2), ("a", 1.25m)));
        Assert.Equal(HttpStatusCode.OK, set.Status);
        var versions = (await GetAsync(service.City, Table)).Body!.AsArray();
        Assert.Equal(["table", "table"], versions.Select(version => (string)version!["kind"]!));
        Assert.Equal((1500.5m, 2m), ((decimal)versions[0]!["entries"]![1]!["value"]!, (decimal)versions[1]!["entries"]![0]!["value"]!));
        Assert.Equal($"{service.Name}-620600", (string)versions[1]!["recordedBy"]!);
        Assert.Equal("\"1\"", (await PutAsync(service.City, $"{Table}/2030-01-01", Entries(("b", 2), ("a", 1.25m)))).ETag);
        Assert.Equal("policy.table_required", (await PutAsync(service.City, $"{Table}/2031-01-01", Value(1))).Code);
        Assert.Equal("policy.other_keys", (await PutAsync(service.City, $"{Table}/2031-01-01", Entries(("a", 1)))).Code);
        Assert.Equal("policy.other_keys", (await PutAsync(service.City, $"{Table}/2031-01-01", Entries(("a", 1), ("b", 1), ("b", 1)))).Code);
        Assert.Equal("policy.other_keys", (await PutAsync(service.City, $"{Table}/2031-01-01", Entries(("a", 1), ("b", -1)))).Code);
        Assert.Equal("policy.too_precise", (await PutAsync(service.City, $"{Table}/2031-01-01", Entries(("a", 1), ("b", 0.001m)))).Code);
        Assert.Equal("policy.number_required", (await PutAsync(service.City, $"{Path}/2031-06-01", Entries(("a", 1)))).Code);
    }

    [Fact]
    public async Task Given_a_record_When_a_figure_changes_that_would_refuse_it_Then_it_stays_as_decided_and_only_later_ones_are_refused()
    {
        var (id, _, _) = await service.GivenRecordAsync();
        var decided = await GetAsync(service.City, service.Path(id));
        Assert.Equal(HttpStatusCode.OK, (await PutAsync(service.City, $"{Path}/2025-01-02", Value(2026))).Status);
        Assert.Equal("register.before_real_name_records", (await PutAsync(service.City, service.Path(Guid.CreateVersion7()), service.Form(TestPerson.Next()))).Code);
        var still = await GetAsync(service.City, service.Path(id));
        Assert.Equal((decided.ETag, decided.Body!.ToJsonString()), (still.ETag, still.Body!.ToJsonString()));

        Assert.Equal(HttpStatusCode.OK, (await PutAsync(service.City, $"{Path}/2025-01-02", Value(2025), "\"1\"")).Status);
        var (later, _, _) = await service.GivenRecordAsync();

        using var auditor = service.ClientFor(TestCaller.Auditor);
        Assert.Contains($"{PolicyParameters.RealNameFromYear}/2000-01-01/1", await UnderAsync(id));
        Assert.DoesNotContain($"{PolicyParameters.RealNameFromYear}/2025-01-02", string.Join(' ', await UnderAsync(id)), StringComparison.Ordinal);
        Assert.Contains($"{PolicyParameters.RealNameFromYear}/2025-01-02/2", await UnderAsync(later));

        async Task<IEnumerable<string>> UnderAsync(Guid record) => Assert.Single(
            (await GetAsync(auditor, $"/audit/entries?record={service.Records[1..]}/{record}")).Body!["items"]!.AsArray())!["decidedUnder"]!
            .AsArray().Select(version => (string)version!);
    }

    private static JsonObject Entries(params (string Key, decimal Value)[] entries) => new()
    {
        ["entries"] = new JsonArray([.. entries.Select(entry => new JsonObject { ["key"] = entry.Key, ["value"] = entry.Value })]),
        ["verified"] = false,
    };

    private static JsonObject Value(decimal value, string? document = null, bool verified = false) =>
        new() { ["value"] = value, ["document"] = document, ["verified"] = verified };
}
