using System.Text.Json;

namespace Wuwei.ServiceDefaults.Personal;

public class PersonNameTests
{
    [Theory]
    [InlineData("张三丰", "张三丰", "张**")]
    [InlineData(" 王　芳 ", "王 芳", "王**")]
    [InlineData("阿不都•热合曼", "阿不都·热合曼", "阿******")]
    [InlineData("𠮷野家", "𠮷野家", "𠮷**")]
    [InlineData("李", "李", "李")]
    public void Given_a_name_When_read_Then_it_is_kept_and_masked(string typed, string kept, string mask)
    {
        Assert.False(PersonName.Parse(typed).IsRefused(out _, out var name));
        Assert.Equal((kept, mask), (name!.Reveal(), name.ToString()));
        Assert.Equal(JsonSerializer.Serialize(mask), JsonSerializer.Serialize(name));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("　 ")]
    [InlineData("张3")]
    [InlineData("张\u202e三")]
    [InlineData("张\u200b三")]
    [InlineData("张\0三")]
    [InlineData("=cmd|' /C calc'!A0")]
    [InlineData("😀")]
    [InlineData("··")]
    public void Given_what_is_no_name_When_read_Then_it_is_refused(string? typed)
    {
        Assert.True(PersonName.Parse(typed, "/people/0/name").IsRefused(out var refusal, out _));
        Assert.Equal(("person.name", 422, "/people/0/name"), (refusal.Code, refusal.Status, refusal.Pointer));
    }

    [Fact]
    public void Given_the_longest_name_in_code_points_When_read_Then_one_more_is_refused()
    {
        Assert.False(PersonName.Parse(string.Concat(Enumerable.Repeat("𠮷", 50))).IsRefused(out _, out _));
        Assert.True(PersonName.Parse(new string('张', 51)).IsRefused(out _, out _));
    }
}

public class PhoneTests
{
    [Theory]
    [InlineData("13893512345")]
    [InlineData("+86 138-9351-2345")]
    [InlineData("００８６１３８９３５１２３４５")]
    public void Given_a_mobile_number_When_read_Then_it_is_kept_and_masked(string typed)
    {
        Assert.False(Phone.Parse(typed).IsRefused(out _, out var phone));
        Assert.Equal(("13893512345", "138****2345"), (phone!.Reveal(), phone.ToString()));
        Assert.Equal("\"138****2345\"", JsonSerializer.Serialize(phone));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("12345678901")]
    [InlineData("1389351234")]
    [InlineData("138935123456")]
    [InlineData("13893512345\n")]
    public void Given_another_number_When_read_Then_it_is_refused(string? typed)
    {
        Assert.True(Phone.Parse(typed).IsRefused(out var refusal, out _));
        Assert.Equal("person.phone", refusal.Code);
    }
}
