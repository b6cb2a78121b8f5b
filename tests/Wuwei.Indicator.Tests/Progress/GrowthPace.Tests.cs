using System.Text.Json.Nodes;
using Wuwei.Indicator.Progress;

namespace Wuwei.Indicator.Tests.Progress;

public sealed class GrowthPaceTests
{
    [Fact]
    public void Given_the_published_rule_When_its_cases_are_computed_Then_value_status_and_score_are_theirs()
    {
        var cases = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vectors", "progress-pace.json")))!["cases"]!.AsArray();
        Assert.Equal(10, cases.Count);
        foreach (var golden in cases.Select(node => node!))
        {
            var pace = GrowthPace.Of(golden["base"].Decimal()!.Value, (int)golden["baseYear"]!, golden["current"].Decimal()!.Value, (int)golden["currentYear"]!,
                golden["target"].Decimal(), (int?)golden["targetYear"] ?? 0, (string)golden["direction"]! == "positive");
            Assert.NotNull(pace);
            Assert.Equal((string)golden["status"]!, pace.Status.Replace('-', '_'));
            Assert.Equal((double)golden["progressValue"]!, (double)pace.Value, 0.000002);
            Assert.Equal((double)golden["score"]!, (double)pace.Score, 0.0002);
        }
    }

    [Theory]
    [InlineData(10.5, 2020, 10.8, 2021)] // a year tells nothing yet
    [InlineData(10.5, 2020, -1, 2022)] // another sign
    public void Given_what_growth_cannot_say_When_asked_Then_there_is_no_pace(double from, int fromYear, double to, int year) =>
        Assert.Null(GrowthPace.Of((decimal)from, fromYear, (decimal)to, year, 11.1m, 2025, up: true));
}
