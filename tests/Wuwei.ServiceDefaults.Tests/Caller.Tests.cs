using System.Security.Claims;
using CsCheck;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.ServiceDefaults;

public class CallerTests
{
    [Theory]
    [InlineData("620600", "620600", true)]
    [InlineData("620600", "620602", true)]
    [InlineData("620600", "620602101", true)]
    [InlineData("620602", "620602", true)]
    [InlineData("620602", "620602101", true)]
    [InlineData("620602", "620600", false)] // the whole city is more than its own
    [InlineData("620602", "620621", false)]
    [InlineData("620602", "620621101", false)]
    [InlineData("620602101", "620602101", true)]
    [InlineData("620602101", "620602", false)]
    [InlineData("620600", "620700", false)]
    [InlineData("620600", "", false)]
    [InlineData("", "620602", false)]
    [InlineData("", "", false)]
    public void Given_a_caller_of_a_region_When_it_acts_in_another_Then_it_may_in_its_subtree_only(string own, string other, bool may) =>
        Assert.Equal(may, new Caller("a", "training", own, new HashSet<string>(), new HashSet<string>()).Covers(other));

    [Fact]
    public void Given_any_place_When_asked_who_covers_it_Then_the_city_one_county_and_itself_do()
    {
        var places = RegionCode.Wuwei.Values.Where(region => region.Level is "county" or "township").ToArray();
        Gen.Int[0, places.Length - 1].Sample(i =>
            RegionCode.Covers(RegionCode.City, places[i].Code)
            && RegionCode.Counties.Where(county => RegionCode.Covers(county.Code, places[i].Code)).Select(county => county.Code).Single() == RegionCode.CountyOf(places[i].Code)
            && RegionCode.Covers(places[i].Code, places[i].Code));
    }

    [Fact]
    public void Given_the_places_of_the_plan_When_counted_Then_they_are_4_counties_and_108_townships_of_them()
    {
        Assert.Equal(["620602", "620621", "620622", "620623"], RegionCode.Counties.Select(county => county.Code));
        var townships = RegionCode.Wuwei.Values.Where(region => region.Level == "township").ToArray();
        Assert.Equal(108, townships.Length);
        Assert.All(townships, township => Assert.Equal(township.Parent, RegionCode.CountyOf(township.Code)));
        Assert.True(RegionCode.IsCountyOrTownship("620602") && !RegionCode.IsCountyOrTownship("620600") && !RegionCode.IsCountyOrTownship("110000"));
        Assert.Equal(31, RegionCode.China.Values.Count(region => region.Level == "province"));
    }

    [Fact]
    public void Given_a_token_When_read_Then_scopes_in_one_claim_or_in_several_are_the_same()
    {
        var one = Caller.From(User(("sub", "a"), ("scope", "training.read training.write"), ("roles", "clerk"), ("roles", "approver"), ("region", "620602"), ("department", "training")));
        Assert.Equal(("a", "training", "620602"), (one.Subject, one.Department, one.Region));
        Assert.True(one.Is(CallerRoles.Clerk) && one.Is(CallerRoles.Approver) && !one.Is(CallerRoles.Operator));
        Assert.Equal(one.Scopes, Caller.From(User(("scope", "training.write"), ("scope", "training.read"))).Scopes);
    }

    [Fact]
    public void Given_an_empty_token_When_read_Then_it_may_nothing()
    {
        var nobody = Caller.From(new ClaimsPrincipal());
        Assert.False(nobody.Covers(RegionCode.City) || nobody.Covers("") || nobody.Is("") || nobody.Scopes.Contains("training.read"));
    }

    private static ClaimsPrincipal User(params (string Type, string Value)[] claims) => new(new ClaimsIdentity(claims.Select(claim => new Claim(claim.Type, claim.Value)), "test"));
}
