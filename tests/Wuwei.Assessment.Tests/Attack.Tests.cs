using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wuwei.Assessment.Tests.EvidenceFiles;
using Wuwei.Testing;
using Wuwei.Testing.Attack;
using static Wuwei.Assessment.Tests.Given;

namespace Wuwei.Assessment.Tests;

/// <summary>One service for all who attack it.</summary>
[CollectionDefinition(nameof(Attacked))]
public sealed class Attacked : ICollectionFixture<AssessmentService>;

/// <summary>Every operation, by whoever should not call it and with whatever should not be sent.</summary>
[Collection(nameof(Attacked))]
public sealed class AttackTests(AssessmentService service)
{
    private static readonly Dictionary<string, Access> s_access = new()
    {
        ["ListSchemes"] = Access.Reads,
        ["GetScheme"] = Access.Reads,
        ["GetSchemeVersion"] = Access.Reads,
        ["PutScheme"] = Access.WritesForCity,
        ["ApproveScheme"] = Access.WritesForCity,
        ["GetSchemeApproval"] = Access.Reads,
        ["CompareSchemes"] = Access.Reads,
        ["PrintMethodCard"] = Access.Reads,
        ["GetScores"] = Access.ReadsForCity,
        ["CompareOfficial"] = Access.ReadsForCity,
        ["GetRegionScore"] = Access.ReadsOwnRegion,
        ["ExplainItem"] = Access.ReadsOwnRegion,
        ["ListPublications"] = Access.Reads,
        ["GetPublication"] = Access.Reads,
        ["ProposePublication"] = Access.WritesForCity,
        ["ListProposals"] = Access.OtherRole,
        ["GetProposal"] = Access.OtherRole,
        ["PublishProposal"] = Access.WritesForCity,
        ["RejectProposal"] = Access.WritesForCity,
        ["ListVerifiable"] = Access.Open,
        ["VerifyPublication"] = Access.Open,
        ["ProveRow"] = Access.Open,
        ["ListTasks"] = Access.Reads,
        ["GetTask"] = Access.Reads,
        ["ListReminders"] = Access.Reads,
        ["GetTasksOnTime"] = Access.Reads,
        ["AssignTask"] = Access.WritesForCity,
        ["ReportProgress"] = Access.Writes,
        ["SuperviseTask"] = Access.WritesForCity,
        ["ReviewCompletion"] = Access.WritesForCity,
        ["ListEvaluations"] = Access.Reads,
        ["GetEvaluation"] = Access.ReadsOwnRegion,
        ["GetSheet"] = Access.ReadsOwnRegion,
        ["ListSheets"] = Access.ReadsOwnRegion,
        ["ListRectifications"] = Access.ReadsOwnRegion,
        ["ReturnSheet"] = Access.WritesForCity,
        ["SetLetterhead"] = Access.WritesForCity,
        ["GetNotice"] = Access.Reads,
        ["WriteReport"] = Access.Reads,
        ["WriteBriefing"] = Access.ReadsOwnRegion,
        ["OpenEvaluation"] = Access.WritesForCity,
        ["AssessSelf"] = Access.WritesOwnRegion,
        ["CheckData"] = Access.WritesForCity,
        ["CheckField"] = Access.WritesForCity,
        ["ScoreEvaluation"] = Access.WritesForCity,
        ["NoticeEvaluation"] = Access.WritesForCity,
        ["ApproveEvaluation"] = Access.WritesForCity,
        ["RequireRectification"] = Access.WritesForCity,
        ["ReportRectification"] = Access.WritesOwnRegion,
        ["ReviewRectification"] = Access.WritesForCity,
        ["FileAppeal"] = Access.WritesOwnRegion,
        ["ListAppeals"] = Access.ReadsOwnRegion,
        ["GetAppeal"] = Access.ReadsOwnRegion,
        ["DecideAppeal"] = Access.WritesForCity,
        ["ListPanels"] = Access.Reads,
        ["GetPanel"] = Access.Reads,
        ["SetPanel"] = Access.WritesForCity,
        ["ClosePanel"] = Access.WritesForCity,
        ["ScoreInPanel"] = Access.WritesAsNamed,
        ["ListWarnings"] = Access.ReadsOwnRegion,
        ["ListAuditEntries"] = Access.OtherRole,
        ["ExportAuditEntries"] = Access.OtherRole,
        ["VerifyAuditTrail"] = Access.OtherRole,
        ["ExplainTree"] = Access.ReadsOwnRegion,
        ["PutEntry"] = Access.WritesForCity,
        ["GetEntry"] = Access.ReadsOwnRegion,
        ["SendEvidence"] = Access.WritesOwnRegion,
        ["ListEvidence"] = Access.ReadsOwnRegion,
        ["GetEvidence"] = Access.ReadsOwnRegion,
        ["GetEvidenceContent"] = Access.ReadsOwnRegion,
        ["VerifyEvidence"] = Access.WritesForCity,
        ["ExportSheets"] = Access.ReadsOwnRegion,
        ["AnalyseScores"] = Access.ReadsForCity,
        ["ShowHistory"] = Access.ReadsForCity,
        ["TryWhatIf"] = Access.ReadsForCity,
        ["RunUncertainty"] = Access.ReadsForCity,
        ["RunSensitivity"] = Access.ReadsForCity,
        ["StartUncertaintyRun"] = Access.WritesForCity,
        ["GetUncertaintyRun"] = Access.ReadsForCity,
        ["CancelUncertaintyRun"] = Access.WritesForCity,
        ["PutScenario"] = Access.WritesForCity,
        ["ListScenarios"] = Access.ReadsForCity,
        ["TryScenario"] = Access.ReadsForCity,
    };

    // What shows figures of the plan before they are published, or scores made of them.
    private static readonly HashSet<string> s_unpublished =
    [
        "GetScores", "CompareOfficial", "GetRegionScore", "ExplainItem", "ExplainTree", "ListWarnings", "ExportSheets", "ListSheets", "CheckData", "CheckField", "ReturnSheet",
        "ScoreEvaluation", "ProposePublication", "ListProposals", "GetProposal", "PublishProposal", "RejectProposal", "AnalyseScores", "ShowHistory", "TryWhatIf",
        "RunUncertainty", "RunSensitivity", "StartUncertaintyRun", "GetUncertaintyRun", "CancelUncertaintyRun", "PutScenario", "ListScenarios", "TryScenario",
    ];

    private readonly AccessMatrix _matrix = new("assessment", s_access, s_access.ToDictionary(
        operation => operation.Key, operation => Owner(operation.Key)));

    [Fact]
    public async Task Given_every_operation_When_tried_by_everybody_Then_only_who_may_gets_through()
    {
        var api = await ApiAsync();
        foreach (var operation in api.Operations)
        {
            var complaints = await _matrix.TryAsync(Right(api, operation), () => service.ClientFor(null), $"\"{Liangzhou}\"");
            Assert.True(complaints.Count == 0, string.Join('\n', complaints));
        }
    }

    [Fact]
    public async Task Given_whoever_lacks_access_before_publication_When_every_operation_is_tried_Then_only_what_is_published_or_no_figure_comes()
    {
        var api = await ApiAsync();
        foreach (var operation in api.Operations)
        {
            using var client = service.ClientFor(Unlisted(Owner(operation.Id)));
            var answer = await (Right(api, operation) with { Body = null, IfMatch = null }).SendAsync(client);
            Assert.True(answer.Status == 403 == s_unpublished.Contains(operation.Id), $"{operation} ({operation.Id}): {answer.Status}");
        }

        // A sheet is its unit's own to see; to others it does not exist.
        foreach (var (caller, status) in new[]
        {
            (TestCaller.AssessmentOf(Liangzhou), 200), (Unlisted(TestCaller.AssessmentOf(Liangzhou)), 200), (Unlisted(TestCaller.OfPlan("finance")), 404), (TestCaller.AssessmentOf(Tianzhu), 404),
        })
        {
            using var client = service.ClientFor(caller);
            using var sheet = await client.GetAsync(new Uri($"evaluations/opened/units/{Liangzhou}", UriKind.Relative));
            Assert.Equal(status, (int)sheet.StatusCode);
        }

        static TestCaller Unlisted(TestCaller caller) => caller with { Scopes = [.. caller.Scopes.Where(scope => scope != "indicator.prerelease")] };
    }

    [Fact]
    public async Task Given_every_operation_When_its_requests_are_made_wrong_Then_it_answers_by_its_document()
    {
        const int Seed = 20_250_701;
        var api = await ApiAsync();
        List<string> complaints = [];
        foreach (var right in api.Operations.Select(operation => Right(api, operation)))
        {
            using var office = service.ClientFor(Owner(right.Operation.Id));
            foreach (var request in Fuzzer.Tried(right, Seed))
            {
                if (Fuzzer.Complaint(request, await request.SendAsync(office)) is { } complaint)
                {
                    complaints.Add(complaint);
                }
            }
        }

        Assert.True(complaints.Count == 0, $"{complaints.Count} complaints:\n{string.Join('\n', complaints.Take(20))}");
    }

    private static TestCaller Owner(string operation) => operation switch
    {
        _ when operation.Contains("Audit", StringComparison.Ordinal) => TestCaller.Auditor,
        "ReportProgress" => TestCaller.OfPlan("human-resources"),
        "ScoreInPanel" => TestCaller.OfPlan("finance"),
        "PublishProposal" or "RejectProposal" or "ApproveEvaluation" or "ApproveScheme" or "CheckField" => TestCaller.AssessmentChief,
        "AssessSelf" or "ReportRectification" or "FileAppeal" or "SendEvidence" => TestCaller.AssessmentOf(Liangzhou),
        _ => TestCaller.AssessmentOffice,
    };

    // May is published and contested; of April and March there are proposals; an assessment is opened, another one is on notice.
    private async Task<ApiDocument> ApiAsync()
    {
        await service.LoadPlanAsync();
        foreach (var month in await service.CountAsync("publication") > 0 ? [] : new[] { "2025-05", "2025-04", "2025-03" })
        {
            using var office = service.ClientFor(TestCaller.AssessmentOffice);
            using var proposed = await office.PostAsJsonAsync("publications/proposals", new { period = month });
            s_proposals[month] = (await proposed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        }

        if (await service.CountAsync("publication") == 0)
        {
            using var chief = service.ClientFor(TestCaller.AssessmentChief);
            using var request = new HttpRequestMessage(HttpMethod.Post, $"publications/proposals/{s_proposals["2025-05"]}/publication") { Headers = { IfMatch = { new("\"1\"") } } };
            using var published = await chief.SendAsync(request);
            Assert.True(published.IsSuccessStatusCode, await published.Content.ReadAsStringAsync());
            using var county = service.ClientFor(TestCaller.AssessmentOf(Liangzhou));
            using var filed = await county.PostAsJsonAsync("appeals", new { publication = 1, key = $"unit.{Liangzhou}", claim = "漏报", evidence = "台账" });
            s_proposals["appeal"] = (await filed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
            using var image = new ByteArrayContent(FileKindTests.Png) { Headers = { ContentType = new("image/png") } };
            using var sent = await county.PostAsync(new Uri($"evidence?record=appeals/{s_proposals["appeal"]}&name=1.png", UriKind.Relative), image);
            s_proposals["evidence"] = (await sent.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
            using var run = await chief.PostAsJsonAsync("robustness/2025-06/uncertainty/runs", BodyOf("StartUncertaintyRun"));
            s_proposals["run"] = (await run.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
            using var panel = await chief.PutAsJsonAsync("panels/attacked", BodyOf("SetPanel"));
            Assert.True(panel.IsSuccessStatusCode, await panel.Content.ReadAsStringAsync());
            using var approved = await chief.PostAsJsonAsync("schemes/plan-12/versions/1/approval", BodyOf("ApproveScheme"));
            Assert.True(approved.IsSuccessStatusCode, await approved.Content.ReadAsStringAsync());
            foreach (var id in new[] { "opened", "noticed" })
            {
                using var opened = await chief.PutAsJsonAsync($"evaluations/{id}", BodyOf("OpenEvaluation"));
                Assert.True(opened.IsSuccessStatusCode, await opened.Content.ReadAsStringAsync());
            }

            await using var command = service.Database.DataSource.CreateCommand($"""
                update evaluation set stage = 'noticed', notice_until = current_date, proposal_id = '{s_proposals["2025-03"]}' where evaluation_id = 'noticed';
                insert into rectification (rectification_id, revision, evaluation, unit, region, item, requirement, due_on, state, required_by, required_at)
                values ('{Rectification}', 1, 'noticed', '{Liangzhou}', '{Liangzhou}', '1', '补登', current_date, 'required', 'office', now())
                """);
            await command.ExecuteNonQueryAsync();
        }

        return new(await service.ClientFor(null).GetStringAsync(new Uri("openapi.json", UriKind.Relative)));
    }

    // Of a county, by the default scheme.
    private static readonly string[] s_items = ["1", "5", "6", "7", "8", "10", "11", "12"];

    private const string Rectification = "0197c5d0-0000-7000-8000-000000000001";

    private static readonly Dictionary<string, string> s_proposals = [];

    private static ApiRequest Right(ApiDocument api, ApiOperation operation) => operation.Id switch
    {
        "ListEvidence" => Example(api, operation) with { Query = new Dictionary<string, string> { ["record"] = $"appeals/{s_proposals["appeal"]}" } },
        "SendEvidence" => Example(api, operation) with
        {
            Query = new Dictionary<string, string> { ["record"] = $"appeals/{s_proposals["appeal"]}", ["name"] = "台账.png" },
            Body = FileKindTests.Png,
            ContentType = "image/png",
        },
        _ => Example(api, operation),
    };

    private static ApiRequest Example(ApiDocument api, ApiOperation operation) => api.Example(
        operation,
        new Dictionary<string, string>
        {
            ["id"] = operation.Id switch
            {
                "PutScheme" => "attacked",
                "GetProposal" or "PublishProposal" => s_proposals["2025-04"],
                "RejectProposal" => s_proposals["2025-03"],
                "GetAppeal" or "DecideAppeal" => s_proposals["appeal"],
                "GetEvidence" or "GetEvidenceContent" or "VerifyEvidence" => s_proposals["evidence"],
                "GetUncertaintyRun" or "CancelUncertaintyRun" => s_proposals["run"],
                "OpenEvaluation" or "GetPanel" or "SetPanel" or "ClosePanel" or "ScoreInPanel" => "attacked",
                "GetNotice" or "WriteReport" or "WriteBriefing" or "ReportRectification" or "ReviewRectification" or "ListRectifications" => "noticed",
                "GetEvaluation" or "ExportSheets" or "GetSheet" or "ListSheets" or "ReturnSheet" or "SetLetterhead" or "AssessSelf" or "CheckData" or "CheckField" or "ScoreEvaluation" or "NoticeEvaluation"
                    or "ApproveEvaluation" or "RequireRectification" => "opened",
                _ => "plan-12",
            },
            ["version"] = "1",
            ["region"] = Liangzhou,
            ["period"] = operation.Id is "CompareOfficial" ? "2025-05" : "2025-06",
            ["indicator"] = "1",
            ["format"] = "csv",
            ["number"] = operation.Id is "ReportRectification" or "ReviewRectification" ? Rectification : "1",
            ["code"] = "b5.1.1",
            ["from"] = "2025-12-01",
            ["to"] = "2025-12-31",
            ["department"] = "human-resources",
            ["light"] = "red",
            ["key"] = $"unit.{Liangzhou}",
            ["unit"] = Liangzhou,
            ["item"] = "publicrating",
            ["against"] = "1",
        },
        BodyOf(operation.Id)) with
    { IfMatch = IfMatch(operation.Id) };

    private static string? IfMatch(string operation) => operation switch
    {
        "PublishProposal" or "RejectProposal" => "\"1\"",
        "SetPanel" or "ClosePanel" or "AssignTask" or "AssessSelf" or "CheckData" or "CheckField" or "ReturnSheet" or "SetLetterhead" or "ScoreEvaluation" or "NoticeEvaluation" or "ApproveEvaluation"
            or "ReportRectification" or "ReviewRectification" or "DecideAppeal" or "VerifyEvidence" => "*",
        _ => null,
    };

    private static JsonObject BodyOf(string operation) => operation switch
    {
        "ProposePublication" => Parse("""{"period":"2025-05","scheme":"plan-12","algorithm":"sm3","corrects":1,"reason":"更正"}"""),
        "AssignTask" => Parse(
            """
            {"lead":"human-resources","supporting":["education"],"startsOn":"2022-01-05","dueOn":"2025-12-31",
             "milestones":[{"on":"2023-12-31","percent":50}],"note":"会议确定","unverified":true}
            """),
        "ReportProgress" => Parse("""{"percent":60.5,"text":"进展","evidence":[{"title":"报告","reference":"1号"}],"completes":false,"answers":null}"""),
        "SuperviseTask" => Parse("""{"kind":"note","text":"请加快进度"}"""),
        "ReviewCompletion" => Parse("""{"report":"00000000-0000-0000-0000-000000000001","accepted":true,"review":"属实"}"""),
        "OpenEvaluation" => new()
        {
            ["kind"] = "mid-term",
            ["name"] = "中期评估",
            ["scheme"] = "plan-12",
            ["period"] = "2023-12",
            ["selfAssessBy"] = $"{DateTime.UtcNow.AddDays(30):yyyy-MM-dd}",
        },
        "AssessSelf" => new()
        {
            ["lines"] = new JsonArray([.. s_items.Select(item => new JsonObject { ["item"] = item, ["value"] = 90.5, ["evidence"] = "台账" })]),
        },
        "CheckData" => new()
        {
            ["lines"] = new JsonArray([.. s_items.Select(item => new JsonObject { ["item"] = item, ["finding"] = "system-stands", ["note"] = "与台账不符" })]),
        },
        "CheckField" => Parse("""{"lines":[{"item":"1","value":90.5,"evidence":"台账"}]}"""),
        "SetPanel" => Parse("""{"name":"群众评议","item":"publicrating","period":"2025-06","members":["finance-620600","union-620600","education-620600"]}"""),
        "ScoreInPanel" => Parse("""{"score":90.5,"evidence":"走访"}"""),
        "ReturnSheet" => Parse("""{"to":"data-check","reason":"重新核对"}"""),
        "SetLetterhead" => Parse("""{"issuer":"武威市就业工作领导小组","number":"武就发〔2024〕3号","to":"各县（区）人民政府","copiesTo":null,"issuedOn":"2024-03-01"}"""),
        "ApproveEvaluation" or "ApproveScheme" => Parse("""{"document":"常务会议纪要"}"""),
        "RequireRectification" => Parse($$"""{"unit":"{{Liangzhou}}","item":"1","text":"补登","dueOn":"2099-12-31"}"""),
        "ReportRectification" => Parse("""{"text":"已补登","evidence":"登记表"}"""),
        "ReviewRectification" => Parse("""{"accepted":true,"review":"属实"}"""),
        "FileAppeal" => Parse($$"""{"evaluation":null,"publication":1,"key":"item.{{Liangzhou}}.1","claim":"六月漏报 200 人","evidence":"台账第 3 册"}"""),
        "VerifyEvidence" => Parse("""{"accepted":true,"note":"与原件一致"}"""),
        "DecideAppeal" => Parse("""{"accepted":true,"decision":"属实"}"""),
        "RejectProposal" => Parse("""{"reason":"数据有误"}"""),
        "PutEntry" => new() { ["value"] = 90, ["evidence"] = "评议汇总表" },
        "TryWhatIf" => new() { ["changes"] = Changes() },
        "PutScenario" => new() { ["name"] = "试算", ["scheme"] = "plan-12", ["changes"] = Changes() },
        "RunUncertainty" or "StartUncertaintyRun" => new() { ["noise"] = 0.25, ["draws"] = 100, ["seed"] = 1, ["normalisations"] = new JsonArray("rank"), ["aggregations"] = new JsonArray("geometric") },
        "RunSensitivity" => new() { ["noise"] = 0.25, ["rows"] = 100, ["seed"] = 1, ["normalisations"] = new JsonArray("rank") },
        "VerifyAuditTrail" => new() { ["after"] = 0 },
        _ => new()
        {
            ["name"] = "一项指标",
            ["validFrom"] = "2021-01",
            ["note"] = "试算",
            ["unverified"] = true,
            ["items"] = new JsonArray(new JsonObject
            {
                ["indicator"] = "1",
                ["name"] = "城镇新增就业人数",
                ["unit"] = "人",
                ["weight"] = 2,
                ["binding"] = true,
                ["aggregate"] = "cumulative",
                ["direction"] = "higher",
                ["method"] = "steps",
                ["rule"] = new JsonObject { ["group"] = "flows", ["steps"] = new JsonArray(new JsonObject { ["shortfall"] = 0.05, ["lost"] = 0.4 }), ["vetoGrade"] = "达标" },
            }),
            ["tree"] = new JsonObject
            {
                ["source"] = "",
                ["aggregation"] = "geometric",
                ["groups"] = new JsonArray(new JsonObject { ["code"] = "flows", ["name"] = "任务", ["parent"] = null, ["weight"] = 1, ["aggregation"] = "harmonic" }),
                ["units"] = new JsonArray(new JsonObject { ["code"] = Liangzhou, ["name"] = "凉州区", ["peers"] = "县（区）", ["ranked"] = true }),
                ["points"] = new JsonArray(new JsonObject { ["code"] = "praise", ["name"] = "表彰", ["kind"] = "plus", ["each"] = 1, ["ceiling"] = 3, ["source"] = "entered" }),
                ["plusCeiling"] = 5,
                ["grades"] = new JsonArray(
                    new JsonObject { ["name"] = "优秀", ["from"] = 90, ["quota"] = 0.3 }, new JsonObject { ["name"] = "达标", ["from"] = 0, ["quota"] = null }),
            },
        },
    };

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    private static JsonObject Changes() => new()
    {
        ["weights"] = new JsonObject { ["1"] = 3 },
        ["methods"] = new JsonObject { ["6"] = "min-max" },
        ["aggregations"] = new JsonObject { ["goal"] = "geometric" },
        ["threshold"] = 60,
    };
}
