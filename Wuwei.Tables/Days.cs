using System.Globalization;
using System.Text.RegularExpressions;

namespace Wuwei.Tables;

/// <summary>Days as people and Excel write them.</summary>
internal static partial class Days
{
    // From 1927 to 2099: what could also be a number of something else is not taken for a day.
    private const int FirstSerial = 10_000, LastSerial = 73_050;

    private static readonly string[] s_forms = ["yyyy-M-d", "yyyy/M/d", "yyyyMMdd", "yyyy年M月d日"];

    /// <summary>Reads 2026-01-05, 2026/1/5, 20260105, 2026年1月5日 or Excel's number of a day.</summary>
    public static bool TryRead(string text, out DateOnly day)
    {
        text = Midnight().Replace(text, "");
        return DateOnly.TryParseExact(text, s_forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out day)
            || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var serial)
                && serial is >= FirstSerial and <= LastSerial && TryOfSerial(serial, from1904: false, out day);
    }

    /// <summary>The day that Excel counts as <paramref name="serial"/>.</summary>
    /// <param name="from1904">Whether the workbook counts from 1904, as old Macs did.</param>
    public static bool TryOfSerial(double serial, bool from1904, out DateOnly day)
    {
        day = default;
        // Excel takes 1900 for a leap year: its day 60 never was.
        if (serial != Math.Floor(serial) || serial is < 0 or > 2_958_465 || !from1904 && serial is < 1 or 60)
        {
            return false;
        }

        day = from1904 ? new DateOnly(1904, 1, 1).AddDays((int)serial) : new DateOnly(1899, 12, serial < 60 ? 31 : 30).AddDays((int)serial);
        return true;
    }

    public static string Write(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(\s+|T)0?0:00(:00)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Midnight();
}
