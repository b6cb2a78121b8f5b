using System.Text;
using System.Text.Json;

namespace Wuwei.ServiceDefaults;

public class JsonTests
{
    private enum Kind { Organised, OwnArrangement }

    private sealed record Thing(string Name, int Count, decimal Amount, DateOnly Day, Kind Kind, DateTimeOffset? At = null, IReadOnlyList<Thing>? Parts = null)
    {
        public string? Note { get; init; }
    }

    private const string Good = """{"name":"武威","count":1,"amount":12.50,"day":"2025-06-30","kind":"own-arrangement"}""";

    [Fact]
    public void Given_what_is_right_When_read_and_written_Then_nothing_is_lost_and_Chinese_stays_Chinese()
    {
        var thing = Read(Good);
        Assert.Equal(new Thing("武威", 1, 12.50m, new(2025, 6, 30), Kind.OwnArrangement), thing);
        Assert.Equal("""{"name":"武威","count":1,"amount":12.50,"day":"2025-06-30","kind":"own-arrangement","at":null,"parts":null,"note":null}""",
            JsonSerializer.Serialize(thing, Json.Options));
    }

    [Theory]
    [InlineData("\"count\":1", "\"count\":\"1\"")] // a number in quotes
    [InlineData("\"count\":1", "\"count\":1.5")]
    [InlineData("\"count\":1", "\"count\":2147483648")]
    [InlineData("\"count\":1", "\"count\":1e309")]
    [InlineData("\"count\":1", "\"count\":NaN")]
    [InlineData("\"count\":1", "\"count\":null")]
    [InlineData("\"count\":1", "\"Count\":1")]
    [InlineData("\"count\":1,", "")] // missing
    [InlineData("\"count\":1", "\"count\":1,\"count\":2")] // twice
    [InlineData("\"count\":1", "\"count\":1,\"isAdmin\":true")]
    [InlineData("\"count\":1", "\"count\":1,/* note */\"note\":\"\"")]
    [InlineData("12.50", "\"12.50\"")]
    [InlineData("12.50", "1e400")]
    [InlineData("\"武威\"", "null")]
    [InlineData("\"武威\"", "7")]
    [InlineData("\"武威\"", "\"a\\u0000b\"")]
    [InlineData("\"武威\"", "\"a\\u001bb\"")]
    [InlineData("\"武威\"", "\"a\\nb\\u0000c\"")] // behind a line break, which is allowed
    [InlineData("\"武威\"", "\"身份证622301198603151016\"")]
    [InlineData("\"武威\"", "\"a\\u202eb\"")]
    [InlineData("\"武威\"", "\"a\\u0085b\"")]
    [InlineData("\"武威\"", "\"\\ud800\"")]
    [InlineData("2025-06-30", "2025-02-29")]
    [InlineData("2025-06-30", "2025/06/30")]
    [InlineData("2025-06-30", "46023")]
    [InlineData("own-arrangement", "OwnArrangement2")]
    [InlineData("\"own-arrangement\"", "1")]
    [InlineData("}", ",}")]
    [InlineData("}", "")]
    public void Given_a_mistake_When_read_Then_it_is_refused(string right, string wrong) =>
        Assert.ThrowsAny<JsonException>(() => Read(Good.Replace(right, wrong, StringComparison.Ordinal)));

    [Fact]
    public void Given_bytes_that_are_no_text_When_read_Then_they_are_refused()
    {
        var bytes = Encoding.UTF8.GetBytes(Good);
        bytes[Array.IndexOf(bytes, (byte)0xe6)] = 0xff;
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Thing>(bytes, Json.Options));
    }

    [Fact]
    public void Given_nesting_without_end_When_read_Then_it_is_refused() =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<JsonElement>(new string('[', 10_000), Json.Options));

    [Theory]
    [InlineData(" 　武威\\t", "武威")]
    [InlineData("a\\nb", "a\nb")]
    [InlineData("𠮷·\\ud842\\udfb7😀", "𠮷·𠮷😀")]
    [InlineData("'; DROP TABLE x; --", "'; DROP TABLE x; --")]
    public void Given_text_When_read_Then_blanks_at_the_ends_go_and_the_rest_stays(string sent, string read) =>
        Assert.Equal(read, Read(Good.Replace("武威", sent, StringComparison.Ordinal)).Name);

    [Theory]
    [InlineData("2025-06-30T08:00:00Z", "2025-06-30T16:00:00+08:00")]
    [InlineData("2025-06-30T16:00:00.123456+08:00", "2025-06-30T16:00:00.123456+08:00")]
    [InlineData("2025-06-29T20:00:00-12:00", "2025-06-30T16:00:00+08:00")]
    public void Given_an_instant_When_read_and_written_Then_it_is_the_same_instant_in_Wuwei(string sent, string written)
    {
        var thing = Read(Good.Replace("}", $",\"at\":\"{sent}\"}}", StringComparison.Ordinal));
        Assert.Contains($"\"at\":\"{written}\"", JsonSerializer.Serialize(thing, Json.Options), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2025-06-30T08:00:00")] // which hour is that?
    [InlineData("2025-06-30")]
    [InlineData("2025-06-30T23:59:60Z")]
    [InlineData("2025-06-30T08:00:00+25:00")]
    [InlineData("tomorrow at eight in Wuwei")]
    [InlineData("")]
    public void Given_no_instant_When_read_Then_it_is_refused(string sent) =>
        Assert.Throws<JsonException>(() => Read(Good.Replace("}", $",\"at\":\"{sent}\"}}", StringComparison.Ordinal)));

    private static Thing Read(string json) => JsonSerializer.Deserialize<Thing>(json, Json.Options)!;
}
