using System.Globalization;
using System.Text.RegularExpressions;

namespace Wuwei.ServiceDefaults;

/// <summary>How long a period is.</summary>
public enum PeriodKind { Year, HalfYear, Quarter, Month }

/// <summary>
/// A calendar period. Canonical codes: <c>2023</c>, <c>2023-S1</c>, <c>2023-Q2</c>, <c>2023-05</c>; DHIS2's
/// (<c>202305</c>, <c>2023Q2</c>, <c>2023S1</c>) and SDMX's (<c>2023-M05</c>, <c>2023-A1</c>) are read as well.
/// </summary>
/// <param name="Number">1 for a year, 1–2 for a half, 1–4 for a quarter, 1–12 for a month.</param>
public readonly partial record struct Period(PeriodKind Kind, int Year, int Number) : IComparable<Period>
{
    private int Months => Kind switch { PeriodKind.Year => 12, PeriodKind.HalfYear => 6, PeriodKind.Quarter => 3, _ => 1 };

    /// <summary>First day.</summary>
    public DateOnly Start => new(Year, (Number - 1) * Months + 1, 1);

    /// <summary>Last day.</summary>
    public DateOnly End => Start.AddMonths(Months).AddDays(-1);

    public static Period MonthOf(DateOnly day) => new(PeriodKind.Month, day.Year, day.Month);

    public static Period YearOf(int year) => new(PeriodKind.Year, year, 1);

    /// <summary>The period <paramref name="count"/> after this one; negative: before.</summary>
    public Period Add(int count)
    {
        var start = Start.AddMonths(count * Months);
        return new(Kind, start.Year, (start.Month - 1) / Months + 1);
    }

    /// <summary>Reads a code; false for anything else, and for years before 1900 or after 2199.</summary>
    public static bool TryParse(string? code, out Period period)
    {
        period = default;
        if (code is null || Form().Match(code) is not { Success: true } match)
        {
            return false;
        }

        var year = int.Parse(match.Groups["year"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
        var (kind, number) = match switch
        {
            _ when Part(match, "half") is { } half => (PeriodKind.HalfYear, half),
            _ when Part(match, "quarter") is { } quarter => (PeriodKind.Quarter, quarter),
            _ when Part(match, "month") is { } month => (PeriodKind.Month, month),
            _ => (PeriodKind.Year, 1),
        };
        period = new(kind, year, number);
        return year is >= 1900 and <= 2199;
    }

    /// <summary>The canonical code.</summary>
    public override string ToString() => Kind switch
    {
        PeriodKind.Year => $"{Year:0000}",
        PeriodKind.HalfYear => $"{Year:0000}-S{Number}",
        PeriodKind.Quarter => $"{Year:0000}-Q{Number}",
        _ => $"{Year:0000}-{Number:00}",
    };

    /// <summary>By first day; the longer one first when they begin together.</summary>
    public int CompareTo(Period other) => Start.CompareTo(other.Start) is var byStart and not 0 ? byStart : other.Months.CompareTo(Months);

    public static bool operator <(Period left, Period right) => left.CompareTo(right) < 0;
    public static bool operator >(Period left, Period right) => left.CompareTo(right) > 0;
    public static bool operator <=(Period left, Period right) => left.CompareTo(right) <= 0;
    public static bool operator >=(Period left, Period right) => left.CompareTo(right) >= 0;

    private static int? Part(Match match, string group) =>
        match.Groups[group] is { Success: true } found ? int.Parse(found.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex("^(?<year>[0-9]{4})(-A1|-?S(?<half>[12])|-?Q(?<quarter>[1-4])|-M?(?<month>0[1-9]|1[0-2])|(?<month>0[1-9]|1[0-2]))?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
