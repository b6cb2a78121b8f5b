using System.Text.Json.Nodes;
using Wuwei.Register.Policy;
using Wuwei.Testing;
using Wuwei.Testing.Attack;

namespace Wuwei.Register.Tests;

/// <summary>One service for all who attack it.</summary>
[CollectionDefinition(nameof(Attacked))]
public sealed class Attacked : ICollectionFixture<Service>;

/// <summary>Every operation, by whoever should not call it and with whatever should not be sent.</summary>
[Collection(nameof(Attacked))]
public sealed class AttackTests(Service service)
{
    private static readonly Dictionary<string, Access> s_access = new()
    {
        ["GetCertifiedTraining"] = Access.ReadsOwnRegion,
        ["ListCertifiedTrainings"] = Access.ReadsOwnRegion,
        ["RecordCertifiedTraining"] = Access.WritesOwnRegion,
        ["RecordCertifiedTrainings"] = Access.WritesOwnRegion,
        ["CancelCertifiedTraining"] = Access.WritesOwnRegion,
        ["GetLoan"] = Access.ReadsOwnRegion,
        ["ListLoans"] = Access.ReadsOwnRegion,
        ["RecordLoan"] = Access.WritesOwnRegion,
        ["RecordLoans"] = Access.WritesOwnRegion,
        ["SettleLoan"] = Access.WritesOwnRegion,
        ["CancelLoan"] = Access.WritesOwnRegion,
        ["GetDeparture"] = Access.ReadsOwnRegion,
        ["ListDepartures"] = Access.ReadsOwnRegion,
        ["RecordDeparture"] = Access.WritesOwnRegion,
        ["RecordDepartures"] = Access.WritesOwnRegion,
        ["RecordReturn"] = Access.WritesOwnRegion,
        ["CancelDeparture"] = Access.WritesOwnRegion,
        ["ExportCertifiedTrainings"] = Access.ReadsOwnRegion,
        ["ExportLoans"] = Access.ReadsOwnRegion,
        ["ExportDepartures"] = Access.ReadsOwnRegion,
        ["GetXlsxTemplate"] = Access.Writes,
        ["GetCsvTemplate"] = Access.Writes,
        ["SendImport"] = Access.Writes,
        ["ReadJob"] = Access.WritesOwnRegion,
        ["WatchJob"] = Access.WritesOwnRegion,
        ["CancelJob"] = Access.WritesOwnRegion,
        ["ReadImportErrors"] = Access.WritesOwnRegion,
        ["GetImportErrorWorkbook"] = Access.WritesOwnRegion,
        ["ListHistoricTotals"] = Access.ReadsOwnRegion,
        ["GetHistoricTotal"] = Access.ReadsOwnRegion,
        ["RecordHistoricTotal"] = Access.WritesOwnRegion,
        ["ListPolicyParameters"] = Access.Reads,
        ["ListPolicyParameterVersions"] = Access.Reads,
        ["SetPolicyParameter"] = Access.WritesForCity,
        ["RevealPerson"] = Access.WritesOwnRegion,
        ["RotateKeys"] = Access.OtherRole,
        ["ListAuditEntries"] = Access.OtherRole,
        ["ExportAuditEntries"] = Access.OtherRole,
        ["VerifyAuditTrail"] = Access.OtherRole,
    };

    [Fact]
    public async Task Given_every_operation_When_tried_by_everybody_Then_only_who_may_gets_through()
    {
        var matrix = new AccessMatrix(service.Name, s_access, new Dictionary<string, TestCaller>
        {
            ["RevealPerson"] = TestCaller.Of(service.Name) with { Roles = ["revealer"] },
            ["RotateKeys"] = TestCaller.Operator,
            ["ListAuditEntries"] = TestCaller.Auditor,
            ["ExportAuditEntries"] = TestCaller.Auditor,
            ["VerifyAuditTrail"] = TestCaller.Auditor,
        });
        var api = await ApiAsync();
        foreach (var operation in api.Operations)
        {
            var (right, trace) = await RightAsync(api, operation);
            var complaints = await matrix.TryAsync(right, () => service.ClientFor(null), trace);
            Assert.True(complaints.Count == 0, string.Join('\n', complaints));
        }
    }

    [Fact]
    public async Task Given_every_operation_When_its_requests_are_made_wrong_Then_it_answers_by_its_document()
    {
        const int Seed = 20_251_101;
        var api = await ApiAsync();
        List<string> complaints = [];
        foreach (var operation in api.Operations)
        {
            var (right, _) = await RightAsync(api, operation);
            foreach (var request in Fuzzer.Tried(right, Seed))
            {
                if (Fuzzer.Complaint(request, await request.SendAsync(service.City)) is { } complaint)
                {
                    complaints.Add(complaint);
                }
            }
        }

        Assert.True(complaints.Count == 0, $"{complaints.Count} complaints:\n{string.Join('\n', complaints.Take(20))}");
    }

    private async Task<ApiDocument> ApiAsync() => new(await service.ClientFor(null).GetStringAsync(new Uri("/openapi.json", UriKind.Relative)));

    // A request that the city's department may make, about a record of a county's that nothing was done to yet.
    private async Task<(ApiRequest Right, string Trace)> RightAsync(ApiDocument api, ApiOperation operation)
    {
        // An export has few records at most here, so it gets a county of its own.
        var region = operation.Path.Contains("/export", StringComparison.Ordinal) ? "620623" : RegisterService.Liangzhou;
        if (operation.Path.StartsWith("/jobs", StringComparison.Ordinal))
        {
            var job = await GivenJobAsync();
            return (api.Example(operation, new Dictionary<string, string> { ["id"] = job }), job);
        }

        var (id, _, form) = await service.GivenRecordAsync(region);
        var measure = service.Facts(id, form, 1, "")[0].Measure;
        await PutAsync(service.City, $"/historic-totals/620602/{measure}/2023-05", new JsonObject { ["quantity"] = 3, ["source"] = "统计公报" });
        var values = new Dictionary<string, string>
        {
            ["id"] = $"{id}",
            ["region"] = region,
            ["measure"] = measure,
            ["month"] = "2023-05",
            ["code"] = PolicyParameters.RealNameFromYear,
            ["validFrom"] = "2050-01-01",
            ["format"] = "csv",
            ["action"] = "no.such", // entries of the audit trail: here are more of them than a file may have
            ["mode"] = "dry-run",
        };
        var body = operation.Id switch
        {
            "SetPolicyParameter" => new JsonObject { ["value"] = 2025, ["verified"] = false },
            "RecordHistoricTotal" => new JsonObject { ["quantity"] = 3, ["source"] = "统计公报" },
            "SettleLoan" => new JsonObject { ["settledOn"] = "2025-10-31" },
            "RevealPerson" => new JsonObject { ["reason"] = "核对申领人身份" },
            "RotateKeys" => new JsonObject(),
            "VerifyAuditTrail" => new JsonObject { ["after"] = 0 },
            "RecordReturn" => new JsonObject { ["returnedOn"] = "2025-10-31" },
            _ when operation.Path.EndsWith("/batch", StringComparison.Ordinal) => RegisterService.BatchOf((id, form)),
            _ when operation.Path.EndsWith("/cancellation", StringComparison.Ordinal) => new JsonObject { ["reason"] = "重复登记" },
            _ => form,
        };
        var right = api.Example(operation, values, body);
        return (operation.Id == "SendImport" ? right with { Body = await FileAsync(), ContentType = "text/csv" }
            : operation.Path.EndsWith("/cancellation", StringComparison.Ordinal) || operation.Id is "SettleLoan" or "RecordReturn"
            ? right with { IfMatch = "\"1\"" } : right, operation.Path.Contains("historic", StringComparison.Ordinal) ? "\"620602\"" : $"{id}");
    }

    // The template with a row that is wrong.
    private async Task<byte[]> FileAsync() =>
        [.. await service.City.GetByteArrayAsync(new Uri($"{service.Records}/imports/template.csv", UriKind.Relative)), .. "x\r\n"u8];

    private async Task<string> GivenJobAsync()
    {
        using var file = new ByteArrayContent(await FileAsync());
        file.Headers.ContentType = new("text/csv");
        using var sent = await service.City.PostAsync(new Uri($"{service.Records}/imports?mode=accept-valid", UriKind.Relative), file);
        var job = JsonNode.Parse(await sent.Content.ReadAsStringAsync())!;
        Assert.True(sent.IsSuccessStatusCode, job.ToJsonString());
        while (job["finishedAt"] is null)
        {
            await Task.Delay(50);
            job = (await GetAsync(service.City, $"/jobs/{job["id"]}")).Body!;
        }

        return (string)job["id"]!;
    }
}
