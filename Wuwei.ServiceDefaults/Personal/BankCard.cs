using System.Text.Json.Serialization;

namespace Wuwei.ServiceDefaults.Personal;

/// <summary>The number of a bank card. Logs and answers get the mask; only <see cref="Reveal"/> gives the number.</summary>
/// <remarks>Source: ISO/IEC 7812-1: the last digit is Luhn's check digit. Cards issued here have 16 to 19 digits.</remarks>
[JsonConverter(typeof(MaskConverter<BankCard>))]
public sealed record BankCard
{
    private readonly string _number;

    private BankCard(string number) => _number = number;

    /// <summary>Reads what was typed: blanks and hyphens go, full-width digits are put right.</summary>
    /// <param name="pointer">Where the number stood in the body.</param>
    /// <returns>The number; or 422 <c>person.bank_card</c>.</returns>
    public static Decision<BankCard> Parse(string? text, string pointer = "/bankCard")
    {
        var number = Typed.Narrow(text).Replace(" ", "").Replace("-", "");
        return number.Length is >= 16 and <= 19 && number.All(char.IsAsciiDigit) && Luhn(number) == 0
            ? new BankCard(number)
            : Refusal.Invalid("person.bank_card", "银行卡号须为 16 至 19 位数字且校验位正确，请核对。", pointer);
    }

    /// <summary>A number that was checked before it was stored.</summary>
    /// <exception cref="ArgumentException">Not 16 to 19 characters.</exception>
    public static BankCard OfStored(string number) => number.Length is >= 16 and <= 19
        ? new(number)
        : throw new ArgumentException("A stored number has 16 to 19 digits.", nameof(number));

    /// <summary>The whole number.</summary>
    public string Reveal() => _number;

    /// <summary>e.g. <c>**** 1234</c>.</summary>
    public override string ToString() => $"**** {_number[^4..]}";

    // Every second digit from the right counts double, as the sum of its digits.
    private static int Luhn(string number)
    {
        var sum = 0;
        for (var i = 0; i < number.Length; i++)
        {
            var digit = number[^(i + 1)] - '0';
            sum += i % 2 == 0 ? digit : digit * 2 / 10 + digit * 2 % 10;
        }

        return sum % 10;
    }
}
