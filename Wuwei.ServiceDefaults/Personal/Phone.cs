using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Wuwei.ServiceDefaults.Personal;

/// <summary>A mainland mobile number. Logs and answers get the mask; only <see cref="Reveal"/> gives the number.</summary>
[JsonConverter(typeof(MaskConverter<Phone>))]
public sealed partial record Phone
{
    private readonly string _number;

    private Phone(string number) => _number = number;

    /// <summary>Reads what was typed: blanks, hyphens and +86 go.</summary>
    /// <param name="pointer">Where the number stood in the body.</param>
    /// <returns>The number; or 422 <c>person.phone</c>.</returns>
    public static Decision<Phone> Parse(string? text, string pointer = "/phone") =>
        Form().Match(Typed.Narrow(text).Replace(" ", "").Replace("-", "")) is { Success: true } match
            ? new Phone(match.Groups["number"].Value)
            : Refusal.Invalid("person.phone", "手机号码须为 11 位大陆手机号。", pointer);

    /// <summary>A number that was checked before it was stored.</summary>
    /// <exception cref="ArgumentException">Not 11 characters.</exception>
    public static Phone OfStored(string number) =>
        number.Length == 11 ? new(number) : throw new ArgumentException("A stored number has 11 digits.", nameof(number));

    /// <summary>The whole number.</summary>
    public string Reveal() => _number;

    /// <summary>e.g. <c>138****1234</c>.</summary>
    public override string ToString() => $"{_number[..3]}****{_number[^4..]}";

    [GeneratedRegex(@"^(\+86|0086|86)?(?<number>1[3-9][0-9]{9})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
