using System.Text.Json.Nodes;
using Wuwei.Testing;
using Wuwei.Testing.Attack;
using static Wuwei.Assessment.Tests.Given;

namespace Wuwei.Assessment.Tests;

/// <summary>The list of bad input, as far as it can come to schemes and scores.</summary>
[Collection(nameof(Attacked))]
public sealed class BadInputTests(AssessmentService service)
{
    private int _schemes;

    [Fact]
    public async Task Given_what_is_wrong_by_the_list_When_sent_Then_each_is_answered_as_the_list_says()
    {
        await service.LoadPlanAsync();
        var members = new Dictionary<string, string> { ["{text}"] = "/name", ["{number}"] = "/threshold", ["{choice}"] = "/items/0/aggregate" };

        var complaints = await new BadInput(
            "assessment", members, 80, RightAsync, service.ClientFor, async () => $"{await service.CountAsync("scheme_version")} schemes").TryAsync();

        Assert.True(complaints.Count == 0, string.Join('\n', complaints));
    }

    private Task<RightRequest> RightAsync(string name)
    {
        var scheme = new JsonObject
        {
            ["name"] = "一项指标",
            ["validFrom"] = "2021-01",
            ["items"] = new JsonArray(new JsonObject
            {
                ["indicator"] = "1",
                ["name"] = "城镇新增就业人数",
                ["unit"] = "人",
                ["weight"] = 2,
                ["aggregate"] = "cumulative",
                ["direction"] = "higher",
            }),
        };
        return Task.FromResult<RightRequest>(name switch
        {
            "list" => new(HttpMethod.Get, "/schemes", null, TestCaller.AssessmentOffice),
            "read" => new(HttpMethod.Get, $"/scores/{Liangzhou}/2025-06", null, TestCaller.AssessmentOffice),
            "write" => new(HttpMethod.Put, $"/schemes/bad-{_schemes++}", scheme, TestCaller.AssessmentOffice),
            "correction" => new(HttpMethod.Put, "/schemes/plan-12", scheme, TestCaller.AssessmentOffice),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
        });
    }
}
