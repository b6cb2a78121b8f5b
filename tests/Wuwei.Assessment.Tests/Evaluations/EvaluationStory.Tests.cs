using System.IO.Compression;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using DocumentFormat.OpenXml.Packaging;
using Wuwei.Assessment.Tests.EvidenceFiles;
using Wuwei.Assessment.Tests.Scores;
using Wuwei.Testing;
using Wuwei.Verifier;
using static Wuwei.Assessment.Tests.Given;

namespace Wuwei.Assessment.Tests.Evaluations;

/// <summary>A whole mid-term assessment, from the targets handed down to what is put right, and the final one after it.</summary>
public sealed class EvaluationStoryTests(AssessmentService service) : ScoreTests(service), IClassFixture<AssessmentService>
{
    private const string MidTerm = "/evaluations/midterm-2023", Final = "/evaluations/final-2025";

    private static readonly string[] s_counties = [Liangzhou, Minqin, Gulang, Tianzhu];
    private static readonly TestCaller s_office = TestCaller.AssessmentOffice, s_chief = TestCaller.AssessmentChief;

    [Fact]
    public async Task Given_the_mid_term_assessment_When_a_county_wins_its_appeal_Then_the_result_is_scored_again_approved_published_and_followed_up_and_the_final_one_after_it()
    {
        // Targets are handed down: every county finds its own, and nobody else's.
        Service.Clock.SetToday(new(2025, 7, 2));
        await AssertAsync(s_office, HttpMethod.Put, MidTerm, Opening("mid-term", "2025-06"), 422, "evaluation.bad_period");
        await SendAsync(s_office, HttpMethod.Put, MidTerm, Opening("mid-term", "2023-12"), 201);
        await SendAsync(s_office, HttpMethod.Put, MidTerm, Opening("mid-term", "2023-12"), 200);
        await AssertAsync(s_office, HttpMethod.Put, MidTerm, Opening("mid-term", "2023-11"), 409, "evaluation.opened_before");
        await SendAsync(s_office, HttpMethod.Put, Final, Opening("final", "2025-12"), 201); // its data are yet to come
        var sheet = await Service.PullAsync($"{MidTerm}/units/{Minqin}", TestCaller.AssessmentOf(Minqin));
        Assert.Equal(3600, Line(sheet, "1").GetProperty("target").GetDecimal());
        using (var stranger = Service.ClientFor(TestCaller.AssessmentOf(Minqin)))
        {
            await AssertProblemAsync(await stranger.GetAsync(Relative($"{MidTerm}/units/{Gulang}")), 404, "evaluation.unknown");
        }

        // Each says what it achieved; Minqin says more than the system knows.
        foreach (var county in s_counties)
        {
            var known = await KnownAsync(county);
            var lines = Lines(known, county == Minqin ? 130 : 0);
            await AssertAsync(TestCaller.AssessmentOf(Tianzhu), HttpMethod.Put, $"{MidTerm}/units/{Minqin}/self-assessment", lines, 403, "evaluation.not_of_the_unit", when: county == Minqin);
            await SendAsync(TestCaller.AssessmentOf(county), HttpMethod.Put, $"{MidTerm}/units/{county}/self-assessment", lines, 200);
        }

        // What shows it is sent as a file, by the unit and until its data are checked.
        var shown = $"evaluations/midterm-2023/units/{Minqin}/items/1";
        await AttachAsync(TestCaller.AssessmentOf(Minqin), shown, 201);
        await AttachAsync(TestCaller.AssessmentOf(Gulang), shown, 404);

        // The office puts the system's value beside it: a difference needs a word, and is looked at on the spot by somebody else.
        foreach (var county in s_counties)
        {
            await AssertAsync(s_office, HttpMethod.Put, $"{MidTerm}/units/{county}/data-check", Checked(), 422, "evaluation.finding_missing", when: county == Minqin);
            var check = county == Minqin ? Checked(("1", "field-check")) : Checked();
            await SendAsync(s_office, HttpMethod.Put, $"{MidTerm}/units/{county}/data-check", check, 200);
        }

        await AttachAsync(TestCaller.AssessmentOf(Minqin), $"evaluations/midterm-2023/units/{Minqin}/items/5", 409);
        await SheetsAsync(TestCaller.AssessmentOf(Minqin));
        sheet = await Service.PullAsync($"{MidTerm}/units/{Minqin}");
        Assert.Equal(130, Line(sheet, "1").GetProperty("reported").GetDecimal() - Line(sheet, "1").GetProperty("known").GetDecimal());
        await AssertAsync(s_office, HttpMethod.Post, $"{MidTerm}/scoring", null, 409, "evaluation.sheets_open");
        var found = Found("1", Line(sheet, "1").GetProperty("reported").GetDecimal());
        await AssertAsync(s_office, HttpMethod.Put, $"{MidTerm}/units/{Minqin}/field-check", found, 403, "evaluation.own_data_check");
        await SendAsync(s_chief, HttpMethod.Put, $"{MidTerm}/units/{Minqin}/field-check", found, 200);

        // What was found is not what the system knows: nothing is scored until the data are.
        await AssertAsync(s_office, HttpMethod.Post, $"{MidTerm}/scoring", null, 409, "evaluation.finding_open");
        await ObserveAsync("1", Minqin, 77 + 130);
        await SendAsync(s_office, HttpMethod.Post, $"{MidTerm}/scoring", null, 200);
        var noticed = await SendAsync(s_office, HttpMethod.Post, $"{MidTerm}/notice", null, 200);
        Assert.Equal("2025-07-09", noticed.GetProperty("noticeUntil").GetString());

        // On notice everybody sees every row; Gulang contests one of its own.
        var before = (await NoticeAsync())[$"item.{Gulang}.11"];
        var appeal = new JsonObject { ["evaluation"] = "midterm-2023", ["key"] = $"item.{Gulang}.11", ["claim"] = "十二月漏报 20 人", ["evidence"] = "贷款台账第 3 册" };
        await AssertAsync(TestCaller.AssessmentOf(Tianzhu), HttpMethod.Post, "/appeals", appeal, 403, "appeal.not_of_a_unit");
        var filed = await SendAsync(TestCaller.AssessmentOf(Gulang), HttpMethod.Post, "/appeals", appeal, 201);
        await AssertAsync(TestCaller.AssessmentOf(Gulang), HttpMethod.Post, "/appeals", appeal, 409, "appeal.filed_before");
        Assert.Equal(before.GetRawText(), CanonicalJson.Read(filed.GetProperty("row").GetString()!)!.Value.GetProperty("content").GetRawText());
        var path = $"/appeals/{filed.GetProperty("id").GetGuid()}";
        var right = new JsonObject { ["accepted"] = true, ["decision"] = "属实，予以更正" };
        await AssertAsync(s_chief, HttpMethod.Post, $"{MidTerm}/approval", Approval(), 409, "evaluation.appeals_open");
        await AssertAsync(s_office, HttpMethod.Post, $"{path}/decision", right, 403, "appeal.own_result");
        var attached = await AttachAsync(TestCaller.AssessmentOf(Gulang), path[1..], 201);
        await AssertAsync(s_chief, HttpMethod.Post, $"{path}/decision", right, 409, "evidence.unverified");
        await SendAsync(s_office, HttpMethod.Post, $"/evidence/{attached}/verification", new() { ["accepted"] = true, ["note"] = "与台账一致" }, 200);
        await SendAsync(s_chief, HttpMethod.Post, $"{path}/decision", right, 200);
        await AssertAsync(s_chief, HttpMethod.Post, $"{MidTerm}/approval", Approval(), 409, "evaluation.appeals_unanswered");

        // The decision makes a new version, which is on notice again.
        await ObserveAsync("11", Gulang, 84 + 20);
        await SendAsync(s_office, HttpMethod.Post, $"{MidTerm}/scoring", null, 200);
        await SendAsync(s_office, HttpMethod.Post, $"{MidTerm}/notice", null, 200);
        Assert.NotEqual(JsonValueKind.Null, (await Service.PullAsync(path, TestCaller.AssessmentOf(Gulang))).GetProperty("answeredBy").ValueKind);
        await AssertAsync(s_office, HttpMethod.Post, $"{MidTerm}/scoring", null, 409, "evaluation.nothing_to_score");
        await AssertAsync(s_chief, HttpMethod.Post, $"{MidTerm}/approval", Approval(), 409, "evaluation.notice_not_over");

        // After it, another person than scored it approves; only then it is published.
        Service.Clock.SetToday(new(2025, 7, 10));
        await AssertAsync(TestCaller.AssessmentOf(Gulang), HttpMethod.Post, "/appeals", appeal, 409, "appeal.too_late");
        var publishing = $"/publications/proposals/{await ProposalAsync()}/publication";
        await AssertAsync(s_chief, HttpMethod.Post, publishing, null, 409, "evaluation.not_approved");
        await AssertAsync(s_chief with { Subject = s_office.Subject }, HttpMethod.Post, $"{MidTerm}/approval", Approval(), 403, "evaluation.own_scoring");
        await AssertAsync(s_chief, HttpMethod.Post, $"{MidTerm}/approval", Approval(), 409, "evaluation.scheme_not_approved");
        await SendAsync(s_chief, HttpMethod.Post, "/schemes/plan-12/versions/1/approval", Approval(), 201);
        await SendAsync(s_chief, HttpMethod.Post, $"{MidTerm}/approval", Approval(), 200);
        var number = (await SendAsync(s_chief, HttpMethod.Post, publishing, null, 201)).GetProperty("number").GetInt32();
        Assert.Equal(number, (await Service.PullAsync(path)).GetProperty("correction").GetInt32());
        var file = await Office.GetByteArrayAsync(Relative($"/publications/{number}"));
        Assert.Empty(Verification.Of(file).Faults);
        Assert.Equal(20, Value((await NoticeAsync())[$"item.{Gulang}.11"]) - Value(before));
        await AssertAsync(
            TestCaller.AssessmentOf(Minqin), HttpMethod.Put, $"{MidTerm}/units/{Minqin}/self-assessment", Lines(await KnownAsync(Minqin), 0), 409, "evaluation.checked_before");

        // The report is there for everybody, a county's briefing for itself.
        using (var county = Service.ClientFor(TestCaller.AssessmentOf(Gulang)))
        {
            using var written = await county.GetAsync(Relative($"{MidTerm}/report.docx"));
            Assert.Equal(("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "midterm-2023.docx"),
                (written.Content.Headers.ContentType!.MediaType, written.Content.Headers.ContentDisposition!.FileName));
            using var briefing = await county.GetAsync(Relative($"{MidTerm}/units/{Gulang}/briefing.docx"));
            Assert.True(briefing.IsSuccessStatusCode);
            await AssertProblemAsync(await county.GetAsync(Relative($"{MidTerm}/units/{Minqin}/briefing.docx")), 404, "evaluation.no_result");
        }

        // What is to be put right is reported by the county and looked at by the office.
        var required = await SendAsync(
            s_office, HttpMethod.Post, $"{MidTerm}/rectifications",
            new() { ["unit"] = Liangzhou, ["item"] = "5", ["text"] = "补齐毕业生去向登记", ["dueOn"] = "2025-09-30" }, 201);
        var rectification = $"{MidTerm}/rectifications/{required.GetProperty("id").GetGuid()}";
        var report = new JsonObject { ["text"] = "已补登 212 人", ["evidence"] = "登记表" };
        await AssertAsync(TestCaller.AssessmentOf(Gulang), HttpMethod.Post, $"{rectification}/report", report, 404, "rectification.unknown");
        await SendAsync(TestCaller.AssessmentOf(Liangzhou), HttpMethod.Post, $"{rectification}/report", report, 200);
        await SendAsync(s_office, HttpMethod.Post, $"{rectification}/review", new() { ["accepted"] = true, ["review"] = "属实" }, 200);
        var whole = await Service.PullAsync(MidTerm);
        Assert.Equal("""{"all":4,"selfAssessed":4,"dataChecked":4,"complete":4,"differing":1}""", whole.GetProperty("sheets").GetRawText());
        Assert.Equal("accepted", (await Service.PullAsync($"{MidTerm}/rectifications?limit=1")).GetProperty("items")[0].GetProperty("state").GetString());
        Assert.Equal(
            ["handed-down", "scored", "noticed", "scored", "noticed", "approved", "published"],
            whole.GetProperty("evaluation").GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("stage").GetString()!));
        Assert.Equal(7, await Service.CountAsync("audit_entry where record = 'evaluations/midterm-2023'"));
        await FinalAsync(file);
    }

    /// <summary>The plan is over: its last months are known, and the same steps lead to a publication that is chained to the mid-term one.</summary>
    private async Task FinalAsync(byte[] midTerm)
    {
        Service.Clock.SetToday(new(2026, 1, 12));
        await Service.LoadPlanAsync("2025-12");
        foreach (var county in s_counties)
        {
            await SendAsync(TestCaller.AssessmentOf(county), HttpMethod.Put, $"{Final}/units/{county}/self-assessment", Lines(await KnownAsync(county, "2025-12"), 0), 200);
            await SendAsync(s_office, HttpMethod.Put, $"{Final}/units/{county}/data-check", Checked(), 200);
        }

        await SendAsync(s_office, HttpMethod.Post, $"{Final}/scoring", null, 200);
        await SendAsync(s_office, HttpMethod.Post, $"{Final}/notice", null, 200);
        Service.Clock.SetToday(new(2026, 1, 20));
        await SendAsync(s_chief, HttpMethod.Post, $"{Final}/approval", Approval(), 200);
        var head = new JsonObject { ["issuer"] = "武威市就业工作领导小组", ["number"] = "武就发〔2026〕1号", ["issuedOn"] = "2026-01-20" };
        await SendAsync(s_office, HttpMethod.Put, $"{Final}/letterhead", head, 200);
        var proposal = (await Service.PullAsync(Final)).GetProperty("evaluation").GetProperty("proposal").GetGuid();
        var published = await SendAsync(s_chief, HttpMethod.Post, $"/publications/proposals/{proposal}/publication", null, 201);
        var last = await Office.GetByteArrayAsync(Relative($"/publications/{published.GetProperty("number").GetInt32()}"));

        // Checked without the service, one after the other.
        var findings = new[] { Verification.Of(midTerm), Verification.Of(last) };
        Assert.All(findings, finding => Assert.Empty(finding.Faults));
        Assert.Equal((findings[0].Root, "2025-12"), (findings[1].Head!.PreviousRoot, findings[1].Head!.Period));
        Assert.Empty(Verification.Chain(findings));

        // Everything of the plan is due: the report says so under its head.
        using var report = new MemoryStream(await Office.GetByteArrayAsync(Relative($"{Final}/report.docx")));
        using var document = WordprocessingDocument.Open(report, isEditable: false);
        var text = document.MainDocumentPart!.Document!.InnerText;
        Assert.All(["武就发〔2026〕1号", "进行最终评估，评估期至 2025 年 12 月", $"第 {published.GetProperty("number").GetInt32()} 号发布"], said => Assert.Contains(said, text, StringComparison.Ordinal));
        Assert.Equal(
            ["handed-down", "scored", "noticed", "approved", "published"],
            (await Service.PullAsync(Final)).GetProperty("evaluation").GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("stage").GetString()!));
        await KeepAsync();
    }

    /// <summary>The documents of the story, for whoever opens them in a word processor: docs/evidence/documents.md.</summary>
    private async Task KeepAsync()
    {
        if (Environment.GetEnvironmentVariable("KEEP_DOCUMENTS") is not { } folder)
        {
            return;
        }

        foreach (var (name, path) in new[]
        {
            ("mid-term.docx", $"{MidTerm}/report.docx"), ("final.docx", $"{Final}/report.docx"), ("briefing.docx", $"{Final}/units/{Minqin}/briefing.docx"),
            ("sheets.xlsx", $"{MidTerm}/sheets"), ("scores.xlsx", "/scores?period=2025-12"), ("publication.xlsx", "/publications/1"),
        })
        {
            using var answer = await GetAsync(path, accept: name.EndsWith(".xlsx", StringComparison.Ordinal) ? Assessment.Scores.GetScores.Xlsx : null);
            Assert.True(answer.IsSuccessStatusCode, path);
            await File.WriteAllBytesAsync(Path.Combine(folder, name), await answer.Content.ReadAsByteArrayAsync());
        }
    }

    /// <summary>The sheets as files: a county's own, its value beside the system's.</summary>
    private async Task SheetsAsync(TestCaller caller)
    {
        using var client = Service.ClientFor(caller);
        using var asked = new HttpRequestMessage(HttpMethod.Get, Relative($"{MidTerm}/sheets")) { Headers = { Accept = { new("text/csv") } } };
        using var csv = await client.SendAsync(asked);
        var lines = (await csv.Content.ReadAsStringAsync()).Split("\r\n")[1..^1];
        Assert.All(lines, line => Assert.StartsWith($"{Minqin},民勤县,", line, StringComparison.Ordinal));
        Assert.Contains($"{Minqin},民勤县,1,城镇新增就业人数,人,", lines[0], StringComparison.Ordinal);
        Assert.Contains(",130,实地核查,", lines[0], StringComparison.Ordinal);
        using var again = new HttpRequestMessage(HttpMethod.Get, Relative($"{MidTerm}/sheets")) { Headers = { Accept = { new("text/csv") }, IfNoneMatch = { csv.Headers.ETag! } } };
        Assert.Equal(304, (int)(await client.SendAsync(again)).StatusCode);
        using var other = new HttpRequestMessage(HttpMethod.Get, Relative($"{MidTerm}/sheets")) { Headers = { Accept = { new(Assessment.Scores.GetScores.Xlsx) } } };
        using var xlsx = await client.SendAsync(other);
        Assert.Equal("midterm-2023-sheets.xlsx", xlsx.Content.Headers.ContentDisposition!.FileName!.Trim('"'));
        using var workbook = new ZipArchive(await xlsx.Content.ReadAsStreamAsync());
        Assert.Equal(3, workbook.Entries.Count(entry => entry.FullName.StartsWith("xl/worksheets/sheet", StringComparison.Ordinal)));
        using var reader = new StreamReader(workbook.GetEntry("xl/worksheets/sheet1.xml")!.Open());
        Assert.Contains("<x:col min=\"4\" max=\"4\" width=\"26\" customWidth=\"1\"/>", await reader.ReadToEndAsync(), StringComparison.Ordinal); // 城镇新增就业人数 and its like are seen whole
    }

    private async Task<string?> AttachAsync(TestCaller caller, string record, int status)
    {
        using var client = Service.ClientFor(caller);
        using var file = new ByteArrayContent(FileKindTests.Pdf) { Headers = { ContentType = new("application/pdf") } };
        using var answer = await client.PostAsync(Relative($"/evidence?record={record}&name=1.pdf"), file);
        var said = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True((int)answer.StatusCode == status, $"{record}: {(int)answer.StatusCode} {said.GetRawText()}");
        return status == 201 ? said.GetProperty("id").GetString() : null;
    }

    [Fact]
    public async Task Given_an_appeal_against_a_month_and_a_rejected_result_When_it_goes_on_Then_it_waits_for_the_one_and_is_made_anew_after_the_other()
    {
        // By a scheme of its own: the other story's appeals are not its.
        Service.Clock.SetToday(new(2025, 7, 2));
        using (var made = await Office.PutAsJsonAsync(Relative("/schemes/annual"), JsonNode.Parse(Annual)))
        {
            Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync());
        }

        await SendAsync(s_office, HttpMethod.Put, Year, new()
        {
            ["kind"] = "annual",
            ["name"] = "2022 年度考核",
            ["scheme"] = "annual",
            ["period"] = "2022-12",
            ["selfAssessBy"] = "2025-07-02",
        }, 201);

        // A month is published, and contested.
        var month = await SendAsync(s_office, HttpMethod.Post, "/publications/proposals", new() { ["period"] = "2022-11", ["scheme"] = "annual" }, 201);
        var published = (await SendAsync(s_chief, HttpMethod.Post, $"/publications/proposals/{month.GetProperty("id").GetGuid()}/publication", null, 201)).GetProperty("number").GetInt32();
        var contested = await SendAsync(TestCaller.AssessmentOf(Gulang), HttpMethod.Post, "/appeals",
            new() { ["publication"] = published, ["key"] = $"item.{Gulang}.1", ["claim"] = "漏报", ["evidence"] = "台账" }, 201);

        // Nobody assessed itself in time: the data are checked without.
        Service.Clock.SetToday(new(2025, 7, 3));
        foreach (var county in s_counties)
        {
            await SendAsync(s_office, HttpMethod.Put, $"{Year}/units/{county}/data-check", Checked(), 200);
        }

        await SendAsync(s_office, HttpMethod.Post, $"{Year}/scoring", null, 200);
        await SendAsync(s_office, HttpMethod.Post, $"{Year}/notice", null, 200);
        Service.Clock.SetToday(new(2025, 7, 11));
        await AssertAsync(s_chief, HttpMethod.Post, $"{Year}/approval", Approval(), 409, "evaluation.appeals_open");
        await SendAsync(s_office, HttpMethod.Post, $"/appeals/{contested.GetProperty("id").GetGuid()}/decision", new() { ["accepted"] = true, ["decision"] = "属实" }, 200);
        await AssertAsync(s_chief, HttpMethod.Post, $"{Year}/approval", Approval(), 409, "evaluation.appeals_unanswered");
        await SendAsync(s_office, HttpMethod.Post, $"{Year}/scoring", null, 200);
        await SendAsync(s_office, HttpMethod.Post, $"{Year}/notice", null, 200);
        Service.Clock.SetToday(new(2025, 7, 21));
        await AssertAsync(s_chief with { Subject = s_office.Subject }, HttpMethod.Post, "/schemes/annual/versions/1/approval", Approval(), 403, "assessment.own_scheme");
        await SendAsync(s_chief, HttpMethod.Post, "/schemes/annual/versions/1/approval", Approval(), 201);
        await AssertAsync(s_chief, HttpMethod.Post, "/schemes/annual/versions/1/approval", Approval(), 409, "assessment.scheme_approved");
        await SendAsync(s_chief, HttpMethod.Post, $"{Year}/approval", Approval(), 200);

        // Even what is approved may be rejected: it goes back, one sheet to its unit, and a new snapshot comes of it.
        var rejected = (await Service.PullAsync(Year)).GetProperty("evaluation").GetProperty("proposal").GetGuid();
        await SendAsync(s_chief, HttpMethod.Post, $"/publications/proposals/{rejected}/rejection", new() { ["reason"] = "民勤县数据存疑" }, 200);
        var sheet = $"{Year}/units/{Minqin}";
        await SendAsync(s_office, HttpMethod.Put, $"{sheet}/return", new() { ["to"] = "self-assessment", ["reason"] = "逐项重报" }, 200);
        await AssertAsync(s_office, HttpMethod.Post, $"{Year}/scoring", null, 409, "evaluation.sheets_open");
        await AssertAsync(s_office, HttpMethod.Put, $"{sheet}/data-check", Checked(), 409, "evaluation.not_self_assessed");
        var own = new Dictionary<string, decimal> { ["1"] = 2000 };
        await SendAsync(TestCaller.AssessmentOf(Minqin), HttpMethod.Put, $"{sheet}/self-assessment", Lines(own, 0), 200);
        await SendAsync(s_office, HttpMethod.Put, $"{sheet}/data-check", Checked(("1", "field-check")), 200);
        await SendAsync(s_chief, HttpMethod.Put, $"{sheet}/field-check", Found("1", 2000), 200);
        await AssertAsync(s_office, HttpMethod.Put, $"{sheet}/data-check", Checked(("1", "system-stands")), 409, "evaluation.inspected_before");
        await SendAsync(s_office, HttpMethod.Put, $"{sheet}/return", new() { ["to"] = "data-check", ["reason"] = "核查有误" }, 200);
        await SendAsync(s_office, HttpMethod.Put, $"{sheet}/data-check", Checked(("1", "system-stands")), 200);
        var again = (await SendAsync(s_office, HttpMethod.Post, $"{Year}/scoring", null, 200)).GetProperty("proposal").GetGuid();
        Assert.NotEqual(rejected, again);
        Assert.Equal(0, await Service.CountAsync("publication where scheme = 'annual' and month > '2022-11-01'"));
        var steps = (await Service.PullAsync(Year)).GetProperty("evaluation").GetProperty("steps").EnumerateArray().TakeLast(3).ToArray();
        Assert.Equal(["approved", "handed-down", "scored"], steps.Select(step => step.GetProperty("stage").GetString()!));
        Assert.Equal("民勤县数据存疑", steps[1].GetProperty("note").GetString());

        // Its head is set, and sheets come by pages.
        var head = new JsonObject { ["issuer"] = "武威市就业工作领导小组", ["number"] = "武就发〔2025〕18号", ["issuedOn"] = "2025-07-30" };
        Assert.Equal("武就发〔2025〕18号", (await SendAsync(s_office, HttpMethod.Put, $"{Year}/letterhead", head, 200)).GetProperty("letterhead").GetProperty("number").GetString());
        Assert.Equal(1, await Service.CountAsync("audit_entry where record = 'evaluations/annual-2022' and action = 'evaluation.headed'"));
        var page = await Service.PullAsync($"{Year}/units?limit=3");
        var rest = await Service.PullAsync($"{Year}/units?limit=3&after={page.GetProperty("next").GetString()}");
        Assert.Equal(s_counties.Order(), page.GetProperty("items").EnumerateArray().Concat(rest.GetProperty("items").EnumerateArray()).Select(one => one.GetProperty("unit").GetString()!));
    }

    private const string Year = "/evaluations/annual-2022";

    private const string Annual = """
        {"name":"年度考核","validFrom":"2021-01","note":"试算","unverified":true,"items":[{"indicator":"1","name":"城镇新增就业人数","unit":"人","weight":1,
         "binding":true,"aggregate":"cumulative","direction":"higher"}]}
        """;

    private static JsonObject Opening(string kind, string period) => new()
    {
        ["kind"] = kind,
        ["name"] = "“十四五”就业促进规划评估",
        ["period"] = period,
        ["selfAssessBy"] = "2025-07-31",
    };

    private static JsonObject Approval() => new() { ["document"] = "市政府常务会议纪要〔2025〕18号" };

    private static JsonObject Checked(params (string Item, string Finding)[] lines) => new()
    {
        ["lines"] = new JsonArray([.. lines.Select(line => new JsonObject { ["item"] = line.Item, ["finding"] = line.Finding, ["note"] = "自评多 130 人" })]),
    };

    private static JsonObject Found(string item, decimal value) => new()
    {
        ["lines"] = new JsonArray(new JsonObject { ["item"] = item, ["value"] = value, ["evidence"] = "实名台账第 2 册，电话核实 30 人" }),
    };

    private static JsonObject Lines(IReadOnlyDictionary<string, decimal> known, decimal more) => new()
    {
        ["lines"] = new JsonArray([.. known.Select(line => new JsonObject { ["item"] = line.Key, ["value"] = line.Value + (line.Key == "1" ? more : 0), ["evidence"] = "台账" })]),
    };

    private static JsonElement Line(JsonElement sheet, string item) =>
        sheet.GetProperty("lines").EnumerateArray().Single(line => line.GetProperty("item").GetString() == item);

    private static decimal Value(JsonElement row) => Number(row.GetProperty("score").GetProperty("value").GetString()!);

    private async Task<Dictionary<string, decimal>> KnownAsync(string county, string period = "2023-12") =>
        (await Service.PullAsync($"/scores/{county}/{period}")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("score"))
        .Where(score => score.GetProperty("value").ValueKind is JsonValueKind.Number)
        .ToDictionary(score => score.GetProperty("indicator").GetString()!, score => score.GetProperty("value").GetDecimal());

    private Task ObserveAsync(string indicator, string county, decimal december) =>
        Service.ObserveAsync(Observed(indicator, county, "2023-12", december, revision: 9) with { KnownAt = Service.Clock.GetUtcNow().AddMinutes(-1) });

    private async Task<Dictionary<string, JsonElement>> NoticeAsync() =>
        (await Service.PullAsync($"{MidTerm}/notice", TestCaller.AssessmentOf(Gulang))).GetProperty("rows").EnumerateArray()
        .Select(row => CanonicalJson.Read(row.GetString()!)!.Value).ToDictionary(row => row.GetProperty("key").GetString()!, row => row.GetProperty("content"));

    private async Task<Guid> ProposalAsync() => (await Service.PullAsync(MidTerm)).GetProperty("evaluation").GetProperty("proposal").GetGuid();

    private async Task<JsonElement> SendAsync(TestCaller caller, HttpMethod method, string path, JsonObject? body, int status)
    {
        using var answer = await AnswerAsync(caller, method, path, body);
        var content = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True((int)answer.StatusCode == status, $"{path}: {(int)answer.StatusCode} {content.GetRawText()}");
        return content;
    }

    private async Task AssertAsync(TestCaller caller, HttpMethod method, string path, JsonObject? body, int status, string code, bool when = true)
    {
        if (when)
        {
            await AssertProblemAsync(await AnswerAsync(caller, method, path, body), status, code);
        }
    }

    private async Task<HttpResponseMessage> AnswerAsync(TestCaller caller, HttpMethod method, string path, JsonObject? body)
    {
        using var client = Service.ClientFor(caller);
        using var request = new HttpRequestMessage(method, Relative(path)) { Content = body is null ? null : JsonContent.Create(body), Headers = { IfMatch = { EntityTagHeaderValue.Any } } };
        return await client.SendAsync(request);
    }
}
