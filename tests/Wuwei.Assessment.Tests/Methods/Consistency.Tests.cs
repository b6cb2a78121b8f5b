using CsCheck;
using Wuwei.Assessment.Methods;

namespace Wuwei.Assessment.Tests.Methods;

/// <summary>Whether items say one thing.</summary>
public sealed class ConsistencyTests
{
    private static readonly double?[] s_one = [1, 2, 3, 4], s_other = [2, 4, 6, 8], s_across = [1, -1, -1, 1];

    [Fact]
    public void Given_items_worked_by_hand_When_asked_Then_alpha_and_components_are_those()
    {
        Assert.Equal(8 / 9.0, Consistency.Alpha([s_one, s_other])!.Value, 12); // variances 5/3 and 20/3, of the sum 15
        Assert.Equal(1, Consistency.Alpha([s_one, s_one, s_one])!.Value, 12);
        Assert.Equal([1, 0], Consistency.Components([s_one, s_other]).Select(share => Math.Round(share, 12)));
        Assert.Equal([0.5, 0.5], Consistency.Components([s_one, s_across]).Select(share => Math.Round(share, 12))); // nothing in common
    }

    [Fact]
    public void Given_items_that_say_nothing_When_asked_Then_they_are_left_out()
    {
        double?[] gap = [1, null, 3, 4], level = [7, 7, 7, 7];
        Assert.Equal(Consistency.Alpha([s_one, s_other]), Consistency.Alpha([gap, s_one, level, s_other]));
        Assert.Null(Consistency.Alpha([s_one, level]));
        Assert.Empty(Consistency.Components([s_one, gap]));
        Assert.Null(Consistency.Alpha([[1, 2], [2, 3]]));
    }

    [Fact]
    public void Given_any_items_When_asked_Then_shares_make_a_whole_and_neither_order_nor_scale_of_the_items_matters() =>
        Gen.Select(Gen.Double[-100, 100].Array[6].Array[2, 8], Gen.Double[1, 50], Gen.Int[0, 7]).Sample((items, scale, which) =>
        {
            double?[][] own = [.. items.Select(item => item.Select(value => (double?)value).ToArray())];
            double?[][] turned = [.. own.Reverse()];
            turned[which % own.Length] = [.. turned[which % own.Length].Select(value => value * scale)];
            var shares = Consistency.Components(own);
            return (shares.Length == 0 || Math.Abs(shares.Sum() - 1) < 1e-9) && shares.Zip(shares.Skip(1), (more, less) => more >= less).All(inOrder => inOrder)
                && shares.Zip(Consistency.Components(turned)).All(pair => Math.Abs(pair.First - pair.Second) < 1e-7);
        }, iter: 200);
}
