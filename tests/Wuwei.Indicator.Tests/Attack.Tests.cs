using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Wuwei.Indicator.Tests.Watch;
using Wuwei.Indicator.Warnings;
using Wuwei.Testing;
using Wuwei.Testing.Attack;
using static Wuwei.Indicator.Tests.IndicatorService;

namespace Wuwei.Indicator.Tests;

/// <summary>One service for all who attack it.</summary>
[CollectionDefinition(nameof(Attacked))]
public sealed class Attacked : ICollectionFixture<IndicatorService>;

/// <summary>Every operation, by whoever should not call it and with whatever should not be sent.</summary>
[Collection(nameof(Attacked))]
public sealed partial class AttackTests(IndicatorService service)
{
    private static readonly Dictionary<string, Access> s_access = new()
    {
        ["ListIndicators"] = Access.Reads,
        ["ReadIndicator"] = Access.Reads,
        ["DefineIndicator"] = Access.WritesForCity,
        ["ListIndicatorVersions"] = Access.Reads,
        ["TryExpression"] = Access.ReadsOwnRegion,
        ["ListRegions"] = Access.Reads,
        ["ListDecisions"] = Access.Reads,
        ["ReadDecision"] = Access.Reads,
        ["ChooseReading"] = Access.WritesForCity,
        ["ListProgress"] = Access.ReadsOwnRegion,
        ["ReadProgress"] = Access.ReadsOwnRegion,
        ["ListProgressRules"] = Access.Reads,
        ["SetProgressRule"] = Access.WritesForCity,
        ["ListTargets"] = Access.ReadsOwnRegion,
        ["SetTargets"] = Access.WritesForCity,
        ["ProposeTargets"] = Access.ReadsOwnRegion,
        ["CheckTargets"] = Access.ReadsOwnRegion,
        ["ListTargetVersions"] = Access.ReadsOwnRegion,
        ["ListTargetSubmissions"] = Access.ReadsOwnRegion,
        ["ReadTargetSubmission"] = Access.ReadsOwnRegion,
        ["SubmitTargets"] = Access.WritesOwnRegion,
        ["ApproveTargets"] = Access.WritesForCity,
        ["ReturnTargets"] = Access.WritesForCity,
        ["ReadReporting"] = Access.ReadsOwnRegion,
        ["SetDueRule"] = Access.WritesForCity,
        ["ReadForm"] = Access.ReadsOwnRegion,
        ["GetReportForm"] = Access.ReadsOwnRegion,
        ["GetReportFormXlsx"] = Access.ReadsOwnRegion,
        ["GetReportXlsxTemplate"] = Access.Reads,
        ["GetReportCsvTemplate"] = Access.Reads,
        ["ImportReports"] = Access.WritesOwnRegion,
        ["ReadReportImportErrors"] = Access.Writes,
        ["ApprovalReports"] = Access.WritesOwnRegion,
        ["LockReports"] = Access.WritesForCity,
        ["ListValidationRules"] = Access.Reads,
        ["SetValidationRule"] = Access.WritesForCity,
        ["Validate"] = Access.ReadsOwnRegion,
        ["ListPredictors"] = Access.Reads,
        ["SetPredictor"] = Access.WritesForCity,
        ["Predict"] = Access.ReadsOwnRegion,
        ["ReadQuality"] = Access.ReadsOwnRegion,
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
        ["ReadPivot"] = Access.ReadsOwnRegion,
        ["ReadObservation"] = Access.ReadsOwnRegion,
        ["ListObservationFacts"] = Access.ReadsOwnRegion,
        ["ListReleases"] = Access.Reads,
        ["ReadReleases"] = Access.ReadsOwnRegion,
        ["ReleasePeriod"] = Access.WritesForCity,
        ["ListOpenReleases"] = Access.Reads,
        ["ReadOpenObservations"] = Access.Reads,
        ["ReadLedger"] = Access.Reads,
        ["ListLedgerFacts"] = Access.OtherRole,
        ["ListParkedFacts"] = Access.OtherRole,
        ["RebuildLedger"] = Access.OtherRole,
        ["ListEnterprises"] = Access.ReadsOwnRegion,
        ["ReadEnterprise"] = Access.ReadsOwnRegion,
        ["RecordEnterprise"] = Access.WritesOwnRegion,
        ["SubmitReturn"] = Access.WritesOwnRegion,
        ["ListReturns"] = Access.ReadsOwnRegion,
        ["ReadWatch"] = Access.ReadsOwnRegion,
        ["ReadHeat"] = Access.ReadsOwnRegion,
        ["ListLayoffs"] = Access.ReadsOwnRegion,
        ["ReadLayoff"] = Access.ReadsOwnRegion,
        ["RecordLayoff"] = Access.WritesOwnRegion,
        ["ListWarnings"] = Access.ReadsOwnRegion,
        ["ReadWarning"] = Access.ReadsOwnRegion,
        ["ListFigureRules"] = Access.Reads,
        ["SetFigureRule"] = Access.WritesForCity,
        ["AcknowledgementWarning"] = Access.WritesOwnRegion,
        ["ReportWarning"] = Access.WritesOwnRegion,
        ["MeasureWarning"] = Access.WritesOwnRegion,
        ["ClosureWarning"] = Access.WritesOwnRegion,
        ["ListCases"] = Access.ReadsOwnRegion,
        ["ReadCase"] = Access.ReadsOwnRegion,
        ["RecordCase"] = Access.WritesOwnRegion,
        ["ClosingRate"] = Access.ReadsOwnRegion,
        ["ReportClosingRate"] = Access.WritesOwnRegion,
        ["ExportMetadata"] = Access.Reads,
        ["ImportMetadata"] = Access.WritesForCity,
        ["ListPolicyParameters"] = Access.Reads,
        ["ListPolicyParameterVersions"] = Access.Reads,
        ["SetPolicyParameter"] = Access.WritesForCity,
        ["ListAuditEntries"] = Access.OtherRole,
        ["ExportAuditEntries"] = Access.OtherRole,
        ["VerifyAuditTrail"] = Access.OtherRole,
    };

    /// <summary>A site that passes on what is published, and may read nothing else.</summary>
    internal static TestCaller OpenData { get; } = new("open-data", "", "620600", [], ["indicator.open"]);

    private static readonly Dictionary<string, TestCaller> s_callers = new()
    {
        ["ListLedgerFacts"] = TestCaller.Operator,
        ["ListParkedFacts"] = TestCaller.Operator,
        ["RebuildLedger"] = TestCaller.Operator,
        ["ListAuditEntries"] = TestCaller.Auditor,
        ["ExportAuditEntries"] = TestCaller.Auditor,
        ["VerifyAuditTrail"] = TestCaller.Auditor,
        ["ApprovalReport"] = TestCaller.Of("indicator", Liangzhou),
        ["ApprovalReports"] = TestCaller.Of("indicator", Liangzhou),
        ["ListOpenReleases"] = OpenData,
        ["ReadOpenObservations"] = OpenData,
    };

    // What is agreed, and what is published. Everything else shows what was reached, and is for those with access before publication.
    private static readonly HashSet<string> s_agreed =
    [
        "ListIndicators", "ReadIndicator", "DefineIndicator", "ListIndicatorVersions", "ListRegions", "ListDecisions", "ReadDecision", "ChooseReading",
        "ListProgressRules", "SetProgressRule", "ListTargets", "SetTargets", "CheckTargets", "ListTargetVersions", "ListTargetSubmissions", "ReadTargetSubmission",
        "SubmitTargets", "ApproveTargets", "ReturnTargets", "ListValidationRules", "SetValidationRule", "SetPredictor", "ExportMetadata", "ImportMetadata", "ListPolicyParameters",
        "ListPolicyParameterVersions", "SetPolicyParameter", "ListOpenReleases", "ReadOpenObservations",
    ];

    private readonly AccessMatrix _matrix = new("indicator", s_access, s_callers);
    private static int s_month, s_number; // both tests use one service

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
    public async Task Given_a_reader_without_access_before_publication_When_every_operation_is_tried_Then_no_figure_comes_but_published_ones()
    {
        using var reader = service.ClientFor(TestCaller.Of("indicator") with { Scopes = ["indicator.read", "indicator.write", "indicator.open"] });
        foreach (var operation in (await ApiAsync()).Operations)
        {
            var path = Placeholder().Replace(operation.Path.TrimStart('/').Replace("{id}", $"{Guid.Empty}", StringComparison.Ordinal), "1");
            using var request = new HttpRequestMessage(operation.Method, new Uri(path, UriKind.Relative));
            using var answer = await reader.SendAsync(request);
            Assert.True(answer.StatusCode == HttpStatusCode.Forbidden != s_agreed.Contains(operation.Id), $"{operation} ({operation.Id}): {(int)answer.StatusCode}");
        }
    }

    [GeneratedRegex("{[^}]+}")]
    private static partial Regex Placeholder();

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
            foreach (var request in Fuzzer.Tried(right, Seed))
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
        // Until this month there are 55; whoever needs one of its own gets it.
        var number = Interlocked.Increment(ref s_number);
        var isOfWarning = operation.Path.StartsWith("/warnings/{", StringComparison.Ordinal);
        var month = operation.Path.StartsWith("/reports", StringComparison.Ordinal) || operation.Id is "ReportClosingRate" or "ReleasePeriod" or "ReadReleases" or "ReadOpenObservations"
            ? Interlocked.Increment(ref s_month) - 1
            : 0;
        var period = $"{2021 + month / 12}-{month % 12 + 1:00}";
        var (report, revision) = ($"reports/1/{Liangzhou}/{period}", 0);
        string[] steps = operation.Id switch
        {
            "ReadReport" or "SubmissionReport" or "ListReports" => ["draft"],
            "ApprovalReport" or "ReturnReport" or "ApprovalReports" => ["draft", "submission"],
            "LockReport" or "LockReports" => ["draft", "submission", "approval"],
            "UnlockReport" => ["draft", "submission", "approval", "lock"],
            _ => [],
        };
        if (operation.Id == "ListTargetVersions")
        {
            await (await service.City.PutAsync("targets", new[] { new { indicator = "1", region = Liangzhou, year = 2025, value = 900 } })).ShouldBeAsync(HttpStatusCode.OK);
        }

        if (operation.Id is "ReadReleases" or "ReadOpenObservations")
        {
            await (await service.City.PutAsync($"releases/{period}", new { })).ShouldBeAsync(HttpStatusCode.OK);
        }

        foreach (var step in steps)
        {
            var client = step == "lock" ? service.City : service.County(Liangzhou);
            using var answer = step == "draft"
                ? await client.PutAsync(report, new { value = 5 })
                : await client.PostAsync($"{report}/{step}", null, $"\"{revision}\"");
            Assert.True(answer.IsSuccessStatusCode, $"{step}: {await answer.Content.ReadAsStringAsync()}");
            revision++;
        }

        var (code, layoff) = (Given.CodeOf(5000 + number), Guid.CreateVersion7());
        var id = layoff;
        var cell = new { indicator = "1", region = Liangzhou, year = 2025, value = 900 };
        if (operation.Id is "ReadTargetSubmission" or "ApproveTargets" or "ReturnTargets")
        {
            await (await service.County(Liangzhou).PutAsync($"targets/submissions/{id}", new { title = "2025年目标", cells = new[] { cell } })).ShouldBeAsync(HttpStatusCode.Created);
        }

        if (operation.Id is "ReadEnterprise" or "SubmitReturn" or "ListReturns" or "ReadWatch" or "ReadHeat")
        {
            await (await service.City.PutAsync($"enterprises/{code}", Given.Enterprise(Liangzhou, from: "2021-01"))).ShouldBeAsync(HttpStatusCode.Created);
        }
        else if (operation.Id == "ReadLayoff" || isOfWarning)
        {
            await (await service.City.PutAsync($"layoffs/{layoff}", Given.Layoff(Liangzhou, 1000, 120))).ShouldBeAsync(HttpStatusCode.Created);
        }

        if (operation.Id is "ReadCase" or "ReportClosingRate" or "ClosingRate")
        {
            await (await service.City.PutAsync($"cases/{id}", Given.ClosedCase(Liangzhou, $"{period}-15"))).ShouldBeAsync(HttpStatusCode.Created);
        }
        else if (isOfWarning)
        {
            await service.Services.GetRequiredService<WarningEvaluation>().RunAsync(CancellationToken.None);
            var warnings = (await service.City.GetJsonAsync("warnings?rule=layoff&limit=200"))["items"]!.AsArray();
            id = (Guid)warnings.Single(warning => (string)warning!["subject"]! == layoff.ToString())!["id"]!;
            revision = 1;
        }

        var isParameter = operation.Path.StartsWith("/policy-parameters", StringComparison.Ordinal);
        var values = new Dictionary<string, string>
        {
            ["creditCode"] = code,
            ["id"] = id.ToString(),
            ["indicator"] = "1",
            ["region"] = Liangzhou,
            ["period"] = period,
            ["source"] = "training",
            ["format"] = "csv",
            ["frequency"] = "month",
            ["mode"] = "dry-run",
            ["number"] = "3",
            ["code"] = isParameter ? "watch.still_months" : $"trial-{Guid.CreateVersion7():N}"[..20],
            ["year"] = "2025",
            ["month"] = "2025-06",
            ["validFrom"] = isParameter ? "2050-01-01" : $"{period}-01",
        };
        if (operation.Id == "ProposeTargets")
        {
            values["total"] = "900";
        }

        if (operation.Id == "ListReports")
        {
            values.Remove("period");
        }

        JsonNode? body = operation.Id switch
        {
            "SetTargets" => new JsonArray(new JsonObject { ["indicator"] = "1", ["region"] = Liangzhou, ["year"] = 2025, ["value"] = 900 }),
            "SubmitTargets" => Body(new { title = "2025年目标", cells = new[] { cell } }),
            "ApprovalReports" or "LockReports" => Body(new
            {
                period,
                regions = new[] { Liangzhou },
                seenUntil = "2026-01-01T00:00:00+08:00",
                exceptions = new[] { new { indicator = "1", region = Liangzhou, reason = "核对数字" } },
            }),
            "ReleasePeriod" => new JsonObject { ["publishAt"] = "2025-08-01T08:00:00+08:00", ["note"] = "初步数" },
            "WriteReports" => new JsonObject { ["reports"] = new JsonArray(new JsonObject { ["indicator"] = "1", ["region"] = Liangzhou, ["period"] = period, ["value"] = 5 }) },
            "SetValidationRule" => Rule(),
            "ImportMetadata" => new JsonObject { ["rules"] = new JsonArray(new JsonObject { ["code"] = values["code"], ["form"] = Rule() }) },
            "SetPredictor" => new JsonObject
            {
                ["nameZh"] = "试",
                ["indicator"] = "7",
                ["statistic"] = "median",
                ["sequential"] = 3,
                ["annual"] = 2,
                ["skip"] = "[7] = 0",
                ["tolerance"] = 50,
                ["active"] = false,
                ["reason"] = "核对",
            },
            "DefineIndicator" => new JsonObject
            {
                ["nameZh"] = "试",
                ["nameEn"] = "Trial",
                ["definition"] = "试",
                ["expression"] = "[6]",
                ["missing"] = "zero",
                ["unit"] = "人",
                ["direction"] = "up",
                ["sourceDepartment"] = "市人力资源和社会保障局",
                ["reason"] = "核对",
            },
            "TryExpression" => new JsonObject { ["expression"] = "100 * [6] / [1]", ["missing"] = "zero", ["region"] = Liangzhou, ["period"] = "2025-06" },
            "ChooseReading" => new JsonObject { ["option"] = 1, ["reason"] = "核对", ["decidedOn"] = "2025-07-01" },
            "SetDueRule" => new JsonObject { ["monthsAfter"] = 1, ["day"] = 8, ["verified"] = false, ["source"] = "核对" },
            "SetProgressRule" => new JsonObject { ["ahead"] = 1.05, ["onTrack"] = 1, ["nearly"] = 0.9, ["confidence"] = 80, ["verified"] = false, ["reason"] = "核对" },
            "RecordEnterprise" => Body(Given.Enterprise(Liangzhou)),
            "SubmitReturn" => Body(Given.Return(100, 95)),
            "RecordLayoff" => Body(Given.Layoff(Liangzhou, 1000, 30)),
            "RecordCase" => Body(Given.ClosedCase(Liangzhou, "2025-06-15")),
            "SetPolicyParameter" => new JsonObject { ["value"] = 6, ["verified"] = false },
            "SetFigureRule" => Body(Given.FigureRule("[7]", "below", (30, 20, 10), (35, 25, 15))),
            _ when isOfWarning => new JsonObject { ["note"] = "已核实" },
            "WriteReport" => new JsonObject { ["value"] = 5 },
            "VerifyAuditTrail" => new JsonObject { ["after"] = 0 },
            "ReturnReport" or "UnlockReport" or "ReturnTargets" => new JsonObject { ["reason"] = "核对数字" },
            _ => null,
        };
        var right = api.Example(operation, values, body);
        if (operation.Id == "DefineIndicator")
        {
            values["indicator"] = $"trial-{Guid.CreateVersion7():N}"[..20];
            right = api.Example(operation, values, body);
        }

        if (operation.Id is "ChooseReading" or "SetProgressRule")
        {
            return right with { IfMatch = "*" }; // there is one from the beginning, whoever has changed it since
        }

        if (operation.Id is "ApproveTargets" or "ReturnTargets")
        {
            return right with { IfMatch = "\"1\"" };
        }

        if (operation.Id is "ImportReports" or "ReadReportImportErrors")
        {
            // One row of Liangzhou's that is right, and one that nobody can read.
            byte[] template = await service.City.GetByteArrayAsync(new Uri("reports/imports/template.csv", UriKind.Relative));
            return right with { Body = [.. template, .. Encoding.UTF8.GetBytes($"城镇新增就业人数,凉州区,{period},5,,,,\r\nx\r\n")], ContentType = "text/csv" };
        }

        return operation.Method == HttpMethod.Post && (operation.Path.StartsWith("/reports/{", StringComparison.Ordinal) || isOfWarning)
            ? right with { IfMatch = $"\"{revision}\"" } : right;
    }

    private static JsonObject Rule() => new()
    {
        ["nameZh"] = "试",
        ["left"] = "[6]",
        ["operator"] = "at-least",
        ["right"] = "[6]@-1",
        ["missing"] = "zero",
        ["severity"] = "low",
        ["instruction"] = "核对",
        ["active"] = true,
        ["reason"] = "核对",
    };

    private static JsonNode Body(object form) => JsonSerializer.SerializeToNode(form, ServiceDefaults.Json.Options)!;
}
