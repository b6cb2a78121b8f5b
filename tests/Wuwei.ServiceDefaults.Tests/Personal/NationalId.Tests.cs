using System.Globalization;
using System.Text.Json;
using CsCheck;

namespace Wuwei.ServiceDefaults.Personal;

public class NationalIdTests
{
    private static readonly DateOnly s_today = new(2025, 6, 30);
    private static readonly JsonElement s_vectors = Vectors.Read("cn-id.json");

    public static IEnumerable<object[]> Valid => s_vectors.GetProperty("valid").EnumerateArray()
        .Select(c => new[] { c.Text("id"), c.Text("sex"), c.Text("birth"), c.Text("area") });

    public static IEnumerable<object[]> Invalid => s_vectors.GetProperty("invalid").EnumerateArray()
        .Select(c => new[] { c.Text("id"), c.Text("reason") });

    public static IEnumerable<object[]> Normalised => s_vectors.GetProperty("normalise").EnumerateArray()
        .Concat(s_vectors.GetProperty("from15to18").EnumerateArray())
        .Select(c => new[] { c.Text("in"), c.Text("out") });

    [Theory, MemberData(nameof(Valid))]
    public void Given_a_golden_number_When_read_Then_sex_birth_and_area_are_known(string id, string sex, string birth, string area)
    {
        var number = Read(id);
        Assert.Equal(id, number.Reveal());
        Assert.Equal((sex, birth, area), (number.Sex.ToString().ToLowerInvariant(), number.Born.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), number.Area));
    }

    [Theory, MemberData(nameof(Invalid))]
    public void Given_a_golden_mistake_When_read_Then_the_first_reason_is_named(string id, string reason)
    {
        Assert.True(NationalId.Parse(id, s_today).IsRefused(out var refusal, out _));
        var codes = new Dictionary<string, string>
        {
            ["LENGTH"] = "person.id_length",
            ["CHARSET"] = "person.id_charset",
            ["AREA"] = "person.id_area",
            ["DATE"] = "person.id_date",
            ["CHECK"] = "person.id_checksum",
        };
        Assert.Equal((codes[reason], 422, "/nationalId"), (refusal.Code, refusal.Status, refusal.Pointer));
    }

    [Theory, MemberData(nameof(Normalised))]
    [InlineData("６２０６０２１９８５０３１５１０１ｘ", "62060219850315101X")]
    [InlineData("\u300062060219850315101X\u00a0", "62060219850315101X")]
    public void Given_another_way_of_typing_When_read_Then_it_is_the_same_number(string typed, string number) =>
        Assert.Equal(number, Read(typed).Reveal());

    [Theory]
    [InlineData("62060219850315101X\n1")]
    [InlineData("٦٢٠٦٠٢١٩٨٥٠٣١٥١٠١X")] // other digits than 0–9
    public void Given_what_only_looks_like_a_number_When_read_Then_it_is_refused(string typed) =>
        Assert.True(NationalId.Parse(typed, s_today).IsRefused(out _, out _));

    [Fact]
    public void Given_a_birth_today_When_read_Then_it_is_accepted_and_tomorrow_is_not()
    {
        const string BornOnTheDay = "62060220250630101X";
        var check = Enumerable.Range(0, 11).Select(i => $"{BornOnTheDay[..17]}{"0123456789X"[i]}")
            .Single(number => !NationalId.Parse(number, s_today).IsRefused(out _, out _));
        Assert.True(NationalId.Parse(check, s_today.AddDays(-1)).IsRefused(out var refusal, out _));
        Assert.Equal("person.id_date", refusal.Code);
    }

    [Fact]
    public void Given_any_one_wrong_digit_or_two_swapped_neighbours_When_read_Then_the_check_character_tells() =>
        Gen.Int[0, 16].Select(Gen.Char['0', '9']).Sample((at, digit) =>
        {
            var right = "62060219850315101X".ToCharArray();
            var wrong = right.ToArray();
            wrong[at] = digit;
            var swapped = right.ToArray();
            (swapped[at], swapped[at + 1]) = (swapped[at + 1], swapped[at]);
            return (right[at] == digit || NationalId.Parse(new string(wrong), s_today).IsRefused(out _, out _))
                && (right[at] == right[at + 1] || NationalId.Parse(new string(swapped), s_today).IsRefused(out _, out _));
        });

    [Fact]
    public void Given_a_number_When_written_anywhere_Then_only_the_mask_shows()
    {
        var number = Read("62060219850315101X");
        Assert.Equal("6206**********101X", number.ToString());
        Assert.Equal("6206**********101X", $"{number}");
        Assert.Equal("""{"id":"6206**********101X"}""", JsonSerializer.Serialize(new { id = number }, Json.Options));
        Assert.Equal("""{"id":"6206**********101X"}""", JsonSerializer.Serialize(new { id = number }));
        Assert.Equal("Row { Id = 6206**********101X }", new Row(number).ToString());
    }

    [Fact]
    public void Given_the_day_before_a_birthday_When_asked_for_the_age_Then_it_is_a_year_less()
    {
        var number = Read("62060219850315101X");
        Assert.Equal((39, 40), (number.AgeOn(new(2025, 3, 14)), number.AgeOn(new(2025, 3, 15))));
    }

    private static NationalId Read(string typed)
    {
        Assert.False(NationalId.Parse(typed, s_today).IsRefused(out var refusal, out var number), refusal?.Code);
        return number!;
    }

    private sealed record Row(NationalId Id);
}
