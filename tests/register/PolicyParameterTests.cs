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

        Assert.Equal("\"1\"", same.ETag);
        Assert.Equal("request.if_match_required", unnamed.Code);
        Assert.Equal("\"2\"", corrected.ETag);
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

    private static JsonObject Value(decimal value, string? document = null, bool verified = false) =>
        new() { ["value"] = value, ["document"] = document, ["verified"] = verified };
}
