using System.Text.Json;
using System.Text.Json.Serialization;
using Wuwei.Assessment.Scores;

namespace Wuwei.Assessment.Tests.Scores;

/// <summary>Golden figures of COINr (see the file's source line). Tolerance 1e-9, as the file says: its figures are doubles.</summary>
public sealed class CompositeTests
{
    private const decimal Tolerance = 1e-9m;

    public static TheoryData<string> Cases(string function)
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "vectors", "composite-functions.json"));
        var data = new TheoryData<string>();
        foreach (var entry in JsonDocument.Parse(file).RootElement.GetProperty("cases").EnumerateArray().Where(entry => entry.GetProperty("fn").GetString() == function))
        {
            data.Add(entry.GetRawText());
        }

        Assert.NotEmpty(data);
        return data;
    }

    [Theory, MemberData(nameof(Cases), "arithmetic")]
    public void Given_weights_and_missing_values_When_averaged_Then_it_is_the_golden_mean(string json)
    {
        var golden = Case.Read(json);
        var mean = Composite.WeightedMean(golden.X.Zip(golden.W!));
        Assert.InRange(mean!.Value, golden.Y.GetDecimal() - Tolerance, golden.Y.GetDecimal() + Tolerance);
    }

    [Theory, MemberData(nameof(Cases), "rank")]
    public void Given_ties_When_ranked_Then_they_share_the_golden_rank(string json)
    {
        var golden = Case.Read(json);
        Assert.Equal(golden.Y.Deserialize<int?[]>(), Composite.Ranks(golden.X, highestFirst: false));
    }

    [Theory, MemberData(nameof(Cases), "distance-to-target")]
    public void Given_a_target_When_measured_Then_it_is_the_golden_distance(string json)
    {
        var golden = Case.Read(json);
        var target = golden.Target!.Value;
        // COINr spans what is less-is-better by the worst of the values; ours by the target.
        var span = golden.X.Max()!.Value - target;
        var progress = golden.X.Select(x => golden.Direction == 1 ? Composite.Towards(x!.Value, target) : Composite.Below(x!.Value, target, span))
            .Select(y => golden.Cap ? Math.Min(1, y) : y);
        foreach (var (expected, actual) in golden.Y.Deserialize<decimal[]>()!.Zip(progress))
        {
            Assert.InRange(actual, expected - Tolerance, expected + Tolerance);
        }
    }

    [Fact]
    public void Given_nothing_but_missing_values_When_averaged_Then_there_is_no_mean() =>
        Assert.Null(Composite.WeightedMean([(null, 1), (null, 2)]));

    [Fact]
    public void Given_a_tie_at_the_top_and_one_without_a_score_When_ranked_Then_the_next_is_third_and_the_last_has_none() =>
        Assert.Equal([1, 1, 3, null], Composite.Ranks([90m, 90m, 80m, null], highestFirst: true));

    private sealed record Case(decimal?[] X, JsonElement Y, [property: JsonPropertyName("w")] decimal[]? W, decimal? Target, int? Direction, bool Cap)
    {
        public static Case Read(string json) => JsonSerializer.Deserialize<Case>(json, JsonSerializerOptions.Web)!;
    }
}
