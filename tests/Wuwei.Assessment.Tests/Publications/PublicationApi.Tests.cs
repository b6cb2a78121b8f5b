using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using Wuwei.Assessment.Tests.Scores;
using Wuwei.Testing;
using Wuwei.Verifier;
using static Wuwei.Assessment.Tests.Given;

namespace Wuwei.Assessment.Tests.Publications;

/// <summary>From a proposal to a file that anybody can check, and to its correction.</summary>
public sealed class PublicationApiTests(AssessmentService service) : ScoreTests(service), IClassFixture<AssessmentService>
{
    [Fact]
    public async Task Given_a_month_When_proposed_published_and_corrected_Then_everybody_can_check_each_file_and_nobody_can_change_one()
    {
        // One person of the office proposes; the scores go on changing, what was proposed does not.
        var proposal = await ProposeAsync(new() { ["period"] = "2025-06" });
        await Service.ObserveAsync(Observed("1", Liangzhou, "2025-06", 9_999, revision: 7) with { KnownAt = DateTimeOffset.UtcNow });
        await AssertProblemAsync(await DecideAsync(proposal, "publication", TestCaller.AssessmentChief with { Subject = "assessment-office" }), 403, "assessment.own_proposal");
        await AssertProblemAsync(await DecideAsync(proposal, "publication", TestCaller.AssessmentOffice), 403, "auth.forbidden");
        await AssertProblemAsync(await DecideAsync(proposal, "publication", TestCaller.AssessmentChief, ifMatch: "\"7\""), 412, "request.stale");
        var first = await PublishAsync(proposal);
        Assert.Equal((1, 1), (first.GetProperty("number").GetInt32(), first.GetProperty("version").GetInt32()));
        await AssertProblemAsync(await DecideAsync(proposal, "publication", TestCaller.AssessmentChief), 409, "assessment.proposal_decided");
        await AssertProblemAsync(await ProposalAsync(new() { ["period"] = "2025-06" }), 409, "assessment.published_before");

        // The file is sound by itself, and it is what the API said as of that instant.
        var file = await Office.GetByteArrayAsync(Relative("/publications/1"));
        var finding = Verification.Of(file, first.GetProperty("keyFingerprint").GetString());
        Assert.Empty(finding.Faults);
        var rows = Rows(file);
        Assert.Equal("2025-06", rows["publication"].GetProperty("period").GetString());
        var item = await Service.PullAsync(
            $"/scores/{Liangzhou}/2025-06/items/1?asOf={Uri.EscapeDataString(rows["publication"].GetProperty("asOf").GetString()!)}");
        var rebuilt = JsonNode.Parse(item.GetRawText())!.AsObject();
        rebuilt.Remove("heading");
        foreach (var linked in rebuilt["inputs"]!.AsArray().Concat(rebuilt["targets"]!.AsArray()))
        {
            Assert.True(linked!.AsObject().Remove("link"));
            linked.AsObject().Remove("facts");
        }

        Assert.Equal(CanonicalJson.Write(JsonSerializer.SerializeToElement(rebuilt)), CanonicalJson.Write(rows[$"item.{Liangzhou}.1"]));
        Assert.NotEqual("9999", rows[$"item.{Liangzhou}.1"].GetProperty("inputs").EnumerateArray().Last().GetProperty("value").GetString());

        // The correction is a publication of its own, sealed otherwise, and names what it corrects.
        var second = await PublishAsync(await ProposeAsync(new() { ["period"] = "2025-06", ["corrects"] = 1, ["reason"] = "六月数据更正", ["algorithm"] = "sm3" }));
        Assert.Equal((2, 2, 1), (second.GetProperty("number").GetInt32(), second.GetProperty("version").GetInt32(), second.GetProperty("corrects").GetInt32()));
        Assert.Equal(2, (await Service.PullAsync("/verification/1")).GetProperty("publication").GetProperty("correctedBy").GetInt32());
        var corrected = Verification.Of(await Office.GetByteArrayAsync(Relative("/publications/2")));
        Assert.Empty(corrected.Faults.Concat(Verification.Chain([finding, corrected])));
        Assert.Equal(file, await Office.GetByteArrayAsync(Relative("/publications/1")));

        // Without a token: the check of what is stored, and the proof of a row.
        using var anybody = Service.ClientFor(null);
        foreach (var number in new[] { 1, 2 })
        {
            var check = await anybody.GetFromJsonAsync<JsonElement>(Relative($"/verification/{number}"));
            Assert.True(check.GetProperty("sound").GetBoolean(), check.GetRawText());
            foreach (var key in new[] { "publication", "scheme", $"unit.{Minqin}", $"item.{City}.9" })
            {
                Assert.Empty(Verification.Of(await anybody.GetByteArrayAsync(Relative($"/verification/{number}/rows/{key}"))).Faults);
            }
        }

        Assert.Equal([2, 1], (await anybody.GetFromJsonAsync<JsonElement>(Relative("/verification"))).GetProperty("items").EnumerateArray().Select(p => p.GetProperty("number").GetInt32()));
        await AssertProblemAsync(await anybody.GetAsync(Relative("/verification/3")), 404, "assessment.unknown_publication");
        await AssertProblemAsync(await anybody.GetAsync(Relative("/verification/1/rows/unit.999999")), 404, "assessment.unknown_publication");
        await AssertProblemAsync(await anybody.GetAsync(Relative("/publications/1")), 401, "auth.token_required");

        // The database refuses; and when somebody gets around it, the check says so.
        foreach (var sql in new[] { "update publication_row set text = text", "delete from publication_row", "update publication set reason = null", "truncate publication_row" })
        {
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(sql))).SqlState);
        }

        await ExecuteAsync($"set session_replication_role = replica; update publication_row set text = replace(text, '凉州', '民勤') where number = 1 and key = 'unit.{Liangzhou}'");
        Assert.Equal((false, true), (await IsSoundAsync(1), await IsSoundAsync(2)));
        await ExecuteAsync($"set session_replication_role = replica; update publication_row set text = replace(text, '民勤', '凉州') where number = 1 and key = 'unit.{Liangzhou}'");
        Assert.True(await IsSoundAsync(1));
    }

    [Fact]
    public async Task Given_a_publication_When_pulled_as_a_table_Then_each_form_has_its_own_tag_and_says_that_it_is_official()
    {
        var number = (await PublishAsync(await ProposeAsync(new() { ["period"] = "2025-04" }))).GetProperty("number").GetInt32();
        var tags = new HashSet<string>();
        foreach (var accept in new[] { "application/json", "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" })
        {
            using var answer = await GetAsync($"/publications/{number}", accept: accept);
            Assert.Equal((HttpStatusCode.OK, accept), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
            Assert.True(tags.Add(answer.Headers.ETag!.Tag) && !answer.Headers.ETag.IsWeak);
            using var again = await GetAsync($"/publications/{number}", answer.Headers.ETag, accept);
            Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
            var bytes = await answer.Content.ReadAsByteArrayAsync();
            if (accept == "text/csv")
            {
                var lines = Encoding.UTF8.GetString(bytes).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
                Assert.Equal(1 + 5 * 12, lines.Length);
                Assert.Contains($"正式发布第 {number} 号", lines[1], StringComparison.Ordinal);
                Assert.StartsWith("2025-04,620602,凉州区,1,城镇新增就业人数,人,", lines[1], StringComparison.Ordinal);
            }
            else if (accept != "application/json")
            {
                using var workbook = new ZipArchive(new MemoryStream(bytes));
                Assert.Equal(3, workbook.Entries.Count(entry => entry.FullName.StartsWith("xl/worksheets/sheet", StringComparison.Ordinal)));
            }
        }

        await AssertProblemAsync(await GetAsync($"/publications/{number}", accept: "application/pdf"), 406, "request.not_acceptable");
    }

    [Fact]
    public async Task Given_a_publication_When_the_data_change_Then_the_provisional_scores_stand_beside_the_official_ones()
    {
        const string Path = "/scores/2025-02/official";
        await AssertProblemAsync(await GetAsync(Path), 404, "assessment.not_published");
        await PublishAsync(await ProposeAsync(new() { ["period"] = "2025-02" }));
        var units = (await Service.PullAsync(Path)).GetProperty("units").EnumerateArray().ToArray();
        Assert.Equal(5, units.Length);
        Assert.All(units, unit => Assert.Equal((0m, false), (unit.GetProperty("difference").GetDecimal(), unit.GetProperty("items").EnumerateArray().Any(Changed))));

        await Service.ObserveAsync(Observed("1", Liangzhou, "2025-02", 9_999, revision: 9) with { KnownAt = DateTimeOffset.UtcNow });
        var liangzhou = (await Service.PullAsync(Path)).GetProperty("units").EnumerateArray().First();
        Assert.True(liangzhou.GetProperty("difference").GetDecimal() > 0);
        var item = Assert.Single(liangzhou.GetProperty("items").EnumerateArray(), Changed);
        Assert.Equal(9_999 - 70, item.GetProperty("provisionalValue").GetDecimal() - item.GetProperty("officialValue").GetDecimal());

        using var csv = await GetAsync(Path, accept: "text/csv");
        Assert.Equal(1 + 5 * 12, (await csv.Content.ReadAsStringAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        using var xlsx = await GetAsync(Path, accept: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
        using var again = await GetAsync(Path, xlsx.Headers.ETag, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotModified), (xlsx.StatusCode, again.StatusCode));

        static bool Changed(JsonElement item) => item.GetProperty("changed").GetBoolean();
    }

    [Fact]
    public async Task Given_a_proposal_that_is_rejected_When_decided_again_Then_it_stays_rejected_and_nothing_is_published()
    {
        var proposal = await ProposeAsync(new() { ["period"] = "2025-03" });
        var id = proposal.GetProperty("id").GetGuid();
        var held = await Service.PullAsync($"/publications/proposals/{id}", TestCaller.AssessmentChief);
        Assert.Equal(proposal.GetProperty("rows").GetInt32(), held.GetProperty("rows").GetArrayLength());
        using var rejected = await DecideAsync(proposal, "rejection", TestCaller.AssessmentChief, new JsonObject { ["reason"] = "民勤数据有误" });
        Assert.Equal(HttpStatusCode.OK, rejected.StatusCode);
        await AssertProblemAsync(await DecideAsync(proposal, "publication", TestCaller.AssessmentChief, ifMatch: "\"2\""), 409, "assessment.proposal_decided");
        Assert.Equal(1, await Service.CountAsync("publication_proposal where decision_reason = '民勤数据有误' and publication is null"));
        Assert.Equal(1, await Service.CountAsync($"audit_entry where record = 'publications/proposals/{id}' and action = 'publication.rejected'"));
        Assert.Contains(
            id, (await Service.PullAsync("/publications/proposals")).GetProperty("items").EnumerateArray().Select(row => row.GetProperty("id").GetGuid()));
        using var county = Service.ClientFor(TestCaller.AssessmentOffice with { Region = Minqin });
        await AssertProblemAsync(await county.GetAsync(Relative($"/publications/proposals/{id}")), 403, "assessment.office_only");
    }

    [Theory]
    [InlineData("""{"period":"2025"}""", 422, "assessment.bad_period")]
    [InlineData("""{"period":"2099-12"}""", 422, "assessment.period_not_over")]
    [InlineData("""{"period":"2025-12"}""", 404, "assessment.period_without_data")]
    [InlineData("""{"period":"2025-01","scheme":"nothing"}""", 404, "assessment.unknown_scheme")]
    [InlineData("""{"period":"2025-01","corrects":1,"reason":"更正"}""", 422, "assessment.corrects_nothing")]
    [InlineData("""{"period":"2025-01","reason":"更正"}""", 422, "assessment.reason_without_correction")]
    [InlineData("""{"period":"2025-01","algorithm":"md5"}""", 400, "request.malformed")]
    public async Task Given_what_cannot_be_published_When_proposed_Then_it_is_refused_by_name(string body, int status, string code) =>
        await AssertProblemAsync(await ProposalAsync(JsonNode.Parse(body)!.AsObject()), status, code);

    private static Dictionary<string, JsonElement> Rows(byte[] file)
    {
        using var document = JsonDocument.Parse(file);
        return document.RootElement.GetProperty("rows").EnumerateArray().Select(row => CanonicalJson.Read(row.GetString()!)!.Value)
            .ToDictionary(row => row.GetProperty("key").GetString()!, row => row.GetProperty("content"));
    }

    private async Task<bool> IsSoundAsync(int number) => (await Service.PullAsync($"/verification/{number}")).GetProperty("sound").GetBoolean();

    private async Task ExecuteAsync(string sql)
    {
        await using var command = Service.Database.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private Task<HttpResponseMessage> ProposalAsync(JsonObject draft) => Office.PostAsJsonAsync(Relative("/publications/proposals"), draft);

    private async Task<JsonElement> ProposeAsync(JsonObject draft)
    {
        using var answer = await ProposalAsync(draft);
        var proposal = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(answer.StatusCode == HttpStatusCode.Created, proposal.GetRawText());
        return proposal;
    }

    private async Task<JsonElement> PublishAsync(JsonElement proposal)
    {
        using var answer = await DecideAsync(proposal, "publication", TestCaller.AssessmentChief);
        var publication = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(answer.StatusCode == HttpStatusCode.Created, publication.GetRawText());
        return publication;
    }

    private async Task<HttpResponseMessage> DecideAsync(JsonElement proposal, string how, TestCaller caller, JsonObject? body = null, string ifMatch = "\"1\"")
    {
        using var client = Service.ClientFor(caller);
        using var request = new HttpRequestMessage(HttpMethod.Post, Relative($"/publications/proposals/{proposal.GetProperty("id").GetGuid()}/{how}"))
        {
            Content = body is null ? null : JsonContent.Create(body),
        };
        request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await client.SendAsync(request);
    }
}
