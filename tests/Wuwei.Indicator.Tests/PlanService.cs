using System.Net;
using Wuwei.Contracts.Facts;
using static Wuwei.Indicator.Tests.IndicatorService;

namespace Wuwei.Indicator.Tests;

/// <summary>
/// Four and a half years that go exactly by their season: trainings of 1,000 + 200 × month in Liangzhou, 27,600 a year against
/// 25,000 that are due; 25,000 insured in each county; schooling that grows by 0.1 a year.
/// </summary>
public sealed class PlanService : IAsyncLifetime
{
    public IndicatorService Service { get; } = new();

    public async Task InitializeAsync()
    {
        await Service.InitializeAsync();
        var months = Enumerable.Range(0, 54).Select(i => new DateOnly(2021, 1, 15).AddMonths(i)).ToArray();
        await Service.FoldAsync("training", [.. months.Select(day =>
            new Fact($"historic-totals/{day:yyyy-MM}", "training.person-times", 1, Liangzhou, day, null, 1000 + 200 * day.Month))]);
        await Service.FoldAsync("indicator",
        [
            .. from day in months
               from county in new[] { Liangzhou, Minqin, Gulang, Tianzhu }
               select new Fact($"reports/8/{county}/{day:yyyy-MM}", "indicator.8", 1, county, day, null, 25_000),
            .. Enumerable.Range(2021, 4).Select(year => new Fact($"reports/9/620600/{year}", "indicator.9", 1, "620600", new(year, 12, 31), null, 10.5m + 0.1m * (year - 2020))),
        ]);
        await (await Service.City.PutAsync("targets", Enumerable.Range(2021, 5).Select(year => new { indicator = "10", region = "620600", year, value = 25_000 })))
            .ShouldBeAsync(HttpStatusCode.OK);
    }

    public Task DisposeAsync() => Service.DisposeAsync();
}

[CollectionDefinition(nameof(PlanService))]
public sealed class PlanServiceTests : ICollectionFixture<PlanService>;
