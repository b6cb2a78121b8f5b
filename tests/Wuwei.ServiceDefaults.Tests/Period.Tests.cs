using System.Globalization;
using System.Text.Json;
using CsCheck;

namespace Wuwei.ServiceDefaults;

public class PeriodTests
{
    private static readonly JsonElement s_vectors = Vectors.Read("periods.json");

    private static readonly Dictionary<string, PeriodKind> s_kinds = new()
    {
        ["Yearly"] = PeriodKind.Year,
        ["SixMonthly"] = PeriodKind.HalfYear,
        ["Quarterly"] = PeriodKind.Quarter,
        ["Monthly"] = PeriodKind.Month,
    };

    public static IEnumerable<object?[]> Codes => s_vectors.GetProperty("codes").EnumerateArray().Select(c => new object?[]
    {
        c.Text("code"), c.Text("type"), c.TryGetProperty("start", out var start) ? start.GetString() : null, c.TryGetProperty("end", out var end) ? end.GetString() : null,
    });

    [Theory, MemberData(nameof(Codes))]
    public void Given_a_golden_code_When_read_Then_its_days_are_known_or_its_kind_is_not_ours(string code, string type, string? start, string? end)
    {
        Assert.Equal(s_kinds.ContainsKey(type), Period.TryParse(code, out var period));
        if (s_kinds.TryGetValue(type, out var kind))
        {
            Assert.Equal((kind, start, end), (period.Kind, Text(period.Start), Text(period.End)));
        }
    }

    public static IEnumerable<object?[]> Mistakes => s_vectors.GetProperty("invalidCodes").EnumerateArray().Select(c => c.Text("code"))
        .Concat(["", " 2025", "2025 ", "2025-13", "2025-00", "2025-Q5", "2025-S3", "202513", "1899", "2200", "0000", "２０２５", "2025-1", "2025-M1", "2025-A2", "2025\n", "-2025", "2025-06-30"])
        .Append(null!).Select(code => new object?[] { code });

    [Theory, MemberData(nameof(Mistakes))]
    public void Given_a_mistake_When_read_Then_it_is_no_period(string? code) => Assert.False(Period.TryParse(code, out _));

    public static IEnumerable<object?[]> Forms => s_vectors.GetProperty("sdmx").EnumerateArray().Select(c => new object?[]
    {
        c.Text("dhis2"), c.Text("sdmx"), c.TryGetProperty("sdmxAlso", out var also) ? also.GetString() : null, c.Text("start"), c.Text("end"),
    });

    [Theory, MemberData(nameof(Forms))]
    public void Given_the_same_period_in_three_forms_When_read_Then_it_is_the_same_and_written_in_one(string dhis2, string sdmx, string? also, string start, string end)
    {
        if (!Period.TryParse(dhis2, out var period))
        {
            Assert.Matches("W|^[0-9]{8}$", dhis2); // weeks and days are not ours
            Assert.False(Period.TryParse(sdmx, out _));
            return;
        }

        Assert.True(Period.TryParse(sdmx, out var other));
        Assert.Equal(period, other);
        Assert.Equal(sdmx, period.ToString());
        Assert.Equal((start, end), (Text(period.Start), Text(period.End)));
        Assert.True(also is null || Period.TryParse(also, out var third) && third == period);
    }

    public static IEnumerable<object[]> Steps => s_vectors.GetProperty("arithmetic").EnumerateArray().Where(c => c.Text("op") != "containing")
        .Select(c => new object[] { c.Text("type"), c.Text("op") == "next" ? c.GetProperty("n").GetInt32() : -c.GetProperty("n").GetInt32(), c.Text("date"), c.Text("start"), c.Text("end") });

    [Theory, MemberData(nameof(Steps))]
    public void Given_a_golden_step_When_added_Then_it_is_the_golden_period(string type, int count, string date, string start, string end)
    {
        var day = DateOnly.Parse(date, CultureInfo.InvariantCulture);
        var months = type == "Quarterly" ? 3 : 6;
        var period = new Period(s_kinds[type], day.Year, (day.Month - 1) / months + 1).Add(count);
        Assert.Equal((start, end), (Text(period.Start), Text(period.End)));
    }

    private static readonly Gen<Period> s_any = Gen.Select(Gen.Enum<PeriodKind>(), Gen.Int[1901, 2198], Gen.Int[0, 11]).Select((kind, year, n) => new Period(kind, year, kind switch
    {
        PeriodKind.Year => 1,
        PeriodKind.HalfYear => n % 2 + 1,
        PeriodKind.Quarter => n % 4 + 1,
        _ => n + 1,
    }));

    [Fact]
    public void Given_any_period_When_written_and_read_Then_it_is_the_same() =>
        s_any.Sample(period => Period.TryParse(period.ToString(), out var read) && read == period);

    [Fact]
    public void Given_any_period_When_stepped_Then_periods_join_without_gap_and_steps_can_be_undone() =>
        Gen.Select(s_any, Gen.Int[-11, 11]).Sample((period, count) =>
            period.Add(1).Start == period.End.AddDays(1) && period.Add(count).Add(-count) == period
            && (count <= 0 || period < period.Add(count)) && period.Start <= period.End);

    [Fact]
    public void Given_a_year_and_its_parts_When_sorted_Then_the_longer_comes_first() =>
        Assert.Equal(["2025", "2025-S1", "2025-Q1", "2025-01", "2025-02", "2025-Q2"],
            new[] { "2025-02", "2025-Q2", "2025-01", "2025", "2025-Q1", "2025-S1" }
                .Select(code => Period.TryParse(code, out var period) ? period : throw new FormatException(code)).Order().Select(period => period.ToString()));

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
