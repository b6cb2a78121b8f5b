using System.Text.Json.Nodes;
using Wuwei.Register.Policy;
using Wuwei.Testing.Attack;

namespace Wuwei.Register.Tests;

/// <summary>Every operation, by whoever should not call it and with whatever should not be sent.</summary>
public sealed class AttackTests(Service service) : IClassFixture<Service>
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
        ["ListHistoricTotals"] = Access.ReadsOwnRegion,
        ["GetHistoricTotal"] = Access.ReadsOwnRegion,
        ["RecordHistoricTotal"] = Access.WritesOwnRegion,
        ["ListPolicyParameters"] = Access.Reads,
        ["ListPolicyParameterVersions"] = Access.Reads,
        ["SetPolicyParameter"] = Access.WritesForCity,
    };

    [Fact]
    public async Task Given_every_operation_When_tried_by_everybody_Then_only_who_may_gets_through()
    {
        var matrix = new AccessMatrix(service.Name, s_access);
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
            foreach (var request in Fuzzer.Around(right).Concat(Fuzzer.Pairs(right, Seed, 150)))
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

    // A request that the city's department may make, about a record of Liangzhou's that nothing was done to yet.
    private async Task<(ApiRequest Right, string Trace)> RightAsync(ApiDocument api, ApiOperation operation)
    {
        var (id, _, form) = await service.GivenRecordAsync();
        var measure = service.Facts(id, form, 1, "")[0].Measure;
        const string Total = "/historic-totals/620602";
        await PutAsync(service.City, $"{Total}/{measure}/2023-05", new JsonObject { ["quantity"] = 3, ["source"] = "统计公报" });
        var values = new Dictionary<string, string>
        {
            ["id"] = $"{id}",
            ["region"] = RegisterService.Liangzhou,
            ["measure"] = measure,
            ["month"] = "2023-05",
            ["code"] = PolicyParameters.RealNameFromYear,
            ["validFrom"] = "2050-01-01",
        };
        var body = operation.Id switch
        {
            "SetPolicyParameter" => new JsonObject { ["value"] = 2025, ["verified"] = false },
            "RecordHistoricTotal" => new JsonObject { ["quantity"] = 3, ["source"] = "统计公报" },
            "SettleLoan" => new JsonObject { ["settledOn"] = "2025-10-31" },
            "RecordReturn" => new JsonObject { ["returnedOn"] = "2025-10-31" },
            _ when operation.Path.EndsWith("/batch", StringComparison.Ordinal) => RegisterService.BatchOf((id, form)),
            _ when operation.Path.EndsWith("/cancellation", StringComparison.Ordinal) => new JsonObject { ["reason"] = "重复登记" },
            _ => form,
        };
        var right = api.Example(operation, values, body);
        return (operation.Path.EndsWith("/cancellation", StringComparison.Ordinal) || operation.Id is "SettleLoan" or "RecordReturn"
            ? right with { IfMatch = "\"1\"" } : right, operation.Path.Contains("historic", StringComparison.Ordinal) ? "\"620602\"" : $"{id}");
    }
}
