using CsCheck;
using Wuwei.Indicator.Releases;

namespace Wuwei.Indicator.Tests.Releases;

public sealed class SuppressionTests
{
    private const decimal Least = 10;

    [Theory]
    [InlineData("100 200 300 400", "....", false)]
    [InlineData("100 200 0 400", "....", false)]      // nobody is no person
    [InlineData("100 200 4 400", "x.x.", false)]      // the smallest other goes with it
    [InlineData("100 3 4 400", "xxx.", false)]        // 3 + 4 leaves too few possibilities
    [InlineData("100 9 9 400", ".xx.", false)]
    [InlineData("5 5 0 0", "xx..", true)]             // nothing else to hide behind: the sum goes too
    [InlineData("4 0 0 0", "x...", true)]
    [InlineData("4 ? ? 400", "x..x", false)]
    public void Given_counts_When_some_are_small_Then_these_are_withheld_and_what_would_tell_them(string counts, string withheld, bool city)
    {
        decimal?[] counties = [.. counts.Split(' ').Select(count => count == "?" ? (decimal?)null : decimal.Parse(count, null))];
        var found = Suppression.Of(counties.Sum(), counties, Least, new bool[5]);
        Assert.Equal((withheld, city), (string.Concat(found[..4].Select(one => one ? 'x' : '.')), found[4]));
    }

    [Fact]
    public void Given_a_period_that_was_published_When_it_is_published_again_Then_what_was_withheld_stays_so() =>
        Assert.Equal([true, false, true, false, false], Suppression.Of(1012, [100, 200, 312, 400], Least, [true, false, true, false, false]));

    /// <summary>Whoever tries every way to fill the gaps finds each withheld count possible with every value below the least.</summary>
    [Fact]
    public void Given_any_counts_When_the_rest_is_known_Then_no_withheld_one_can_be_told_from_another_below_the_least() =>
        Gen.OneOf(Gen.Int[0, 12], Gen.Int[0, 40]).Array[4].Sample(drawn =>
        {
            decimal?[] counties = [.. drawn.Select(count => (decimal?)count)];
            var city = drawn.Sum();
            var withheld = Suppression.Of(city, counties, Least, new bool[5]);
            Assert.All(drawn.Append(city).Zip(withheld), one => Assert.True(one.Second || one.First is 0 or >= (int)Least));
            int[] hidden = [.. Enumerable.Range(0, 4).Where(i => withheld[i] && drawn[i] > 0)];
            if (withheld[4] || hidden is [])
            {
                return;
            }

            var sum = hidden.Sum(i => drawn[i]);
            foreach (var value in Enumerable.Range(1, (int)Least - 1))
            {
                // The others are one or more each, and make up what is left.
                Assert.True(hidden.Length > 1 && sum - value >= hidden.Length - 1, $"{string.Join(' ', drawn)}: {value} is impossible");
            }
        });
}
