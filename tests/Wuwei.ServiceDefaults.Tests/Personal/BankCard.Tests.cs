using CsCheck;

namespace Wuwei.ServiceDefaults.Personal;

public class BankCardTests
{
    [Theory]
    [InlineData("6222020200112230004")]
    [InlineData("4111111111111111")] // the usual example of ISO/IEC 7812-1
    [InlineData("6222 0202 0011 2230 004")]
    [InlineData("６２２２-0202-0011-2230-004 ")]
    public void Given_a_number_When_read_Then_it_is_known_without_blanks(string typed) =>
        Assert.Equal(typed.StartsWith('4') ? "4111111111111111" : "6222020200112230004", Read(typed)!.Reveal());

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("6222020200112230005")]
    [InlineData("411111111111111")]
    [InlineData("41111111111111111111")]
    [InlineData("4111111111111111a")]
    [InlineData("٤111111111111111")]
    public void Given_what_is_no_number_When_read_Then_it_is_refused(string? typed)
    {
        Assert.True(BankCard.Parse(typed).IsRefused(out var refusal, out _));
        Assert.Equal(("person.bank_card", 422, "/bankCard"), (refusal.Code, refusal.Status, refusal.Pointer));
    }

    [Fact]
    public void Given_any_number_When_one_digit_is_wrong_or_two_neighbours_are_swapped_Then_it_is_refused() =>
        Gen.Select(Gen.Char['0', '9'].Array[15, 18], Gen.Int[0, 14], Gen.Int[1, 9]).Sample((digits, at, by) =>
        {
            var body = new string(digits);
            var number = Enumerable.Range(0, 10).Select(check => $"{body}{check}").Single(text => Read(text) is not null);
            var wrong = number.ToCharArray();
            wrong[at] = (char)('0' + (wrong[at] - '0' + by) % 10);
            Assert.Null(Read(new string(wrong)));

            // Luhn does not see 09 for 90.
            (wrong = number.ToCharArray())[at] = number[at + 1];
            wrong[at + 1] = number[at];
            var seen = number[at] != number[at + 1] && (number[at], number[at + 1]) is not (('0', '9') or ('9', '0'));
            Assert.Equal(!seen, Read(new string(wrong)) is not null);
        });

    private static BankCard? Read(string typed) => BankCard.Parse(typed).IsRefused(out _, out var card) ? null : card;
}
