using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Wuwei.Register.Policy;
using Wuwei.Testing;

namespace Wuwei.Register.Tests;

/// <summary>What the audit trail says of what a register does, and who may read it.</summary>
public sealed class AuditTests(Service service) : IClassFixture<Service>
{
    private HttpClient Auditor => field ??= service.ClientFor(TestCaller.Auditor);

    [Fact]
    public async Task Given_a_record_When_it_is_recorded_corrected_and_cancelled_Then_each_act_is_kept_with_masks()
    {
        var (id, person, form) = await service.GivenRecordAsync();
        _ = await PutAsync(service.City, service.Path(id), form); // the same again is no act
        var (member, value) = service.Correction;
        form[member] = value.DeepClone();
        _ = await PutAsync(service.City, service.Path(id), form, "\"7\""); // refused, and so no act either
        Assert.Equal(HttpStatusCode.OK, (await PutAsync(service.City, service.Path(id), form, "\"1\"")).Status);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(service.City, $"{service.Path(id)}/cancellation", new JsonObject { ["reason"] = "重复登记" }, "\"2\"")).Status);

        var acts = await ActsAsync($"record={service.Records[1..]}/{id}");

        Assert.Equal(["cancelled", "corrected", "created"], acts.Select(act => ((string)act["action"]!).Replace($"{service.Name}.", "", StringComparison.Ordinal)));
        Assert.All(acts, act => Assert.Equal(
            ($"{service.Name}-620600", service.Name, "620600", (string)form["region"]!),
            ((string)act["subject"]!, (string)act["department"]!, (string)act["callerRegion"]!, (string)act["region"]!)));
        Assert.Null(acts[2]["before"]);
        Assert.Equal(person.MaskedId, (string)acts[2]["after"]!["person"]!["nationalId"]!);
        Assert.NotEqual(value.ToJsonString(), acts[1]["before"]![member]!.ToJsonString());
        Assert.Equal(value.ToJsonString(), acts[1]["after"]![member]!.ToJsonString());
        Assert.Equal("重复登记", (string)acts[0]["after"]!["cancelledFor"]!);
        var stored = await service.ScalarAsync<string>("select string_agg(e::text, ' ') from audit_entry e");
        Assert.DoesNotContain(person.NationalId, stored, StringComparison.Ordinal);
        Assert.DoesNotContain(person.Phone, stored, StringComparison.Ordinal);
        Assert.DoesNotContain(person.Name, stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_batch_When_some_items_are_refused_Then_those_accepted_are_acts()
    {
        var (good, bad) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var wrong = service.Form(TestPerson.Next());
        wrong["region"] = "999999";
        _ = await PostAsync(service.City, $"{service.Records}/batch", RegisterService.BatchOf((good, service.Form(TestPerson.Next())), (bad, wrong)));
        Assert.Single(await ActsAsync($"record={service.Records[1..]}/{good}"));
        Assert.Empty(await ActsAsync($"record={service.Records[1..]}/{bad}"));
    }

    [Fact]
    public async Task Given_another_county_s_record_When_a_county_writes_to_it_Then_nothing_changes_and_the_trail_says_who_tried()
    {
        var (held, _, form) = await service.GivenRecordAsync(RegisterService.Minqin);
        var id = Guid.CreateVersion7();
        form[service.Correction.Member] = service.Correction.Value.DeepClone();

        Assert.Equal("auth.out_of_region", (await PutAsync(service.County(), service.Path(held), form)).Code);
        Assert.Equal("auth.out_of_region", (await PutAsync(service.County(), service.Path(id), service.Form(TestPerson.Next(), RegisterService.Minqin))).Code);

        foreach (var record in new[] { held, id })
        {
            var act = Assert.Single(await ActsAsync($"record={service.Records[1..]}/{record}&action={service.Name}.refused"));
            Assert.Equal(RegisterService.Liangzhou, (string?)act["region"]);
        }

        Assert.Equal(2, (await ActsAsync($"record={service.Records[1..]}/{held}")).Length);
    }

    [Fact]
    public async Task Given_policy_parameters_and_historic_totals_When_set_Then_before_and_after_are_kept()
    {
        const string Parameter = $"policy-parameters/{PolicyParameters.RealNameFromYear}/2071-01-01";
        _ = await PutAsync(service.City, Parameter, new JsonObject { ["value"] = 2026, ["document"] = null, ["verified"] = false });
        _ = await PutAsync(service.City, Parameter, new JsonObject { ["value"] = 2027, ["document"] = null, ["verified"] = false }, "\"1\"");
        var acts = await ActsAsync($"record={Parameter}&action=policy-parameter.set");
        Assert.Equal([2027m, 2026m], acts.Select(act => (decimal)act["after"]!["value"]!));
        Assert.Equal(2026m, (decimal)acts[0]["before"]!["value"]!);

        var measure = service.Facts(Guid.Empty, service.Form(TestPerson.Next()), 1, "")[0].Measure;
        var total = $"historic-totals/620622/{measure}/2022-03";
        _ = await PutAsync(service.City, total, new JsonObject { ["quantity"] = 5, ["source"] = "年报" });
        Assert.Equal(5, (int)Assert.Single(await ActsAsync($"record={total}&action=historic-total.set"))["after"]!["quantity"]!);
    }

    [Fact]
    public async Task Given_entries_When_read_page_by_page_or_as_files_Then_they_are_the_same()
    {
        var clerk = TestCaller.Of(service.Name) with { Subject = $"clerk-{Guid.NewGuid():N}" };
        using var client = service.ClientFor(clerk);
        for (var i = 0; i < 3; i++)
        {
            await PutAsync(client, service.Path(Guid.CreateVersion7()), service.Form(TestPerson.Next()));
        }

        var acts = new List<JsonNode>();
        for (var after = ""; ;)
        {
            var page = (await GetAsync(Auditor, $"/audit/entries?subject={clerk.Subject}&limit=1{after}")).Body!;
            acts.Insert(0, Assert.Single(page["items"]!.AsArray())!);
            if (page["next"] is not { } next)
            {
                break;
            }

            after = $"&after={next}";
        }

        Assert.Equal(3, acts.Count);
        string[] ids = [.. acts.Select(act => act["entryId"]!.ToJsonString())];
        var json = JsonNode.Parse(await FileAsync("json", clerk))!.AsArray();
        Assert.Equal(acts.Select(act => act["after"]!.ToJsonString()), json.Select(act => act!["after"]!.ToJsonString()));
        var csv = await FileAsync("csv", clerk);
        Assert.Equal(Encoding.UTF8.Preamble.ToArray(), csv[..3]);
        var lines = Encoding.UTF8.GetString(csv[3..]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("序号,时间,", lines[0], StringComparison.Ordinal);
        Assert.Equal(ids, lines[1..].Select(line => line.Split(',')[0]));
        using var workbook = new ZipArchive(new MemoryStream(await FileAsync("xlsx", clerk)));
        using var sheet = new StreamReader(workbook.GetEntry("xl/worksheets/sheet1.xml")!.Open());
        var xml = await sheet.ReadToEndAsync();
        Assert.All(ids, id => Assert.Contains($"<v>{id}</v>", xml, StringComparison.Ordinal));
        Assert.Contains(acts[0]["after"]!["person"]!["nationalId"]!.GetValue<string>(), xml, StringComparison.Ordinal);

        async Task<byte[]> FileAsync(string format, TestCaller of)
        {
            using var file = await Auditor.GetAsync(new Uri($"/audit/entries/export.{format}?subject={of.Subject}", UriKind.Relative));
            Assert.Equal((HttpStatusCode.OK, $"审计记录.{format}"), (file.StatusCode, file.Content.Headers.ContentDisposition!.FileNameStar));
            return await file.Content.ReadAsByteArrayAsync();
        }
    }

    [Fact]
    public async Task Given_another_county_s_auditor_When_reading_Then_its_own_records_only()
    {
        var (mine, _, _) = await service.GivenRecordAsync(RegisterService.Minqin);
        var (theirs, _, _) = await service.GivenRecordAsync();
        using var county = service.ClientFor(TestCaller.Auditor with { Region = RegisterService.Minqin });
        Assert.Single((await GetAsync(county, $"/audit/entries?record={service.Records[1..]}/{mine}")).Body!["items"]!.AsArray());
        Assert.Empty((await GetAsync(county, $"/audit/entries?record={service.Records[1..]}/{theirs}")).Body!["items"]!.AsArray());
        Assert.DoesNotContain(theirs.ToString(), await county.GetStringAsync(new Uri("/audit/entries/export.csv", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Equal("auth.out_of_region", (await PostAsync(county, "/audit/verification", new JsonObject())).Code);
    }

    [Fact]
    public async Task Given_anyone_but_an_auditor_When_asked_Then_it_is_forbidden()
    {
        foreach (var caller in new[] { TestCaller.Of(service.Name), TestCaller.AssessmentOffice, TestCaller.Operator })
        {
            using var client = service.ClientFor(caller);
            Assert.Equal(HttpStatusCode.Forbidden, (await GetAsync(client, "/audit/entries")).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await GetAsync(client, "/audit/entries/export.csv")).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(client, "/audit/verification", new JsonObject())).Status);
        }
    }

    [Fact]
    public async Task Given_the_chain_When_verified_over_http_Then_the_answer_says_how_far_it_is_whole()
    {
        var answer = await PostAsync(Auditor, "/audit/verification", new JsonObject { ["heads"] = new JsonArray(new JsonObject { ["position"] = 999, ["hash"] = "00" }) });
        Assert.Equal((HttpStatusCode.OK, true), (answer.Status, (bool)answer.Body!["complete"]!));
        Assert.Equal("truncated", (string)Assert.Single(answer.Body!["flaws"]!.AsArray())!["kind"]!);
        Assert.Equal("audit.malformed_part", (await PostAsync(Auditor, "/audit/verification", new JsonObject { ["after"] = -1 })).Code);
        Assert.Equal("request.bad_range", (await GetAsync(Auditor, "/audit/entries?from=2025-02-01&to=2025-01-01")).Code);
        Assert.Equal("request.bad_range", (await GetAsync(Auditor, "/audit/entries/export.csv?from=2025-02-01&to=2025-01-01")).Code);
        Assert.Equal("export.unknown_format", (await GetAsync(Auditor, "/audit/entries/export.pdf")).Code);
        Assert.Equal("request.bad_cursor", (await GetAsync(Auditor, "/audit/entries?after=x")).Code);
    }

    private async Task<JsonNode[]> ActsAsync(string query) =>
        [.. (await GetAsync(Auditor, $"/audit/entries?{query}")).Body!["items"]!.AsArray().Select(act => act!)];
}
