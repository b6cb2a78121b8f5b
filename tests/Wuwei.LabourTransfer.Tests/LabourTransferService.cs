using System.Text.Json.Nodes;
using Wuwei.Contracts.Facts;
using Wuwei.Register.Tests;

namespace Wuwei.LabourTransfer.Tests;

public sealed class LabourTransferService() : RegisterService("labour-transfer", "/departures")
{
    public override JsonObject Form(TestPerson person, string region = Liangzhou) => new()
    {
        ["person"] = person.Form,
        ["region"] = region,
        ["departedOn"] = "2025-03-01",
        ["arrangement"] = "organised",
        ["organiser"] = "凉州区劳务办",
        ["destination"] = "650100",
        ["employer"] = "新疆某建筑公司",
        ["industry"] = "E",
        ["monthlyIncome"] = 5200.50m,
        ["synthetic"] = true,
    };

    public override (string Member, JsonNode Value) Correction => ("employer", "另一家公司");

    public override IReadOnlyDictionary<string, string> Members { get; } = new Dictionary<string, string>
    {
        ["{text}"] = "/employer",
        ["{number}"] = "/monthlyIncome",
        ["{date}"] = "/departedOn",
        ["{choice}"] = "/arrangement",
    };

    public override int LongestText => 100;

    public override IReadOnlyList<Fact> Facts(Guid id, JsonObject form, int revision, string personKey) =>
    [
        new($"departures/{id}", Measures.LabourTransferPersons, revision, (string)form["region"]!,
            DateOnly.Parse((string)form["departedOn"]!, null), personKey, 1),
    ];
}
