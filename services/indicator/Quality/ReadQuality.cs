using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Observations;
using Wuwei.Indicator.Progress;
using Wuwei.Outbox;
using Wuwei.Register;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Quality;

public static class ReadQuality
{
    public static readonly Refusal MethodUnknown = Refusal.Invalid("quality.unknown_method", "method 须为 z、modified-z 或 min-max。", "/method");
    public static readonly Refusal ThresholdOutOfRange = Refusal.Invalid("quality.threshold_out_of_range", "threshold 须在 0.1 到 50 之间。", "/threshold");
    public static readonly Refusal YearOutOfPlan = Refusal.Invalid("quality.year_out_of_plan", $"年份须在 {PlanYears.First} 到 {PlanYears.Last} 之间。", "/year");

    public static void Map(IEndpointRouteBuilder api) => api
        .MapGet("/quality", HandleAsync)
        .WithName(nameof(ReadQuality))
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>
    /// What is unusual in a year's monthly figures: each month beside the same month of the plan's other years and the months
    /// around it, and hints of figures made to fit. Reasons to ask, never findings.
    /// </summary>
    /// <param name="year">2021 to 2025.</param>
    /// <param name="indicator">One indicator only.</param>
    /// <param name="method"><c>z</c>, <c>modified-z</c> (when absent) or <c>min-max</c>.</param>
    /// <param name="threshold">From which score a value is shown; that of the policy parameter quality.score when absent.</param>
    internal static async Task<Results<Ok<QualityReport>, ProblemHttpResult>> HandleAsync(
        int year, string? indicator, string? method, double? threshold, Caller caller, IndicatorCatalogue catalogue, Database db, CancellationToken cancellation)
    {
        OutlierMethod? named = method switch { "z" => OutlierMethod.Z, null or "modified-z" => OutlierMethod.ModifiedZ, "min-max" => OutlierMethod.MinMax, _ => null };
        if (named is not { } how)
        {
            return MethodUnknown.ToProblem();
        }

        if (threshold is < 0.1 or > 50 or double.NaN)
        {
            return ThresholdOutOfRange.ToProblem();
        }

        if (year is < PlanYears.First or > PlanYears.Last)
        {
            return YearOutOfPlan.ToProblem();
        }

        var policy = new PolicyParameters(await db.ListAsync<PolicyParameter>(caller.Scope, PolicyParameters.InForceSql, null, cancellation));
        var limit = threshold ?? (double)(policy.Value("quality.score", Codes.Of(how), new(year, 12, 31)) ?? decimal.MaxValue);
        var indicators = (await catalogue.AllPrintedAsync(cancellation)).Where(found => found.Frequency == "month" && (indicator is null || found.Code == indicator)).ToArray();
        if (indicators is [])
        {
            return IndicatorCatalogue.NotFound.ToProblem();
        }

        string[] regions = [.. RegionCode.Counties.Select(county => county.Code).Where(caller.Covers)];
        if (regions is [])
        {
            return ObservationQuery.RegionNotFound.ToProblem();
        }

        var window = new Window(new(PlanYears.First, 1, 1), new(PlanYears.Last, 12, 1));
        var around = regions.Length == 1 ? regions[0] : RegionCode.City;
        var cells = (await db.TotalsAsync(caller.Scope, indicators, around, window, 6, null, cancellation)).ToLookup(cell => cell.Measure);
        var series = (from found in indicators
                      let own = found.Measures.SelectMany(measure => cells[measure.Measure]).ToLookup(cell => cell.Month)
                      from region in found.CityOnly ? caller.Covers(RegionCode.City) ? [RegionCode.City] : [] : regions
                      select new Series(found, region, [.. window.Months().Select(month => Aggregation.ValueOf(found, region, month, own[month]))])).ToArray();
        var warned = await db.ListAsync<WarnedMonth>(caller.Scope, WarnedSql, new { rule = ProgressWarningRule.Code }, cancellation);
        return TypedResults.Ok(new QualityReport(year, how, limit,
            [.. series.SelectMany(one => OutliersOf(one, year, how, limit))], [.. HintsOf(series, year, warned, policy)]));
    }

    /// <summary>Months of a year that are far from the same month of other years, after the years are put on one level.</summary>
    internal static IEnumerable<UnusualValue> OutliersOf(Series series, int year, OutlierMethod method, double limit)
    {
        var known = series.Values.Select((value, i) => (value, i)).Where(point => point.value is not null).ToArray();
        // A season is no outlier: what counts is by how much a month is off its usual place in the year.
        var usual = known.GroupBy(point => point.i % 12).ToDictionary(month => month.Key, month => Outliers.Median([.. month.Select(point => (double)point.value!)]));
        var scores = Outliers.Scores([.. known.Select(point => (double)point.value!.Value - usual[point.i % 12])], method);
        return from pair in known.Zip(scores)
               let month = new DateOnly(PlanYears.First, 1, 1).AddMonths(pair.First.i)
               where month.Year == year && pair.Second is { } score && Math.Abs(score) >= limit
               select new UnusualValue(series.Indicator.Code, series.Region, Period.MonthOf(month).ToString(), Aggregation.Plain(pair.First.value!.Value),
                   (decimal)Math.Round(usual[pair.First.i % 12], 2), (decimal)Math.Round(pair.Second!.Value, 2));
    }

    /// <summary>What honest figures seldom show, by the limits in force at the year's end.</summary>
    /// <param name="warned">Of progress behind the plan.</param>
    internal static IEnumerable<Hint> HintsOf(IReadOnlyList<Series> series, int year, IReadOnlyList<WarnedMonth> warned, PolicyParameters policy)
    {
        var first = (year - PlanYears.First) * 12;
        var (heaping, chance, points, jump) = (Limit("quality.heaping"), Limit("quality.round_chance"), Limit("quality.equal_growth"), Limit("quality.jump"));
        foreach (var one in series.Where(one => one.Indicator.Counting is Counting.Sum or Counting.Persons or Counting.PersonTimes))
        {
            var (code, months) = (one.Indicator.Code, one.Values.Skip(first).Take(12).ToArray());
            if (Hints.YearEndHeaping(months, heaping) is { } share)
            {
                yield return new("year-end-heaping", code, one.Region, $"{year}", share, heaping!.Value, $"全年的 {share}% 集中在12月。");
            }

            if (Hints.RoundNumbers(months.OfType<decimal>(), chance) is { } round)
            {
                yield return new("round-numbers", code, one.Region, $"{year}", round, chance!.Value, $"{round}% 的月份以0结尾，偶然如此的可能不到 {chance:0.####}%。");
            }

            foreach (var month in warned.Where(month => month.Indicator == code && month.Region == one.Region).Select(month => After(month.Period)).Distinct()
                .Where(month => month >= first && month < first + 12))
            {
                if (Hints.JumpAfterWarning(one.Values, month, jump) is { } rise)
                {
                    yield return new("jump-after-warning", code, one.Region, MonthAt(month), rise, jump!.Value, $"进度预警次月的同比增幅高出此前三个月 {rise}%。");
                }
            }
        }

        foreach (var counties in series.Where(one => one.Region != RegionCode.City).GroupBy(one => one.Indicator))
        {
            for (var month = first; month < first + 12; month++)
            {
                var growth = counties.Select(one => month < 12 ? null : Pivot.Change(one.Values[month], one.Values[month - 12], isShare: false)).ToArray();
                if (Hints.EqualGrowth(growth, points) is { } spread)
                {
                    yield return new("equal-growth", counties.Key.Code, null, MonthAt(month), spread, points!.Value, $"各县区同比几乎相同，相差不到 {points:0.####} 个百分点。");
                }
            }
        }

        // One that nobody has set is never reached.
        decimal? Limit(string code) => policy.Value(code, new(year, 12, 31));

        static string MonthAt(int month) => Period.MonthOf(new DateOnly(PlanYears.First, 1, 1).AddMonths(month)).ToString();

        static int After(string period) => Period.TryParse(period, out var month) ? (month.Year - PlanYears.First) * 12 + month.Start.Month : -1;
    }

    private const string WarnedSql = "select region, subject as indicator, period from warning where rule = @rule";

    /// <summary>A month whose figures were warned of.</summary>
    internal sealed record WarnedMonth(string Region, string Indicator, string Period);

    internal sealed record Series(PlanIndicator Indicator, string Region, IReadOnlyList<decimal?> Values);
}

/// <summary>What is unusual in a year.</summary>
/// <param name="Threshold">From which score a value is shown.</param>
public sealed record QualityReport(int Year, OutlierMethod Method, double Threshold, IReadOnlyList<UnusualValue> Outliers, IReadOnlyList<Hint> Hints);

/// <summary>A value far from what the month usually has.</summary>
/// <param name="Usual">The month's median over the plan's years.</param>
/// <param name="Score">How far off, by the method; −99 to 99.</param>
public sealed record UnusualValue(string Indicator, string Region, string Period, decimal Value, decimal Usual, decimal Score);
