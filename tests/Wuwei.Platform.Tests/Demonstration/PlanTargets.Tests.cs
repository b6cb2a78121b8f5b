using Wuwei.Demonstration.Plan;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Platform.Tests.Demonstration;

public sealed class PlanTargetsTests
{
    private static readonly PlanTarget[] All = [.. PlanTargets.All()];

    [Theory]
    [InlineData("1", 75_000)]
    [InlineData("6", 2_000_000)]
    [InlineData("7", 25_000)]
    [InlineData("8", 500_000)]
    [InlineData("10", 125_000)]
    [InlineData("11", 30_000)]
    public void Given_a_five_year_total_Then_the_citys_years_add_up_to_it(string indicator, int total) =>
        Assert.Equal(total, All.Where(target => target.Indicator == indicator && target.Region == RegionCode.City).Sum(target => target.Value));

    [Fact]
    public void Given_a_countable_indicator_Then_the_counties_add_up_to_the_city_exactly()
    {
        foreach (var year in All.Where(target => target.Indicator is "1" or "6" or "7" or "8" or "10" or "11").GroupBy(target => (target.Indicator, target.Year)))
        {
            var city = year.Single(target => target.Region == RegionCode.City);
            var counties = year.Where(target => target.Region != RegionCode.City).ToArray();
            Assert.Equal(RegionCode.Counties.Select(county => county.Code), counties.Select(target => target.Region).Order());
            Assert.Equal(city.Value, counties.Sum(target => target.Value));
        }
    }

    [Fact]
    public void Given_a_rate_of_the_counties_Then_it_is_the_citys()
    {
        foreach (var year in All.Where(target => target.Indicator is "5" or "12").GroupBy(target => (target.Indicator, target.Year)))
        {
            Assert.Equal(5, year.Count());
            Assert.Single(year.Select(target => target.Value).Distinct());
        }
    }

    [Fact]
    public void Given_what_only_the_statistics_bureau_knows_Then_only_the_city_has_a_target() =>
        Assert.All(All.Where(target => target.Indicator is "2" or "3" or "4" or "9"), target => Assert.Equal(RegionCode.City, target.Region));

    [Fact]
    public void Given_years_of_schooling_Then_they_rise_to_what_the_plan_says() =>
        Assert.Equal([10.62m, 10.74m, 10.86m, 10.98m, 11.1m], All.Where(target => target.Indicator == "9").Select(target => target.Value));

    [Fact]
    public void Given_the_whole_plan_Then_no_target_is_there_twice() =>
        Assert.Equal(5 * (12 + 8 * 4), All.Select(target => (target.Indicator, target.Region, target.Year)).Distinct().Count());

    [Theory]
    [InlineData(10, new[] { 1.0, 1, 1 }, new[] { 4, 3, 3 })]
    [InlineData(7, new[] { 0.5, 0.3, 0.2 }, new[] { 4, 2, 1 })]
    [InlineData(0, new[] { 2.0, 1 }, new[] { 0, 0 })]
    public void Given_weights_Then_the_largest_remainders_get_what_is_left(int total, double[] weights, int[] parts) =>
        Assert.Equal(parts, Census.Apportion(total, weights));
}
