using System.Text.Json;
using CsCheck;

namespace Wuwei.ServiceDefaults.Personal;

/// <summary>
/// A mask tells of a value what it is meant to and nothing else: two values that agree in that have the same mask, whatever
/// else they hold.
/// </summary>
public class MasksTests
{
    private static readonly Gen<string> s_digits = Gen.Char['0', '9'].Array[18].Select(digits => new string(digits));

    [Fact]
    public void Given_two_identity_numbers_When_first_and_last_four_are_the_same_Then_so_are_the_masks() =>
        Gen.Select(s_digits, s_digits, Gen.OneOf('0', '9', 'X')).Sample((one, other, check) => AssertSame(
            NationalId.OfStored($"{one[..17]}{check}"), NationalId.OfStored($"{one[..4]}{other[4..14]}{one[14..17]}{check}"), $"{one[..4]}**********{one[14..17]}{check}"));

    [Fact]
    public void Given_two_phones_When_first_three_and_last_four_digits_are_the_same_Then_so_are_the_masks() =>
        Gen.Select(s_digits, s_digits).Sample((one, other) => AssertSame(
            Phone.OfStored(one[..11]), Phone.OfStored($"{one[..3]}{other[3..7]}{one[7..11]}"), $"{one[..3]}****{one[7..11]}"));

    [Fact]
    public void Given_two_bank_cards_When_the_last_four_digits_are_the_same_Then_so_are_the_masks_and_the_length_is_not_told() =>
        Gen.Select(s_digits, s_digits, Gen.Int[12, 15], Gen.Int[12, 15]).Sample((one, other, length, otherLength) => AssertSame(
            BankCard.OfStored($"{one[..length]}{one[14..]}"), BankCard.OfStored($"{other[..otherLength]}{one[14..]}"), $"**** {one[14..]}"));

    [Fact]
    public void Given_two_names_When_first_character_and_length_are_the_same_Then_so_are_the_masks() =>
        Gen.Select(Gen.OneOf("张", "𠮷", "A", "é"), Rest, Rest).Sample((first, one, other) =>
        {
            var length = Math.Min(one.Length, other.Length);
            AssertSame(
                PersonName.OfStored(first + string.Concat(one[..length])), PersonName.OfStored(first + string.Concat(other[..length])), first + new string('*', length));
        });

    [Fact]
    public void Given_any_text_around_an_identity_number_When_masked_Then_the_number_alone_is_and_none_is_left() =>
        Gen.Select(Around, Around, Gen.OneOf("622301198603151016", "62060219850315101X")).Sample((before, between, number) =>
        {
            var text = $"{before}{number}。{between}{number}";
            Assert.Equal(text.Replace(number, $"{number[..4]}**********{number[14..]}", StringComparison.Ordinal), IdNumbers.Mask(text));
        });

    private static Gen<string> Around => Gen.String[Gen.Char["张a-/.:\" "], 0, 8];

    // The rest of a name, in characters as people count them.
    private static Gen<string[]> Rest => Gen.OneOf("三", "丰", "·", "热", "𠮷", "ö", "q").Array[0, 8];

    private static void AssertSame<T>(T one, T other, string mask) where T : notnull
    {
        Assert.Equal((mask, mask), (one.ToString(), other.ToString()));
        Assert.Equal((mask, mask), (Read(one), Read(other)));
    }

    private static string? Read<T>(T value) => JsonSerializer.Deserialize<string>(JsonSerializer.Serialize(value, Json.Options));
}
