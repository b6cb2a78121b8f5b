using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Wuwei.Indicator.Cases;
using Wuwei.Indicator.Tests.Watch;
using Wuwei.Indicator.Warnings;
using Wuwei.Indicator.Watch;
using Wuwei.Register.Policy;
using static Wuwei.Indicator.Tests.IndicatorService;

namespace Wuwei.Indicator.Tests.Cases;

public sealed class CasesTests(IndicatorService service) : IClassFixture<IndicatorService>
{
    private static readonly PolicyParameters s_policy = Given.Policy();

    // 2 January 2025 is a Thursday; the Spring Festival (28 January to 4 February), Qingming and May Day lie in between.
    [Theory]
    [InlineData("2025-01-02", null, "2025-04-02")]
    [InlineData("2025-01-02", "2025-04-02", "2025-05-19")]
    [InlineData("2025-01-02", "2025-04-03", "case.extended_too_late")]
    [InlineData("2026-11-02", null, "unknown")]
    public void Given_a_filing_When_its_last_day_is_asked_Then_it_is_sixty_working_days_later_or_ninety(string filed, string? extended, string expected)
    {
        var refused = CaseClock.DueOn(Day(filed), extended is null ? null : Day(extended)).IsRefused(out var refusal, out var due);
        Assert.Equal(expected, refused ? refusal!.Code : due!.On is { } day ? $"{day:yyyy-MM-dd}" : "unknown");
    }

    [Theory]
    [InlineData("2025-07-15", 5, 20_000, false, null)]                     // due today
    [InlineData("2025-07-14", 5, 20_000, false, WarningLevel.Yellow)]
    [InlineData("2025-06-15", 5, 20_000, false, WarningLevel.Yellow)]      // a month, not more
    [InlineData("2025-06-14", 5, 20_000, false, WarningLevel.Orange)]
    [InlineData("2025-05-14", 5, 20_000, false, WarningLevel.Red)]
    [InlineData("2025-07-14", 50, 20_000, false, WarningLevel.Red)]
    [InlineData("2025-07-14", 49, 1_000_000, false, WarningLevel.Red)]
    [InlineData("2025-07-14", 5, 20_000, true, WarningLevel.Red)]
    public void Given_arrears_When_looked_at_Then_time_and_size_make_the_level(string since, int workers, int amount, bool mass, WarningLevel? level)
    {
        var arrears = new StoredCase(
            Guid.Empty, "620602", "arrears", "建筑公司", null, new(2025, 7, 14), null, null, null, null, workers, amount, Day(since), mass, null, null, 1, "", default);
        Assert.Equal(level, ArrearsRule.LevelOf(arrears, new(2025, 7, 15), s_policy));
        Assert.Null(ArrearsRule.LevelOf(arrears with { Recovered = amount }, new(2025, 7, 15), s_policy));
        Assert.Null(ArrearsRule.LevelOf(arrears with { ClosedOn = new(2025, 7, 15) }, new(2025, 7, 15), s_policy));
        Assert.Equal(level, ArrearsWarningRule.Of(arrears, Alarm.None, new(2025, 7, 15), s_policy).Alarm.Level);
        Assert.Null(ArrearsWarningRule.Of(arrears with { ClosedOn = new(2025, 7, 15) }, new(WarningLevel.Red, "2025-07", 0), new(2025, 7, 15), s_policy).Alarm.Level);
    }

    [Fact]
    public async Task Given_cases_of_a_county_When_the_month_is_reported_Then_the_closing_rate_is_that_of_the_cases_that_the_month_answers_for()
    {
        var own = service.County(Minqin);
        await Filed("2025-01-02");                                             // due on 2 April, open: April answers
        await Filed("2025-01-02", closed: "2025-04-20");                       // due in April, closed late: April
        await Filed("2025-02-10", closed: "2025-04-08");                       // closed in time: April
        await Filed("2025-01-02", closed: "2025-03-31");                       // March
        await Filed("2025-06-16");                                             // not due yet: nowhere

        var april = Assert.Single((await own.GetJsonAsync("cases/closing-rate/2025-04"))["items"]!.AsArray())!;
        Assert.Equal((2, 3, 66.67m, (string?)null), ((int)april["closed"]!, (int)april["due"]!, april["rate"].Decimal(), (string?)april["reportState"]));
        Assert.Empty((await own.GetJsonAsync("cases/closing-rate/2025-09"))["items"]!.AsArray());
        Assert.Equal(2, (await own.GetJsonAsync("cases?overdue=true"))["items"]!.AsArray().Count);
        await (await own.PostAsync($"cases/closing-rate/2025-09/{Minqin}/report", null)).ShouldBeAsync(HttpStatusCode.Conflict, "case.nothing_due");

        // The draft takes the way of every report to the ledger, and indicator 12 is what the cases say.
        await (await own.PostAsync($"cases/closing-rate/2025-04/{Minqin}/report", null)).ShouldBeAsync(HttpStatusCode.Created);
        var path = $"reports/12/{Minqin}/2025-04";
        await (await own.PostAsync($"{path}/submission", null, "\"1\"")).ShouldBeAsync(HttpStatusCode.OK);
        await (await own.PostAsync($"{path}/approval", null, "\"2\"")).ShouldBeAsync(HttpStatusCode.OK);
        await (await service.City.PostAsync($"{path}/lock", null, "\"3\"")).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(66.67m, Math.Round((await own.GetJsonAsync($"observations/12/{Minqin}/2025-04"))["observation"]!["value"].Decimal()!.Value, 2));

        // One more case closes: the locked report no longer says what the cases say, and the difference shows.
        var late = await Filed("2025-01-03");
        april = Assert.Single((await own.GetJsonAsync("cases/closing-rate/2025-04"))["items"]!.AsArray())!;
        Assert.Equal((4, 3, "locked", false), ((int)april["due"]!, (int)april["reportedDue"]!, (string)april["reportState"]!, (bool)april["agrees"]!));
        await (await service.County(Gulang).GetAsync(new Uri($"cases/{late}", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.NotFound, "case.not_found");

        async Task<Guid> Filed(string filedOn, string? closed = null)
        {
            var id = Guid.CreateVersion7();
            await (await own.PutAsync($"cases/{id}", new
            {
                region = Minqin,
                kind = "complaint",
                respondent = "武威某某餐饮有限公司",
                filedOn,
                closedOn = closed,
                outcome = closed is null ? null : "corrected",
            })).ShouldBeAsync(HttpStatusCode.Created);
            return id;
        }
    }

    [Fact]
    public async Task Given_arrears_When_time_goes_by_and_they_are_paid_Then_their_warning_rises_and_loses_its_reason()
    {
        var (own, id) = (service.County(Tianzhu), Guid.CreateVersion7());
        var made = await (await own.PutAsync($"cases/{id}", Arrears(null))).ShouldBeAsync(HttpStatusCode.Created);
        Assert.Equal(("yellow", false), ((string)made["arrears"]!["level"]!, (bool)made["arrears"]!["major"]!));
        Assert.Equal(("yellow", 1, "620600"), await WarningAsync());

        try
        {
            service.Clock.SetToday(new(2025, 8, 20));
            Assert.Equal(("orange", 2, "620600"), await WarningAsync());
            service.Clock.SetToday(new(2025, 9, 20));
            Assert.Equal(("red", 3, "620600"), await WarningAsync());
            await (await own.PutAsync($"cases/{id}", Arrears(30_000m), "\"1\"")).ShouldBeAsync(HttpStatusCode.OK);
            Assert.Equal(("red cleared", 4, "620600"), await WarningAsync());
        }
        finally
        {
            service.Clock.SetToday(new(2025, 7, 15));
        }

        async Task<(string, int, string?)> WarningAsync()
        {
            await service.Services.GetRequiredService<WarningEvaluation>().RunAsync(CancellationToken.None);
            var warning = Assert.Single((await own.GetJsonAsync("warnings?rule=wage-arrears"))["items"]!.AsArray())!;
            return ($"{warning["level"]}{((bool)warning["cleared"]! ? " cleared" : "")}", (int)warning["revision"]!, (string?)warning["reportTo"]);
        }

        object Arrears(decimal? recovered) => new
        {
            region = Tianzhu,
            kind = "arrears",
            respondent = "武威某某建筑有限公司",
            filedOn = "2025-07-14",
            arrears = new { workers = 12, amount = 30_000.00m, owedSince = "2025-07-10", massEvent = false, recovered },
        };
    }

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
