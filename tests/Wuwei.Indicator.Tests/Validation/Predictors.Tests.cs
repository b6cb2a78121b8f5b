using System.Net;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Expressions;
using Wuwei.Indicator.Observations;
using Wuwei.Indicator.Tests.Progress;
using Wuwei.Indicator.Validation;
using Wuwei.ServiceDefaults;
using static Wuwei.Indicator.Tests.IndicatorService;

namespace Wuwei.Indicator.Tests.Validation;

[Collection(nameof(PlanService))]
public sealed class PredictorTests(PlanService plan)
{
    private static readonly PlanIndicator s_indicator = PaceTests.Indicator(1000) with { Code = "7", Measures = [new("m", MeasureRole.Sum, "sum", "人", "indicator", "")] };

    // 10 a month in 2023, 20 in 2024 but for a May of nothing, 30 in 2025 and a June of 90.
    private static readonly Cell[] s_cells = [.. Enumerable.Range(0, 30).Select(i => new DateOnly(2023, 1, 1).AddMonths(i)).Select(month => new Cell(
        "m", Liangzhou, month, month switch { { Year: 2024, Month: 5 } => 0, { Year: 2025, Month: 6 } => 90, _ => 10 * (month.Year - 2022) }, 1, 1, default))];

    private static readonly Predictor s_predictor = new("usual", 1, "", "7", PredictorStatistic.Mean, 2, 2, "[7] = 0", 50, true, "D", "", default);

    [Fact]
    public void Given_months_before_and_years_before_When_predicted_Then_what_is_skipped_counts_for_nothing()
    {
        var skip = new Derivation(ExpressionParser.Read("[7] = 0", condition: true).Expression!, MissingValues.SkipIfAny, new Dictionary<string, PlanIndicator> { ["7"] = s_indicator });
        var june = Forecasting.Of(s_predictor, s_indicator, skip, Liangzhou, new(PeriodKind.Month, 2025, 6), s_cells);
        Assert.Equal((22.5m, 90m, 300m, true), (june.Expected, june.Value, june.Difference, june.Unusual)); // 30, 30, 20, 10
        Assert.Equal(["2023-06", "2024-06", "2025-04", "2025-05"], june.Sample);

        var may = Forecasting.Of(s_predictor, s_indicator, skip, Liangzhou, new(PeriodKind.Month, 2025, 5), s_cells);
        Assert.Equal((23.33m, "2024-05", false), (may.Expected, Assert.Single(may.Skipped), may.Unusual)); // 30, 30, 10
        Assert.Equal(17.5m, Forecasting.Of(s_predictor, s_indicator, null, Liangzhou, new(PeriodKind.Month, 2025, 5), s_cells).Expected); // and 0
        Assert.Equal(25m, Forecasting.Of(s_predictor with { Statistic = PredictorStatistic.Median }, s_indicator, skip, Liangzhou, new(PeriodKind.Month, 2025, 6), s_cells).Expected);
        Assert.Null(Forecasting.Of(s_predictor, s_indicator, skip, Liangzhou, new(PeriodKind.Month, 2023, 3), s_cells).Expected); // two months tell nothing
    }

    [Fact]
    public async Task Given_a_predictor_When_set_Then_every_region_has_its_own_expectation_and_a_number_is_no_condition()
    {
        var city = plan.Service.City;
        await (await city.PutAsync("validation/predictors/trainings-usual", Form("[10] = 0"))).ShouldBeAsync(HttpStatusCode.OK);
        await (await city.PutAsync("validation/predictors/trainings-usual", Form("[10]"), "\"1\"")).ShouldBeAsync(HttpStatusCode.UnprocessableEntity, "expression.unreadable");
        await (await city.PutAsync("validation/predictors/of-nobody", Form(null, indicator: "99"))).ShouldBeAsync(HttpStatusCode.UnprocessableEntity, "indicator.unknown");
        await (await city.PutAsync("validation/predictors/of-nothing", Form(null, annual: 0))).ShouldBeAsync(HttpStatusCode.UnprocessableEntity, "predictor.no_sample");
        var predictions = System.Text.Json.Nodes.JsonNode.Parse(await city.GetStringAsync(new Uri("validation/predictions?period=2025-06", UriKind.Relative)))!.AsArray()
            .Where(one => (string)one!["predictor"]! == "trainings-usual").ToDictionary(one => (string)one!["region"]!, one => one!);
        Assert.Equal((2200m, 2200m, false), (predictions[Liangzhou]["expected"].Decimal(), predictions["620600"]["value"].Decimal(), (bool)predictions[Liangzhou]["unusual"]!));
        Assert.Equal((null, null), (predictions[Minqin]["expected"].Decimal(), predictions[Minqin]["value"].Decimal()));

        static object Form(string? skip, string indicator = "10", int annual = 4) =>
            new { nameZh = "培训人次与往年同月相当", indicator, statistic = "median", sequential = 0, annual, skip, tolerance = 30, active = true, reason = "试行" };
    }
}
