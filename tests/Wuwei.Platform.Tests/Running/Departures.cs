using System.Globalization;

namespace Wuwei.Platform.Tests.Running;

/// <summary>Departures of made-up people, whose numbers the tests know.</summary>
internal static class Departures
{
    private static int s_people;

    /// <summary>
    /// A number nobody else in this run has: sequence by birth day, check character right. The demonstration's people of that
    /// area were born in 1985 and later (<c>NationalIds.AreaOf</c>).
    /// </summary>
    public static string NewNationalId()
    {
        var person = Interlocked.Increment(ref s_people);
        var body = "622301" + new DateOnly(1970, 1, 1).AddDays(person / 400).ToString("yyyyMMdd", CultureInfo.InvariantCulture)
            + (500 + person % 400).ToString("000", CultureInfo.InvariantCulture);
        int[] weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        return body + "10X98765432"[body.Select((digit, i) => (digit - '0') * weights[i]).Sum() % 11];
    }

    /// <summary>A body as a county's system sends it.</summary>
    public static Dictionary<string, object?> Body(string nationalId, string region = "620621", string departedOn = "2025-03-03") => new()
    {
        ["person"] = new { nationalId, name = "测试人", phone = "13800001234" },
        ["region"] = region,
        ["departedOn"] = departedOn,
        ["arrangement"] = "self",
        ["destination"] = "650100",
        ["monthlyIncome"] = 4200.50m,
        ["synthetic"] = true,
    };
}
