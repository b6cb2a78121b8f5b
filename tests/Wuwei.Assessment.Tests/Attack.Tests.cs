using System.Text.Json.Nodes;
using Wuwei.Testing;
using Wuwei.Testing.Attack;
using static Wuwei.Assessment.Tests.Given;

namespace Wuwei.Assessment.Tests;

/// <summary>Every operation, by whoever should not call it and with whatever should not be sent.</summary>
public sealed class AttackTests(AssessmentService service) : IClassFixture<AssessmentService>
{
    private static readonly Dictionary<string, Access> s_access = new()
    {
        ["ListSchemes"] = Access.Reads,
        ["GetScheme"] = Access.Reads,
        ["GetSchemeVersion"] = Access.Reads,
        ["PutScheme"] = Access.WritesForCity,
        ["GetScores"] = Access.Reads,
        ["GetRegionScore"] = Access.ReadsOwnRegion,
        ["ExplainItem"] = Access.ReadsOwnRegion,
        ["ListAuditEntries"] = Access.OtherRole,
        ["ExportAuditEntries"] = Access.OtherRole,
        ["VerifyAuditTrail"] = Access.OtherRole,
    };

    private readonly AccessMatrix _matrix = new("assessment", s_access, s_access.ToDictionary(
        operation => operation.Key, operation => operation.Value is Access.OtherRole ? TestCaller.Auditor : TestCaller.AssessmentOffice));

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
        using var office = service.ClientFor(TestCaller.AssessmentOffice);
        List<string> complaints = [];
        foreach (var right in api.Operations.Select(operation => Right(api, operation)))
        {
            foreach (var request in Fuzzer.Around(right).Concat(Fuzzer.Pairs(right, Seed, 150)))
            {
                if (Fuzzer.Complaint(request, await request.SendAsync(office)) is { } complaint)
                {
                    complaints.Add(complaint);
                }
            }
        }

        Assert.True(complaints.Count == 0, $"{complaints.Count} complaints:\n{string.Join('\n', complaints.Take(20))}");
    }

    private async Task<ApiDocument> ApiAsync()
    {
        await service.LoadPlanAsync();
        return new(await service.ClientFor(null).GetStringAsync(new Uri("openapi.json", UriKind.Relative)));
    }

    private static ApiRequest Right(ApiDocument api, ApiOperation operation) => api.Example(
        operation,
        new Dictionary<string, string>
        {
            ["id"] = operation.Id == "PutScheme" ? "attacked" : "plan-12",
            ["version"] = "1",
            ["region"] = Liangzhou,
            ["period"] = "2025-06",
            ["indicator"] = "1",
            ["format"] = "csv",
        },
        operation.Id == "VerifyAuditTrail" ? new JsonObject { ["after"] = 0 } : new JsonObject
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
            }),
        });
}
