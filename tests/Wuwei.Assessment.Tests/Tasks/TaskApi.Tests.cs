using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wuwei.Testing;

namespace Wuwei.Assessment.Tests.Tasks;

/// <summary>A task from its assignment to its completion, by everybody who takes part.</summary>
public sealed partial class TaskApiTests(AssessmentService service) : IClassFixture<AssessmentService>
{
    private static readonly TestCaller s_lead = TestCaller.OfPlan("human-resources");

    [Fact]
    public async Task Given_a_task_of_the_plan_When_assigned_admonished_reported_and_reviewed_Then_each_does_their_part_and_no_more()
    {
        const string Path = "/tasks/b5.1.1";
        var tomorrow = DateOnly.FromDateTime(DateTime.UtcNow.AddHours(8)).AddDays(400);
        var assignment = new JsonObject
        {
            ["lead"] = "human-resources",
            ["supporting"] = new JsonArray("education"),
            ["startsOn"] = "2022-01-05",
            ["dueOn"] = $"{tomorrow:O}",
            ["milestones"] = new JsonArray(new JsonObject { ["on"] = "2022-12-31", ["percent"] = 25 }),
            ["note"] = "市政府第 12 次常务会议确定",
            ["unverified"] = false,
        };
        await AssertAsync(TestCaller.AssessmentOffice, HttpMethod.Put, Path, assignment, 428, "request.if_match_required");
        await AssertAsync(TestCaller.AssessmentOffice, HttpMethod.Put, Path, With(assignment, "lead", "police"), 422, "task.unknown_department", "\"1\"");
        await AssertAsync(TestCaller.AssessmentOffice, HttpMethod.Put, Path, With(assignment, "dueOn", "2021-01-01"), 422, "task.bad_due", "\"1\"");
        await AssertAsync(TestCaller.AssessmentOffice, HttpMethod.Put, Path, With(assignment, "supporting", new JsonArray("human-resources")), 422, "task.department_twice", "\"1\"");
        await AssertAsync(
            TestCaller.AssessmentOffice, HttpMethod.Put, Path, With(assignment, "milestones", new JsonArray(new JsonObject { ["on"] = "2021-12-31", ["percent"] = 25 })), 422, "task.bad_milestones", "\"1\"");
        var set = await SendAsync(TestCaller.AssessmentOffice, HttpMethod.Put, Path, assignment, 200, "\"1\"");
        Assert.Equal((2, false), (set.GetProperty("revision").GetInt32(), set.GetProperty("unverified").GetBoolean()));

        // Nothing was reported for years: the light is red, and a card may be shown.
        var task = await service.PullAsync(Path, s_lead);
        Assert.Equal("red", task.GetProperty("light").GetString());
        var card = await SendAsync(TestCaller.AssessmentOffice, HttpMethod.Post, $"{Path}/notes", new() { ["kind"] = "red-card", ["text"] = "长期没有进展报告" }, 201);

        // The lead and who supports it report; others do not know of it.
        var progress = new JsonObject { ["percent"] = 60, ["text"] = "本年已培训 1.2 万人次", ["answers"] = card.GetProperty("id").GetString() };
        await AssertAsync(TestCaller.OfPlan("finance"), HttpMethod.Post, $"{Path}/reports", progress, 404, "task.unknown");
        await AssertAsync(TestCaller.AssessmentOffice with { Roles = ["clerk"] }, HttpMethod.Post, $"{Path}/reports", progress, 403, "task.departments_only");
        await SendAsync(TestCaller.OfPlan("education"), HttpMethod.Post, $"{Path}/reports", new() { ["percent"] = 10, ["text"] = "配合开展院校培训" }, 201);
        await SendAsync(s_lead, HttpMethod.Post, $"{Path}/reports", progress, 201);
        task = await service.PullAsync(Path, s_lead);
        Assert.Equal(("green", 60m), (task.GetProperty("light").GetString(), task.GetProperty("task").GetProperty("percent").GetDecimal()));
        Assert.NotNull(task.GetProperty("notes")[0].GetProperty("answeredOn").GetString());
        await AssertAsync(TestCaller.AssessmentOffice, HttpMethod.Post, $"{Path}/notes", new() { ["kind"] = "yellow-card", ["text"] = "灯色已绿" }, 409, "task.light_is_better");

        // Completed is what somebody else finds completed.
        var claim = new JsonObject
        {
            ["percent"] = 100,
            ["text"] = "五年任务全部完成",
            ["completes"] = true,
            ["evidence"] = new JsonArray(new JsonObject { ["title"] = "验收报告", ["reference"] = "武人社发〔2025〕1号" }),
        };
        var first = await SendAsync(s_lead, HttpMethod.Post, $"{Path}/reports", claim, 201);
        await AssertAsync(s_lead, HttpMethod.Post, $"{Path}/reports", progress, 409, "task.under_review");
        await SendAsync(TestCaller.AssessmentOffice, HttpMethod.Post, $"{Path}/review", Review(first, false), 200);
        var second = await SendAsync(s_lead, HttpMethod.Post, $"{Path}/reports", claim, 201);
        await AssertAsync(TestCaller.AssessmentOffice with { Subject = s_lead.Subject }, HttpMethod.Post, $"{Path}/review", Review(second, true), 403, "task.own_report");
        var completed = await SendAsync(TestCaller.AssessmentOffice, HttpMethod.Post, $"{Path}/review", Review(second, true), 200);
        Assert.Equal("completed", completed.GetProperty("state").GetString());
        await AssertAsync(TestCaller.AssessmentOffice, HttpMethod.Post, $"{Path}/review", Review(second, true), 409, "task.nothing_to_review");

        var share = (await service.PullAsync($"/tasks/on-time?from={tomorrow:O}&to={tomorrow:O}")).EnumerateArray().Single(row => row.GetProperty("department").GetString() == "human-resources");
        Assert.Equal((1, 1, 100m), (share.GetProperty("due").GetInt32(), share.GetProperty("onTime").GetInt32(), share.GetProperty("percent").GetDecimal()));
        Assert.Equal(8, await service.CountAsync("audit_entry where record like 'tasks/b5.1.1%' and action <> 'task.report'"));
    }

    [Fact]
    public async Task Given_the_plans_end_When_reminders_are_asked_for_Then_each_department_gets_its_own_and_a_wrong_range_is_refused()
    {
        var all = await service.PullAsync("/tasks/reminders?from=2025-12-26&to=2025-12-26");
        Assert.Equal(123, all.EnumerateArray().Count(reminder => reminder.GetProperty("days").GetInt32() == -3 && reminder.GetProperty("task").GetString() != "b5.1.1"));
        var own = await service.PullAsync("/tasks/reminders?from=2025-12-26&to=2025-12-26", TestCaller.OfPlan("veterans"));
        Assert.InRange(own.GetArrayLength(), 1, 20);
        await AssertAsync(TestCaller.AssessmentOffice, HttpMethod.Get, "/tasks/reminders?from=2025-01-01&to=2025-12-31", null, 400, "request.bad_range");
        await AssertAsync(TestCaller.AssessmentOffice, HttpMethod.Get, "/tasks/on-time?from=2025-01-01&to=2024-12-31", null, 400, "request.bad_range");
        await AssertAsync(TestCaller.AssessmentOffice, HttpMethod.Get, "/tasks?light=blue", null, 422, "task.unknown_light");
        Assert.All((await service.PullAsync("/tasks?light=red&department=union")).EnumerateArray(), task => Assert.Equal("red", task.GetProperty("light").GetString()));
        await AssertAsync(TestCaller.AssessmentOffice, HttpMethod.Get, "/tasks/b9.9.9", null, 404, "task.unknown");
    }

    private static JsonObject With(JsonObject body, string member, JsonNode value)
    {
        var other = body.DeepClone().AsObject();
        other[member] = value;
        return other;
    }

    private static JsonObject Review(JsonElement report, bool accepted) =>
        new() { ["report"] = report.GetProperty("id").GetString(), ["accepted"] = accepted, ["review"] = accepted ? "属实" : "佐证不足" };

    private async Task<JsonElement> SendAsync(TestCaller caller, HttpMethod method, string path, JsonObject? body, int status, string? ifMatch = null)
    {
        using var client = service.ClientFor(caller);
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body is null ? null : JsonContent.Create(body) };
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        using var answer = await client.SendAsync(request);
        var content = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True((HttpStatusCode)status == answer.StatusCode, $"{method} {path}: {answer.StatusCode} {content.GetRawText()}");
        return content;
    }

    private async Task AssertAsync(TestCaller caller, HttpMethod method, string path, JsonObject? body, int status, string code, string? ifMatch = null) =>
        Assert.Equal(code, (await SendAsync(caller, method, path, body, status, ifMatch)).GetProperty("code").GetString());
}
