using System.Text.Json.Nodes;
using Wuwei.Contracts.Facts;
using Wuwei.Register.Tests;

namespace Wuwei.Training.Tests;

public sealed class TrainingService() : RegisterService("training", "/certified-trainings")
{
    private int _certificates;

    public override JsonObject Form(TestPerson person, string region = Liangzhou) => new()
    {
        ["person"] = person.Form,
        ["region"] = region,
        ["occupation"] = "4-10-01-05",
        ["occupationName"] = "养老护理员",
        ["level"] = "elementary",
        ["certificateKind"] = "skill-level",
        ["certificateNumber"] = $"Y0062062025{Interlocked.Increment(ref _certificates):000000}",
        ["institution"] = "武威职业学院",
        ["startedOn"] = "2025-03-01",
        ["finishedOn"] = "2025-03-15",
        ["certifiedOn"] = "2025-03-20",
        ["hours"] = 80,
        ["synthetic"] = true,
    };

    /// <summary>The same person's training of another occupation, in another month.</summary>
    public JsonObject Another(TestPerson person, int month, string region = Liangzhou)
    {
        var form = Form(person, region);
        form["occupation"] = $"6-29-01-{month:00}";
        (form["startedOn"], form["finishedOn"], form["certifiedOn"]) = ($"2025-{month:00}-01", $"2025-{month:00}-15", $"2025-{month:00}-20");
        return form;
    }

    public override (string Member, JsonNode Value) Correction => ("institution", "武威市技工学校");

    public override IReadOnlyDictionary<string, string> Members { get; } = new Dictionary<string, string>
    {
        ["{text}"] = "/institution",
        ["{number}"] = "/hours",
        ["{date}"] = "/startedOn",
        ["{choice}"] = "/certificateKind",
    };

    public override int LongestText => 100;

    public override IReadOnlyList<Fact> Facts(Guid id, JsonObject form, int revision, string personKey) =>
    [
        new($"certified-trainings/{id}", Measures.TrainingPersonTimes, revision, (string)form["region"]!,
            DateOnly.Parse((string)form["certifiedOn"]!, null), personKey, 1),
    ];
}
