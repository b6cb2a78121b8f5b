using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Wuwei.Assessment.EvidenceFiles;
using Wuwei.Assessment.Tests.Scores;
using Wuwei.Outbox;
using Wuwei.Testing;
using Wuwei.Verifier;
using static Wuwei.Assessment.Tests.EvidenceFiles.FileKindTests;
using static Wuwei.Assessment.Tests.Given;

namespace Wuwei.Assessment.Tests.EvidenceFiles;

/// <summary>Files of evidence from who sends them to the decision that rests on them.</summary>
[Collection(nameof(Attacked))]
public sealed class EvidenceTests(AssessmentService service) : ScoreTests(service)
{
    private static readonly TestCaller s_office = TestCaller.AssessmentOffice, s_chief = TestCaller.AssessmentChief, s_lead = TestCaller.OfPlan("veterans");

    [Fact]
    public async Task Given_a_report_on_a_task_When_its_files_come_Then_they_are_kept_verified_before_it_is_accepted_and_named_by_the_score()
    {
        var task = (await Service.PullAsync("/tasks?department=veterans")).EnumerateArray().Select(one => one.GetProperty("task"))
            .First(one => one.GetProperty("lead").GetString() == "veterans").GetProperty("code").GetString()!;
        // Due before the month that is scored below.
        await using (var command = Service.Database.DataSource.CreateCommand($"update task_assignment set due_on = '2025-05-31' where task = '{task}'"))
        {
            await command.ExecuteNonQueryAsync();
        }

        var claim = JsonNode.Parse("""{"percent":100,"text":"完成","completes":true,"evidence":[{"title":"验收报告","reference":"1号"}]}""")!.AsObject();
        var report = await SendAsync(s_lead, HttpMethod.Post, $"/tasks/{task}/reports", claim, 201);
        var record = $"tasks/{task}/reports/{report.GetProperty("id").GetString()}";

        // Sent once or twice it is one file; who it is none of does not know of it.
        var sent = await UploadAsync(s_lead, record, "验收报告", Pdf, 201);
        Assert.Equal(("验收报告.pdf", "pdf", Hash(Pdf)), (Text(sent, "name"), Text(sent, "kind"), Text(sent, "sha256")));
        Assert.Equal(Text(sent, "id"), Text(await UploadAsync(s_lead, $"tasks/{task}/reports/{report.GetProperty("id").GetString()!.ToUpperInvariant()}", "另一个名字.pdf", Pdf, 200), "id"));
        Assert.Equal("evidence.unknown_record", Text(await UploadAsync(TestCaller.OfPlan("finance"), record, "1.pdf", Pdf, 404), "code"));
        Assert.Equal("evidence.not_the_sender", Text(await UploadAsync(s_office, record, "1.pdf", Pdf, 403), "code"));
        Assert.Equal("evidence.not_taken", Text(await UploadAsync(s_lead, record, "1.pdf", "<html>"u8.ToArray(), 415), "code"));
        Assert.Equal("evidence.too_large", Text(await UploadAsync(s_lead, record, "1.pdf", new byte[SendEvidence.MostBytes + 1], 413), "code"));
        Assert.Equal("evidence.bad_name", Text(await UploadAsync(s_lead, record, "a/b", Pdf, 422), "code"));
        Assert.Equal("evidence.empty", Text(await UploadAsync(s_lead, record, "1.pdf", [], 422), "code"));
        await RefusedAsync(TestCaller.OfPlan("finance"), HttpMethod.Get, $"/evidence/{Text(sent, "id")}/content", null, 404, "evidence.unknown");

        // It is saved, not shown.
        using (var client = Service.ClientFor(s_office))
        {
            using var answer = await client.GetAsync(Relative($"/evidence/{Text(sent, "id")}/content"));
            Assert.Equal(Pdf, await answer.Content.ReadAsByteArrayAsync());
            Assert.Equal(("application/pdf", "attachment", "验收报告.pdf"),
                (answer.Content.Headers.ContentType!.MediaType, answer.Content.Headers.ContentDisposition!.DispositionType, answer.Content.Headers.ContentDisposition.FileNameStar));
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.True(answer.Headers.CacheControl!.NoStore);
        }

        // Nothing is found completed before what shows it was looked at; then it stays as it is.
        var review = new JsonObject { ["report"] = report.GetProperty("id").GetString(), ["accepted"] = true, ["review"] = "属实" };
        await RefusedAsync(s_office, HttpMethod.Post, $"/tasks/{task}/review", review, 409, "evidence.unverified");
        await RefusedAsync(s_office with { Subject = s_lead.Subject }, HttpMethod.Post, $"/evidence/{Text(sent, "id")}/verification", Finding(true), 403, "evidence.own_file");
        await SendAsync(s_office, HttpMethod.Post, $"/evidence/{Text(sent, "id")}/verification", Finding(true), 200);
        await SendAsync(s_office, HttpMethod.Post, $"/tasks/{task}/review", review, 200);
        Assert.Equal("evidence.closed", Text(await UploadAsync(s_lead, record, "2.png", Png, 409), "code"));
        await RefusedAsync(s_office, HttpMethod.Post, $"/evidence/{Text(sent, "id")}/verification", Finding(false), 409, "evidence.closed");
        var listed = Assert.Single((await Service.PullAsync($"/evidence?record=tasks/{task}", s_lead)).GetProperty("items").EnumerateArray());
        Assert.Equal((record, s_lead.Subject, true, s_office.Subject), (Text(listed, "record"), Text(listed, "sentBy"), listed.GetProperty("accepted").GetBoolean(), Text(listed, "foundBy")));
        Assert.Equal(["evidence.accepted", "evidence.sent"], await ActsAsync($"evidence/{Text(sent, "id")}"));

        // A score that the completed task counts in names the file.
        await SendAsync(s_office, HttpMethod.Put, "/schemes/duties", Duties(), 201);
        var item = await Service.PullAsync("/scores/veterans/2025-06/items/ontime?scheme=duties");
        Assert.Equal([Hash(Pdf)], FilesOf(item.GetProperty("inputs")[0]));
    }

    [Fact]
    public async Task Given_an_entered_value_When_its_file_is_sent_and_refused_Then_explanation_and_snapshot_name_what_held_at_their_instant()
    {
        const string Scheme = "lanzhou-80-10-10";
        foreach (var item in new[] { "leaderrating", "national" })
        {
            await SendAsync(s_office, HttpMethod.Put, $"/entries/{Minqin}/{item}/2025-06", new() { ["value"] = 2, ["evidence"] = "汇总表" }, 201);
        }

        var rating = await UploadAsync(s_office, $"entries/{Minqin}/leaderrating/2025-06", "汇总表.docx", Docx(), 201);
        await UploadAsync(s_office, $"entries/{Minqin}/national/202506", "表彰决定.jpg", Jpeg, 201);
        Assert.Equal("evidence.not_the_sender", Text(await UploadAsync(TestCaller.AssessmentOf(Minqin), $"entries/{Minqin}/national/2025-06", "1.pdf", Pdf, 403), "code"));
        Assert.Equal("evidence.unknown_record", Text(await UploadAsync(s_office, $"entries/{Gulang}/national/2025-06", "1.pdf", Pdf, 404), "code"));
        var path = $"/scores/{Minqin}/2025-06/items/leaderrating?scheme={Scheme}";
        Assert.Equal([Text(rating, "sha256")!], FilesOf((await Service.PullAsync(path)).GetProperty("inputs")[0]));

        // Frozen into what may be published.
        var proposal = await SendAsync(s_office, HttpMethod.Post, "/publications/proposals", new() { ["period"] = "2025-06", ["scheme"] = Scheme }, 201);
        var rows = (await Service.PullAsync($"/publications/proposals/{Text(proposal, "id")}")).GetProperty("rows").EnumerateArray()
            .Select(row => CanonicalJson.Read(row.GetString()!)!.Value).ToDictionary(row => Text(row, "key")!, row => row.GetProperty("content"));
        Assert.Equal([Text(rating, "sha256")!], FilesOf(rows[$"item.{Minqin}.leaderrating"].GetProperty("inputs")[0]));
        Assert.Equal([Hash(Jpeg)], FilesOf(rows[$"tree.{Minqin}"].GetProperty("points").EnumerateArray().Single(point => Text(point.GetProperty("rule"), "code") == "national")));

        // What the office refuses counts for nothing from then on, and did before.
        var before = Uri.EscapeDataString(Service.Clock.GetUtcNow().ToString("O"));
        await SendAsync(s_chief, HttpMethod.Post, $"/evidence/{Text(rating, "id")}/verification", Finding(false), 200);
        Assert.False((await Service.PullAsync(path)).GetProperty("inputs")[0].TryGetProperty("files", out _));
        Assert.Equal([Text(rating, "sha256")!], FilesOf((await Service.PullAsync($"{path}&asOf={before}")).GetProperty("inputs")[0]));
        var held = await Service.PullAsync($"/evidence/{Text(rating, "id")}", TestCaller.AssessmentOf(Minqin));
        Assert.Equal((false, 2), (held.GetProperty("accepted").GetBoolean(), held.GetProperty("revision").GetInt32()));
        await RefusedAsync(TestCaller.AssessmentOf(Gulang), HttpMethod.Get, $"/evidence/{Text(rating, "id")}", null, 404, "evidence.unknown");
        Assert.Equal(0, (await Service.PullAsync($"/evidence?record=entries/{Minqin}", TestCaller.AssessmentOf(Gulang))).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Given_a_kept_file_When_a_strangers_transaction_or_anybody_touches_it_Then_the_database_refuses()
    {
        await SendAsync(s_office, HttpMethod.Put, $"/entries/{Tianzhu}/province/2025-05", new() { ["value"] = 1, ["evidence"] = "决定" }, 201);
        var sent = await UploadAsync(s_office, $"entries/{Tianzhu}/province/2025-05", "决定.png", Png, 201);
        var id = Guid.Parse(Text(sent, "id")!);
        foreach (var (scope, seen) in new[] { (Scope.Of("620623", "assessment", []), 1), (Scope.Of("620623", "training", []), 0), (Scope.Of("620602", "assessment", []), 0), (Scope.Of("6206", "finance", []), 0) })
        {
            await using var work = await BeginAsync(scope);
            Assert.Equal(seen, await work.FindAsync<long>("select count(*) from evidence_file where evidence_id = @id", new { id }));
        }

        await using var county = await BeginAsync(Scope.Of("620602", "assessment", []));
        var refused = await Assert.ThrowsAsync<PostgresException>(() => county.ExecuteAsync(
            "insert into evidence_finding values (@id, 9, '620602', true, '好', 'county', now())", new { id }));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        foreach (var sql in new[] { "update evidence_file set name = '别的'", "delete from evidence_file", "truncate evidence_finding, evidence_file" })
        {
            await using var command = Service.Database.DataSource.CreateCommand(sql);
            await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
        }
    }

    private Task<UnitOfWork> BeginAsync(Scope scope) => Service.Services.GetRequiredService<Database>().BeginAsync(scope, CancellationToken.None);

    private static JsonObject Finding(bool accepted) => new() { ["accepted"] = accepted, ["note"] = accepted ? "与原件一致" : "没有公章" };

    private static JsonObject Duties() => JsonNode.Parse(
        """
        {"name":"部门任务","validFrom":"2021-01","note":"试算","unverified":true,
         "items":[{"indicator":"ontime","name":"任务按期办结率","unit":"%","weight":1,"method":"goalposts","aggregate":"level","direction":"higher","rule":{"source":"tasks","low":0,"high":100}}],
         "tree":{"source":"","aggregation":"arithmetic","groups":[],"units":[{"code":"veterans","name":"市退役军人局","peers":"部门","ranked":true}],"points":[],"plusCeiling":null,"grades":[]}}
        """)!.AsObject();

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static string? Text(JsonElement element, string member) => element.GetProperty(member).GetString();

    private static IEnumerable<string> FilesOf(JsonElement input) => input.GetProperty("files").EnumerateArray().Select(file => Text(file, "sha256")!);

    private async Task<string[]> ActsAsync(string record)
    {
        await using var command = Service.Database.DataSource.CreateCommand("select array_agg(action order by action) from audit_entry where record = $1");
        command.Parameters.Add(new() { Value = record });
        return (string[])(await command.ExecuteScalarAsync())!;
    }

    private async Task<JsonElement> UploadAsync(TestCaller caller, string record, string name, byte[] content, int status)
    {
        using var client = Service.ClientFor(caller);
        using var body = new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        using var answer = await client.PostAsync(Relative($"/evidence?record={Uri.EscapeDataString(record)}&name={Uri.EscapeDataString(name)}"), body);
        var said = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True((int)answer.StatusCode == status, $"{record} {name}: {(int)answer.StatusCode} {said.GetRawText()}");
        return said;
    }

    private async Task RefusedAsync(TestCaller caller, HttpMethod method, string path, JsonObject? body, int status, string code) =>
        Assert.Equal(code, Text(await SendAsync(caller, method, path, body, status), "code"));

    private async Task<JsonElement> SendAsync(TestCaller caller, HttpMethod method, string path, JsonObject? body, int status)
    {
        using var client = Service.ClientFor(caller);
        using var request = new HttpRequestMessage(method, Relative(path)) { Content = body is null ? null : JsonContent.Create(body) };
        if (path.Contains("/verification", StringComparison.Ordinal))
        {
            request.Headers.IfMatch.Add(EntityTagHeaderValue.Any);
        }

        using var answer = await client.SendAsync(request);
        var said = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True((int)answer.StatusCode == status, $"{method} {path}: {(int)answer.StatusCode} {said.GetRawText()}");
        return said;
    }
}
