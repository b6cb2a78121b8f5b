using System.Globalization;
using System.Text.Json.Nodes;

namespace Wuwei.Register.Tests;

/// <summary>A made-up person, different from every other one of this run.</summary>
public sealed record TestPerson(string NationalId, string Name, string Phone)
{
    private static readonly int[] s_weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    private static int s_made;

    public static TestPerson Next()
    {
        // 999 people a day of birth, from 1970 on.
        var number = Interlocked.Increment(ref s_made);
        var born = new DateOnly(1970, 1, 1).AddDays(number / 999);
        return new(Number("622301", born, number % 999 + 1), "张小测", (13_800_000_000 + number).ToString(CultureInfo.InvariantCulture));
    }

    public static TestPerson Born(DateOnly born) => Next() with { NationalId = Number("622301", born, Interlocked.Increment(ref s_made) % 999 + 1) };

    public JsonObject Form => new() { ["nationalId"] = NationalId, ["name"] = Name, ["phone"] = Phone };

    public string MaskedId => $"{NationalId[..4]}**********{NationalId[^4..]}";

    private static string Number(string area, DateOnly born, int sequence)
    {
        var digits = $"{area}{born:yyyyMMdd}{sequence:000}";
        return digits + "10X98765432"[digits.Select((digit, i) => (digit - '0') * s_weights[i]).Sum() % 11];
    }
}
