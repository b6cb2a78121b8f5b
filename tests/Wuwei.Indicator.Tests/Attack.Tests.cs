using System.Text.Json.Nodes;
using Wuwei.Testing;
using Wuwei.Testing.Attack;
using static Wuwei.Indicator.Tests.IndicatorService;

namespace Wuwei.Indicator.Tests;

/// <summary>Every operation, by whoever should not call it and with whatever should not be sent.</summary>
public sealed class AttackTests(IndicatorService service) : IClassFixture<IndicatorService>
{
    private static readonly Dictionary<string, Access> s_access = new()
    {
        ["ListIndicators"] = Access.Reads,
        ["ReadIndicator"] = Access.Reads,
        ["ListRegions"] = Access.Reads,
        ["ListTargets"] = Access.ReadsOwnRegion,
        ["SetTargets"] = Access.WritesForCity,
        ["ListReports"] = Access.ReadsOwnRegion,
        ["WriteReports"] = Access.WritesOwnRegion,
        ["ReadReport"] = Access.ReadsOwnRegion,
        ["WriteReport"] = Access.WritesOwnRegion,
        ["SubmissionReport"] = Access.WritesOwnRegion,
        ["ApprovalReport"] = Access.WritesOwnRegion,
        ["LockReport"] = Access.WritesForCity,
        ["ReturnReport"] = Access.WritesOwnRegion,
        ["UnlockReport"] = Access.WritesForCity,
        ["ListObservations"] = Access.ReadsOwnRegion,
        ["ReadObservation"] = Access.ReadsOwnRegion,
        ["ListObservationFacts"] = Access.ReadsOwnRegion,
        ["ReadLedger"] = Access.Reads,
        ["ListLedgerFacts"] = Access.OtherRole,
        ["ListParkedFacts"] = Access.OtherRole,
        ["RebuildLedger"] = Access.OtherRole,
        ["ListAuditEntries"] = Access.OtherRole,
        ["ExportAuditEntries"] = Access.OtherRole,
        ["VerifyAuditTrail"] = Access.OtherRole,
    };

    private static readonly Dictionary<string, TestCaller> s_callers = new()
    {
        ["ListLedgerFacts"] = TestCaller.Operator,
        ["ListParkedFacts"] = TestCaller.Operator,
        ["RebuildLedger"] = TestCaller.Operator,
        ["ListAuditEntries"] = TestCaller.Auditor,
        ["ExportAuditEntries"] = TestCaller.Auditor,
        ["VerifyAuditTrail"] = TestCaller.Auditor,
        ["ApprovalReport"] = TestCaller.Of("indicator", Liangzhou),
    };

    private readonly AccessMatrix _matrix = new("indicator", s_access, s_callers);
    private static int s_month; // both tests use one service

    [Fact]
    public async Task Given_every_operation_When_tried_by_everybody_Then_only_who_may_gets_through()
    {
        var api = await ApiAsync();
        foreach (var operation in api.Operations)
        {
            var complaints = await _matrix.TryAsync(await RightAsync(api, operation), () => service.ClientFor(null), "\"620602\"");
            Assert.True(complaints.Count == 0, string.Join('\n', complaints));
        }
    }

    [Fact]
    public async Task Given_every_operation_When_its_requests_are_made_wrong_Then_it_answers_by_its_document()
    {
        const int Seed = 20_250_715;
        var api = await ApiAsync();
        List<string> complaints = [];
        foreach (var operation in api.Operations)
        {
            var right = await RightAsync(api, operation);
            using var own = service.ClientFor(_matrix.Own(operation));
            foreach (var request in Fuzzer.Around(right).Concat(Fuzzer.Pairs(right, Seed, 150)))
            {
                if (Fuzzer.Complaint(request, await request.SendAsync(own)) is { } complaint)
                {
                    complaints.Add(complaint);
                }
            }
        }

        Assert.True(complaints.Count == 0, $"{complaints.Count} complaints:\n{string.Join('\n', complaints.Take(20))}");
    }

    private async Task<ApiDocument> ApiAsync() => new(await service.ClientFor(null).GetStringAsync(new Uri("openapi.json", UriKind.Relative)));

    // A request about Liangzhou that may be made, each about a report of a month of its own.
    private async Task<ApiRequest> RightAsync(ApiDocument api, ApiOperation operation)
    {
        var month = Interlocked.Increment(ref s_month) - 1;
        var period = $"{2021 + month / 12}-{month % 12 + 1:00}";
        var (report, revision) = ($"reports/1/{Liangzhou}/{period}", 0);
        string[] steps = operation.Id switch
        {
            "ReadReport" or "SubmissionReport" or "ListReports" => ["draft"],
            "ApprovalReport" or "ReturnReport" => ["draft", "submission"],
            "LockReport" => ["draft", "submission", "approval"],
            "UnlockReport" => ["draft", "submission", "approval", "lock"],
            _ => [],
        };
        foreach (var step in steps)
        {
            var client = step == "lock" ? service.City : service.County(Liangzhou);
            using var answer = step == "draft"
                ? await client.PutAsync(report, new { value = 5 })
                : await client.PostAsync($"{report}/{step}", null, $"\"{revision}\"");
            Assert.True(answer.IsSuccessStatusCode, $"{step}: {await answer.Content.ReadAsStringAsync()}");
            revision++;
        }

        var values = new Dictionary<string, string>
        {
            ["indicator"] = "1",
            ["region"] = Liangzhou,
            ["period"] = period,
            ["source"] = "training",
            ["format"] = "csv",
        };
        if (operation.Id == "ListReports")
        {
            values.Remove("period");
        }

        JsonNode? body = operation.Id switch
        {
            "SetTargets" => new JsonArray(new JsonObject { ["indicator"] = "1", ["region"] = Liangzhou, ["year"] = 2025, ["value"] = 900 }),
            "WriteReports" => new JsonObject { ["reports"] = new JsonArray(new JsonObject { ["indicator"] = "1", ["region"] = Liangzhou, ["period"] = period, ["value"] = 5 }) },
            "WriteReport" => new JsonObject { ["value"] = 5 },
            "VerifyAuditTrail" => new JsonObject { ["after"] = 0 },
            "ReturnReport" or "UnlockReport" => new JsonObject { ["reason"] = "核对数字" },
            _ => null,
        };
        var right = api.Example(operation, values, body);
        return operation.Path.StartsWith("/reports/{", StringComparison.Ordinal) && operation.Method == HttpMethod.Post
            ? right with { IfMatch = $"\"{revision}\"" } : right;
    }
}
