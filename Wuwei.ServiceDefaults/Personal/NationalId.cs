using System.Globalization;
using System.Text.Json.Serialization;

namespace Wuwei.ServiceDefaults.Personal;

/// <summary>As the number says; not asked for separately.</summary>
public enum Sex { Male, Female }

/// <summary>
/// A resident identity number, well formed and with a right check character. Logs, answers and interpolated strings get
/// the mask; only <see cref="Reveal"/> gives the number.
/// </summary>
/// <remarks>
/// Source: GB 11643-1999 (ISO 7064 MOD 11-2). The area says where the number was issued, never where the person lives;
/// people registered before 2001 carry 6223xx. So only the province is checked.
/// </remarks>
[JsonConverter(typeof(MaskConverter<NationalId>))]
public sealed class NationalId : IEquatable<NationalId>
{
    private static readonly int[] s_weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

    // First two digits: provinces, Taiwan, Hong Kong, Macao, and 83 of the residence permits for people from Taiwan.
    private static readonly HashSet<string> s_provinces =
    [
        "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44",
        "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83",
    ];

    private readonly string _number;

    private NationalId(string number) => _number = number;

    /// <summary>Six digits: where the number was issued. May be a code that is no longer in use.</summary>
    public string Area => _number[..6];

    /// <summary>Date of birth.</summary>
    public DateOnly Born => DateOnly.ParseExact(_number.AsSpan(6, 8), "yyyyMMdd", CultureInfo.InvariantCulture);

    public Sex Sex => (_number[16] - '0') % 2 == 1 ? Sex.Male : Sex.Female;

    /// <summary>Whole years of age on a day.</summary>
    public int AgeOn(DateOnly day) => day.Year - Born.Year - (Born.AddYears(day.Year - Born.Year) > day ? 1 : 0);

    /// <summary>Reads what a person typed: blanks at the ends, full-width digits, a small x and 15 digits are put right.</summary>
    /// <param name="today">A birth date after it is refused.</param>
    /// <param name="pointer">Where the number stood in the body.</param>
    /// <returns>The number; or 422 <c>person.id_length</c>, <c>id_charset</c>, <c>id_area</c>, <c>id_date</c>, <c>id_checksum</c>: the first that applies.</returns>
    public static Decision<NationalId> Parse(string? text, DateOnly today, string pointer = "/nationalId")
    {
        var number = Typed.Narrow(text).Trim().ToUpperInvariant();
        if (number.Length is not (15 or 18))
        {
            return Refusal.Invalid("person.id_length", "身份证号码须为 18 位。", pointer);
        }

        if (number.AsSpan(0, Math.Min(number.Length, 17)).ContainsAnyExceptInRange('0', '9') || !(char.IsAsciiDigit(number[^1]) || number is [.., 'X'] and { Length: 18 }))
        {
            return Refusal.Invalid("person.id_charset", "身份证号码只能是数字，末位可为 X。", pointer);
        }

        if (!s_provinces.Contains(number[..2]))
        {
            return Refusal.Invalid("person.id_area", "身份证号码前两位不是省级行政区划代码。", pointer);
        }

        if (number.Length == 15)
        {
            number = $"{number[..6]}19{number[6..]}";
            number += CheckCharacter(number);
        }

        if (!DateOnly.TryParseExact(number.AsSpan(6, 8), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var born) || born > today)
        {
            return Refusal.Invalid("person.id_date", "身份证号码中的出生日期不正确。", pointer);
        }

        return number[17] == CheckCharacter(number)
            ? new NationalId(number)
            : Refusal.Invalid("person.id_checksum", "身份证号码校验位不正确，请核对。", pointer);
    }

    /// <summary>A number that was checked before it was stored.</summary>
    /// <exception cref="ArgumentException">Not 18 characters.</exception>
    public static NationalId OfStored(string number) =>
        number.Length == 18 ? new(number) : throw new ArgumentException("A stored number has 18 characters.", nameof(number));

    /// <summary>The whole number: to encrypt it, or to show it to someone who gave a reason.</summary>
    public string Reveal() => _number;

    /// <summary>e.g. <c>6206**********1234</c>.</summary>
    public override string ToString() => $"{_number[..4]}**********{_number[^4..]}";

    public bool Equals(NationalId? other) => _number == other?._number;

    public override bool Equals(object? obj) => Equals(obj as NationalId);

    public override int GetHashCode() => _number.GetHashCode(StringComparison.Ordinal);

    private static char CheckCharacter(string number)
    {
        var sum = 0;
        for (var i = 0; i < 17; i++)
        {
            sum += (number[i] - '0') * s_weights[i];
        }

        return "10X98765432"[sum % 11];
    }
}
