using System.Globalization;
using CsCheck;
using Wuwei.Assessment.Observations;
using Wuwei.Assessment.Schemes;
using Wuwei.Assessment.Targets;
using Wuwei.Contracts.Observations;
using Wuwei.Contracts.Targets;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Tests;

/// <summary>Plain examples that tests change by <c>with</c>.</summary>
internal static class Given
{
    public const string Liangzhou = "620602", Minqin = "620621", Gulang = "620622", Tianzhu = "620623", City = "620600";

    public static readonly DateTimeOffset Noon = new(2025, 7, 1, 12, 0, 0, TimeSpan.FromHours(8));

    /// <summary>A year's twelfths, cumulated.</summary>
    public static readonly decimal[] Even = [.. Enumerable.Range(1, 12).Select(month => month / 12m)];

    /// <summary>Front-loaded like labour transfer: three quarters by March, all by September.</summary>
    public static readonly decimal[] FrontLoaded = [0.3m, 0.55m, 0.75m, 0.82m, 0.9m, 0.95m, 0.97m, 0.99m, 1, 1, 1, 1];

    /// <summary>A flow: more is better, even, no bonus.</summary>
    public static readonly SchemeItem Flow = new(
        "1", "城镇新增就业人数", "人", 2, true, Method.Proportional, Aggregate.Cumulative, Direction.Higher, 1, 0, false, false);

    public static readonly SchemeItem Level = Flow with { Indicator = "5", Unit = "%", Weight = 1, Binding = false, Aggregate = Aggregate.Level };

    public static readonly SchemeItem Unemployment = Level with { Indicator = "2", Direction = Direction.Lower };

    public static readonly SchemeItem Stock = Flow with { Indicator = "8", Weight = 1, Aggregate = Aggregate.SumOfYearEndStocks };

    public static Scheme Scheme(params SchemeItem[] items) => new(
        "test", 1, "测试方案", "2021-01", 2021, 2025, 65, 0.99m, "", true, Noon.AddYears(-4), items);

    public static Period Month(string code) => Period.TryParse(code, out var period) ? period : throw new ArgumentException(code);

    public static Observation Observed(string indicator, string region, string period, decimal? value, long revision = 1, int epoch = 1) => new(
        indicator, region, period, Month(period).End, value, "人", "derived", epoch, revision, Noon.AddSeconds(revision));

    public static Target Aimed(string indicator, string region, int year, decimal? value, string comparator = "≥", decimal[]? season = null, int revision = 1) =>
        new(indicator, region, year, value, comparator, season ?? Even, revision, Noon.AddSeconds(revision));

    /// <summary>Every month from 2021-01 to the last one with the same value.</summary>
    public static IEnumerable<Observation> EveryMonth(string indicator, string region, string last, decimal value)
    {
        for (var month = Month("2021-01"); month <= Month(last); month = month.Add(1))
        {
            yield return Observed(indicator, region, month.ToString(), value);
        }
    }

    /// <summary>The same target for each year of the plan.</summary>
    public static IEnumerable<Target> EveryYear(string indicator, string region, decimal? value, string comparator = "≥", decimal[]? season = null) =>
        Enumerable.Range(2021, 5).Select(year => Aimed(indicator, region, year, value, comparator, season));

    public static ObservationChanged Message(this Observation o) => new(
        o.Indicator, o.Region, o.Period, o.Value, o.Unit, o.Status, o.Epoch, o.Revision, o.KnownAt);

    public static TargetChanged Message(this Target t) => new(
        t.Indicator, t.Region, t.Year, t.Value, t.Comparator, t.Season, t.Revision, t.KnownAt);

    /// <summary>One of some values.</summary>
    public static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(at => values[at]);

    public static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
