using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
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
        ["CompareSchemes"] = Access.Reads,
        ["PrintMethodCard"] = Access.Reads,
        ["GetScores"] = Access.Reads,
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
        ["ListWarnings"] = Access.ReadsOwnRegion,
        ["ListAuditEntries"] = Access.OtherRole,
        ["ExportAuditEntries"] = Access.OtherRole,
        ["VerifyAuditTrail"] = Access.OtherRole,
        ["ExplainTree"] = Access.ReadsOwnRegion,
        ["PutEntry"] = Access.WritesForCity,
        ["GetEntry"] = Access.ReadsOwnRegion,
        ["AnalyseScores"] = Access.Reads,
        ["TryWhatIf"] = Access.Reads,
        ["RunUncertainty"] = Access.Reads,
        ["RunSensitivity"] = Access.Reads,
        ["PutScenario"] = Access.WritesForCity,
        ["ListScenarios"] = Access.Reads,
        ["TryScenario"] = Access.Reads,
    };

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
        "PublishProposal" or "RejectProposal" => TestCaller.AssessmentChief,
        _ => TestCaller.AssessmentOffice,
    };

    // May is published; of April and March there are proposals.
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
        }

        return new(await service.ClientFor(null).GetStringAsync(new Uri("openapi.json", UriKind.Relative)));
    }

    private static readonly Dictionary<string, string> s_proposals = [];

    private static ApiRequest Right(ApiDocument api, ApiOperation operation) => Example(api, operation) with { IfMatch = IfMatch(operation.Id) };

    private static ApiRequest Example(ApiDocument api, ApiOperation operation) => api.Example(
        operation,
        new Dictionary<string, string>
        {
            ["id"] = operation.Id switch
            {
                "PutScheme" => "attacked",
                "GetProposal" or "PublishProposal" => s_proposals["2025-04"],
                "RejectProposal" => s_proposals["2025-03"],
                _ => "plan-12",
            },
            ["version"] = "1",
            ["region"] = Liangzhou,
            ["period"] = "2025-06",
            ["indicator"] = "1",
            ["format"] = "csv",
            ["number"] = "1",
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
        "AssignTask" => "*",
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
        "RejectProposal" => Parse("""{"reason":"数据有误"}"""),
        "PutEntry" => new() { ["value"] = 90, ["evidence"] = "评议汇总表" },
        "TryWhatIf" => new() { ["changes"] = Changes() },
        "PutScenario" => new() { ["name"] = "试算", ["scheme"] = "plan-12", ["changes"] = Changes() },
        "RunUncertainty" => new() { ["noise"] = 0.25, ["draws"] = 100, ["seed"] = 1, ["normalisations"] = new JsonArray("rank"), ["aggregations"] = new JsonArray("geometric") },
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
