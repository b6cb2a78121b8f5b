namespace Wuwei.ServiceDefaults.Personal;

public sealed class IdNumbersTests
{
    [Theory]
    [InlineData("622301198603151016", true)]
    [InlineData("身份证号622301198603151016录错", true)]
    [InlineData("ZX622301198603151016-1", true)]
    [InlineData("６２２３０１１９８６０３１５１０１６", true)]
    [InlineData("11010519491231002x", true)]
    [InlineData("622301198603151017", false)] // the check character is wrong: another eighteen digits
    [InlineData("6223011986031510161", false)] // nineteen digits
    [InlineData("620602202501010028", false)] // a region, a day and a serial number, whose last digit happens to fit
    [InlineData("01932f3e-7a00-7000-8000-000000000011", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Given_text_When_searched_Then_only_identity_numbers_are_found(string? text, bool found) =>
        Assert.Equal(found, IdNumbers.AreIn(text));

    [Fact]
    public void Given_a_serial_number_like_the_one_above_When_checked_Then_only_its_age_tells_it_apart() =>
        Assert.False(NationalId.Parse("620602202501010028", new(2026, 1, 1)).IsRefused(out _, out _));

    [Fact]
    public void Given_text_When_masked_Then_what_is_no_identity_number_stays() => Assert.Equal(
        "/departures/6223**********1016/622301198603151017", IdNumbers.Mask("/departures/622301198603151016/622301198603151017"));

    [Theory]
    [InlineData(" y0062 ０６20-1\u200b\t", "Y00620620-1")]
    [InlineData("甘银（2025）第 1 号", "甘银(2025)第1号")]
    [InlineData("\u200b\u3000", "")]
    public void Given_a_number_of_a_document_When_read_Then_it_is_in_the_form_that_is_compared(string typed, string number) =>
        Assert.Equal(number, Typed.Number(typed));
}
