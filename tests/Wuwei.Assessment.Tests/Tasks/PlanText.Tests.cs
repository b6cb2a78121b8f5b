using System.Text.RegularExpressions;
using Wuwei.Assessment.Tasks;
using Wuwei.Testing;

namespace Wuwei.Assessment.Tests.Tasks;

// The tasks that the migration loads, beside the plan's own text (tests/plan/plan.txt).
public sealed partial class TaskApiTests
{
    private static readonly string s_plan = Blanks().Replace(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "plan", "plan.txt")), "");

    [Fact]
    public async Task Given_the_plans_text_When_the_tasks_are_taken_out_of_it_Then_every_sentence_was_there_in_its_order_and_only_headings_are_left()
    {
        var from = s_plan.IndexOf("三、主要任务在把握", StringComparison.Ordinal);
        var chapter = s_plan[from..s_plan.IndexOf("四、保障措施（一）", from, StringComparison.Ordinal)];
        var left = new List<string>();
        var at = 0;
        var tasks = (await service.PullAsync("/tasks")).EnumerateArray().Select(task => task.GetProperty("task")).ToArray();
        foreach (var task in tasks)
        {
            var sentence = task.GetProperty("sentence").GetString()!;
            var found = chapter.IndexOf(sentence, at, StringComparison.Ordinal);
            Assert.True(found >= 0, sentence);
            left.Add(chapter[at..found]);
            at = found + sentence.Length;
            Assert.Contains(task.GetProperty("heading").GetString()!, chapter[..found], StringComparison.Ordinal);
        }

        left.Add(chapter[at..]);
        Assert.Equal(124, tasks.Length);

        // What is no task: 38 headings of measures and programmes, and the first sentence of the chapter and of its six sections.
        var rest = string.Concat(left);
        var headings = tasks.Select(task => task.GetProperty("heading").GetString()!).Distinct().ToArray();
        Assert.Equal((38, 38 + 7), (headings.Length, rest.Count(character => character == '。')));
        Assert.All(headings, heading => Assert.Contains($"{heading}。", rest, StringComparison.Ordinal));
    }

    [Fact]
    public void Given_the_departments_When_looked_for_in_the_plan_Then_it_names_each()
    {
        var measures = s_plan[s_plan.LastIndexOf("四、保障措施（一）", StringComparison.Ordinal)..];
        string[] named = ["发改", "人社", "教育", "财政", "农业农村", "退役军人", "工会", "共青团", "妇联", "残联", "工商联"];
        Assert.Equal(Departments.All.Count, named.Length);
        Assert.All(named, name => Assert.Contains(name, measures, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Given_a_department_When_it_reads_Then_it_sees_what_it_leads_or_supports_and_a_county_or_a_stranger_nothing()
    {
        var own = (await service.PullAsync("/tasks", TestCaller.OfPlan("veterans"))).EnumerateArray().Select(task => task.GetProperty("task")).ToArray();
        Assert.NotEmpty(own);
        Assert.All(own, task => Assert.Contains("veterans", task.GetProperty("supporting").EnumerateArray().Select(d => d.GetString()).Append(task.GetProperty("lead").GetString())));
        Assert.All(own, task => Assert.True(task.GetProperty("unverified").GetBoolean()));
        Assert.Equal(0, (await service.PullAsync("/tasks", TestCaller.OfPlan("veterans") with { Region = "620621" })).GetArrayLength());
        Assert.Equal(0, (await service.PullAsync("/tasks", TestCaller.AssessmentOffice with { Department = "training" })).GetArrayLength());
    }

    // Page breaks, and marks of bold.
    [GeneratedRegex(@"[\s*]", RegexOptions.CultureInvariant)]
    private static partial Regex Blanks();
}
