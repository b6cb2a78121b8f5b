using Wuwei.Testing;
using static Wuwei.Assessment.Tests.Given;

namespace Wuwei.Assessment.Tests.Scores;

/// <summary>Questions that have no answer, and callers who get none.</summary>
public sealed class ScoreRefusalTests(AssessmentService service) : ScoreTests(service), IClassFixture<AssessmentService>
{
    [Fact]
    public async Task Given_a_county_s_caller_When_it_pulls_Then_it_sees_its_own_page_only()
    {
        var county = TestCaller.AssessmentOf(Minqin);
        await Service.PullAsync($"/scores/{Minqin}/2025-06", county);
        await Service.PullAsync($"/scores/{Minqin}/2025-06/items/1", county);
        using var client = Service.ClientFor(county);
        await AssertProblemAsync(await client.GetAsync(Relative("/scores")), 403, "assessment.city_only");
        foreach (var other in new[] { Liangzhou, City })
        {
            await AssertProblemAsync(await client.GetAsync(Relative($"/scores/{other}/2025-06")), 404, "assessment.unknown_region");
            await AssertProblemAsync(await client.GetAsync(Relative($"/scores/{other}/2025-06/items/1")), 404, "assessment.unknown_region");
        }
    }

    [Theory]
    [InlineData("/scores?period=2025", 422, "assessment.bad_period")]
    [InlineData("/scores?period=2025-Q2", 422, "assessment.bad_period")]
    [InlineData("/scores?period=", 422, "assessment.bad_period")]
    [InlineData("/scores?period=%3Cscript%3E", 422, "assessment.bad_period")]
    [InlineData("/scores?period=2020-12", 404, "assessment.period_outside_plan")]
    [InlineData("/scores?period=2026-01", 404, "assessment.period_outside_plan")]
    [InlineData("/scores?period=2025-12", 404, "assessment.period_without_data")]
    [InlineData("/scores?scheme=nothing", 404, "assessment.unknown_scheme")]
    [InlineData("/scores?scheme=%00", 400, "request.malformed")]
    [InlineData("/scores?scheme=';drop table observation;--", 404, "assessment.unknown_scheme")]
    [InlineData("/scores?asOf=yesterday", 400, "assessment.bad_as_of")]
    [InlineData("/scores?asOf=2025-07-01", 400, "assessment.bad_as_of")]
    [InlineData("/scores?asOf=2199-01-01T00:00:00Z", 422, "assessment.future_as_of")]
    [InlineData("/scores?asOf=0001-01-01T00:00:00%2B14:00", 400, "assessment.bad_as_of")]
    [InlineData("/scores?asOf=2021-06-01T00:00:00Z", 404, "assessment.no_data")]
    [InlineData("/scores?asOf=2001-06-01T00:00:00Z", 404, "assessment.unknown_scheme")]
    [InlineData("/scores/620700/2025-06", 404, "assessment.unknown_region")]
    [InlineData("/scores/620602001/2025-06", 404, "assessment.unknown_region")]
    [InlineData("/scores/%01/2025-06", 404, "assessment.unknown_region")]
    [InlineData("/scores/620602/June", 422, "assessment.bad_period")]
    [InlineData("/scores/620602/2025-06/items/13", 404, "assessment.unknown_item")]
    [InlineData("/scores/620602/2025-06/items/%01", 404, "assessment.unknown_item")]
    [InlineData("/scores/620602/2025-06/items/1'--", 404, "assessment.unknown_item")]
    public async Task Given_a_bad_question_When_asked_Then_the_answer_names_what_is_wrong(string path, int status, string code)
    {
        await AssertProblemAsync(await Office.GetAsync(Relative(path)), status, code);
    }

    [Fact]
    public async Task Given_no_data_at_all_When_pulled_Then_it_says_so()
    {
        await Service.ForgetAsync();
        await AssertProblemAsync(await Office.GetAsync(Relative("/scores")), 404, "assessment.no_data");
    }

    [Fact]
    public async Task Given_no_token_or_no_scope_When_pulled_Then_it_is_401_or_403()
    {
        foreach (var path in new[] { "/scores", $"/scores/{City}/2025-06", $"/scores/{City}/2025-06/items/1", "/schemes", "/schemes/plan-12", "/schemes/plan-12/versions/1" })
        {
            using var nobody = Service.ClientFor(null);
            await AssertProblemAsync(await nobody.GetAsync(Relative(path)), 401, "auth.token_required");
            using var clerk = Service.ClientFor(TestCaller.Of("training"));
            await AssertProblemAsync(await clerk.GetAsync(Relative(path)), 403, "auth.forbidden");
            using var foreign = Service.CreateClient();
            foreign.DefaultRequestHeaders.Authorization = new("Bearer", TestTokens.Issue(TestCaller.AssessmentOffice, "wuwei.training"));
            await AssertProblemAsync(await foreign.GetAsync(Relative(path)), 401, "auth.token_required");
        }
    }
}
