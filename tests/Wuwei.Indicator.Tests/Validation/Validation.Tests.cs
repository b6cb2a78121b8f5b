using System.Net;
using Wuwei.Contracts.Facts;
using Wuwei.Indicator.Validation;
using static Wuwei.Indicator.Tests.IndicatorService;

namespace Wuwei.Indicator.Tests.Validation;

[Collection(nameof(PlanService))]
public sealed class ValidationTests(PlanService plan)
{
    private readonly HttpClient _city = plan.Service.City;

    [Theory]
    [InlineData(RuleOperator.AtLeast, 5, 5, true)]
    [InlineData(RuleOperator.Greater, 5, 5, false)]
    [InlineData(RuleOperator.Less, 4, 5, true)]
    [InlineData(RuleOperator.AtMost, 6, 5, false)]
    [InlineData(RuleOperator.Equal, 5, 5, true)]
    [InlineData(RuleOperator.NotEqual, 5, 5, false)]
    [InlineData(RuleOperator.Equal, null, 5, null)]
    [InlineData(RuleOperator.CompulsoryPair, null, 5, false)]
    [InlineData(RuleOperator.CompulsoryPair, null, null, true)]
    [InlineData(RuleOperator.ExclusivePair, 1, 5, false)]
    [InlineData(RuleOperator.ExclusivePair, 1, null, true)]
    public void Given_two_sides_When_judged_Then_it_holds_or_not_or_cannot_be_said(RuleOperator @operator, int? left, int? right, bool? holds) =>
        Assert.Equal(holds, Judgement.Holds(@operator, left, right));

    [Fact]
    public async Task Given_a_stock_that_falls_by_a_fifth_When_the_month_is_validated_Then_the_county_is_named_and_the_rule_may_be_changed()
    {
        await plan.Service.FoldAsync("indicator", new Fact($"reports/8/{Tianzhu}/2020-02", "indicator.8", 1, Tianzhu, new(2020, 2, 15), null, 100),
            new Fact($"reports/8/{Tianzhu}/2020-03", "indicator.8", 1, Tianzhu, new(2020, 3, 15), null, 80));
        var found = Assert.Single((await _city.GetJsonAsync("validation?period=2020-03"))["violations"]!.AsArray())!;
        Assert.Equal(("insured-not-falling", Tianzhu, 80m, 90m, "medium"),
            ((string)found["rule"]!, (string)found["region"]!, found["left"].Decimal(), found["right"].Decimal(), (string)found["severity"]!));
        Assert.Empty((await plan.Service.County(Minqin).GetJsonAsync("validation?period=2020-03"))["violations"]!.AsArray());

        var form = new { nameZh = "降幅", left = "[8]", @operator = "at-least", right = "0.7 * [8]@-1", missing = "skip-if-any", severity = "high", instruction = "核对", active = true, reason = "放宽" };
        await (await _city.PutAsync("validation/rules/insured-not-falling", form, "\"1\"")).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Empty((await _city.GetJsonAsync("validation?period=2020-03"))["violations"]!.AsArray());
        await (await _city.PutAsync("validation/rules/insured-not-falling", form with { right = "[8]@-" }, "\"2\"")).ShouldBeAsync(HttpStatusCode.UnprocessableEntity, "expression.unreadable");
        await (await _city.PutAsync("validation/rules/insured-not-falling", form)).ShouldBeAsync(HttpStatusCode.PreconditionRequired, "request.if_match_required");
        await (await _city.GetAsync(new Uri("validation?period=2020", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.OK);
        await (await plan.Service.County(Minqin).PutAsync("validation/rules/insured-not-falling", form, "\"2\"")).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.city_approver_only");
    }
}
