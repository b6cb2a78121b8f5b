using System.Collections.Frozen;
using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Wuwei.ServiceDefaults.WorkingDays;

/// <summary>
/// Working days (工作日) of China: Monday to Friday, less the holidays and with the make-up days (调休) of the State
/// Council's yearly notices, which are data (<c>holidays.csv</c>). A year whose notice is not there is not guessed.
/// </summary>
public static class WorkingCalendar
{
    private static readonly string[][] s_rows = Read();

    /// <summary>The notice that sets a year's holidays, by year.</summary>
    public static FrozenDictionary<int, string> Notices { get; } = s_rows.Where(row => row[1] == "notice")
        .ToFrozenDictionary(row => int.Parse(row[0], CultureInfo.InvariantCulture), row => row[2]);

    private static readonly FrozenDictionary<DateOnly, bool> s_changed = s_rows.Where(row => row[1] != "notice")
        .ToFrozenDictionary(row => DateOnly.ParseExact(row[0], "yyyy-MM-dd", CultureInfo.InvariantCulture), row => row[1] == "work");

    /// <summary>Whether a day is worked; null: the notice of its year is not there.</summary>
    public static bool? IsWorked(DateOnly day) => !Notices.ContainsKey(day.Year) ? null
        : s_changed.TryGetValue(day, out var works) ? works
        : day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);

    /// <summary>Code <c>calendar.unknown_year</c>, 422: nobody can count the working days of that year yet.</summary>
    public static Refusal UnknownYear(int year) => new(
        "calendar.unknown_year", $"{year} 年的节假日安排尚未录入，无法计算工作日。", StatusCodes.Status422UnprocessableEntity);

    private static string[][] Read()
    {
        using var reader = new StreamReader(typeof(WorkingCalendar).Assembly.GetManifestResourceStream("Wuwei.ServiceDefaults.WorkingDays.holidays.csv")!);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => char.IsAsciiDigit(line[0])).Select(line => line.Split(','))];
    }
}
